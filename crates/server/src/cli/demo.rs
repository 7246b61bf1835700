//! `shuxiang demo`.

use super::Where;
use crate::{demo, log};
use base::Result;
use std::{path::PathBuf, process::ExitCode};

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    place: Where,
    /// 区划表 code,name / Regions: lines code,name; a small sample if left out
    #[arg(long)]
    regions: Option<PathBuf>,
    /// 最多取多少个村 / Villages at most
    #[arg(long, default_value_t = 1000)]
    villages: usize,
    /// 最近一个月的事项数 / Matters of the last month
    #[arg(long, default_value_t = 300)]
    matters: usize,
}

pub fn run(args: Args) -> Result<ExitCode> {
    let config = args.place.config()?;
    log::start("warn")?;
    let loaded = super::runtime()?.block_on(demo::load(config, args.regions.as_deref(), args.villages, args.matters))?;
    if loaded.matters > 0 {
        println!("演示县 {} 已建立：{} 件事项 / the demo county is there: {} matters", loaded.home, loaded.matters, loaded.matters);
        if loaded.refused > 0 {
            println!("（{} 步与流程不合，未办 / {} planned moves did not fit the flow）", loaded.refused, loaded.refused);
        }
    }
    println!("演示账号，口令都是 {} / demo accounts, one password:", demo::PASSWORD);
    for (login, who) in loaded.accounts {
        println!("  {login:<40} {who}");
    }
    Ok(ExitCode::SUCCESS)
}
