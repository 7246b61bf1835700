//! `shuxiang verify`: computes every chain again and names the first bad row.

use super::Where;
use crate::{app::App, config::Config};
use base::{Error, Result};
use std::{path::PathBuf, process::ExitCode};
use store::{Checkpoint, Signer, Verified};

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    place: Where,
    /// 从这个检查点之后核对 / Only what came after this checkpoint: a file with its note
    #[arg(long)]
    since: Option<PathBuf>,
}

pub fn run(args: Args) -> Result<ExitCode> {
    let config = args.place.config()?;
    let known = witnesses(&config)?;
    let since = args.since.map(|path| read(&config, &path)).transpose()?;
    super::runtime()?.block_on(async {
        let app = App::open(config, None).await?;
        let mut whole = true;
        for home in app.store.homes().await? {
            let verified = match &since {
                Some(point) if point.county != home => continue,
                Some(point) => app.store.verify_since(point, &known).await?,
                None => app.store.verify(home, &known).await?,
            };
            print(&verified);
            whole &= verified.whole();
        }
        Ok(if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })
}

/// Checkpoints from the folder outside the data, whose signatures hold.
pub fn witnesses(config: &Config) -> Result<Vec<Checkpoint>> {
    let Some(folder) = &config.checkpoints else { return Ok(Vec::new()) };
    let own = Signer::open(&config.key_file().with_extension("signing"))?.verifier();
    store::checkpoint::kept(folder)?.iter().map(|c| Checkpoint::read(std::slice::from_ref(&own), &c.note)).collect()
}

fn read(config: &Config, path: &std::path::Path) -> Result<Checkpoint> {
    let own = Signer::open(&config.key_file().with_extension("signing"))?.verifier();
    let note = std::fs::read_to_string(path)
        .map_err(|e| Error::invalid("since", "读不到检查点文件", "the checkpoint cannot be read").caused_by(e))?;
    Checkpoint::read(&[own], &note)
}

pub fn print(v: &Verified) {
    let word = if v.whole() { "完好 right" } else { "有问题 WRONG" };
    println!("{} {word}: {} 条流水 entries, {} 条查阅 readings", v.county, v.entries, v.readings);
    println!("  文字 texts: {} right, {} erased, {} missing, {} altered", v.texts.right, v.texts.erased, v.texts.missing, v.texts.altered);
    for fault in &v.faults {
        let text = fault.text();
        println!("  {} / {}", text.zh, text.en);
    }
    for (seq, id) in &v.bad_texts {
        println!("  第 {seq} 条的文字 text {id}");
    }
    if v.witnessed == 0 {
        println!("  没有外部检查点作证，只有数据库自己的说法 / no checkpoint from outside was met: only the database speaks for itself");
    }
}
