//! The demo county with as many matters at rest as asked for, and sessions for those who ask.

use crate::{Args, What, map, running};
use access::{Device, open_session};
use base::{AccountId, Code, Error, Home, Level, Result, SeatId, SystemClock, Time};
use std::{collections::BTreeMap, fs, process::Stdio, sync::Arc};
use store::{By, Database, Sql, Store, sql};
use uuid::Uuid;

/// Who asks, by name: `county`, `town`, `village`, `group`, `twelve`.
pub struct County {
    pub tokens: BTreeMap<&'static str, String>,
    /// A village with its group's code, for new reports.
    pub group: Code,
    pub open: Vec<Uuid>,
}

/// New matters in one command: far more than a writer would take from people, since nobody waits.
const CHUNK: i64 = 500;

pub fn home() -> Result<Home> {
    Home::new(430_903)
}

pub fn database(args: &Args) -> Database {
    match &args.database {
        Some(url) => Database::Postgres(url.clone()),
        None => Database::Sqlite(running::folder(args).join("shuxiang.sqlite")),
    }
}

pub async fn prepare(args: &Args) -> Result<County> {
    let folder = running::folder(args);
    fs::create_dir_all(&folder).map_err(Error::internal)?;
    if !folder.join("filled").is_file() {
        eprintln!("loading the demo county");
        let loaded = running::command(args)
            .arg("demo")
            .arg("--data")
            .arg(&folder)
            .arg("--regions")
            .arg(&args.regions)
            .stderr(Stdio::inherit())
            .status();
        if !loaded.map_err(Error::internal)?.success() {
            return Err(Error::internal("the demo county could not be loaded"));
        }
    }
    let store = Store::open(&database(args), Arc::new(SystemClock), &[])?;
    if !folder.join("filled").is_file() {
        fill(&store, args).await?;
        fs::write(folder.join("filled"), "").map_err(Error::internal)?;
    }
    people(&store).await
}

/// Copies a closed and an open matter of the demo until there are `n`, each with an id, number, place and time of its
/// own; the open ones with their timers.
async fn fill(store: &Store, args: &Args) -> Result<()> {
    let (n, typed, placed) = (args.matters, args.database.is_some(), args.what == What::Map);
    let home = home()?;
    let columns: Vec<&str> = matters::SCHEMA[0].tables[0].columns.split(',').filter_map(|c| c.split_whitespace().next()).collect();
    let columns: Vec<&str> = columns.into_iter().filter(|c| !matches!(*c, "primary" | "id)")).collect();
    let (open, closed): (Uuid, Uuid) = store.read(home, move |r| template(r, home)).await?;
    let seats: Vec<(SeatId, Code)> = store
        .read(home, move |r| r.many(sql("select id, region from seat where county = $1 and role = 'group_leader' order by id").bind(home)))
        .await?;
    let duty: BTreeMap<Code, SeatId> = store
        .read(home, move |r| {
            r.many::<(Code, SeatId)>(sql("select region, id from seat where county = $1 and role = 'village_duty'").bind(home))
        })
        .await?
        .into_iter()
        .collect();
    let centres: Vec<(f64, f64)> = store
        .read(home, move |r| {
            r.many(
                sql("select long, lat from centre where county = $1 and level = $2 order by region").bind(home).bind(Level::Village as i64),
            )
        })
        .await?;
    let (columns, seats, duty, centres) = (Arc::new(columns), Arc::new(seats), Arc::new(duty), Arc::new(centres));
    let now = store.now();
    for chunk in 0..n / CHUNK {
        if chunk % 200 == 0 {
            eprintln!("{} of {n} matters", chunk * CHUNK);
        }
        let (columns, seats, duty, centres) = (columns.clone(), seats.clone(), duty.clone(), centres.clone());
        store
            .command(home, By::system("bench"), move |unit| {
                for i in chunk * CHUNK..(chunk + 1) * CHUNK {
                    let (_, group) = seats[(i as usize).wrapping_mul(7919) % seats.len()];
                    let is_open = i % 20 == 0 || placed;
                    let received = Time(now.0 - (i % 400) * 86_400_000 - i);
                    // Deadlines far enough away that none passes while it is measured.
                    let due = Time(if is_open { now.0 + 30 * 86_400_000 + i } else { received.0 + 10 * 86_400_000 });
                    let id = Uuid::now_v7();
                    let holder = group.at(Level::Village).and_then(|v| duty.get(&v)).copied();
                    let q = copy(
                        &columns,
                        home,
                        Template { id: if is_open { open } else { closed }, typed },
                        id,
                        i,
                        group,
                        holder,
                        received,
                        due,
                        placed.then(|| map::spot(i, &centres)),
                    );
                    unit.write(q)?;
                    if is_open {
                        unit.set_timer(store::Timer::new(store::timer::id(id, "due")?, due, "matter.due", id))?;
                    }
                }
                Ok(())
            })
            .await?;
    }
    Ok(())
}

