//! Measures the server as a whole process, over HTTP, on a county with as many matters as asked for.
//!
//! `bench http|lifecycle|start|kills --server PATH --packs DIR --regions FILE [--database URL] [--matters N]`. Each
//! result is one JSON object on a line of standard output; what goes on is told on standard error.

mod client;
mod county;
mod cpu;
mod driver;
mod http;
mod kills;
mod lifecycle;
mod running;

use base::Result;
use clap::{Parser, ValueEnum};
use std::path::PathBuf;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum What {
    /// CPU of reads, writes and lists; memory
    Http,
    /// Whole lifecycles a second, beside the bare driver
    Lifecycle,
    /// Seconds from the start to the first answer
    Start,
    /// kill -9 under load, again and again
    Kills,
}

#[derive(Parser)]
struct Args {
    what: What,
    /// The binary `shuxiang`
    #[arg(long)]
    server: PathBuf,
    #[arg(long, default_value = "packs")]
    packs: PathBuf,
    /// code12,name of the county's regions
    #[arg(long)]
    regions: PathBuf,
    /// `postgres://…/name` of an empty database; left out: the embedded one
    #[arg(long)]
    database: Option<String>,
    /// Kept between runs, so that the county is filled once
    #[arg(long, default_value = "target/bench")]
    data: PathBuf,
    #[arg(long, default_value_t = 1_000_000)]
    matters: i64,
    #[arg(long, default_value_t = 200)]
    rounds: u32,
}

fn main() -> Result<()> {
    let args = Args::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(base::Error::internal)?;
    let county = runtime.block_on(county::prepare(&args))?;
    match args.what {
        What::Http => http::run(&args, &county),
        What::Lifecycle => {
            lifecycle::run(&args, &county)?;
            runtime.block_on(driver::run(&args))
        }
        What::Start => running::start(&args),
        What::Kills => kills::run(&args, &county),
    }
}
