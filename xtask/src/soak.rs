//! `cargo xtask soak`: the full counts. Results are kept, so that a machine switched off half-way goes on with the rest.

use crate::{
    Args, Result, bench,
    measured::{self, Program},
    paths,
};

pub const PROGRAMS: &[Program] = &[
    Program {
        name: "calendar",
        about: "1,000,000 random deadlines against a plain count",
        cargo: &["test", "--release", "--package", "calendar", "--", "--nocapture"],
        env: &[("SHUXIANG_CASES", "1000000")],
        databases: false,
    },
    Program {
        name: "triage",
        about: "five folds over the labelled messages (SHUXIANG_DATA)",
        cargo: &["test", "--release", "--package", "language", "--", "--nocapture"],
        env: &[],
        databases: false,
    },
    Program {
        name: "flows",
        about: "every way of the report's flow up to length 8, everything else refused for each role",
        cargo: &["test", "--release", "--package", "matters", "--test", "it", "--", "--nocapture", "walks"],
        env: &[("SHUXIANG_CASES", "1000000")],
        databases: true,
    },
    Program {
        name: "kills",
        about: "200 times kill -9 of the server under load, on each database",
        cargo: &["run", "--release", "--package", "bench", "--", "kills"],
        env: &[],
        databases: true,
    },
];

pub fn run(args: &[String]) -> Result<()> {
    let args = Args::read(args, &["--again", "--database"])?;
    measured::run(PROGRAMS, &args, Some(&paths::own("soak")?), &bench::server_env()?)
}
