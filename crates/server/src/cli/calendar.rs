//! `shuxiang calendar due START DURATION`, or `-` for lines `START<TAB>DURATION` from standard input.

use base::{Error, Result};
use calendar::{Calendar, answer_line};
use std::{
    io::{BufRead, BufWriter, Write},
    process::ExitCode,
};

#[derive(clap::Subcommand)]
pub enum Command {
    /// 期限什么时候到 / When a term ends: `calendar due 2026-09-30T16:20+08:00 "5 work-days"`
    Due {
        /// 起点；或 - 从标准输入逐行读 / The start, or `-` to read lines START<TAB>DURATION
        start: String,
        /// 期限 / The term: 5 work-days
        duration: Option<String>,
    },
}

pub fn run(command: Command) -> Result<ExitCode> {
    let Command::Due { start, duration } = command;
    let calendar = Calendar::shipped();
    match duration {
        Some(duration) => println!("{}", answer_line(&calendar, &format!("{start}\t{duration}"))?),
        None if start == "-" => return lines(&calendar),
        None => return Err(Error::invalid("duration", "缺少期限，例如 \"5 work-days\"", "the term is missing, such as \"5 work-days\"")),
    }
    Ok(ExitCode::SUCCESS)
}

/// A line that cannot be read is answered with its error, and the others still with their moments.
fn lines(calendar: &Calendar) -> Result<ExitCode> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut good = true;
    for line in std::io::stdin().lock().lines() {
        let answered = line.map_err(Error::internal).and_then(|l| answer_line(calendar, &l));
        let written = match answered {
            Ok(answer) => writeln!(out, "{answer}"),
            Err(e) => {
                good = false;
                writeln!(out, "error\t{e}")
            }
        };
        if written.is_err() {
            break; // the reader has gone
        }
    }
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
