//! What a fresh Debian lacks. Each command asks for its own needs alone.

use crate::{Result, process};
use std::{os::unix::fs::MetadataExt, path::Path, process::Command};

/// Something a command cannot do without, and the package that brings it.
pub struct Need {
    pub package: &'static str,
    there: fn() -> bool,
}

pub const C_COMPILER: Need = Need { package: "gcc libc6-dev", there: || on_path("cc") };
pub const POSTGRES: Need = Need { package: "postgresql-15", there: || crate::postgres::bin().is_some() };
/// `ensurepip` is what Debian leaves out of Python: without it `python3 -m venv` fails.
pub const PYTHON: Need = Need {
    package: "python3-venv python3-pip",
    there: || {
        let mut probe = Command::new("python3");
        probe.args(["-c", "import ensurepip, venv"]);
        process::succeeds(probe)
    },
};
pub const NODE: Need = Need { package: "nodejs npm", there: || on_path("node") && on_path("npm") };
pub const CHROMIUM: Need = Need { package: "chromium", there: || on_path("chromium") };
/// Without it a browser shows boxes for Chinese.
pub const CHINESE_FONT: Need =
    Need { package: "fonts-noto-cjk", there: || Path::new("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc").is_file() };
pub const SETPRIV: Need = Need { package: "util-linux", there: || on_path("setpriv") };

/// Installs what is missing, as root or by sudo without a password; else says the one line to type.
pub fn need(needs: &[&Need]) -> Result<()> {
    let missing: Vec<&str> = needs.iter().filter(|n| !(n.there)()).flat_map(|n| n.package.split(' ')).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let line = format!("sudo apt-get update && sudo apt-get install -y --no-install-recommends {}", missing.join(" "));
    let by_hand = || format!("还缺 {0}，请先运行 / {0} missing; type:\n\n    {line}\n", missing.join("、"));
    let Some(prefix) = authority() else { return Err(by_hand()) };
    eprintln!("安装 / installing: {}", missing.join(" "));
    // The lists of a fresh machine are empty or old: only then are they fetched.
    install(prefix, &missing)
        .or_else(|_| apt(prefix, &["update"]).and_then(|()| install(prefix, &missing)))
        .map_err(|e| format!("{e}\n{}", by_hand()))
}

fn install(prefix: &[&str], packages: &[&str]) -> Result<()> {
    apt(prefix, &[&["install", "-y", "--no-install-recommends"], packages].concat())
}

fn apt(prefix: &[&str], args: &[&str]) -> Result<()> {
    let words = [prefix, &["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"], args].concat();
    let mut command = Command::new(words[0]);
    command.args(&words[1..]);
    process::run(command)
}

/// What to put before a command that root must run; `None` if nobody here may.
fn authority() -> Option<&'static [&'static str]> {
    if !on_path("apt-get") {
        return None;
    }
    if is_root() {
        return Some(&[]);
    }
    let mut probe = Command::new("sudo");
    probe.args(["-n", "true"]);
    process::succeeds(probe).then_some(&["sudo", "-n"])
}

pub fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|m| m.uid() == 0)
}

pub fn on_path(program: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|dir| Path::new(&dir).join(program).is_file()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_what_is_there() {
        assert!(on_path("sh"));
        assert!(!on_path("no-such-program"));
    }

    #[test]
    fn nothing_missing_installs_nothing() {
        let shell = Need { package: "no-such-package", there: || on_path("sh") };
        assert_eq!(need(&[&shell]), Ok(()));
    }
}
