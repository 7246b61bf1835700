//! `shuxiang pack check | new | docs`.

use crate::app::pack_folders;
use base::{Error, Home, Kind, Result};
use packs::Catalogue;
use std::{path::PathBuf, process::ExitCode};

#[derive(clap::Subcommand)]
pub enum Command {
    /// 检查应用包，逐条指出错在哪里、怎么改 / Check packs; each fault with its place and its mend
    Check {
        /// 应用包目录，或其上级目录 / Folders of packs, or a folder that holds them
        #[arg(default_value = "packs")]
        folders: Vec<PathBuf>,
        /// 按哪个县的叠加检查 / With the overlays of this county
        #[arg(long)]
        county: Option<i32>,
    },
}

pub fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Check { folders, county } => check(folders, county.map(Home::new).transpose()?),
    }
}

fn check(given: Vec<PathBuf>, county: Option<Home>) -> Result<ExitCode> {
    let mut folders = Vec::new();
    for folder in given {
        if folder.join("pack.yaml").is_file() {
            folders.push(folder);
        } else {
            folders.extend(pack_folders(&folder)?);
        }
    }
    if folders.is_empty() {
        return Err(Error::new(Kind::Invalid, "no_pack", "这里没有应用包（没有 pack.yaml）", "there is no pack here (no pack.yaml)"));
    }
    match Catalogue::load(&folders, county) {
        Ok(catalogue) => {
            for pack in catalogue.packs() {
                println!("ok {} {}", pack.id, &pack.hash[..12.min(pack.hash.len())]);
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(faults) => {
            for fault in &faults.0 {
                println!("{}\n    {fault}", fault.zh());
            }
            println!("{} 处错误 / faults", faults.0.len());
            Ok(ExitCode::FAILURE)
        }
    }
}

