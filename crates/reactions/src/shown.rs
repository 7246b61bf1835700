//! Values as people read them in letters: names for codes, dates as they are written.

use base::Time;
use packs::Val;
use serde_json::{Value as Json, json};

pub(crate) fn people(val: &Val, zh: bool) -> Json {
    match val {
        Val::Entry(e) => json!(if zh { &e.name.zh } else { &e.name.en }),
        Val::Time(t) => json!(moment(*t, zh)),
        Val::List(items) => items.iter().map(|v| people(v, zh)).collect(),
        Val::Map(members) => members.iter().map(|(k, v)| (k.clone(), people(v, zh))).collect(),
        other => json!(other),
    }
}

fn moment(t: Time, zh: bool) -> String {
    let c = t.civil();
    if zh {
        format!("{}年{}月{}日 {:02}:{:02}", c.year(), c.month(), c.day(), c.hour(), c.minute())
    } else {
        format!("{} {:02}:{:02}", c.date(), c.hour(), c.minute())
    }
}
