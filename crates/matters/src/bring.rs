//! Matters of the past: told to another system, perhaps answered there, and brought by a sheet.
//!
//! The resident's clock starts when he was heard there, so a breach of then is seen now; the step's own time starts
//! today, since nobody here could have kept it before. What was answered there ends as *answered*: nobody was asked
//! whether it is solved, so nothing is said of that.

use crate::{
    Course, Opened, Opening, Rules,
    open::{Start, begin, known, place},
};
use access::{Basis, Caller, CallerKind};
use base::{Error, MatterId, Result, Time};
use packs::{FieldKind, Form, Target, Who};
use serde_json::{Value as Json, json};
use store::{Unit, sql};
use uuid::Uuid;

/// How such a matter ended.
pub const ANSWERED: &str = "answered";

/// What is known of the time before it came here.
#[derive(Clone, Debug)]
pub struct Past {
    pub received_at: Time,
    pub answered: Option<Answered>,
    /// The earlier matter that it is the same as, without new facts.
    pub same_as: Option<MatterId>,
    /// It is hidden until this import is shown ([`crate::reveal`]).
    pub import: Option<Uuid>,
}

#[derive(Clone, Debug)]
pub struct Answered {
    pub at: Time,
    pub words: String,
}

/// Opens a matter of the past. For imports alone: only the platform may say when a matter was received.
pub fn bring(unit: &mut Unit, rules: &Rules, caller: &Caller, o: &Opening, past: &Past) -> Result<Opened> {
    if caller.kind != CallerKind::System {
        return Err(Error::forbidden());
    }
    if let Some(id) = known(unit, o)? {
        return Ok(Opened::known(id));
    }
    let now = unit.now();
    if past.received_at > now {
        return Err(Error::invalid("received_at", "留言时间在将来", "it was received in the future"));
    }
    if past.answered.as_ref().is_some_and(|a| a.at > now || a.at < past.received_at) {
        return Err(Error::invalid(
            "answered_at",
            "答复时间应在留言之后、今天之前",
            "it was answered before it was received, or in the future",
        ));
    }
    let any = rules.catalogue.flow(&o.flow.pack, &o.flow.id).ok_or_else(Error::not_found)?;
    let place = place(unit, any, o)?;
    if place.home() != caller.home {
        return Err(Error::invalid("region", "这个地方不在本县", "this place is not in the county"));
    }
    let flow = rules.flow(&o.flow, place)?;
    unit.act_as(caller.by(Basis::System));
    let start = Start { place, basis: Basis::System, parent: None, lead: None, about: &[], past: Some(past) };
    let opened = begin(unit, rules, &flow, caller, o, start)?;
    if let Some(import) = past.import {
        crate::hidden::hide(unit, opened.id, import)?;
    }
    if let Some(earlier) = past.same_as {
        let (home, now) = (unit.home(), unit.now());
        unit.write(
            sql("insert into link (county, a, b, kind, at) values ($1, $2, $3, $4, $5) on conflict (county, a, b, kind) do nothing")
                .bind(home)
                .bind(opened.id)
                .bind(earlier)
                .bind("same")
                .bind(now),
        )?;
    }
    Ok(opened)
}

impl Course<'_> {
    /// Where a brought matter begins: a category that is known sends it to its department by the first step's own move,
    /// as the desk would.
    pub(crate) fn sorted(&self) -> Option<(String, packs::Move)> {
        self.m.category.as_ref()?;
        self.flow.first().moves.values().find_map(|mv| match (&mv.holder, &mv.to, &mv.form) {
            (Some(Who::Unit { .. }), Target::Step(next), None) => Some((next.clone(), mv.clone())),
            _ => None,
        })
    }

    /// Ends it as answered at its own time. Gives what the journal may hold of the words.
    pub(crate) fn answered_before(&mut self, unit: &mut Unit, a: &Answered) -> Result<Json> {
        let seat = self.m.holder;
        self.m.answered_at = Some(a.at);
        self.m.resolved_at = Some(a.at);
        self.m.doer_seat = Some(seat);
        self.m.clock_late = a.at > self.m.clock_due;
        self.close(ANSWERED, a.at);
        let form = self.reply();
        let field =
            form.as_ref().and_then(|f| f.fields.values().find(|f| matches!(f.kind, FieldKind::Text))).map_or("answer", |f| f.id.as_str());
        let form = form.as_ref().map_or("reply", |f| f.id.as_str());
        let (_, word) = unit.word(self.m.id.uuid(), &format!("{form}.{field}"), &a.words)?;
        let mut body = self.m.body();
        body[form] = json!({});
        self.m.set_body(&body);
        Ok(json!({ field: word }))
    }

    /// The form by which the flow's work is answered: that of the first move after which only somebody's word is missing.
    fn reply(&self) -> Option<std::sync::Arc<Form>> {
        let flow = &self.flow;
        let after = |to: &Target| matches!(to, Target::Step(next) if flow.step(next).is_some_and(|s| crate::clock::is_after(flow, s)));
        flow.steps.values().flat_map(|s| s.moves.values()).find_map(|mv| mv.form.clone().filter(|_| after(&mv.to)))
    }
}
