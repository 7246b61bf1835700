//! One model: what a list's SQL returns is what the decision allows, for random callers and random rows.

use crate::common::*;
use access::*;
use base::{AccountId, Code, Id, SeatId};
use packs::{Action, Name, Subject};
use std::collections::BTreeSet;
use store::{By, Class, Migration, Sql, Table, sql, testing};
use uuid::Uuid;

const LISTED: &[Migration] = &[Migration {
    part: "listed",
    version: 1,
    tables: &[
        Table {
            name: "listed",
            class: Class::County,
            columns: "county bigint not null, id uuid not null, region bigint not null, town bigint, village bigint, grp bigint,
                holder uuid not null, resident uuid, primary key (county, id)",
            indexes: &[],
        },
        Table {
            name: "listed_part",
            class: Class::County,
            columns: "county bigint not null, listed uuid not null, seat uuid not null, primary key (county, listed, seat)",
            indexes: &[],
        },
        Table {
            name: "listed_about",
            class: Class::County,
            columns: "county bigint not null, subject uuid not null, about uuid not null, primary key (county, subject, about)",
            indexes: &[],
        },
    ],
    statements: &[],
}];

/// xorshift64*, so that a failure can be seen again.
struct Rng(u64);

impl Rng {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        ((self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize) % n
    }
    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
    fn place(&mut self) -> Code {
        code(PLACES[self.below(PLACES.len())])
    }
}

struct Row {
    id: Uuid,
    region: Code,
    seats: Vec<SeatId>,
    owner: Option<AccountId>,
    about: Vec<Uuid>,
}

const PLACES: [&str; 9] = [
    "430903",
    "430903001",
    "430903101",
    "430903101200",
    "430903101201",
    "430903101200001",
    "430903101200004",
    "4309031012000040001",
    "4309031012000040002",
];

