//! The pages: built by npm from `web/`, put into the binary by the crate `faces`.

use crate::{Result, debian, paths, process, server::County};
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

/// Builds the pages and has what opens them.
pub fn ready() -> Result<()> {
    debian::need(&[&debian::CHROMIUM, &debian::CHINESE_FONT])?;
    build()
}

/// The tests of the pages, in a browser before this county, whose server writes to `log`. `measured` says where every page's
/// contrast and sizes have been measured already.
pub fn test(county: &County, log: &Path, measured: Option<&str>, wechat: Option<&str>) -> Result<()> {
    let mut command = npm(&["test"]);
    command.env("SHUXIANG_TEST_SERVER", county.binary()).env("SHUXIANG_TEST_CONFIG", county.config());
    command.envs(measured.map(|there| ("SHUXIANG_MEASURED", there))).envs(wechat.map(|there| ("SHUXIANG_WECHAT_STUB", there)));
    browser(command, county, log)
}

/// Pictures of every page, or of those whose name has one of these words in it.
pub fn shots(county: &County, log: &Path, names: &[String]) -> Result<()> {
    let mut command = npm(&["run", "shots", "--"]);
    command.args(names);
    browser(command, county, log)
}

fn browser(mut command: Command, county: &County, log: &Path) -> Result<()> {
    debian::need(&[&debian::CHROMIUM, &debian::CHINESE_FONT])?;
    let accounts = paths::own("logs")?.join("accounts.txt");
    paths::write(&accounts, &county.accounts()?)?;
    command.env("SHUXIANG_URL", county.address()).env("SHUXIANG_ACCOUNTS", accounts).env("SHUXIANG_SERVER_LOG", log);
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
