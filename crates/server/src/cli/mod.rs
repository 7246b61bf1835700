//! The sub-commands of `shuxiang`, one a file.

mod account;
mod backup;
mod calendar;
mod configuration;
mod demo;
mod export;
mod import;
mod pack;
mod release;
mod restore;
mod serve;
mod story;
mod triage;
mod verify;

use crate::config::Config;
use base::{Error, Result};
use clap::{Parser, Subcommand};
use std::{path::PathBuf, process::ExitCode};

#[derive(Parser)]
#[command(
    name = "shuxiang",
    version,
    about = "数乡：县域操作系统 / Shuxiang: the operating system of a county",
    disable_help_subcommand = true
)]
struct Line {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 启动服务 / Serve
    Serve(serve::Args),
    /// 载入演示县 / Load the demo county
    Demo(demo::Args),
    /// 运行应用包里的场景 / Play the packs' stories
    Story(story::Args),
    /// 检查、新建、说明应用包 / Check, begin and describe packs
    #[command(subcommand)]
    Pack(pack::Command),
    /// 训练、检验分拣模型 / Train and evaluate the triage
    #[command(subcommand)]
    Triage(triage::Command),
    /// 期限计算 / Working time
    #[command(subcommand)]
    Calendar(calendar::Command),
    /// 导入：留言、台账、区划、三长 / Import messages, things, regions, leaders
    #[command(subcommand)]
    Import(import::Command),
    /// 导出：事项、台账 / Export matters and things
    #[command(subcommand)]
    Export(export::Command),
    /// 备份（运行中也可以）/ Back up, also while serving
    Backup(backup::Args),
    /// 恢复备份；恢复后静止，须 release / Restore a backup; it stands still until released
    Restore(restore::Args),
    /// 让恢复或复制的数据开始运行 / Let restored or copied data act
    Release(release::Args),
    /// 核对流水链 / Verify the journal's chains
    Verify(verify::Args),
    /// 账号 / Accounts
    #[command(subcommand)]
    Account(account::Command),
    /// 打印带注释的默认配置 / Print the commented default configuration
    Config,
}

/// Where the data are: of every command that opens them.
#[derive(clap::Args)]
pub struct Where {
    /// 配置文件 / The configuration
    #[arg(long, env = "SHUXIANG_CONFIG")]
    pub config: Option<PathBuf>,
    /// 数据目录 / The data folder
    #[arg(long)]
    pub data: Option<PathBuf>,
    /// 数据库 / The database: postgres://…
    #[arg(long)]
    pub database: Option<String>,
    /// 应用包目录 / The folder of packs
    #[arg(long)]
    pub packs: Option<PathBuf>,
}

impl Where {
    pub fn config(self) -> Result<Config> {
        let mut config = Config::load(self.config.as_deref())?;
        if let Some(data) = self.data {
            config.data = data;
        }
        config.database = self.database.or(config.database);
        if let Some(packs) = self.packs {
            config.packs = packs;
        }
        Ok(config)
    }
}

pub fn main() -> ExitCode {
    let outcome = match Line::parse().command {
        Command::Serve(args) => serve::run(args),
        Command::Demo(args) => demo::run(args),
        Command::Story(args) => story::run(args),
        Command::Pack(command) => pack::run(command),
        Command::Triage(command) => triage::run(command),
        Command::Calendar(command) => calendar::run(command),
        Command::Import(command) => import::run(command),
        Command::Export(command) => export::run(command),
        Command::Backup(args) => backup::run(args),
        Command::Restore(args) => restore::run(args),
        Command::Release(args) => release::run(args),
        Command::Verify(args) => verify::run(args),
        Command::Account(command) => account::run(command),
        Command::Config => configuration::run(),
    };
    match outcome {
        Ok(code) => code,
        Err(e) => {
            say(&e);
            ExitCode::FAILURE
        }
    }
}

/// An error for the person at the terminal: in both languages, then what it came from.
fn say(e: &Error) {
    eprintln!("错误 {}\nerror {}", e.text().zh, e.text().en);
    for f in e.fields() {
        eprintln!("  {}: {} / {}", f.field, f.text.zh, f.text.en);
    }
    let mut cause = std::error::Error::source(e);
    while let Some(c) = cause {
        eprintln!("  {c}");
        cause = c.source();
    }
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(Error::internal)
}
