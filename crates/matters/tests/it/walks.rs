//! The flow checker: every way that the declaration allows is accepted, everything else is refused, for each role.
//!
//! The test walks ways drawn with a fixed seed; `SHUXIANG_CASES` says how many (all of them, at most): `cargo xtask soak
//! flows` walks all. On each way every move of it is made. At each state that it meets for the first time every seat of
//! the town and the resident try every move there is. A *state* is everything that the verb decides by (the columns of
//! the row that it reads, how often a counted move was made, whose seats have a part in it), while place, people and
//! hour are the same for all; so what is tried once at a state is tried for every way that leads through it.

use crate::town::{Town, on_both};
use base::{Error, Kind, MatterId};
use matters::{Matter, Moving, Waits};
use packs::{FieldKind, Flow, Form, Required, Taken, Target};
use serde_json::{Map, Value as Json, json};
use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

/// Ways walked side by side: their commits are shared.
const WALKERS: usize = 32;

/// What a form asks for, and nothing else.
fn fill(form: Option<&Form>) -> Json {
    let mut values = Map::new();
    for (id, field) in form.into_iter().flat_map(|f| &f.fields) {
        if matches!(field.required, Required::No) {
            continue;
        }
        let value = match &field.kind {
            FieldKind::Choice { of, .. } => json!(of.entries.keys().next()),
            FieldKind::Unit { .. } => json!("water"),
            FieldKind::Date => json!("2026-12-20"),
            FieldKind::Text => json!("按实情写的几句话"),
            other => panic!("the test does not know how to fill {other:?}"),
        };
        values.insert(id.clone(), value);
    }
    Json::Object(values)
}

struct Walk {
    town: Town,
    flow: Arc<Flow>,
    /// Every move of the flow, and one that is none.
    moves: Vec<String>,
    people: Vec<String>,
    met: Mutex<HashSet<String>>,
    accepted: AtomicUsize,
    refused: AtomicUsize,
}

/// A matter, and the seats that have a part in it.
type At = (Matter, Vec<base::SeatId>);

impl Walk {
    fn new(town: Town) -> Walk {
        let flow = town.rules.catalogue.flow("direct_line", "report").expect("a flow").clone();
        let mut moves: Vec<String> = flow.steps.values().flat_map(|s| s.moves.keys().cloned()).collect();
        moves.push("no_such_move".into());
        moves.sort_unstable();
        moves.dedup();
        let people = town.seats.keys().cloned().chain(["resident".to_owned()]).collect();
        Walk { town, flow, moves, people, met: Mutex::default(), accepted: AtomicUsize::new(0), refused: AtomicUsize::new(0) }
    }

    async fn at(&self, id: MatterId) -> At {
        let read = move |r: &mut store::Reader| {
            let m = matters::load(r, id)?.ok_or_else(Error::not_found)?;
            let seats = matters::seats(r, &m)?;
            Ok((m, seats))
        };
        self.town.store.read(self.town.home(), read).await.expect("reads")
    }

