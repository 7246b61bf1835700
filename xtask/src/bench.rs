//! `cargo xtask bench`: the measurements of the README, with PostgreSQL as it would serve (every commit on disk).

use crate::{
    Args, Result,
    measured::{self, Program},
};

pub const PROGRAMS: &[Program] = &[
    Program {
        name: "http",
        about: "1,000,000 matters at rest: CPU of reads, writes and lists over HTTP, memory",
        cargo: &["bench", "--package", "server", "--bench", "http"],
        env: &[],
        databases: true,
    },
    Program {
        name: "lifecycle",
        about: "whole lifecycles a second, beside the bare driver",
        cargo: &["bench", "--package", "server", "--bench", "lifecycle"],
        env: &[],
        databases: true,
    },
    Program {
        name: "start",
        about: "start with 1,000,000 matters",
        cargo: &["bench", "--package", "server", "--bench", "start"],
        env: &[],
        databases: true,
    },
    Program {
        name: "triage",
        about: "time to sort a message",
        cargo: &["bench", "--package", "language", "--bench", "triage"],
        env: &[],
        databases: false,
    },
];

pub fn run(args: &[String]) -> Result<()> {
    let args = Args::read(args, &["--database"])?;
    measured::run(PROGRAMS, &args, None)
}
