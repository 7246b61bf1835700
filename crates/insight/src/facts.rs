//! What an indicator's expressions see of a matter.

use matters::Matter;
use packs::{Facts, Flow, Val};

/// The bare names of the pack language's indicators.
pub(crate) const NAMES: &[&str] = &[
    "flow",
    "region",
    "source",
    "has_resident",
    "urgent",
    "open",
    "late",
    "repeated",
    "received_at",
    "due_at",
    "answered_at",
    "resolved_at",
    "asked_at",
    "closed_at",
    "ended_as",
    "solved",
    "pleased",
    "unit",
    "returns",
    "reopened",
    "category",
];

/// `flow`: as the matter was opened under. `unit`: the department of the seat that handles it.
pub(crate) fn of(flow: &Flow, m: &Matter, unit: Option<&str>) -> Facts {
    let mut facts = Facts::new();
    let Val::Map(known) = matters::matter_facts(flow, m) else { return facts };
    for name in NAMES {
        if let Some(val) = known.get(*name) {
            facts.set(name, val.clone());
        }
    }
    // Said to be always there; the engine's own tree leaves them out where it has nothing to say.
    if facts.get("ended_as").is_none() {
        facts.set("ended_as", Val::str("open"));
    }
    if facts.get("late").is_none() {
        facts.set("late", Val::Bool(m.late > 0 || m.clock_late));
    }
    if let (None, Some(unit)) = (facts.get("unit"), unit) {
        facts.set("unit", Val::str(unit));
    }
    facts
}
