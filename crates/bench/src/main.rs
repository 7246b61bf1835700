//! Measures the server as a whole process, over HTTP, on a county with as many matters as asked for.
//!
//! `bench http|lifecycle|start|map|pages|kills --server PATH --packs DIR --regions FILE [--database URL] [--matters N]`. Each
//! result is one JSON object on a line of standard output; what goes on is told on standard error.

mod client;
mod county;
mod cpu;
mod driver;
mod http;
mod kills;
mod lifecycle;
mod map;
mod pages;
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
    /// CPU and size of the map's tiles; frames of the map in a browser
    Map,
    /// How soon pages can be used, first rows, scrolling, events to the screen
    Pages,
    /// kill -9 under load, again and again
    Kills,
}

#[derive(Parser)]
struct Args {
    what: What,
    /// The binary `shuxiang`
    #[arg(long, env = "SHUXIANG_TEST_SERVER")]
    server: PathBuf,
    #[arg(long, default_value = "packs")]
    packs: PathBuf,
    /// code12,name of the county's regions
    #[arg(long, env = "SHUXIANG_TEST_REGIONS")]
    regions: PathBuf,
    /// `postgres://…/name` of an empty database; left out: the embedded one
    #[arg(long)]
    database: Option<String>,
    /// Kept between runs, so that the county is filled once
    #[arg(long, env = "SHUXIANG_TEST_DATA", default_value = "target/bench")]
    data: PathBuf,
    #[arg(long, env = "SHUXIANG_TEST_MATTERS", default_value_t = 1_000_000)]
    matters: i64,
    #[arg(long, default_value_t = 200)]
    rounds: u32,
}

/// A database of its own in the cluster of `SHUXIANG_TEST_POSTGRES`, where `SHUXIANG_TEST_DATABASE` asks for it.
fn own_database(args: &mut Args) {
    let asked = std::env::var("SHUXIANG_TEST_DATABASE").is_ok_and(|d| d == "postgres");
    let Ok(cluster) = std::env::var("SHUXIANG_TEST_POSTGRES") else { return };
    if !asked || args.database.is_some() {
        return;
    }
    if let store::Database::Postgres(url) = store::testing::postgres(&cluster) {
        args.data = args.data.join(url.rsplit('/').next().unwrap_or_default());
        args.database = Some(url);
    }
}

fn main() -> Result<()> {
    let mut args = Args::parse();
    if args.what == What::Map {
        // Points lie in every one of these: a county of their own, and as many as a screen should bear.
        args.data = args.data.join("map");
        args.matters = args.matters.min(map::POINTS);
    }
    own_database(&mut args);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(base::Error::internal)?;
    let county = runtime.block_on(county::prepare(&args))?;
    match args.what {
        What::Http => http::run(&args, &county),
        What::Lifecycle => {
            let rate = lifecycle::run(&args, &county)?;
            runtime.block_on(driver::run(&args, &county, rate))
        }
        What::Start => running::start(&args),
        What::Map => {
            let tokens = runtime.block_on(county::faces(&args))?;
            map::run(&args, &county, &tokens)
        }
        What::Pages => {
            let tokens = runtime.block_on(county::faces(&args))?;
            pages::run(&args, &tokens)
        }
        What::Kills => kills::run(&args, &county),
    }
}
