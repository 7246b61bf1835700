//! `shuxiang restore FOLDER [--verify]`.

use super::{Where, verify};
use crate::app::SCHEMAS;
use base::{Result, SystemClock};
use std::{path::PathBuf, process::ExitCode, sync::Arc};
use store::Files;

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    place: Where,
    /// 备份目录 / The folder of the backup
    from: PathBuf,
    /// 恢复后逐行核对 / Prove every row afterwards
    #[arg(long)]
    verify: bool,
}

pub fn run(args: Args) -> Result<ExitCode> {
    let config = args.place.config()?;
    super::runtime()?.block_on(async {
        std::fs::create_dir_all(&config.data).map_err(base::Error::internal)?;
        let files = Files::folder(&config.data.join("files"))?;
        let manifest = store::backup::restore(&args.from, &config.store(), Some(&files), SCHEMAS).await?;
        println!(
            "已恢复 {} 的备份；现在静止，核对后运行 shuxiang release / restored what was made {}; it is held until `shuxiang release`",
            manifest.made, manifest.made
        );
        if !args.verify {
            return Ok(ExitCode::SUCCESS);
        }
        let known = verify::witnesses(&config)?;
        let proof = store::backup::prove(&manifest, &config.store(), Arc::new(SystemClock), SCHEMAS, &known).await?;
        for (table, now, then) in &proof.rows {
            println!("{table}: {now} 行 rows, 备份时 then {then}");
        }
        for page in &proof.pages {
            println!("{page}");
        }
        for chain in &proof.chains {
            verify::print(chain);
        }
        Ok(if proof.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })
}
