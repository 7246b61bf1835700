//! Times a dashboard over a county's matters: five indicators, each for the county and by township, department and
//! category. The cells are written as they would stand after a count; how many matters is the first argument.
//!
//! `cargo run --release -p insight --example dashboard -- 1000000 [postgres://…]`

use access::{Caller, CallerKind, Grant};
use base::{AccountId, Code, Home, Level, SeatId, SystemClock, Time};
use insight::{Ask, Counting, Days, Every, Tally, breakdown, figure, trend};
use packs::{By as Breakdown, Catalogue, Name};
use std::{collections::BTreeMap, path::Path, sync::Arc, time::Instant};
use store::{By, Database, Store, Value, sql};
use uuid::Uuid;

const INDICATORS: [&str; 5] = ["answered", "solved", "pleased", "on_time", "repeated"];
const TOWNS: i64 = 17;
const VILLAGES: i64 = 215;
const DAYS: i64 = 400;
const CATEGORIES: i64 = 20;
const UNITS: i64 = 9;
/// Today, as days since 1970-01-01: 2026-09-30.
const TODAY: i64 = 20_726;

type Cell = (i64, i64, i64, i64, String);

struct Dice(u64);

impl Dice {
    fn below(&mut self, n: i64) -> i64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 11) % n as u64) as i64
    }
}

fn main() -> base::Result<()> {
    let mut args = std::env::args().skip(1);
    let matters: i64 = args.next().and_then(|n| n.parse().ok()).unwrap_or(100_000);
    let folder = std::env::temp_dir().join(format!("shuxiang-dashboard-{}", Uuid::now_v7()));
    std::fs::create_dir_all(&folder).map_err(base::Error::internal)?;
    let mut databases = vec![("sqlite", Database::Sqlite(folder.join("shuxiang.sqlite")))];
    databases.extend(args.next().map(|url| ("postgres", Database::Postgres(url))));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(base::Error::internal)?;
    for (name, database) in databases {
        runtime.block_on(measure(name, &database, matters))?;
    }
    std::fs::remove_dir_all(&folder).map_err(base::Error::internal)
}

async fn measure(name: &str, database: &Database, matters: i64) -> base::Result<()> {
    let home = Home::new(430_903)?;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
    let folders = ["three_leaders", "direct_line", "worry_free"].map(|p| folder.join(p));
    let catalogue = Catalogue::load(&folders, Some(home)).map_err(|faults| base::Error::internal(faults.to_string()))?;
    let rules = matters::Rules::new(catalogue.clone(), calendar::Calendar::shipped());
    let counting = Counting { rules: Arc::new(rules), starts: 0 };
    let store = Store::open(database, Arc::new(SystemClock), &[access::SCHEMA, matters::SCHEMA, insight::SCHEMA])?;
    let declare = {
        let counting = counting.clone();
        move |unit: &mut store::Unit| {
            unit.write(sql("insert into home (county, name) values ($1, $2) on conflict (county) do nothing").bind(home).bind("演示县"))?;
            insight::declare(unit, &counting)?;
            unit.write(sql("update indicator_series set state = 1, next = null where county = $1").bind(home))?;
            unit.many::<(i64, String)>(
                sql("select id, indicator from indicator_series where county = $1 and pack = $2").bind(home).bind("worry_free"),
            )
        }
    };
    let series = store.command(home, By::system("bench"), declare).await?.value;
    let begun = Instant::now();
    let cells = fill(&store, home, matters, &series).await?;
    if matches!(database, Database::Postgres(_)) {
        // As its autovacuum does within a minute; before that, it plans without knowing how many rows there are.
        store.command(home, By::system("bench"), |unit| unit.write(sql("analyze"))).await?;
    }
    let filled = begun.elapsed().as_secs_f64();
    let leader = |barred: Vec<Uuid>| Caller {
        kind: CallerKind::Staff,
        account: Some(AccountId::fresh()),
        grants: vec![Grant { seat: SeatId::fresh(), role: "county_leader".into(), region: home.code(), unit: None, acting: false }],
        barred,
        ..Caller::system(home, catalogue.clone())
    };
    for (who, caller) in [("leader", leader(Vec::new())), ("barred", leader((0..20).map(Uuid::from_u128).collect()))] {
        for (window, length) in [("month", 30), ("year", 365)] {
            let mut times = Vec::new();
            for _ in 0..21 {
                let caller = caller.clone();
                let look = move |r: &mut store::Reader| {
                    let begun = Instant::now();
                    let mut lines = 0;
                    for indicator in INDICATORS {
                        let last = date(TODAY);
                        let days = Days::new(date(TODAY - length + 1), last)?;
                        let ask = Ask { indicator: Name::new("worry_free", indicator), days, region: None, only: None, starts: 0 };
                        lines += usize::from(figure(r, &caller, &ask)?.value.is_some());
                        lines += breakdown(r, &caller, &ask, &Breakdown::Level(Level::Town))?.len();
                    }
                    Ok((begun.elapsed().as_secs_f64() * 1000.0, lines))
                };
                times.push(store.read(home, look).await?);
            }
            let extra = extras(&store, &caller, home, length).await?;
            times.sort_by(|a, b| a.0.total_cmp(&b.0));
            println!(
                "{}",
                serde_json::json!({
                    "bench": "dashboard", "database": name, "matters": matters, "cells": cells, "filled_s": filled.round(), "who": who, "window": window,
                    "lines": times[0].1, "median_ms": round(times[10].0), "worst_ms": round(times[20].0),
                    "five_by_category_ms": extra.0, "five_by_unit_ms": extra.1, "five_by_day_ms": extra.2,
                })
            );
        }
    }
    Ok(())
}

