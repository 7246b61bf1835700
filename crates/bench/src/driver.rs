//! What the store alone does, without HTTP, packs, permissions and most of the server's statements: for each of a
//! lifecycle's commands a look, an insert, an update, a timer and a journal entry. It is an upper bound and not the
//! server's own SQL.

use crate::{Args, county, running::name};
use base::{Error, Result, SystemClock};
use serde_json::json;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use store::{By, Entry, Store, sql};
use uuid::Uuid;

const IN_FLIGHT: usize = 32;

/// Three commands for each lifecycle: an insert and two updates of a matter, each with its journal entry and timer.
pub async fn run(args: &Args) -> Result<()> {
    let store = Store::open(&county::database(args), Arc::new(SystemClock), &[])?;
    let home = county::home()?;
    let begun = Instant::now();
    let mut tasks = Vec::new();
    for _ in 0..IN_FLIGHT {
        let store = store.clone();
        tasks.push(tokio::spawn(async move {
            let mut n = 0_u64;
            while begun.elapsed() < Duration::from_secs(10) {
                for _ in 0..3 {
                    store
                        .command(home, By::system("bench"), move |unit| {
                            let id = Uuid::now_v7();
                            let now = unit.now();
                            unit.one::<(i64,)>(sql("select count(*) from seat where county = $1 and id = $2").bind(home).bind(id))?;
                            unit.write(
                                sql("insert into word (county, id, subject, field, at, value, salt) values ($1, $2, $3, 'bench', $4, 'bench', null)")
                                    .bind(home)
                                    .bind(id)
                                    .bind(id)
                                    .bind(now),
                            )?;
                            unit.write(sql("update word set value = 'again' where county = $1 and id = $2").bind(home).bind(id))?;
                            unit.set_timer(store::Timer::new(id, base::Time::MAX, "bench", id))?;
                            unit.record(Entry::new("bench.done", ("bench", id), None, json!({ "n": 1 })));
                            Ok(())
                        })
                        .await?;
                }
                n += 1;
            }
            Ok::<u64, Error>(n)
        }));
    }
    let mut n = 0;
    for t in tasks {
        n += t.await.map_err(Error::internal)??;
    }
    let rate = n as f64 / begun.elapsed().as_secs_f64();
    println!("{}", json!({ "bench": "driver", "database": name(args), "lifecycles_a_second": crate::http::round(rate) }));
    Ok(())
}