/// A matter of each sort from the demo.
fn template(r: &mut store::Reader, home: Home) -> Result<(Uuid, Uuid)> {
    let mut one = |open: bool| -> Result<Uuid> {
        let row: Option<(Uuid,)> = r.one(
            sql(
                "select id from matter where county = $1 and open = $2 and flow = 'report' and step in ('handle', 'confirm', 'sort')
                 and child is null and parent is null and paused_at is null and asked is null and outer_number is null order by id limit 1",
            )
            .bind(home)
            .bind(open),
        )?;
        row.map(|(id,)| id).ok_or_else(|| Error::internal("the demo has no matter to copy"))
    };
    Ok((one(true)?, one(false)?))
}

/// The matter that is copied.
#[derive(Clone, Copy)]
struct Template {
    id: Uuid,
    /// PostgreSQL must be told the type of a value in a select list; SQLite would make a number of a cast blob.
    typed: bool,
}

fn typed<'q>(q: &'q mut Sql, value: impl Into<store::Value>, of: &str, typed: bool) -> &'q mut Sql {
    if !typed {
        return q.arg(value);
    }
    q.push("cast(").arg(value).push(" as ").push(of).push(")")
}

#[allow(clippy::too_many_arguments, reason = "the columns that differ")]
fn copy(
    columns: &[&str],
    home: Home,
    of: Template,
    id: Uuid,
    i: i64,
    group: Code,
    holder: Option<SeatId>,
    received: Time,
    due: Time,
    spot: Option<i64>,
) -> Sql {
    let mut q = sql("insert into matter (");
    q.push(&columns.join(", ")).push(") select ");
    for (n, column) in columns.iter().enumerate() {
        if n > 0 {
            q.push(", ");
        }
        match *column {
            "id" => typed(&mut q, id, "uuid", of.typed),
            "number" => typed(&mut q, format!("B-{i:07}"), "text", of.typed),
            "region" | "grp" => typed(&mut q, group, "bigint", of.typed),
            "village" => typed(&mut q, group.at(Level::Village), "bigint", of.typed),
            "town" => typed(&mut q, group.at(Level::Town), "bigint", of.typed),
            "spot" if spot.is_some() => typed(&mut q, spot, "bigint", of.typed),
            "holder" if holder.is_some() => typed(&mut q, holder, "uuid", of.typed),
            "received_at" => typed(&mut q, received, "bigint", of.typed),
            "due" | "clock_due" | "step_due" => typed(&mut q, due, "bigint", of.typed),
            other => q.push(other),
        };
    }
    q.push(" from matter where county = ").arg(home).push(" and id = ").arg(of.id);
    q
}

