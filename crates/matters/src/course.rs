//! How a matter goes on: into a step, out of the flow, into another matter and back.

use crate::{
    Chosen, Matter, Rules, Waits,
    clock::{is_after, set_due, set_step_due},
    facts::facts,
    part, task,
    who::{Found, Passed, Seek},
};
use access::{Caller, seat};
use base::{Error, MatterId, Result, SeatId, Time};
use packs::{Due, Facts, Flow, Move, Step, Who};
use serde_json::{Value as Json, json};
use std::sync::Arc;
use store::{Entry, Reader, Timer, Unit, timer};
use uuid::Uuid;

/// One matter in the hands of one verb.
pub(crate) struct Course<'a> {
    pub rules: &'a Rules,
    pub flow: Arc<Flow>,
    pub about: Vec<Uuid>,
    pub chosen: &'a [Chosen],
    pub m: Matter,
    before: Matter,
}

impl<'a> Course<'a> {
    /// Locks the matter and finds its flow.
    pub fn load(unit: &mut Unit, rules: &'a Rules, id: MatterId, chosen: &'a [Chosen]) -> Result<Course<'a>> {
        let m = crate::matter::lock(unit, id)?;
        Course::of(unit, rules, m, chosen)
    }

    pub fn of(r: &mut Reader, rules: &'a Rules, m: Matter, chosen: &'a [Chosen]) -> Result<Course<'a>> {
        let flow = rules.flow_of(r, &m)?;
        let about = crate::who::about(r, &m)?;
        Ok(Course { rules, flow, about, chosen, before: m.clone(), m })
    }

    /// A matter that is not in the database yet.
    pub fn begin(rules: &'a Rules, flow: Arc<Flow>, about: Vec<Uuid>, m: Matter) -> Course<'a> {
        Course { rules, flow, about, chosen: &[], before: m.clone(), m }
    }

    pub fn facts(&self, now: Time) -> Facts {
        facts(self.rules, &self.flow, &self.m, now)
    }

    pub fn step(&self) -> Result<&Step> {
        self.flow.step(&self.m.step).ok_or_else(|| Error::internal(format!("flow {} has no step {}", self.flow.name_of(), self.m.step)))
    }

    pub fn seek<'s>(&'s self, facts: &'s Facts) -> Seek<'s> {
        Seek {
            rules: self.rules,
            ladder: self.rules.catalogue.ladder_of(&self.flow).map(|l| &**l),
            place: self.m.region,
            about: &self.about,
            facts,
            holder: Some(self.m.holder),
            opener: self.m.opener_seat,
            unit: crate::facts::unit(&self.flow, &self.m),
            chosen: self.chosen,
            apart: self.flow.apart,
        }
    }

    pub fn find(&self, unit: &mut Unit, who: &Who) -> Result<Found> {
        let facts = self.facts(unit.now());
        self.seek(&facts).seat(unit, who)
    }

    /// The lowest rung that can hold it, where the flow names nobody.
    pub fn lowest(&self, unit: &mut Unit) -> Result<Found> {
        let facts = self.facts(unit.now());
        self.seek(&facts).climb(unit, None, Vec::new())
    }

    /// The matter comes to `to` by `by` (none where it begins there or comes back).
    pub fn enter(&mut self, unit: &mut Unit, to: &str, by: Option<&Move>) -> Result<Vec<Passed>> {
        let flow = self.flow.clone();
        let Some(step) = flow.step(to) else { return Err(Error::internal(format!("flow {} has no step {to}", flow.name_of()))) };
        let now = unit.now();
        let mut passed = Vec::new();
        let holder = by.and_then(|m| m.holder.as_ref()).or(step.holder.as_ref());
        let offer = by.and_then(|m| m.offer.as_ref()).or(step.offer.as_ref());
        let home = unit.home();
        unit.ahead(|| self.seek(&self.facts(now)).ahead((home, now), holder.into_iter().chain(offer)));
        if let Some(who) = holder {
            let found = self.find(unit, who)?;
            self.m.holder = found.seat.id;
            passed = found.passed;
        }
        self.m.step = step.id.clone();
        self.m.step_since = now;
        self.m.late = 0;
        self.m.card = 0;
        self.m.supervisor = None;
        self.wait(unit, step, &mut passed)?;
        self.offer(unit, step, offer)?;
        let due = by.and_then(|m| m.due.as_ref()).or(step.due.as_ref());
        self.deadlines(due, is_after(&flow, step), now)?;
        if let Some(each) = &step.each {
            task::open(unit, self, step, each)?;
        }
        Ok(passed)
    }

    /// Whom the step waits for: the resident where there is one to ask, else another tier than the doer's.
    fn wait(&mut self, unit: &mut Unit, step: &Step, passed: &mut Vec<Passed>) -> Result<()> {
        self.m.set_waits(Waits::Holder);
        self.m.waits_seat = None;
        let Some(wait) = &step.wait_for else { return Ok(()) };
        let asks_resident = matches!(wait.who, Who::Resident);
        if asks_resident && self.m.resident.is_some() {
            self.m.set_waits(Waits::Resident);
            self.m.asked_at = Some(unit.now());
            return Ok(());
        }
        let who = if asks_resident { wait.or_else.as_ref().unwrap_or(&Who::Up(1)) } else { &wait.who };
        let facts = self.facts(unit.now());
        let mut found = self.seek(&facts).seat(unit, who)?;
        while self.did(unit, found.seat.id)? {
            match self.seek(&facts).above(unit, &found.seat)? {
                Some(next) => found = next,
                None => break,
            }
        }
        passed.extend(found.passed);
        self.m.set_waits(Waits::Seat);
        self.m.waits_seat = Some(found.seat.id);
        Ok(())
    }

    /// Is the one who said "done" in this seat? Nobody confirms his own act, whichever of his seats he does it from.
    pub fn did(&self, unit: &mut Unit, seat: SeatId) -> Result<bool> {
        if self.m.doer_seat == Some(seat) {
            return Ok(true);
        }
        match self.m.doer {
            Some(doer) => access::same_person(unit, seat, doer),
            None => Ok(false),
        }
    }

    fn offer(&mut self, unit: &mut Unit, step: &Step, offer: Option<&Who>) -> Result<()> {
        self.m.offered = None;
        let Some(who) = offer else { return Ok(()) };
        let facts = self.facts(unit.now());
        let Some(seat) = self.seek(&facts).only(unit, who)?.filter(|s| s.id != self.m.holder) else { return Ok(()) };
        self.m.offered = Some(seat.id);
        if let Some(term) = &step.offer_for {
            let due = self.rules.calendar.due(unit.now(), *term).at;
            unit.set_timer(Timer::new(timer::id(self.m.id.uuid(), "offer")?, due, "matter.offer", self.m.id.uuid()))?;
        }
        Ok(())
    }

    pub fn deadlines(&mut self, due: Option<&Due>, after: bool, now: Time) -> Result<()> {
        let term = due.map(|d| d.on(now));
        set_step_due(self.rules, &mut self.m, term.as_ref(), now);
        set_due(self.rules, &mut self.m, after, now)
    }

    /// Sets the next deadline anew from what the step and the clock are now.
    pub fn refresh_due(&mut self, now: Time) -> Result<()> {
        let after = is_after(&self.flow, self.step()?);
        set_due(self.rules, &mut self.m, after, now)
    }

    /// The next rung above `seat`, for supervision.
    pub fn above(&self, r: &mut Reader, id: SeatId) -> Result<Option<Found>> {
        let Some(from) = seat(r, id)? else { return Ok(None) };
        let facts = self.facts(r.now());
        self.seek(&facts).above(r, &from)
    }

    /// The matter ends.
    pub fn close(&mut self, ended_as: &str, now: Time) {
        self.m.open = false;
        self.m.ended_as = Some(ended_as.to_owned());
        self.m.closed_at = Some(now);
        self.m.offered = None;
        self.m.supervisor = None;
        self.m.waits_seat = None;
        self.m.set_waits(Waits::Holder);
        self.m.asked = None;
        self.m.paused_at = None;
    }

    /// An ended matter goes on where the work was, one tier above whoever held it.
    pub fn reopen(&mut self, unit: &mut Unit) -> Result<()> {
        self.m.open = true;
        self.m.ended_as = None;
        self.m.closed_at = None;
        self.m.resolved_at = None;
        self.m.reopened += 1;
        let above = self.above(unit, self.m.holder)?;
        let flow = self.flow.clone();
        let before_after = |s: &&Step| !is_after(&flow, s);
        // From a step that only waits for a word, back to the last one where work is done.
        let step =
            if is_after(&flow, self.step()?) { flow.steps.values().rfind(before_after).unwrap_or(flow.first()) } else { self.step()? };
        let step = step.id.clone();
        self.enter(unit, &step, None)?;
        if let Some(found) = above {
            self.m.holder = found.seat.id;
        }
        Ok(())
    }

    /// Writes the matter and one entry about it.
    pub fn save(self, unit: &mut Unit, kind: &'static str, mut payload: Json) -> Result<Matter> {
        let m = &self.m;
        if let Json::Object(p) = &mut payload {
            p.insert("step".into(), json!(m.step));
            p.insert("open".into(), json!(m.open));
            p.insert("holder".into(), json!(m.holder));
            if m.open {
                p.insert("due".into(), json!(m.due));
            }
        }
        crate::matter::save(unit, m, &self.before)?;
        unit.record(Entry::new(kind, ("matter", m.id.uuid()), Some(m.region), payload));
        if !m.open && m.parent.is_some() && self.before.open {
            crate::sub::ended(unit, self.rules, m)?;
        }
        Ok(self.m)
    }

    /// Refuses what is not possible while the matter is as it is.
    pub fn must_run(&self) -> Result<()> {
        if !self.m.open {
            return Err(Error::conflict("closed", "这件事已经结束了", "this matter has ended"));
        }
        if self.m.paused_at.is_some() {
            return Err(Error::conflict("paused", "这件事正在暂停，请先恢复", "this matter is paused; resume it first"));
        }
        if self.m.child.is_some() {
            return Err(Error::conflict("waits_for_child", "正在会商，等会商有了结果再办", "it waits for the consultation it opened"));
        }
        Ok(())
    }

    /// The permission to see it at all, with the seats and people that the decision looks at.
    pub fn readable(&self, unit: &mut Unit, caller: &Caller) -> Result<access::Basis> {
        let seats = part::seats(unit, &self.m)?;
        let object = access::Object { region: self.m.region, seats: &seats, owner: self.m.resident, about: &self.about };
        caller.check(packs::Action::Read, &packs::Subject::Flow(self.m.flow_name()), &object)
    }

    pub fn allowed(&self, unit: &mut Unit, caller: &Caller, action: packs::Action) -> Result<access::Basis> {
        let seats = part::seats(unit, &self.m)?;
        let object = access::Object { region: self.m.region, seats: &seats, owner: self.m.resident, about: &self.about };
        caller.check(action, &packs::Subject::Flow(self.m.flow_name()), &object)
    }
}
