//! `bench kills`: kill -9 at any moment under load, again and again. What was acknowledged is there, the chain verifies,
//! and no open matter is without holder or deadline.

use crate::{
    Args,
    client::Client,
    county::{self, County},
    lifecycle::lifecycle,
    running::{self, Running, name},
};
use base::{Error, Result, SystemClock};
use serde_json::json;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use store::{Store, sql};
use uuid::Uuid;

pub fn run(args: &Args, county: &County) -> Result<()> {
    let acknowledged: Mutex<Vec<String>> = Mutex::default();
    let mut seed = 0x5eed_u64;
    for round in 1..=args.rounds {
        let mut server = Running::start(args)?;
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let at = server.at;
        std::thread::scope(|s| {
            for _ in 0..8 {
                s.spawn(|| {
                    let Ok(mut c) = Client::connect(at, &county.tokens["village"]) else { return };
                    while let Ok(id) = lifecycle(&mut c, county) {
                        acknowledged.lock().unwrap_or_else(PoisonError::into_inner).push(id);
                    }
                });
            }
            std::thread::sleep(Duration::from_millis(50 + (seed >> 33) % 400));
            server.kill();
        });
        if round % 20 == 0 || round == args.rounds {
            eprintln!(
                "{round} of {} rounds, {} lifecycles acknowledged",
                args.rounds,
                acknowledged.lock().unwrap_or_else(PoisonError::into_inner).len()
            );
        }
    }
    let ids = acknowledged.into_inner().unwrap_or_else(PoisonError::into_inner);
    let verified = running::command(args).arg("verify").status().map_err(Error::internal)?.success();
    let runtime = tokio::runtime::Runtime::new().map_err(Error::internal)?;
    let (lost, loose) = runtime.block_on(look(args, &ids))?;
    println!(
        "{}",
        json!({ "soak": "kills", "database": name(args), "rounds": args.rounds, "acknowledged": ids.len(), "lost": lost, "chain": verified, "loose": loose })
    );
    if lost > 0 || loose > 0 || !verified {
        return Err(Error::internal("something was lost"));
    }
    Ok(())
}

/// Acknowledged lifecycles that are not there as acknowledged, and open matters without holder or timer.
async fn look(args: &Args, ids: &[String]) -> Result<(i64, i64)> {
    let store = Store::open(&county::database(args), Arc::new(SystemClock), &[])?;
    let home = county::home()?;
    let mut lost = 0;
    for id in ids {
        let id: Uuid = id.parse().map_err(Error::internal)?;
        lost += 1 - store
            .read(home, move |r| {
                r.count(sql("select count(*) from matter where county = $1 and id = $2 and step = 'tell'").bind(home).bind(id))
            })
            .await?;
    }
    let loose = store
        .read(home, move |r| {
            r.count(
                sql("select count(*) from matter m where m.county = $1 and m.open = 1 and (not exists (select 1 from seat s where s.county = m.county
                     and s.id = m.holder) or not exists (select 1 from timer t where t.county = m.county and t.subject = m.id and t.due = m.due))")
                .bind(home),
            )
        })
        .await?;
    Ok((lost, loose))
}
