//! `bench lifecycle`: create, assign, resolve, search, each durable, from 32 keep-alive connections.

use crate::{
    Args,
    client::Client,
    county::County,
    http::{report, round},
    running::{Running, name},
};
use base::{Error, Result};
use serde_json::json;
use std::{
    path::Path,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::{Duration, Instant},
};

const CONNECTIONS: usize = 32;
const MEASURED: Duration = Duration::from_secs(20);

/// Gives the lifecycles a second.
pub fn run(args: &Args, county: &County) -> Result<f64> {
    let server = Running::start(args)?;
    server.settle(args)?;
    let lone = lone(&server, county)?;
    let begun = Instant::now();
    let rate = load(&server, county, MEASURED)? as f64 / begun.elapsed().as_secs_f64();
    println!(
        "{}",
        json!({ "bench": "lifecycle", "database": name(args), "matters": args.matters, "connections": CONNECTIONS, "lifecycles_a_second": round(rate),
            "commands_a_second": round(rate * 3.0), "lone_command_ms": round(lone) })
    );
    Ok(rate)
}

/// Has the server record on `tape` what it asks of its database; gives how many lifecycles that were.
pub fn recorded(args: &Args, county: &County, tape: &Path, how_long: Duration) -> Result<u64> {
    load(&Running::start_taped(args, Some(tape))?, county, how_long)
}

/// As many lifecycles as all connections together get done.
fn load(server: &Running, county: &County, how_long: Duration) -> Result<u64> {
    let (done, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    let outcome: Result<()> = std::thread::scope(|s| {
        let workers: Vec<_> = (0..CONNECTIONS).map(|_| s.spawn(|| worker(server, county, &done, &stop))).collect();
        std::thread::sleep(how_long);
        stop.store(true, Ordering::SeqCst);
        workers.into_iter().try_for_each(|w| w.join().map_err(|_| Error::internal("a worker broke"))?)
    });
    outcome?;
    Ok(done.load(Ordering::SeqCst))
}

/// One command when nothing else runs: the median of 50.
fn lone(server: &Running, county: &County) -> Result<f64> {
    let mut c = Client::connect(server.at, &county.tokens["village"])?;
    let mut took = Vec::new();
    for _ in 0..50 {
        let begun = Instant::now();
        c.post("/api/matters", &report(county), &uuid::Uuid::new_v4().to_string())?.ok("create")?;
        took.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    took.sort_by(f64::total_cmp);
    Ok(took[25])
}

fn worker(server: &Running, county: &County, done: &AtomicU64, stop: &AtomicBool) -> Result<()> {
    let mut c = Client::connect(server.at, &county.tokens["village"])?;
    while !stop.load(Ordering::Relaxed) {
        lifecycle(&mut c, county)?;
        done.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}

pub fn lifecycle(c: &mut Client, county: &County) -> Result<String> {
    let key = || uuid::Uuid::new_v4().to_string();
    let opened = c.post("/api/matters", &report(county), &key())?.ok("create")?;
    let id = opened["id"].as_str().unwrap_or_default().to_owned();
    c.post(&format!("/api/matters/{id}/moves"), &json!({ "move": "area", "form": {} }), &key())?.ok("assign")?;
    c.post(&format!("/api/matters/{id}/moves"), &json!({ "move": "done", "form": { "answer": "演示：已处理" } }), &key())?.ok("resolve")?;
    c.get("/api/matters?most=10&step=tell")?.ok("search")?;
    Ok(id)
}
