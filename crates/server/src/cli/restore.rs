//! `shuxiang restore FOLDER [--verify]`.

use super::{Where, verify};
use crate::{app::SCHEMAS, config::Config};
use base::{Result, SystemClock};
use std::{path::PathBuf, process::ExitCode, sync::Arc};
use store::Store;

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
        let files = config.files().await?;
        let manifest = store::backup::restore(&args.from, &config.store(), Some(&files), SCHEMAS).await?;
        println!(
            "已恢复 {} 的备份；现在静止，核对后运行 shuxiang release / restored what was made {}; it is held until `shuxiang release`",
            manifest.made, manifest.made
        );
        let proof = match args.verify {
            true => {
                let known = verify::witnesses(&config)?;
                Some(store::backup::prove(&manifest, &config.store(), Arc::new(SystemClock), SCHEMAS, &known).await?)
            }
            false => None,
        };
        // After the proof: what is erased again is more than the backup had.
        erase_again(&config).await?;
        let Some(proof) = proof else { return Ok(ExitCode::SUCCESS) };
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

/// What was erased after the backup was made does not come back with it.
async fn erase_again(config: &Config) -> Result<()> {
    let Some(folder) = &config.checkpoints else {
        println!(
            "没有配置检查点目录：备份之后被删除的个人信息会随备份回来，请人工再删 / no folder of checkpoints is configured: what was erased since the backup is back; erase it again by hand"
        );
        return Ok(());
    };
    let store = Store::open(&config.store(), Arc::new(SystemClock), SCHEMAS)?;
    for home in store.homes().await? {
        let gone = access::erase_again(&store, home, &store::checkpoint::erasures(folder, home)?).await?;
        println!("{home}: 再次删除 erased again: {gone}");
    }
    Ok(())
}