/// What a dashboard may show besides: categories, departments, the course.
async fn extras(store: &Store, caller: &Caller, home: Home, length: i64) -> base::Result<(f64, f64, f64)> {
    let caller = caller.clone();
    let look = move |r: &mut store::Reader| {
        let days = Days::new(date(TODAY - length + 1), date(TODAY))?;
        let mut times = [0.0; 3];
        for indicator in INDICATORS {
            let ask = Ask { indicator: Name::new("worry_free", indicator), days, region: None, only: None, starts: 0 };
            for (i, time) in times.iter_mut().enumerate() {
                let begun = Instant::now();
                match i {
                    0 => drop(breakdown(r, &caller, &ask, &Breakdown::Category)?),
                    1 => drop(breakdown(r, &caller, &ask, &Breakdown::Unit)?),
                    _ => drop(trend(r, &caller, &ask, Every::Day)?),
                }
                *time += begun.elapsed().as_secs_f64() * 1000.0;
            }
        }
        Ok((round(times[0]), round(times[1]), round(times[2])))
    };
    store.read(home, look).await
}

fn round(ms: f64) -> f64 {
    (ms * 10.0).round() / 10.0
}

fn date(day: i64) -> jiff::civil::Date {
    Time(day * 86_400_000).date()
}

/// Writes the cells of so many matters, spread evenly; gives how many cells there are.
async fn fill(store: &Store, home: Home, matters: i64, series: &[(i64, String)]) -> base::Result<usize> {
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    let mut cells: BTreeMap<(i64, Cell), Tally> = BTreeMap::new();
    let mut about: Vec<Vec<Value>> = Vec::new();
    let mut apart: Vec<Vec<Value>> = Vec::new();
    for n in 0..matters {
        let village = dice.below(VILLAGES);
        let town = home.code().child(Level::Town, 1 + village % TOWNS)?;
        let village = town.child(Level::Village, 201 + village / TOWNS)?;
        let received = TODAY - dice.below(DAYS);
        let category = dice.below(CATEGORIES);
        let unit = category % UNITS;
        let is_about = n % 200 == 0;
        let id = Uuid::from_u128((1 << 100) + n as u128);
        if is_about {
            about.push(vec![home.into(), id.into(), Uuid::from_u128((n / 200 % 500) as u128).into()]);
        }
        for (series, indicator) in series {
            let (day, counts, hit) = match indicator.as_str() {
                "answered" => (received, true, dice.below(100) < 95),
                "solved" | "pleased" => (received + 8, dice.below(100) < 60, dice.below(100) < 80),
                "on_time" => (received + 14, true, dice.below(100) < 90),
                _ => (received, true, dice.below(1000) < 5),
            };
            if !counts || day > TODAY {
                continue;
            }
            let tally = Tally { cases: 1, hits: hit.into(), ..Tally::default() };
            let (by_category, by_unit) = (format!("category_{category}"), format!("unit_{unit}"));
            let spots = [
                (0, town, String::new()),
                (1, village, String::new()),
                (2, town, by_category.clone()),
                (3, town, by_unit.clone()),
                (10, home.code(), String::new()),
                (12, home.code(), by_category.clone()),
                (13, home.code(), by_unit.clone()),
            ];
            for (grain, place, key) in spots {
                *cells.entry((*series, (grain, place.get(), day, day, key))).or_default() += tally;
            }
            if is_about {
                apart.push(piece(home, id, *series, day, town, village, by_category, by_unit, tally));
            }
        }
    }
    let count = cells.len();
    let rows = cells.into_iter().map(|((series, (grain, place, lo, hi, key)), t)| {
        let [cases, hits, outs, mutes, total] = <[i64; 5]>::from(t);
        let mut row: Vec<Value> = vec![home.into(), series.into(), grain.into(), place.into(), lo.into(), hi.into(), key.into()];
        row.extend([Value::from("worry_free.message"), cases.into(), hits.into(), outs.into(), mutes.into(), total.into()]);
        row
    });
    insert(
        store,
        home,
        "indicator_cell (county, series, grain, place, lo, hi, key, flow, cases, hits, outs, mutes, total)",
        rows.collect(),
    )
    .await?;
    insert(store, home, "matter_about (county, subject, about)", about).await?;
    let columns = "indicator_apart (county, matter, series, lo, hi, known, town, village, region, category, unit, handler, flow, cases, hits, outs, mutes, total)";
    insert(store, home, columns, apart).await?;
    Ok(count)
}

#[allow(clippy::too_many_arguments, reason = "one row of a table")]
fn piece(home: Home, id: Uuid, series: i64, day: i64, town: Code, village: Code, category: String, unit: String, t: Tally) -> Vec<Value> {
    let [cases, hits, outs, mutes, total] = <[i64; 5]>::from(t);
    let mut row: Vec<Value> = vec![home.into(), id.into(), series.into(), day.into(), day.into(), day.into()];
    row.extend([town.into(), village.into(), village.into(), category.into(), unit.into(), "".into(), "worry_free.message".into()]);
    row.extend([cases, hits, outs, mutes, total].map(Value::from));
    row
}

async fn insert(store: &Store, home: Home, into: &'static str, rows: Vec<Vec<Value>>) -> base::Result<()> {
    for chunk in rows.chunks(4_000) {
        let chunk = chunk.to_vec();
        let write = move |unit: &mut store::Unit| {
            for some in chunk.chunks(200) {
                let mut q = sql("insert into ");
                q.push(into).push(" values ");
                for (i, row) in some.iter().enumerate() {
                    q.push(if i == 0 { "" } else { ", " }).list(row.iter().cloned());
                }
                unit.write(q)?;
            }
            Ok(())
        };
        store.command(home, By::system("bench"), write).await?;
    }
    Ok(())
}