/// A session for one seat of each level, and for one person with twelve seats.
async fn people(store: &Store) -> Result<County> {
    let home = home()?;
    let mut tokens = BTreeMap::new();
    for (name, role) in [
        ("county", "county_leader"),
        ("town", "township_duty"),
        ("village", "village_duty"),
        ("group", "group_leader"),
        ("lead", "village_lead"),
    ] {
        let account = holder(store, home, role).await?;
        tokens.insert(name, session(store, home, account).await?);
    }
    let twelve = holder(store, home, "desk").await.or(holder(store, home, "county_desk").await)?;
    let until = Time(store.now().0 + 30 * 86_400_000);
    store
        .command(home, By::system("bench"), move |unit| {
            let seats: Vec<(SeatId,)> =
                unit.many(sql("select id from seat where county = $1 and role = 'village_duty' order by region limit 12").bind(home))?;
            let there = sql("select count(*) from tenure where county = $1 and account = $2 and kind = 2").bind(home).bind(twelve);
            if unit.count(there)? > 0 {
                return Ok(());
            }
            for (seat,) in seats {
                unit.write(
                    sql("insert into tenure (county, id, seat, account, kind, since, until) values ($1, $2, $3, $4, 2, 0, $5)")
                        .bind(home)
                        .bind(Uuid::now_v7())
                        .bind(seat)
                        .bind(twelve)
                        .bind(until),
                )?;
            }
            Ok(())
        })
        .await?;
    tokens.insert("twelve", session(store, home, twelve).await?);
    let group: Vec<(Code,)> = store
        .read(home, move |r| {
            r.many(
                sql("select g.region from seat g join tenure t on t.county = g.county and t.seat = g.id where g.county = $1 and g.role = 'group_leader' order by g.id limit 1")
                    .bind(home),
            )
        })
        .await?;
    let open: Vec<(Uuid,)> = store
        .read(home, move |r| {
            r.many(sql("select id from matter where county = $1 and open = 1 order by due desc, id limit 2000").bind(home))
        })
        .await?;
    let group = group.first().map(|(g,)| *g).ok_or_else(|| Error::internal("the demo has no group leader"))?;
    Ok(County { tokens, group, open: open.into_iter().map(|(id,)| id).collect() })
}

/// Sessions for those who open the pages, by the names that the pages' list has for them (web/tests/browser.mjs).
pub async fn faces(args: &Args) -> Result<BTreeMap<&'static str, String>> {
    let store = Store::open(&database(args), Arc::new(SystemClock), &[])?;
    let mut tokens = BTreeMap::new();
    for (name, role) in [
        ("desk", "county_desk"),
        ("leader", "county_leader"),
        ("township", "township_duty"),
        ("village", "village_duty"),
        ("secretary", "village_lead"),
        ("it", "county_it"),
        ("neighbour", "neighbour_leader"),
        ("group", "group_leader"),
        ("area", "area_leader"),
    ] {
        let account = holder(&store, home()?, role).await?;
        tokens.insert(name, session(&store, home()?, account).await?);
    }
    let resident: Option<(AccountId,)> = store
        .read(home()?, |r| {
            r.one(sql("select resident from matter where county = $1 and resident is not null order by id limit 1").bind(r.home()))
        })
        .await?;
    if let Some((resident,)) = resident {
        tokens.insert("resident", session(&store, home()?, resident).await?);
    }
    Ok(tokens)
}

async fn holder(store: &Store, home: Home, role: &'static str) -> Result<AccountId> {
    let row: Option<(AccountId,)> = store
        .read(home, move |r| {
            r.one(
                sql("select t.account from seat s join tenure t on t.county = s.county and t.seat = s.id where s.county = $1 and s.role = $2
                     and t.kind = 0 order by s.id limit 1")
                .bind(home)
                .bind(role),
            )
        })
        .await?;
    row.map(|(a,)| a).ok_or_else(|| Error::internal(format!("nobody sits as {role}")))
}

async fn session(store: &Store, home: Home, account: AccountId) -> Result<String> {
    let opened = store.command(home, By::system("bench"), move |unit| open_session(unit, account, &Device("bench".into()), true)).await?;
    Ok(opened.value.token)
}
