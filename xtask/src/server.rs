//! The binary `shuxiang`: built once, started where a command needs it.

use crate::{
    Result, debian, paths,
    process::{self, Service},
};
use std::{
    fs::File,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

#[derive(Clone, Copy)]
pub enum Profile {
    /// Compiles fastest: for tests.
    Dev,
    /// What people use and what is measured.
    Release,
}

pub struct Binary(PathBuf);

pub fn build(profile: Profile) -> Result<Binary> {
    debian::need(&[&debian::C_COMPILER])?; // SQLite is C
    let (scope, folder): (&[&str], _) = match profile {
        // With the whole workspace's features, as `cargo test --workspace` built what it stands on.
        Profile::Dev => (&["--workspace"], "debug"),
        Profile::Release => (&["--package", "server", "--release"], "release"),
    };
    process::run(process::cargo(&[&["build", "--bin", "shuxiang"], scope].concat()))?;
    Ok(Binary(paths::target()?.join(folder).join("shuxiang")))
}

impl Binary {
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// A sub-command, run to its end in the workspace's root.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.0);
        command.args(args).current_dir(paths::root());
        command
    }
}

/// A demo county: its data folder, its configuration in it, and the address it is served at.
pub struct County<'a> {
    binary: &'a Binary,
    config: PathBuf,
    port: u16,
}

impl County<'_> {
    /// Loads the demo county into `data` if it is not there, and prints its accounts. With SQLite inside the folder, or
    /// in the database of this address.
    pub fn load<'a>(binary: &'a Binary, data: &Path, port: u16, regions: &Path, database: Option<&str>) -> Result<County<'a>> {
        paths::create(data)?;
        let config = data.join("shuxiang.toml");
        if !config.is_file() {
            paths::write(&config, &configuration(data, port, database))?;
        }
        let county = County { binary, config, port };
        let mut demo = county.demo();
        demo.arg("--regions").arg(regions);
        process::run(demo)?;
        Ok(county)
    }

    /// Tells the server to look for WeChat's servers at this address, where a browser test plays them.
    pub fn wechat_at(&self, address: &str) -> Result<()> {
        let lines = format!("wechat.appid = \"wx-test\"\nwechat.secret = \"test\"\nwechat.url = {address:?}\n");
        let mut file = File::options().append(true).open(&self.config).map_err(|e| format!("cannot open the configuration: {e}"))?;
        file.write_all(lines.as_bytes()).map_err(|e| format!("cannot write the configuration: {e}"))
    }

    fn demo(&self) -> Command {
        let mut demo = self.binary.command(&["demo", "--config"]);
        demo.arg(&self.config);
        demo
    }

    /// The program that serves it, and its configuration: for tests that serve it once more with another base map.
    pub fn binary(&self) -> &Path {
        self.binary.path()
    }

    pub fn config(&self) -> &Path {
        &self.config
    }

    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What `shuxiang demo` says of its accounts; the list is printed again where the county is there already.
    pub fn accounts(&self) -> Result<String> {
        process::read(self.demo())
    }

    /// A session of the demo account whose line names this seat in English.
    pub fn session(&self, seat: &str) -> Result<String> {
        let said = self.accounts()?;
        let (login, password) = login_of(&said, seat).ok_or_else(|| format!("演示账号里没有 / no demo account for {seat}"))?;
        let body = format!("{{\"login\":\"{login}\",\"password\":\"{password}\"}}");
        let answer = post(self.port, "/api/session", &body).map_err(|e| e.to_string())?;
        let token = answer.split_once("\"token\":\"").and_then(|(_, rest)| rest.split('"').next());
        token.map(str::to_owned).ok_or_else(|| format!("登录不了 / cannot sign in: {answer}"))
    }

    /// Serves on 127.0.0.1 and is ready when the port answers. What the server says goes to the terminal, or into `log`.
    pub fn serve(&self, log: Option<&Path>) -> Result<Service> {
        let port = self.port;
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return Err(format!("端口 {port} 已被占用 / port {port} is taken by another program"));
        }
        debian::need(&[&debian::SETPRIV])?;
        let log = log.map(|file| File::create(file).map_err(|e| format!("cannot create {}: {e}", file.display()))).transpose()?;
        let argv = [self.binary.0.display().to_string(), "serve".into(), "--config".into(), self.config.display().to_string()];
        let mut service = Service::start("shuxiang", &argv, &[], "TERM", |c| {
            c.current_dir(paths::root());
            if let Some(Ok(twin)) = log.as_ref().map(File::try_clone) {
                c.stderr(twin);
            }
            if let Some(file) = log {
                c.stdout(file);
            }
        })?;
        service.wait_until(Duration::from_secs(60), || TcpStream::connect(("127.0.0.1", port)).is_ok())?;
        Ok(service)
    }
}

/// Login and password in the line above the one that names the seat.
fn login_of<'a>(said: &'a str, seat: &str) -> Option<(&'a str, &'a str)> {
    let lines: Vec<&str> = said.lines().collect();
    let at = lines.iter().position(|l| l.trim_end().ends_with(seat))?;
    let (_, rest) = lines.get(at.checked_sub(1)?)?.split_once("login ")?;
    let (login, rest) = rest.split_once(' ')?;
    Some((login, rest.split_once("password ")?.1.trim()))
}

/// One request, answered and closed.
fn post(port: u16, path: &str, body: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    let length = body.len();
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// A path in the workspace is written from its root, where the server runs: the folder can be moved.
fn configuration(data: &Path, port: u16, database: Option<&str>) -> String {
    let root = paths::root();
    let data = data.strip_prefix(&root).unwrap_or(data).display().to_string();
    let database = database.map(|url| format!("database = {url:?}\n")).unwrap_or_default();
    format!("# 演示县的配置 / Configuration of the demo county\ndata = {data:?}\nlisten = \"127.0.0.1:{port}\"\n{database}")
}

pub fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).and_then(|l| l.local_addr());
    listener.map(|a| a.port()).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_login_of_a_seat_is_in_the_line_above() {
        let said = "  演示·值班  登录名 login 17910000001  密码 password Some-Word\n      县受理员 / County's desk\n";
        assert_eq!(login_of(said, "County's desk"), Some(("17910000001", "Some-Word")));
        assert_eq!(login_of(said, "Mediator"), None);
    }

    #[test]
    fn the_configuration_moves_with_its_folder() {
        let text = configuration(&paths::root().join("data/demo"), 8080, None);
        assert!(text.ends_with("\ndata = \"data/demo\"\nlisten = \"127.0.0.1:8080\"\n"), "{text}");
        let other = configuration(Path::new("/elsewhere"), 8080, Some("postgres://p@127.0.0.1/p"));
        assert!(other.ends_with("\ndatabase = \"postgres://p@127.0.0.1/p\"\n"), "{other}");
    }
}
