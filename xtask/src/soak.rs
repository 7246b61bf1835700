//! `cargo xtask soak`: the full counts. Results are kept, so that a machine switched off half-way goes on with the rest.

use crate::{
    Args, Result,
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
        env: &[("SHUXIANG_FULL", "1")],
        databases: false,
    },
    Program {
        name: "flows",
        about: "every path of the packs' flows up to length 8, for each role",
        cargo: &["test", "--release", "--package", "matters", "--", "--nocapture", "flow"],
        env: &[("SHUXIANG_FULL", "1")],
        databases: false,
    },
    Program {
        name: "kills",
        about: "200 times kill -9 under load, on each database",
        cargo: &["test", "--release", "--package", "server", "--", "--nocapture", "kill"],
        env: &[("SHUXIANG_TEST_KILLS", "200")],
        databases: true,
    },
];

pub fn run(args: &[String]) -> Result<()> {
    let args = Args::read(args, &["--again", "--database"])?;
    measured::run(PROGRAMS, &args, Some(&paths::own("soak")?))
}