#[test]
fn a_list_shows_what_a_look_up_would_and_nothing_else() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let catalogue = catalogue();
    let roles: Vec<String> = catalogue.roles().map(|r| r.id.clone()).collect();
    for database in testing::databases() {
        runtime.block_on(async {
            let clock = std::sync::Arc::new(base::StoryClock::at(time("2026-11-23T09:00:00+08:00")));
            let store = testing::open(&database, clock, &[SCHEMA, LISTED]).await;
            let home = testing::home();
            let mut rng = Rng(20_261_122);
            let seats: Vec<SeatId> = (0..12).map(|_| Id::fresh()).collect();
            let people: Vec<AccountId> = (0..12).map(|_| Id::fresh()).collect();
            let rows: Vec<Row> = (0..400)
                .map(|_| Row {
                    id: Uuid::now_v7(),
                    region: rng.place(),
                    seats: (0..1 + rng.below(3)).map(|_| *rng.of(&seats)).collect(),
                    owner: (rng.below(2) == 0).then(|| *rng.of(&people)),
                    about: (0..rng.below(3))
                        .map(|_| if rng.below(2) == 0 { rng.of(&people).uuid() } else { rng.of(&seats).uuid() })
                        .collect(),
                })
                .collect();
            let writes: Vec<Sql> = rows.iter().flat_map(|row| insert(home, row)).collect();
            store.command(home, By::system("test"), move |unit| writes.iter().try_for_each(|w| unit.write(w.clone()))).await.expect("rows");
            let subjects =
                [Subject::All, Subject::Flow(Name::new("direct_line", "report")), Subject::Flow(Name::new("three_leaders", "service"))];
            let (mut shown, mut hidden, mut barred, mut by_seat, mut own) = (0, 0, 0, 0, 0);
            for round in 0..150 {
                let mut caller = Caller::nobody(home, catalogue.clone());
                if rng.below(8) > 0 {
                    let me = *rng.of(&people);
                    caller.account = Some(me);
                    caller.kind = if rng.below(2) == 0 { CallerKind::Resident } else { CallerKind::Staff };
                    caller.barred.push(me.uuid());
                }
                for _ in 0..rng.below(4) {
                    let seat = *rng.of(&seats);
                    caller.barred.push(seat.uuid());
                    let grant = Grant { seat, role: rng.of(&roles).clone(), region: rng.place(), unit: None, acting: false };
                    caller.grants.push(grant);
                }
                for _ in 0..rng.below(3) {
                    caller.barred.push(rng.of(&people).uuid());
                }
                if rng.below(10) == 0 {
                    caller.kind = CallerKind::Machine;
                    caller.account = None;
                    caller.grants.clear();
                    let region = rng.place();
                    caller.scopes.push(Scope { on: subjects[1].clone(), actions: [Action::Read, Action::List].into(), region, door: None });
                }
                let on = rng.of(&subjects).clone();
                let want: BTreeSet<Uuid> = rows
                    .iter()
                    .filter(|x| {
                        let object = Object { region: x.region, seats: &x.seats, owner: x.owner, about: &x.about };
                        caller.check(Action::Read, &on, &object).is_ok()
                    })
                    .map(|x| x.id)
                    .collect();
                let unbarred = Caller { barred: Vec::new(), ..caller.clone() };
                for x in &rows {
                    let object = Object { region: x.region, seats: &x.seats, owner: x.owner, about: &x.about };
                    let basis = caller.check(Action::Read, &on, &object);
                    barred += usize::from(basis.is_err() && unbarred.check(Action::Read, &on, &object).is_ok());
                    own += usize::from(matches!(basis, Ok(Basis::Owner)));
                    let outside = !caller.grants.iter().any(|g| g.region.contains(x.region));
                    by_seat += usize::from(outside && matches!(basis, Ok(Basis::Seat { .. })));
                }
                shown += want.len();
                hidden += rows.len() - want.len();
                let asked = (caller.clone(), on.clone());
                let (counted, united) = store
                    .read(home, move |r| {
                        let (caller, on) = asked;
                        let mut q = sql("select m.id from listed m where 1 = 1");
                        caller.filter_all(&mut q, Action::Read, &on, &LIST);
                        let counted: Vec<(Uuid,)> = r.many(q)?;
                        let mut united = BTreeSet::new();
                        for slice in caller.slices(Action::Read, &on) {
                            let mut q = sql("select m.id from listed m where 1 = 1");
                            caller.filter(&mut q, &slice, &LIST);
                            united.extend(r.many::<(Uuid,)>(q)?.into_iter().map(|(id,)| id));
                        }
                        Ok((counted.into_iter().map(|(id,)| id).collect::<BTreeSet<_>>(), united))
                    })
                    .await
                    .expect("lists");
                assert_eq!(counted, want, "round {round}: {caller:?} {on:?}");
                assert_eq!(united, want, "round {round}, slice by slice: {caller:?} {on:?}");
            }
            // Each of the model's parts must have had its say.
            assert!([shown, hidden, barred, by_seat, own].iter().all(|n| *n > 500), "{:?}", [shown, hidden, barred, by_seat, own]);
        });
    }
}

const LIST: Listed = Listed {
    alias: "m",
    holder: Some("holder"),
    parts: Some(Parts { table: "listed_part", row: "listed", seat: "seat" }),
    owner: Some("resident"),
    about: Some("listed_about"),
    flows: false,
};

fn insert(home: base::Home, row: &Row) -> Vec<Sql> {
    use base::Level::{Group, Town, Village};
    let mut all = vec![
        sql("insert into listed (county, id, region, town, village, grp, holder, resident) values ($1, $2, $3, $4, $5, $6, $7, $8)")
            .bind(home)
            .bind(row.id)
            .bind(row.region)
            .bind(row.region.at(Town))
            .bind(row.region.at(Village))
            .bind(row.region.at(Group))
            .bind(row.seats[0])
            .bind(row.owner),
    ];
    let parts: BTreeSet<SeatId> = row.seats[1..].iter().copied().collect();
    all.extend(
        parts
            .into_iter()
            .map(|s| sql("insert into listed_part (county, listed, seat) values ($1, $2, $3)").bind(home).bind(row.id).bind(s)),
    );
    let about: BTreeSet<Uuid> = row.about.iter().copied().collect();
    all.extend(
        about
            .into_iter()
            .map(|a| sql("insert into listed_about (county, subject, about) values ($1, $2, $3)").bind(home).bind(row.id).bind(a)),
    );
    all
}
