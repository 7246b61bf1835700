//! `cargo xtask bench`: the measurements of the README, with PostgreSQL as it would serve (every commit on disk).

use crate::{
    Args, Result,
    measured::{self, Program},
    paths, regions,
    server::{self, Profile},
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

pub fn run(args: &[String]) -> Result<()> {
    let args = Args::read(args, &["--database"])?;
    measured::run(PROGRAMS, &args, None, &server_env()?)
}

/// What the programs that start a server of their own need to know.
pub fn server_env() -> Result<Vec<(&'static str, String)>> {
    let places = paths::own("bench")?.join("regions.csv");
    regions::fetch(&places)?;
    let binary = server::build(Profile::Release)?;
    Ok(vec![("SHUXIANG_TEST_SERVER", binary.path().display().to_string()), ("SHUXIANG_TEST_REGIONS", places.display().to_string())])
}
