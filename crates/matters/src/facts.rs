//! What expressions of a pack see of a matter.

use crate::{Matter, Rules};
use packs::{Facts, Flow, Val};

/// The names that `pack docs` lists for flows.
pub(crate) fn facts(_rules: &Rules, flow: &Flow, m: &Matter, now: base::Time) -> Facts {
    Facts::new().with("matter", matter(flow, m)).with("now", Val::Time(now))
}

/// One matter as a tree of names; what is unknown is left out.
pub fn matter(flow: &Flow, m: &Matter) -> Val {
    let mut members: Vec<(&'static str, Val)> = vec![
        ("flow", Val::str(m.flow.as_str())),
        ("step", Val::str(m.step.as_str())),
        ("region", Val::str(m.region.to_string())),
        ("urgent", Val::Bool(m.urgent)),
        ("open", Val::Bool(m.open)),
        ("received_at", Val::Time(m.received_at)),
        ("due_at", Val::Time(m.clock_due)),
        ("returns", Val::Int(m.returns)),
        ("reopened", Val::Int(m.reopened)),
        ("repeated", Val::Bool(m.same_as.is_some())),
        ("source", Val::str(m.source.as_str())),
        ("has_resident", Val::Bool(m.resident.is_some())),
    ];
    let category = m.category.as_ref().zip(flow.category.as_ref()).and_then(|(code, c)| c.list.val(code));
    members.extend(category.map(|c| ("category", c)));
    let moments = [("resolved_at", m.resolved_at), ("answered_at", m.answered_at), ("asked_at", m.asked_at), ("closed_at", m.closed_at)];
    members.extend(moments.into_iter().filter_map(|(name, t)| t.map(|t| (name, Val::Time(t)))));
    let words = [("ended_as", &m.ended_as), ("solved", &m.solved)];
    members.extend(words.into_iter().filter_map(|(name, s)| s.as_ref().map(|s| (name, Val::str(s.as_str())))));
    if let Some(pleased) = m.pleased {
        members.push(("pleased", Val::Int(pleased)));
    }
    Val::map(members)
}

/// Values of a form as expressions see them.
pub(crate) fn json_val(json: &serde_json::Value) -> Val {
    use serde_json::Value as Json;
    match json {
        Json::Bool(b) => Val::Bool(*b),
        Json::Number(n) => n.as_i64().map_or_else(|| Val::Num(n.as_f64().unwrap_or(0.0)), Val::Int),
        Json::String(s) => Val::str(s.as_str()),
        Json::Array(items) => Val::list(items.iter().map(json_val)),
        Json::Object(members) => Val::map(members.iter().filter(|(_, v)| !v.is_null()).map(|(k, v)| (k.clone(), json_val(v)))),
        Json::Null => Val::str(""),
    }
}
