//! A county with a pack of its own, and matters whose rows are written as the engine would leave them.
#![allow(dead_code, reason = "each test file uses its part")]

use access::{Caller, CallerKind, Grant};
use base::{AccountId, Code, Home, Level, MatterId, SeatId, Time};
use insight::Counting;
use packs::{Catalogue, Source};
use std::sync::Arc;
use store::{By, Entry, Migration, Store, Unit, sql, testing};
use uuid::Uuid;

pub const PACK: &str = include_str!("pack.yaml");

pub const PARTS: &[&[Migration]] = &[access::SCHEMA, matters::SCHEMA, insight::SCHEMA];

pub fn catalogue(pack: &str) -> Catalogue {
    let sources = [Source { path: "figures/pack.yaml".into(), text: pack.into() }];
    Catalogue::read(&sources, Some(testing::home())).unwrap_or_else(|faults| panic!("{faults}"))
}

pub fn counting(pack: &str, starts: u8) -> Counting {
    let rules = matters::Rules::new(catalogue(pack), calendar::Calendar::shipped());
    Counting { rules: Arc::new(rules), starts }
}

pub fn t(s: &str) -> Time {
    s.parse().expect(s)
}

pub fn code(s: &str) -> Code {
    s.parse().expect(s)
}

/// Small numbers without pattern, the same in every run.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % n
    }

    pub fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }

    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

/// What figures depend on.
#[derive(Clone, Debug)]
pub struct Row {
    pub id: MatterId,
    pub flow: &'static str,
    pub region: Code,
    pub category: Option<&'static str>,
    pub received_at: Time,
    pub due_at: Time,
    pub resolved_at: Option<Time>,
    pub answered_at: Option<Time>,
    pub asked_at: Option<Time>,
    pub closed_at: Option<Time>,
    pub ended_as: Option<&'static str>,
    pub solved: Option<&'static str>,
    pub pleased: Option<i64>,
    pub repeated: bool,
    pub holder: SeatId,
    pub about: Vec<Uuid>,
    pub source: &'static str,
    /// When it is counted by hand, for figures that look at the present moment.
    pub seen_at: Time,
}

impl Row {
    pub fn new(region: Code, received_at: Time) -> Row {
        Row {
            id: MatterId::fresh(),
            flow: "report",
            region,
            category: Some("roads"),
            received_at,
            due_at: Time(received_at.0 + 10 * 86_400_000),
            resolved_at: None,
            answered_at: None,
            asked_at: None,
            closed_at: None,
            ended_as: None,
            solved: None,
            pleased: None,
            repeated: false,
            holder: seat(0),
            about: Vec::new(),
            source: "phone",
            seen_at: received_at,
        }
    }

    /// Writes the row as it is now, with an entry in the journal as every command of the engine leaves one.
    pub fn save(&self, unit: &mut Unit, version: &str) -> base::Result<()> {
        let home = unit.home();
        unit.write(sql("delete from matter where county = $1 and id = $2").bind(home).bind(self.id))?;
        let mut q = sql("insert into matter (county, id, pack, flow, version, step, open, ended_as, region, town, village, grp, category, urgent, title,
            holder, waits, card, late, received_at, step_since, clock_due, due, provisional, clock_late, identity, resolved_at, answered_at,
            asked_at, closed_at, solved, pleased, returns, reopened, same_as, source, revisit, tally, body) values (");
        let row = [
            home.into(),
            self.id.into(),
            "figures".into(),
            self.flow.into(),
            version.into(),
            "handle".into(),
            self.closed_at.is_none().into(),
            self.ended_as.into(),
            self.region.into(),
            self.region.at(Level::Town).into(),
            self.region.at(Level::Village).into(),
            self.region.at(Level::Group).into(),
            self.category.into(),
            false.into(),
            "".into(),
            self.holder.into(),
            0.into(),
            0.into(),
            0.into(),
            self.received_at.into(),
            self.received_at.into(),
            self.due_at.into(),
            self.due_at.into(),
            false.into(),
            false.into(),
            0.into(),
            self.resolved_at.into(),
            self.answered_at.into(),
            self.asked_at.into(),
            self.closed_at.into(),
            self.solved.into(),
            self.pleased.into(),
            0.into(),
            0.into(),
            self.repeated.then_some(self.id).into(),
            self.source.into(),
            false.into(),
            "{}".into(),
            store::Value::from("{}"),
        ];
        for (i, value) in row.into_iter().enumerate() {
            q.push(if i == 0 { "" } else { ", " }).arg(value);
        }
        q.push(")");
        unit.write(q)?;
        for about in &self.about {
            unit.write(
                sql(
                    "insert into matter_about (county, subject, about) values ($1, $2, $3) on conflict (county, subject, about) do nothing",
                )
                .bind(home)
                .bind(self.id)
                .bind(*about),
            )?;
        }
        unit.record(Entry::new("matter.changed", ("matter", self.id.uuid()), Some(self.region), serde_json::json!({})));
        Ok(())
    }
}

pub async fn save(store: &Store, counting: &Counting, rows: &[Row]) {
    let version = counting.rules.catalogue.pack("figures").expect("the pack").hash.clone();
    for chunk in rows.chunks(500) {
        let (chunk, version) = (chunk.to_vec(), version.clone());
        let command = move |unit: &mut Unit| chunk.iter().try_for_each(|row| row.save(unit, &version));
        store.command(testing::home(), By::system("test"), command).await.expect("saves");
    }
}

/// Seats 0 to 2 are of the water department, 3 to 5 of the county's leader, 6 to 8 of an unpaid leader.
pub fn seat(n: u8) -> SeatId {
    SeatId::from_uuid(Uuid::from_u128(0x5ea7_0000 + u128::from(n)))
}

/// A county with its seats, and the series declared.
pub async fn begin(store: &Store, counting: &Counting) {
    let counting = counting.clone();
    let command = move |unit: &mut Unit| {
        let home = unit.home();
        for n in 0..9 {
            let (role, of) = match n / 3 {
                0 => ("department", Some("water")),
                1 => ("county_leader", None),
                _ => ("group_leader", None),
            };
            unit.write(
                sql("insert into seat (county, id, role, region, unit, made) values ($1, $2, $3, $4, $5, 0) on conflict (county, id) do nothing")
                    .bind(home)
                    .bind(seat(n))
                    .bind(role)
                    .bind(home.code())
                    .bind(of),
            )?;
        }
        counting.rules.keep(unit)?;
        insight::declare(unit, &counting)
    };
    store.command(testing::home(), By::system("test"), command).await.expect("begins");
}

/// Someone with a seat of this role at this place, who must not meet what is about `barred`.
pub fn caller(counting: &Counting, role: &str, region: Code, barred: &[Uuid]) -> Caller {
    let home: Home = testing::home();
    let grant = Grant { seat: SeatId::fresh(), role: role.into(), region, unit: None, acting: false };
    Caller {
        kind: CallerKind::Staff,
        account: Some(AccountId::fresh()),
        grants: vec![grant],
        barred: barred.to_vec(),
        ..Caller::system(home, counting.rules.catalogue.clone())
    }
}
