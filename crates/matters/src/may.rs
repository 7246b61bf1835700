//! What a caller may do with a matter beside its declared moves, so that pages need not guess. The verbs themselves
//! decide, by the same rules, when they are called.

use crate::{Identity, Matter, Rules, Waits, matter, pause::Asked};
use access::{Caller, Object};
use base::{MatterId, Result};
use packs::{Action, EndKind, Flow, Subject};
use std::collections::BTreeSet;
use store::{Reader, sql};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct May {
    pub add_words: bool,
    /// Take what is offered.
    pub take: bool,
    /// Answer one's own task.
    pub answer: bool,
    pub press: bool,
    pub ask_pause: bool,
    pub resume: bool,
    /// On the pause or the end that waits for approval.
    pub decide: bool,
    /// Ends that may be asked for, as the flow calls them.
    pub ends: Vec<String>,
    pub set_category: bool,
    pub merge: bool,
    pub relate: bool,
    pub record_try: bool,
    pub vote: bool,
    pub object: bool,
    pub revisit: bool,
    pub unmask: bool,
    pub unseal: bool,
}

/// Of a matter that the caller may read.
pub fn may(r: &mut Reader, rules: &Rules, flow: &Flow, caller: &Caller, m: &Matter) -> Result<May> {
    let (seats, about) = (crate::part::seats(r, m)?, crate::who::about(r, m)?);
    let object = Object { region: m.region, seats: &seats, owner: m.resident, about: &about };
    let on = Subject::Flow(m.flow_name());
    let right = |action| caller.check(action, &on, &object).is_ok();
    let sits = |seat| caller.grants.iter().any(|g| g.seat == seat);
    let handles = |action| sits(m.holder) || right(action);
    let own = caller.account.is_some() && caller.account == m.resident;
    let runs = m.open && m.paused_at.is_none() && m.child.is_none();
    let asked: Option<Asked> = m.asked.as_deref().and_then(|a| serde_json::from_str(a).ok());
    let free = asked.is_none();
    Ok(May {
        add_words: true,
        take: runs && m.offered.is_some_and(sits),
        answer: runs && answers(r, caller, flow, m)?,
        press: runs && (m.supervisor.is_some_and(sits) || right(Action::Supervise)),
        ask_pause: runs && free && flow.clock.pause.is_some() && handles(Action::Pause),
        resume: m.paused_at.is_some() && handles(Action::Pause),
        decide: asked.is_some_and(|a| (sits(a.of) || right(Action::Approve)) && (caller.account.is_none() || caller.account != a.by)),
        ends: if m.open && free { ends(r, flow, m, own || right(Action::Open), handles(Action::Move))? } else { Vec::new() },
        set_category: runs && flow.category.is_some() && handles(Action::Assign),
        merge: runs && free && right(Action::Merge) && flow.ends.values().any(|e| e.kind == EndKind::Merged),
        relate: right(Action::Link),
        record_try: m.open && handles(Action::Move),
        vote: own && m.merged_into.map_or(Ok(false), |into| asked_now(r, into))?,
        object: (own || right(Action::Open)) && in_time(rules, flow, m, r.now()),
        revisit: !m.open && m.revisit && right(Action::Confirm) && !under_doer(r, rules, caller, m)?,
        unmask: m.resident.is_some() && m.identity() == Identity::Named && !own && right(Action::Unmask),
        unseal: m.identity() == Identity::Sealed && right(Action::Unseal),
    })
}

/// An answer of one of the caller's seats is awaited in this step.
fn answers(r: &mut Reader, caller: &Caller, flow: &Flow, m: &Matter) -> Result<bool> {
    if flow.step(&m.step).is_none_or(|s| s.each.is_none()) {
        return Ok(false);
    }
    let mine = |t: &crate::Task| t.step == m.step && t.state != 1 && t.seat.is_some_and(|s| caller.grants.iter().any(|g| g.seat == s));
    Ok(crate::task::of(r, m.id)?.iter().any(mine))
}

fn ends(r: &mut Reader, flow: &Flow, m: &Matter, withdraws: bool, handles: bool) -> Result<Vec<String>> {
    let mut open = Vec::new();
    for end in flow.ends.values() {
        let may = match end.kind {
            EndKind::Withdrawn => withdraws,
            EndKind::Merged => false,
            EndKind::NotReached => handles && tried_thrice(r, m.id)?,
            EndKind::NotAccepted | EndKind::OtherWay => handles,
        };
        if may {
            open.push(end.id.clone());
        }
    }
    Ok(open)
}

/// Attempts at three different hours of the day.
fn tried_thrice(r: &mut Reader, id: MatterId) -> Result<bool> {
    let tries: Vec<(base::Time,)> = r.many(sql("select at from contact_try where county = $1 and matter = $2").bind(r.home()).bind(id))?;
    Ok(tries.iter().map(|(t,)| t.civil().hour()).collect::<BTreeSet<_>>().len() >= 3)
}

/// Of the matter that another was merged into: done, or her word is asked for.
fn asked_now(r: &mut Reader, main: MatterId) -> Result<bool> {
    Ok(matter::load(r, main)?.is_some_and(|main| !main.open || main.waits() == Waits::Resident))
}

/// An end that takes an objection, and still does.
fn in_time(rules: &Rules, flow: &Flow, m: &Matter, now: base::Time) -> bool {
    let ended = m.ended_as.as_deref().and_then(|e| flow.ends.get(e));
    let until = ended.and_then(|e| e.objection).zip(m.closed_at).map(|(term, closed)| rules.calendar.due(closed, term).at);
    until.is_some_and(|until| now <= until)
}

fn under_doer(r: &mut Reader, rules: &Rules, caller: &Caller, m: &Matter) -> Result<bool> {
    if caller.account.is_some() && caller.account == m.doer {
        return Ok(true);
    }
    match (m.doer_seat, caller.account) {
        (Some(seat), Some(account)) => access::stands_under(r, &rules.catalogue, account, seat),
        _ => Ok(false),
    }
}
