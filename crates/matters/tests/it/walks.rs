//! The flow checker: every way that the declaration allows is accepted, everything else is refused, for each role.
//!
//! The test walks ways drawn with a fixed seed; `SHUXIANG_CASES` says how many (all of them, at most).

use crate::town::{Town, on_both};
use base::{Kind, MatterId};
use matters::{Matter, Waits};
use packs::{FieldKind, Form, Required, Target};
use serde_json::{Map, Value as Json, json};

const ROLES: [&str; 9] = [
    "resident",
    "neighbour_leader",
    "group_leader",
    "area_leader",
    "village_duty",
    "village_lead",
    "township_duty",
    "county_leader",
    "desk",
];

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

/// Who may move it now, by the words of the issue: whom the step waits for, else the holder and the one it is offered to.
fn actors(town: &Town, m: &Matter) -> Vec<&'static str> {
    let seated = |seat| ROLES.into_iter().find(|r| *r != "resident" && town.seat(r) == seat);
    match m.waits() {
        Waits::Resident => vec!["resident"],
        Waits::Seat => m.waits_seat.and_then(seated).into_iter().collect(),
        Waits::Holder => [Some(m.holder), m.offered].into_iter().flatten().filter_map(seated).collect(),
    }
}

/// Brings a consultation or a conference to its end, so that its parent comes back.
async fn decide(town: &Town, child: MatterId) {
    loop {
        let m = town.get(child).await;
        if !m.open {
            return;
        }
        let who = ["village_lead", "linked_county_leader"].into_iter().find(|r| town.seat(r) == m.holder).expect("a lead");
        let flow = town.rules.catalogue.flow(&m.pack, &m.flow).expect("a flow").clone();
        let step = flow.step(&m.step).expect("a step");
        let mv = step.moves.values().find(|m| !matches!(m.to, Target::With(_))).expect("a way on");
        town.make(who, child, &mv.id, fill(mv.form.as_deref())).await.expect("the child goes on");
    }
}

async fn walk(town: &Town, way: &[packs::Taken], all: &[String]) -> usize {
    let id = town.open("resident", town.report()).await.expect("opens");
    let mut refused = 0;
    for taken in way {
        let m = town.get(id).await;
        assert_eq!(m.step, taken.step);
        let flow = town.rules.catalogue.flow(&m.pack, &m.flow).expect("a flow").clone();
        let step = flow.step(&m.step).expect("a step");
        let may = actors(town, &m);
        for role in ROLES {
            for mv in all {
                if may.contains(&role) && step.moves.contains_key(mv) {
                    continue;
                }
                let form = fill(step.moves.get(mv).and_then(|m| m.form.as_deref()));
                let e = town.make(role, id, mv, form).await.err().unwrap_or_else(|| panic!("{role} made {}.{mv} in {way:?}", m.step));
                let hidden = e.kind() == Kind::NotFound;
                assert!(matches!(e.kind(), Kind::Forbidden | Kind::Conflict) || hidden, "{role} {}.{mv}: {e:?}", m.step);
                refused += 1;
            }
        }
        let mv = &step.moves[&taken.r#move];
        // A department stands outside the nine roles above, and may hold it after `assign`.
        let who = may.last().copied().map_or_else(|| department(town, &m), str::to_owned);
        let after = town
            .make(&who, id, &mv.id, fill(mv.form.as_deref()))
            .await
            .unwrap_or_else(|e| panic!("{who} {}.{}: {e:?} in {way:?}", m.step, mv.id));
        if let Some(child) = after.child {
            decide(town, child).await;
        }
    }
    refused
}

fn department(town: &Town, m: &Matter) -> String {
    town.seats.iter().find(|(_, (seat, ..))| *seat == m.holder).map(|(name, _)| name.clone()).expect("the holder is in the town")
}

#[test]
fn what_the_declaration_allows_is_accepted_and_everything_else_refused_for_each_role() {
    let cases: usize = std::env::var("SHUXIANG_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(12);
    on_both(async |town: Town| {
        let flow = town.rules.catalogue.flow("direct_line", "report").expect("a flow").clone();
        let mut all: Vec<String> = flow.steps.values().flat_map(|s| s.moves.keys().cloned()).collect();
        all.push("no_such_move".into());
        all.sort_unstable();
        all.dedup();
        let ways = flow.paths(8);
        // Ways that are the beginning of others are walked with them.
        let whole: Vec<_> =
            ways.iter().enumerate().filter(|(i, w)| ways.get(i + 1).is_none_or(|next| !next.starts_with(w))).map(|(_, w)| w).collect();
        let (mut seed, mut refused) = (0x5eed_u64, 0);
        for _ in 0..cases.min(whole.len()) {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            refused += walk(&town, whole[(seed >> 33) as usize % whole.len()], &all).await;
        }
        println!("{{\"ways\":{},\"walked\":{},\"refused\":{refused}}}", whole.len(), cases.min(whole.len()));
        assert!(refused > 100);
    });
}
