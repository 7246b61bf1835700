//! `cargo xtask bench`: the measurements of the README, with PostgreSQL as it would serve (every commit on disk).

use crate::{
    Args, Result,
    measured::{self, Program},
    paths, regions,
    server::{self, Profile},
    web,
};

pub const PROGRAMS: &[Program] = &[
    Program {
        name: "http",
        about: "1,000,000 matters at rest: CPU of reads, writes and lists over HTTP, memory",
        cargo: &["run", "--release", "--package", "bench", "--", "http"],
        env: &[],
        databases: true,
    },
    Program {
        name: "lifecycle",
        about: "whole lifecycles a second, beside the bare store",
        cargo: &["run", "--release", "--package", "bench", "--", "lifecycle"],
        env: &[],
        databases: true,
    },
    Program {
        name: "start",
        about: "start with 1,000,000 matters",
        cargo: &["run", "--release", "--package", "bench", "--", "start"],
        env: &[],
        databases: true,
    },
    Program {
        name: "pages",
        about: "pages in Chromium at a quarter of the processor: usable, first rows, scrolling, event to screen",
        cargo: &["run", "--release", "--package", "bench", "--", "pages"],
        env: &[],
        databases: true,
    },
    Program {
        name: "map",
        about: "100,000 points: CPU and size of each tile, frames while the map is moved, zoomed and narrowed",
        cargo: &["run", "--release", "--package", "bench", "--", "map"],
        env: &[],
        databases: true,
    },
    Program {
        name: "store",
        about: "commands a second of the store alone",
        cargo: &["run", "--release", "--package", "store", "--example", "commands"],
        env: &[],
        databases: true,
    },
    Program {
        name: "dashboard",
        about: "five indicators over 1,000,000 matters",
        cargo: &["run", "--release", "--package", "insight", "--example", "dashboard"],
        env: &[],
        databases: true,
    },
];

/// Those that open the pages in a browser.
const PAGES: [&str; 2] = ["pages", "map"];

pub fn run(args: &[String]) -> Result<()> {
    let args = Args::read(args, &["--database"])?;
    if measured::chosen(PROGRAMS, &args.names)?.iter().any(|p| PAGES.contains(&p.name)) {
        // Before the server is built, which has the pages inside.
        web::ready()?;
    }
    measured::run(PROGRAMS, &args, None, &server_env()?)
}

/// What the programs that start a server of their own need to know.
pub fn server_env() -> Result<Vec<(&'static str, String)>> {
    let places = paths::own("bench")?.join("regions.csv");
    regions::fetch(&places)?;
    let binary = server::build(Profile::Release)?;
    Ok(vec![("SHUXIANG_TEST_SERVER", binary.path().display().to_string()), ("SHUXIANG_TEST_REGIONS", places.display().to_string())])
}
