//! The pages: built by npm from `web/`, put into the binary by the crate `faces`.

use crate::{Result, debian, paths, process};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::SystemTime,
};

/// What the pages are made of, below the workspace's root.
const MADE_OF: [&str; 8] = [
    "web/src",
    "web/scripts",
    "web/console.html",
    "web/phone.html",
    "web/package-lock.json",
    "web/vite.config.js",
    "web/tsconfig.json",
    "docs/reference/openapi.json",
];

/// Installs what npm's lock file names and builds the pages, each where it is not done already.
pub fn build() -> Result<()> {
    debian::need(&[&debian::NODE])?;
    let web = folder();
    let lock = changed(&web.join("package-lock.json"));
    if changed(&web.join("node_modules/.package-lock.json")) < lock || lock.is_none() {
        process::run(npm(&["ci"]))?;
    }
    let newest = MADE_OF.iter().filter_map(|p| changed(&paths::root().join(p))).max();
    if changed(&web.join("dist/console.html.gz")) < newest {
        process::run(npm(&["run", "build"]))?;
    }
    Ok(())
}

/// The tests of the pages, in a browser before the server at this address; `logins` of the demo by the names of their
/// variables.
pub fn test(address: &str, logins: &[(&str, String)]) -> Result<()> {
    debian::need(&[&debian::CHROMIUM, &debian::CHINESE_FONT])?;
    let mut command = npm(&["test"]);
    command.env("SHUXIANG_URL", address).envs(logins.iter().map(|(name, login)| (*name, login)));
    process::run(command)
}

fn folder() -> PathBuf {
    paths::root().join("web")
}

fn npm(args: &[&str]) -> Command {
    let mut command = Command::new("npm");
    command.args(args).current_dir(folder());
    command
}

/// The latest change below a path; `None` where nothing is there.
fn changed(path: &Path) -> Option<SystemTime> {
    let of = fs::metadata(path).ok()?;
    if !of.is_dir() {
        return of.modified().ok();
    }
    fs::read_dir(path).ok()?.filter_map(|e| changed(&e.ok()?.path())).max()
}
