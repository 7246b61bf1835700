//! The server as a child process.

use crate::{Args, client::Client, cpu};
use base::{Error, Result};
use serde_json::json;
use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

pub struct Running {
    pub child: Child,
    pub at: SocketAddr,
    /// From the start of the process to its first right answer.
    pub took: Duration,
}

/// Processor seconds so far.
#[derive(Clone, Copy)]
pub struct Spent {
    pub server: f64,
    /// All its processes; 0 where the database is in the server.
    pub database: f64,
}

impl Spent {
    pub fn since(self, before: Spent) -> Spent {
        Spent { server: self.server - before.server, database: self.database - before.database }
    }

    pub fn whole(self) -> f64 {
        self.server + self.database
    }
}

impl Running {
    pub fn start(args: &Args) -> Result<Running> {
        Running::start_taped(args, None)
    }

    /// `tape`: where the server records what it asks of its database.
    pub fn start_taped(args: &Args, tape: Option<&Path>) -> Result<Running> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|l| l.local_addr()).map_err(Error::internal)?.port();
        let at = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let mut command = command(args);
        command.envs(tape.map(|tape| ("STORE_TAPE", tape)));
        command.arg("serve").arg("--listen").arg(at.to_string());
        let begun = Instant::now();
        let child = command.spawn().map_err(Error::unavailable)?;
        let mut running = Running { child, at, took: Duration::ZERO };
        while begun.elapsed() < Duration::from_secs(60) {
            let answered = Client::connect(at, "").and_then(|mut c| c.get("/api/health")).is_ok_and(|a| a.status == 200);
            if answered {
                running.took = begun.elapsed();
                return Ok(running);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Err(Error::unavailable("the server did not answer within 60 s"))
    }

    /// Waits until the server has counted its figures for what was put into the database beneath it, so that nothing but
    /// the requests is measured.
    pub fn settle(&self, args: &Args) -> Result<()> {
        const STEP: Duration = Duration::from_secs(2);
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(1800) {
            let before = self.spent(args)?;
            std::thread::sleep(STEP);
            if self.spent(args)?.since(before).whole() < 0.05 * STEP.as_secs_f64() {
                return Ok(());
            }
        }
        Err(Error::unavailable("the server was still busy with itself after half an hour"))
    }

    pub fn spent(&self, args: &Args) -> Result<Spent> {
        let mut spent = Spent { server: cpu::seconds(self.pid()), database: 0.0 };
        if let Some(url) = &args.database {
            let postmaster = cpu::postmaster(url).ok_or_else(|| {
                Error::unavailable(
                    "no PostgreSQL with this port in its command line (-p) runs on this machine: what it spends cannot be counted",
                )
            })?;
            spent.database = cpu::tree(postmaster).into_iter().map(cpu::seconds).sum();
        }
        Ok(spent)
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// kill -9.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

/// `shuxiang` on the data of this measurement.
pub fn command(args: &Args) -> Command {
    let mut c = Command::new(&args.server);
    c.env("SHUXIANG_DATA_FOLDER", folder(args)).env("SHUXIANG_PACKS", &args.packs).env("SHUXIANG_LOG", "warn");
    if let Some(url) = &args.database {
        c.env("SHUXIANG_DATABASE", url);
    }
    c.stdout(Stdio::null()).stdin(Stdio::null());
    c
}

pub fn folder(args: &Args) -> std::path::PathBuf {
    args.data.join(name(args))
}

pub fn name(args: &Args) -> &'static str {
    if args.database.is_some() { "postgres" } else { "sqlite" }
}

/// `bench start`.
pub fn start(args: &Args) -> Result<()> {
    let mut took = Vec::new();
    for _ in 0..5 {
        took.push(Running::start(args)?.took.as_millis() as u64);
    }
    took.sort_unstable();
    println!(
        "{}",
        json!({ "bench": "start", "database": name(args), "matters": args.matters, "ms": took[2], "least": took[0], "most": took[4] })
    );
    Ok(())
}
