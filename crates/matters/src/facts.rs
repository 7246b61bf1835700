//! What expressions of a pack see of a matter.

use crate::{Matter, Rules};
use packs::{Facts, Flow, Val};

/// The names that `pack docs` lists for flows.
pub(crate) fn facts(_rules: &Rules, flow: &Flow, m: &Matter, now: base::Time) -> Facts {
    Facts::new().with("matter", matter(flow, m)).with("now", Val::Time(now))
}

/// Department of its category.
pub fn unit<'f>(flow: &'f Flow, m: &Matter) -> Option<&'f str> {
    flow.category.as_ref()?.list.entry(m.category.as_deref()?)?.unit()
}

/// One matter as a tree of names; what is unknown is left out.
pub fn matter(flow: &Flow, m: &Matter) -> Val {
    let mut members: Vec<(&str, Val)> = vec![
        ("flow", Val::str(m.flow.as_str())),
        ("step", Val::str(m.step.as_str())),
        ("region", Val::str(m.region.to_string())),
        ("urgent", Val::Bool(m.urgent)),
        ("open", Val::Bool(m.open)),
        ("received_at", Val::Time(m.received_at)),
        ("due_at", Val::Time(m.clock_due)),
        ("late", Val::Bool(m.card > 0 || m.clock_late)),
        ("number", Val::str(m.number.as_deref().unwrap_or_default())),
        ("ended_as", Val::str(m.ended_as.as_deref().unwrap_or("open"))),
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
    members.extend(m.solved.as_ref().map(|s| ("solved", Val::str(s.as_str()))));
    let body = m.body();
    let forms = flow.forms();
    for form in forms.iter().filter(|f| body.get(&f.id).is_some()) {
        members.push((form.id.as_str(), form.facts(&body[&form.id])));
    }
    if let Some(pleased) = m.pleased {
        members.push(("pleased", Val::Int(pleased)));
    }
    Val::map(members)
}

/// What the forms of a matter said, the last word of each field: `form` in the `back` of the matter that opened it.
pub(crate) fn decision(flow: &Flow, m: &Matter) -> Val {
    let body = m.body();
    let mut members = Vec::new();
    for form in flow.forms() {
        if let Val::Map(fields) = form.facts(&body[&form.id]) {
            members.extend(fields.iter().map(|(k, v)| (k.clone(), v.clone())));
        }
    }
    Val::map(members)
}
