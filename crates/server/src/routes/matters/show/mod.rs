//! How a matter is shown: codes with their names, personal fields masked.

mod forms;
mod list;
mod timeline;

pub use list::listed;
pub use timeline::timeline;

use super::json::{self, FileShown, Move, NextShown, NextWhat, Progress, SeatShown, Sender, Task};
use crate::routes::{files::id::of as file_id, session::json::Words};
use access::{Basis, Caller, Keyring};
use base::{MatterId, Result, SeatId};
use matters::{Identity, Matter, Next, Rules, Waits};
use packs::{Door, Flow, Step, Target, Who};
use store::{Reader, sql};

pub fn waits_word(w: Waits) -> &'static str {
    match w {
        Waits::Holder => "holder",
        Waits::Resident => "resident",
        Waits::Seat => "seat",
    }
}

pub fn named(code: &str) -> Words {
    Words { zh: code.to_owned(), en: code.to_owned() }
}

/// A seat as people say it: 石桥村组长, 县水利局.
pub fn seat(r: &mut Reader, rules: &Rules, caller: &Caller, id: SeatId) -> Result<Option<SeatShown>> {
    let Some(seen) = rules.directory.seat(r, caller, id)? else { return Ok(None) };
    let (s, place) = (&seen.seat, &seen.place);
    let unit = s.unit.as_deref().and_then(|u| rules.catalogue.unit(u)).map(|u| Words::from(&u.name));
    let role = rules.catalogue.role(&s.role).map_or_else(|| named(&s.role), |x| Words::from(&x.name));
    let (unit_zh, unit_en) = unit.map_or_else(Default::default, |u| (u.zh, format!("{} ", u.en)));
    let title = Words { zh: format!("{place}{unit_zh}{}", role.zh), en: format!("{unit_en}{} of {place}", role.en) };
    Ok(Some(SeatShown { id, role: s.role.clone(), title, region: s.region, unit: s.unit.clone(), vacant: seen.vacant }))
}

/// What [`matter`] looks at, in one journey.
pub fn ahead(r: &mut Reader, id: MatterId) {
    let home = r.home();
    r.ahead(|| {
        let mut all = matters::needs_shown(home, id);
        all.extend([store::files::used_by(home, id.uuid()), store::words::written_for(home, id.uuid())]);
        all
    });
}

pub fn matter(r: &mut Reader, rules: &Rules, caller: &Caller, keys: &Keyring, m: Matter, basis: Basis) -> Result<json::Matter> {
    let flow = rules.flow_of(r, &m)?;
    let step = flow.step(&m.step);
    let mine = caller.account.is_some() && m.resident == caller.account;
    let optional = |r: &mut Reader, id: Option<SeatId>| id.map_or(Ok(None), |id| seat(r, rules, caller, id));
    let (holder, offered, supervisor) = (optional(r, Some(m.holder))?, optional(r, m.offered)?, optional(r, m.supervisor)?);
    let waits_seat = optional(r, m.waits_seat)?;
    let sender = match (m.identity(), m.resident) {
        (Identity::Named, Some(account)) => sender(r, keys, account)?,
        _ => None,
    };
    let mut tasks = Vec::new();
    for t in matters::tasks(r, m.id)? {
        let state = ["open", "answered", "lapsed"].get(t.state as usize).copied().unwrap_or("open");
        tasks.push(Task { seat: optional(r, t.seat)?, step: t.step, due: t.due, state, answered_at: t.answered_at });
    }
    let files = store::files::of(r, m.id.uuid())?;
    let files = files.into_iter().map(|f| FileShown { id: file_id(&f.sha256), field: f.field, kind: f.kind, size: f.size }).collect();
    let may = matters::may(r, rules, &flow, caller, &m)?.into();
    let next = next(r, rules, caller, &flow, &m)?;
    // Hers to read whole: she wrote it. The rest is masked for everyone until it is opened on record.
    let forms = forms::of(r, &flow, &m, mine && basis == Basis::Owner)?;
    // Only what came through that door can have brought any; a row less to read for all others.
    let along = if m.source == Door::Open311.word() { forms::along(r, &m)? } else { Vec::new() };
    Ok(json::Matter {
        flow: m.flow_name().to_string(),
        flow_name: Words::from(&flow.name),
        step_name: step.map_or_else(|| named(&m.step), |s| Words::from(&s.name)),
        region_name: rules.directory.place(r, caller, m.region)?.to_string(),
        category_name: category_name(&flow, m.category.as_deref()),
        confidence: m.confidence.map(|c| c as f64 / 1_000_000.0),
        waits: waits_word(m.waits()),
        identity: match m.identity() {
            Identity::Named => "named",
            Identity::Sealed => "sealed",
            Identity::Anonymous => "anonymous",
        },
        moves: step.filter(|_| m.open).map(|s| moves(caller, &m, s, mine)).unwrap_or_default(),
        may,
        next,
        asked: m.asked.as_deref().and_then(|a| serde_json::from_str(a).ok()),
        id: m.id,
        number: m.number,
        version: m.version,
        step: m.step,
        open: m.open,
        ended_as: m.ended_as,
        region: m.region,
        category: m.category,
        triage: m.triage,
        urgent: m.urgent,
        title: m.title,
        holder,
        offered,
        supervisor,
        waits_seat,
        card: m.card,
        late: m.late,
        received_at: m.received_at,
        step_since: m.step_since,
        step_due: m.step_due,
        clock_due: m.clock_due,
        outer_due: m.outer_due,
        due: m.due,
        provisional: m.provisional,
        paused_at: m.paused_at,
        resolved_at: m.resolved_at,
        answered_at: m.answered_at,
        closed_at: m.closed_at,
        solved: m.solved,
        pleased: m.pleased,
        returns: m.returns,
        reopened: m.reopened,
        parent: m.parent,
        child: m.child,
        merged_into: m.merged_into,
        same_as: m.same_as,
        source: m.source,
        outer_number: m.outer_number,
        sender,
        mine,
        forms,
        along,
        tasks,
        files,
    })
}

