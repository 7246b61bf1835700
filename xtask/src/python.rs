//! Clients and servers that others wrote, in a virtual environment of their own with pinned versions.

use crate::{
    Result, debian, paths,
    process::{self, Service},
    server,
};
use std::{
    fs,
    net::TcpStream,
    path::PathBuf,
    process::{Command, Stdio},
    time::Duration,
};

const PINNED: &str = include_str!("../python/requirements.txt");

pub struct Python {
    bin: PathBuf,
}

/// Makes the environment, or takes the one that has exactly these versions.
pub fn install() -> Result<Python> {
    debian::need(&[&debian::PYTHON])?;
    let venv = paths::own("python")?.join("venv");
    let python = Python { bin: venv.join("bin") };
    let installed = venv.join("installed.txt");
    if fs::read_to_string(&installed).is_ok_and(|text| text == PINNED) {
        return Ok(python);
    }
    paths::remove(&venv)?;
    let mut make = Command::new("python3");
    make.args(["-m", "venv"]).arg(&venv);
    process::run(make)?;
    let mut pip = python.program("pip");
    pip.args(["install", "--quiet", "--disable-pip-version-check", "--requirement", "xtask/python/requirements.txt"]);
    process::run(pip)?;
    paths::write(&installed, PINNED)?; // last: a broken installation is made again
    Ok(python)
}

impl Python {
    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.bin.join(name));
        // What `cargo xtask test` is told of proxies and of Python itself is not for a server on this machine.
        command.current_dir(paths::root()).env("NO_PROXY", "127.0.0.1").env("PYTHONDONTWRITEBYTECODE", "1");
        command
    }

    /// Requests made from the OpenAPI document that must be answered as it says, as nobody and as the county's desk. The
    /// seed and count are fixed; in a fresh folder, a run depends on no earlier one.
    ///
    /// What the document allows is never answered as unreadable (`python/schemathesis.toml`). The desk's run leaves sessions
    /// alone, since it would sign itself out.
    pub fn schemathesis(&self, address: &str, token: &str) -> Result<()> {
        let desk = format!("Authorization: Bearer {token}");
        let nobody: &[&str] = &["--max-examples", "4"];
        let signed: &[&str] = &["--max-examples", "10", "--exclude-path-regex", "^/api/(session|me)", "--header", &desk];
        for own in [nobody, signed] {
            let mut command = self.program("schemathesis");
            command.arg("--config-file").arg(paths::root().join("xtask/python/schemathesis.toml"));
            command.args(["run", &format!("{address}/api/openapi.json"), "--seed", "20261122"]).args(own);
            command.args(["--generation-database", "none", "--no-color", "--max-failures", "20"]);
            let fresh = paths::own("schemathesis")?;
            paths::remove(&fresh)?;
            paths::create(&fresh)?;
            command.current_dir(fresh);
            process::run(command)?;
        }
        Ok(())
    }

    /// An S3 to keep files in, gone when dropped, and its address. It is Moto's: it checks signatures and rights once it is
    /// told to, and keeps what it is given in memory.
    pub fn s3(&self) -> Result<(Service, String)> {
        debian::need(&[&debian::SETPRIV])?;
        let port = server::free_port()?;
        let argv = [self.bin.join("moto_server").display().to_string(), "--host=127.0.0.1".into(), format!("--port={port}")];
        let mut service = Service::start("moto_server", &argv, &[], "TERM", |c| {
            c.env("PYTHONDONTWRITEBYTECODE", "1").stdout(Stdio::null()).stderr(Stdio::null());
        })?;
        service.wait_until(Duration::from_secs(60), || TcpStream::connect(("127.0.0.1", port)).is_ok())?;
        Ok((service, format!("http://127.0.0.1:{port}")))
    }

    /// The Python client `three`: finds the services, reports, follows its report.
    pub fn open311(&self, address: &str) -> Result<()> {
        let mut command = self.program("python");
        command.arg("xtask/python/open311.py").arg(format!("{address}/open311/v2/"));
        process::run(command)
    }
}