    async fn go(&self, way: &[Taken]) {
        let id = self.town.open("resident", self.town.report()).await.expect("opens");
        let mut at = self.at(id).await;
        for taken in way {
            assert_eq!(at.0.step, taken.step, "{way:?}");
            if self.met.lock().expect("nobody panicked").insert(state(&self.flow, &at)) {
                self.everybody(&at.0).await;
            }
            let who = *actors(&self.town, &at.0).last().expect("somebody may");
            let after = self.one(who, &at.0, &taken.r#move, false).await;
            let (m, seats) = after.unwrap_or_else(|e| panic!("{who} {}.{}: {e:?} in {way:?}", at.0.step, taken.r#move));
            at = match m.child {
                Some(child) => {
                    decide(&self.town, child).await;
                    self.at(id).await
                }
                None => (m, seats),
            };
        }
    }

    /// Makes a move. A trial is taken back whatever comes of it.
    async fn one(&self, who: &str, m: &Matter, mv: &str, trial: bool) -> base::Result<At> {
        let (caller, id) = (self.town.caller(who), m.id);
        let form = fill(self.flow.step(&m.step).and_then(|s| s.find(mv)).and_then(|m| m.form.as_deref()));
        let moving = Moving { id: mv.into(), form, ..Moving::default() };
        let made = move |u: &mut store::Unit, rules: &matters::Rules| {
            let m = matters::make(u, rules, &caller, id, &moving)?.matter;
            if trial {
                return Err(Error::conflict(ACCEPTED, "", ""));
            }
            let seats = matters::seats(u, &m)?;
            Ok((m, seats))
        };
        self.town.run(made).await
    }

    /// Every seat and the resident try every move.
    async fn everybody(&self, m: &Matter) {
        let may = actors(&self.town, m);
        let step = self.flow.step(&m.step).expect("a step");
        for who in &self.people {
            for mv in &self.moves {
                let e = self.one(who, m, mv, true).await.expect_err("is taken back");
                if may.contains(&who.as_str()) && step.moves.contains_key(mv) {
                    assert_eq!(e.code(), ACCEPTED, "{who} {}.{mv}: {e:?}", m.step);
                    self.accepted.fetch_add(1, Ordering::Relaxed);
                    continue;
                }
                // To whom it is hidden, it is not there: 404 in the place of 403.
                let no = matches!(e.kind(), Kind::Forbidden | Kind::Conflict | Kind::NotFound) && e.code() != ACCEPTED;
                assert!(no, "{who} made {}.{mv}: {e:?}", m.step);
                self.refused.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

const ACCEPTED: &str = "accepted";

/// What the next move is decided by.
fn state(flow: &Flow, (m, seats): &At) -> String {
    let mut seats = seats.clone();
    seats.sort_unstable();
    let counted = |key: &str| key.split_once('.').and_then(|(s, mv)| flow.step(s)?.find(mv)).is_some_and(|m| m.most.is_some());
    let mut tally = m.tally();
    tally.retain(|key, _| counted(key));
    let who = (m.holder, m.offered, m.waits(), m.waits_seat, m.supervisor, m.doer_seat, m.opener_seat);
    // What the forms said is asked by conditions alone.
    let said = flow.steps.values().any(|s| s.moves.values().any(|m| m.if_.is_some())).then(|| m.body());
    format!("{} {who:?} {seats:?} {tally:?} {said:?} {:?} {:?} {:?}", m.step, m.resident, m.asked, (m.open, m.paused_at, m.child))
}

/// Who may move it now, by the words of the issue: whom the step waits for, else the holder and the one it is offered to.
fn actors<'t>(town: &'t Town, m: &Matter) -> Vec<&'t str> {
    match m.waits() {
        Waits::Resident => vec!["resident"],
        Waits::Seat => m.waits_seat.map(|s| town.who(s)).into_iter().collect(),
        Waits::Holder => [Some(m.holder), m.offered].into_iter().flatten().map(|s| town.who(s)).collect(),
    }
}

/// Brings a consultation or a conference to its end, so that its parent comes back.
async fn decide(town: &Town, child: MatterId) {
    loop {
        let m = town.get(child).await;
        if !m.open {
            return;
        }
        let flow = town.rules.catalogue.flow(&m.pack, &m.flow).expect("a flow").clone();
        let step = flow.step(&m.step).expect("a step");
        let mv = step.moves.values().find(|m| !matches!(m.to, Target::With(_))).expect("a way on");
        town.make(town.who(m.holder), child, &mv.id, fill(mv.form.as_deref())).await.expect("the child goes on");
    }
}

#[test]
fn what_the_declaration_allows_is_accepted_and_everything_else_refused_for_each_role() {
    let cases: usize = std::env::var("SHUXIANG_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(12);
    on_both(async |town: Town| {
        let walk = Arc::new(Walk::new(town));
        let ways = walk.flow.paths(8);
        // Ways that are the beginning of others are walked with them.
        let mut whole: Vec<Vec<Taken>> = Vec::new();
        for (i, way) in ways.iter().enumerate() {
            if ways.get(i + 1).is_none_or(|next| !next.starts_with(way)) {
                whole.push(way.clone());
            }
        }
        let mut seed = 0x5eed_u64;
        let mut draw = |of: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize % of
        };
        let drawn = if cases < whole.len() { (0..cases).map(|_| whole[draw(whole.len())].clone()).collect() } else { whole.clone() };
        let (walked, next) = (drawn.len(), Arc::new(Mutex::new(drawn.into_iter())));
        let walkers = (0..WALKERS).map(|_| {
            let (walk, next) = (walk.clone(), next.clone());
            tokio::spawn(async move {
                while let Some(way) = { next.lock().expect("nobody panicked").next() } {
                    walk.go(&way).await;
                }
            })
        });
        for walker in walkers.collect::<Vec<_>>() {
            walker.await.expect("walks to the end");
        }
        let (states, accepted, refused) =
            (walk.met.lock().expect("nobody panicked").len(), walk.accepted.load(Ordering::Relaxed), walk.refused.load(Ordering::Relaxed));
        println!(
            "{{\"ways\":{},\"whole\":{},\"walked\":{walked},\"states\":{states},\"accepted\":{accepted},\"refused\":{refused}}}",
            ways.len(),
            whole.len()
        );
        assert!(states > 10 && accepted > 20 && refused > 1_000);
    });
}
