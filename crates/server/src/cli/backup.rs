//! `shuxiang backup FOLDER`.

use super::Where;
use base::{Result, SystemClock};
use std::{path::PathBuf, process::ExitCode};

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    place: Where,
    /// 空目录 / An empty folder
    to: PathBuf,
}

pub fn run(args: Args) -> Result<ExitCode> {
    let config = args.place.config()?;
    super::runtime()?.block_on(async {
        let files = config.files().await?;
        let made = store::backup::backup(&config.store(), Some(&files), &SystemClock, &args.to).await?;
        let rows: u64 = made.tables.iter().map(|t| t.rows).sum();
        println!("{}: {rows} 行 rows, {} 个文件 files", args.to.display(), made.files);
        println!("密钥文件不在其中，请另行保存 / the key file is not inside, keep it apart: {}", config.key_file().display());
        Ok(ExitCode::SUCCESS)
    })
}
