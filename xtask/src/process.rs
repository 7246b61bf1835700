//! Children: started in groups of their own, so that an interrupt ends whole families, and never waited for after one.
//!
//! A *command* is waited for; SIGINT, SIGTERM and SIGHUP end it, the waiting call returns an error, and the way out
//! runs every `Drop`. A *service* runs beside commands and ends when its value is dropped; the kernel ends it too if
//! this process is killed outright (`setpriv --pdeathsig`, of util-linux, which every Debian has).

use crate::Result;
use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM},
    iterator::Signals,
};
use std::{
    io::{BufRead, BufReader},
    os::unix::process::CommandExt,
    process::{Child, Command, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::sleep,
    time::{Duration, Instant},
};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);
/// Process group of the command that is waited for. One at a time: commands run in order.
static RUNNING: Mutex<Option<u32>> = Mutex::new(None);

/// After the first signal the running command has this long to end by itself.
const GRACE: Duration = Duration::from_secs(5);

pub fn watch_signals() {
    let Ok(mut signals) = Signals::new([SIGINT, SIGTERM, SIGHUP]) else { return };
    std::thread::spawn(move || {
        for _ in signals.forever() {
            let again = INTERRUPTED.swap(true, Ordering::SeqCst);
            let group = RUNNING.lock().ok().and_then(|g| *g);
            let Some(group) = group else { continue };
            signal_group(group, if again { "KILL" } else { "TERM" });
            std::thread::spawn(move || {
                sleep(GRACE);
                if RUNNING.lock().is_ok_and(|g| *g == Some(group)) {
                    signal_group(group, "KILL");
                }
            });
        }
    });
}

/// By the shell's own `kill`: the standard library has none, and the program `kill` is not on every machine.
fn signal_group(group: u32, signal: &str) {
    let _ = Command::new("sh").arg("-c").arg(format!("kill -{signal} -{group}")).stderr(Stdio::null()).status();
}

/// `cargo` as it was called, in the workspace's root.
pub fn cargo(args: &[&str]) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(args).current_dir(crate::paths::root());
    // `cargo run` hands down what it set for this package; a nested cargo would take it for its own.
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|n| n.starts_with("CARGO_PKG_") || n.starts_with("CARGO_MANIFEST_")) {
            cargo.env_remove(&name);
        }
    }
    cargo
}

/// Runs to the end, output shown as it comes.
pub fn run(mut command: Command) -> Result<()> {
    let child = start(&mut command)?;
    finish(child, &command)
}

/// Runs to the end and gives what it wrote to standard output.
pub fn read(mut command: Command) -> Result<String> {
    let mut text = String::new();
    each_line(&mut command, |line| {
        text.push_str(line);
        text.push('\n');
    })?;
    Ok(text)
}

/// Runs to the end; each line of its standard output goes to `line`.
pub fn each_line(command: &mut Command, mut line: impl FnMut(&str)) -> Result<()> {
    let mut child = start(command.stdout(Stdio::piped()))?;
    let out = child.stdout.take().ok_or("no pipe")?;
    for text in BufReader::new(out).lines().map_while(std::io::Result::ok) {
        line(&text);
    }
    finish(child, command)
}

/// Whether it runs and succeeds, in silence.
pub fn succeeds(mut command: Command) -> bool {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|s| s.success())
}

fn start(command: &mut Command) -> Result<Child> {
    let mut running = RUNNING.lock().map_err(|_| "a thread died")?;
    if INTERRUPTED.load(Ordering::SeqCst) {
        return Err(interrupted());
    }
    let child = command.stdin(Stdio::null()).process_group(0).spawn().map_err(|e| format!("cannot start {}: {e}", shown(command)))?;
    *running = Some(child.id());
    Ok(child)
}

fn finish(mut child: Child, command: &Command) -> Result<()> {
    let status = child.wait().map_err(|e| e.to_string());
    if let Ok(mut running) = RUNNING.lock() {
        *running = None;
    }
    if INTERRUPTED.load(Ordering::SeqCst) {
        return Err(interrupted());
    }
    match status? {
        s if s.success() => Ok(()),
        s => Err(format!("{s}: {}", shown(command))),
    }
}

fn interrupted() -> String {
    "被中断 / interrupted".into()
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|w| w.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

/// Runs beside us until dropped.
pub struct Service {
    child: Child,
    name: &'static str,
    /// Signal that asks it to end, as `kill` names it.
    stop: &'static str,
}

impl Service {
    /// `argv` is the program and its arguments; `privileges` what `setpriv` is to change first.
    pub fn start(
        name: &'static str,
        argv: &[String],
        privileges: &[&str],
        stop: &'static str,
        adapt: impl FnOnce(&mut Command),
    ) -> Result<Self> {
        if INTERRUPTED.load(Ordering::SeqCst) {
            return Err(interrupted());
        }
        let mut command = Command::new("setpriv");
        command.args(privileges).args(["--pdeathsig", stop, "--"]).args(argv).stdin(Stdio::null()).process_group(0);
        adapt(&mut command);
        let child = command.spawn().map_err(|e| format!("cannot start {name}: {e}"))?;
        Ok(Service { child, name, stop })
    }

    /// Asks every 50 ms until `ready`, at most `most`; an error if it ends before.
    pub fn wait_until(&mut self, most: Duration, mut ready: impl FnMut() -> bool) -> Result<()> {
        let begin = Instant::now();
        while !ready() {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(format!("{} ended at its start: {status}", self.name));
            }
            if INTERRUPTED.load(Ordering::SeqCst) {
                return Err(interrupted());
            }
            if begin.elapsed() > most {
                return Err(format!("{} is not ready after {} s", self.name, most.as_secs()));
            }
            sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// Waits until it ends by itself or the person interrupts.
    pub fn wait(&mut self) -> Result<()> {
        loop {
            match self.child.try_wait() {
                Ok(None) if INTERRUPTED.load(Ordering::SeqCst) => return Ok(()),
                Ok(None) => sleep(Duration::from_millis(100)),
                Ok(Some(status)) if status.success() => return Ok(()),
                Ok(Some(status)) => return Err(format!("{} ended: {status}", self.name)),
                Err(e) => return Err(e.to_string()),
            }
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let group = self.child.id();
        for signal in [self.stop, "KILL"] {
            let begin = Instant::now();
            if matches!(self.child.try_wait(), Ok(None)) {
                signal_group(group, signal);
            }
            while begin.elapsed() < GRACE {
                if !matches!(self.child.try_wait(), Ok(None)) {
                    return;
                }
                sleep(Duration::from_millis(20));
            }
        }
    }
}