fn next(r: &mut Reader, rules: &Rules, caller: &Caller, flow: &Flow, m: &Matter) -> Result<Option<NextShown>> {
    let Some(next) = matters::next(r, rules, m)? else { return Ok(None) };
    let none = |what| NextShown { what, seat: None, step_name: None, ended_as: None };
    Ok(Some(match next {
        Next::Supervised(id) => NextShown { seat: seat(r, rules, caller, id)?, ..none(NextWhat::Supervised) },
        Next::Taken(id) => NextShown { seat: seat(r, rules, caller, id)?, ..none(NextWhat::Taken) },
        Next::Goes(Target::Closed { ended_as }) => NextShown { ended_as: Some(ended_as), ..none(NextWhat::Closed) },
        Next::Goes(Target::Step(to)) => NextShown { step_name: flow.step(&to).map(|s| Words::from(&s.name)), ..none(NextWhat::Moved) },
        // Nothing opens another matter by itself.
        Next::Goes(Target::With(_)) => return Ok(None),
        Next::Top => none(NextWhat::Top),
    }))
}

fn sender(r: &mut Reader, keys: &Keyring, account: base::AccountId) -> Result<Option<Sender>> {
    let found = access::account(r, keys, account)?;
    Ok(found.map(|a| Sender { account, name: a.name.map(|n| n.to_string()), phone: a.phone.map(|p| p.to_string()) }))
}

pub fn category_name(flow: &Flow, code: Option<&str>) -> Option<Words> {
    flow.category.as_ref()?.list.entry(code?).map(|e| Words::from(&e.name))
}

/// What the caller may do now, as far as his seats tell; the engine decides when he does it.
fn moves(caller: &Caller, m: &Matter, step: &Step, mine: bool) -> Vec<Move> {
    let holds = |id: SeatId| caller.grants.iter().any(|g| g.seat == id);
    let acts = match m.waits() {
        Waits::Resident => mine,
        Waits::Seat => m.waits_seat.is_some_and(holds),
        Waits::Holder => holds(m.holder) || m.offered.is_some_and(holds),
    };
    let declared = step.moves.values().filter(|mv| acts || mine && matches!(mv.by, Some(Who::Resident)));
    declared
        .map(|mv| Move {
            id: mv.id.clone(),
            name: Words::from(&mv.name),
            form: mv.form.as_ref().map(|f| format!("{}.{}", f.pack, f.id)),
            choose: chooses(mv),
        })
        .collect()
}

fn chooses(mv: &packs::Move) -> bool {
    let sub = match &mv.to {
        Target::With(sub) => sub.lead.iter().chain(&sub.assist).any(|w| matches!(w, Who::Chosen)),
        _ => false,
    };
    matches!(mv.holder, Some(Who::Chosen)) || sub
}

pub fn by_number(r: &mut Reader, number: &str) -> Result<Option<Matter>> {
    let id: Option<(MatterId,)> =
        r.one(sql("select id from matter where county = $1 and number = $2 and hidden is null").bind(r.home()).bind(number))?;
    id.map_or(Ok(None), |(id,)| matters::load(r, id))
}

pub fn progress(r: &mut Reader, rules: &Rules, m: &Matter) -> Result<Progress> {
    let flow = rules.flow_of(r, m)?;
    let answers = store::words::of(r, m.id.uuid())?.into_iter().filter(|w| w.field.ends_with(".answer")).filter_map(|w| w.value).collect();
    Ok(Progress {
        number: m.number.clone(),
        flow_name: Words::from(&flow.name),
        step_name: flow.step(&m.step).map_or_else(|| named(&m.step), |s| Words::from(&s.name)),
        open: m.open,
        ended_as: m.ended_as.clone(),
        received_at: m.received_at,
        clock_due: m.clock_due,
        paused: m.paused_at.is_some(),
        answers,
    })
}
