//! `bench pages`: the pages in a browser, measured by the programs of `web/scripts`.

use crate::{
    Args,
    running::{Running, name},
};
use base::{Error, Result};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
};

pub fn run(args: &Args, tokens: &BTreeMap<&'static str, String>) -> Result<()> {
    let server = Running::start(args)?;
    server.settle(args)?;
    browser(args, &server, tokens, &["usable", "inbox", "events"])
}

/// Runs these measurements before the server; what they print is told on with the database's name and number of matters.
pub fn browser(args: &Args, server: &Running, tokens: &BTreeMap<&'static str, String>, what: &[&str]) -> Result<()> {
    // Beside the packs stand the pages.
    let web = args.packs.parent().unwrap_or(Path::new("")).join("web");
    let sessions = serde_json::to_string(tokens).map_err(Error::internal)?;
    let mut node = Command::new("node");
    node.arg("scripts/measure.mjs").args(what).current_dir(web).stdout(Stdio::piped());
    node.env("SHUXIANG_URL", format!("http://{}", server.at)).env("SHUXIANG_SESSIONS", sessions);
    let mut child = node.spawn().map_err(Error::unavailable)?;
    let lines = child.stdout.take().map(BufReader::new).into_iter().flat_map(BufRead::lines);
    for line in lines {
        let line = line.map_err(Error::internal)?;
        let mut figure: Value = serde_json::from_str(&line).map_err(Error::internal)?;
        figure["bench"] = "pages".into();
        figure["database"] = name(args).into();
        figure["matters"] = args.matters.into();
        println!("{figure}");
    }
    match child.wait().map_err(Error::internal)?.success() {
        true => Ok(()),
        false => Err(Error::internal("the browser's measurement failed; what it said stands above")),
    }
}
