//! Logs: structured lines on standard error, without personal data. Ids, codes and counts may stand in them; words,
//! names, numbers of phones and queries may not.

use base::{Error, Result};
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// `level`: `error`, `warn`, `info`, `debug`, or a filter such as `info,store=debug`.
pub fn start(level: &str) -> Result<()> {
    let filter = EnvFilter::try_new(level).map_err(|e| {
        Error::invalid("log", "日志级别应是 error、warn、info 或 debug", "log is one of error, warn, info, debug").caused_by(e)
    })?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        .with_ansi(std::io::stderr().is_terminal())
        .try_init()
        .map_err(Error::internal)
}
