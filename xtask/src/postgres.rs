//! A PostgreSQL of our own for one run: a fresh cluster in a folder of its own, a free port on 127.0.0.1 and a Unix
//! socket, gone when dropped. The machine's own clusters are not touched.

use crate::{
    Result, debian, paths,
    process::{self, Service},
};
use std::{
    io::Read,
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

/// On a disk, unlike /tmp on some machines (the bench measures durable commits), and within reach of the user
/// `postgres`, unlike a home folder.
const PARENT: &str = "/var/tmp";
const PREFIX: &str = "shuxiang-postgres-";

pub enum Durability {
    /// For tests of what it does: no waiting for the disk.
    Off,
    /// As in service, for the bench.
    On,
}

pub struct Postgres {
    // Dropped first: the server ends before its folder goes.
    _service: Service,
    _dir: Dir,
    /// `postgres://user:password@127.0.0.1:port/postgres`, a superuser's: tests make databases of their own.
    pub url: String,
}

struct Dir(PathBuf);

impl Drop for Dir {
    fn drop(&mut self) {
        if let Err(e) = paths::remove(&self.0) {
            eprintln!("xtask: {e}");
        }
    }
}

/// Folder of PostgreSQL 15's programs, or of the newest one that is there.
pub fn bin() -> Option<PathBuf> {
    let mut versions: Vec<u32> =
        std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten().filter_map(|e| e.file_name().to_str()?.parse().ok()).collect();
    versions.sort_by_key(|v| (*v == 15, *v));
    versions.iter().rev().map(|v| PathBuf::from(format!("/usr/lib/postgresql/{v}/bin"))).find(|bin| bin.join("initdb").is_file())
}

impl Postgres {
    pub fn start(durability: Durability) -> Result<Postgres> {
        debian::need(&[&debian::POSTGRES, &debian::SETPRIV])?;
        let bin = bin().ok_or("PostgreSQL is not under /usr/lib/postgresql")?;
        remove_stale();
        let dir = Dir(Path::new(PARENT).join(format!("{PREFIX}{}", std::process::id())));
        paths::remove(&dir.0)?;
        paths::create(&dir.0)?;
        let password = random()?;
        let password_file = dir.0.join("password");
        paths::write(&password_file, &password)?;
        let data = dir.0.join("data");
        if debian::is_root() {
            // PostgreSQL refuses to run as root.
            let mut chown = Command::new("chown");
            chown.arg("-R").arg("postgres:postgres").arg(&dir.0);
            process::run(chown)?;
        }
        std::fs::set_permissions(&dir.0, PermissionsExt::from_mode(0o700)).map_err(|e| e.to_string())?;

        let mut initdb = Command::new("setpriv");
        initdb.args(privileges()).arg("--").arg(bin.join("initdb")).arg("--pgdata").arg(&data).arg("--pwfile").arg(&password_file);
        initdb.args([
            "--username=shuxiang",
            "--auth-local=trust",
            "--auth-host=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ]);
        process::run(quiet(initdb))?;

        let port = TcpListener::bind(("127.0.0.1", 0)).and_then(|l| l.local_addr()).map_err(|e| e.to_string())?.port();
        let mut argv =
            vec![bin.join("postgres").display().to_string(), "-D".into(), data.display().to_string(), "-p".into(), port.to_string()];
        let durable = match durability {
            Durability::Off => "off",
            Durability::On => "on",
        };
        for setting in [
            "listen_addresses=127.0.0.1",
            &format!("unix_socket_directories={}", dir.0.display()),
            &format!("fsync={durable}"),
            &format!("synchronous_commit={durable}"),
            &format!("full_page_writes={durable}"),
            "max_connections=200",
            "shared_buffers=256MB",
            "max_wal_size=2GB",
            "log_destination=stderr",
            "logging_collector=off",
            "log_min_messages=error",
        ] {
            argv.extend(["-c".into(), setting.into()]);
        }
        let log = paths::own("log")?.join("postgres.log");
        let log = std::fs::File::create(&log).map_err(|e| format!("cannot write {}: {e}", log.display()))?;
        // QUIT is its immediate shutdown: the folder goes anyway.
        let mut service = Service::start("PostgreSQL", &argv, privileges(), "QUIT", |c| {
            c.stdout(Stdio::null()).stderr(log);
        })?;
        service.wait_until(Duration::from_secs(30), || {
            let mut probe = Command::new(bin.join("pg_isready"));
            probe.args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()]);
            process::succeeds(probe)
        })?;
        Ok(Postgres { _service: service, _dir: dir, url: format!("postgres://shuxiang:{password}@127.0.0.1:{port}/postgres") })
    }
}

fn privileges() -> &'static [&'static str] {
    if debian::is_root() { &["--reuid", "postgres", "--regid", "postgres", "--init-groups"] } else { &[] }
}

/// Its progress says nothing to a person; its complaints go to standard error. Its working folder must be one that
/// the user `postgres` may read.
fn quiet(mut command: Command) -> Command {
    command.stdout(Stdio::null()).current_dir("/");
    command
}

/// 128 bits, in hex. Others on the machine can reach the port: a superuser of a database can run programs.
fn random() -> Result<String> {
    let mut bytes = [0; 16];
    let read = std::fs::File::open("/dev/urandom").and_then(|mut f| f.read_exact(&mut bytes));
    read.map_err(|e| format!("/dev/urandom: {e}"))?;
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}

/// Folders of runs that were killed: their process is gone, and with it, by `pdeathsig`, their server.
fn remove_stale() {
    for entry in std::fs::read_dir(PARENT).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let pid = name.to_str().and_then(|n| n.strip_prefix(PREFIX));
        if pid.is_some_and(|pid| pid.parse::<u32>().is_ok() && !Path::new("/proc").join(pid).exists()) {
            let _ = paths::remove(&entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The real thing, where it is installed: starts, answers a query, and leaves neither process nor folder.
    #[test]
    fn starts_answers_and_goes() {
        let Some(bin) = bin() else {
            println!("skipped: no PostgreSQL here");
            return;
        };
        let postgres = Postgres::start(Durability::Off).expect("starts");
        let ask = |sql: &str| {
            let mut psql = Command::new(bin.join("psql"));
            psql.args([postgres.url.as_str(), "--no-psqlrc", "-tAc", sql]);
            process::read(psql)
        };
        assert_eq!(ask("select 1 + 1").expect("answers").trim(), "2");
        assert_eq!(ask("show fsync").expect("answers").trim(), "off");
        let wrong = postgres.url.replace("shuxiang:", "shuxiang:wrong");
        let mut psql = Command::new(bin.join("psql"));
        psql.args([wrong.as_str(), "-tAc", "select 1"]);
        assert!(!process::succeeds(psql), "another password must not do");
        let dir = postgres._dir.0.clone();
        let url = postgres.url.clone();
        drop(postgres);
        assert!(!dir.exists());
        let mut psql = Command::new(bin.join("psql"));
        psql.args([url.as_str(), "-tAc", "select 1"]);
        assert!(!process::succeeds(psql), "it is still there");
    }
}
