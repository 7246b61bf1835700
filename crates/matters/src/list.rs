//! Lists and single looks, under the caller's grants and exclusions.
//!
//! A caller with several grants gets several scans, each an equality on an index in the order (open, due, id), merged
//! here; the cursor is the last row's place in that order.

use crate::{Matter, matter};
use access::{Basis, Caller, CallerKind, Slice};
use base::{Code, Error, MatterId, Result, SeatId, Time};
use packs::{Action, Name, Subject};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;
use store::{Columns, Reader, Sql, sql};

static COLUMNS: LazyLock<String> = LazyLock::new(|| format!("select m.{}", Listed::COLUMNS.replace(", ", ", m.")));

/// How `matter` says who has to do with a row.
pub(crate) const LISTED: access::Listed<'static> = access::Listed {
    alias: "m",
    holder: Some("holder"),
    parts: Some(access::Parts { table: "part", row: "matter", seat: "seat" }),
    owner: Some("resident"),
    about: Some("matter_about"),
};

/// The same for a walk along one index: what a seat only has a part in is walked apart.
const LISTED_HELD: access::Listed<'static> = access::Listed { parts: None, ..LISTED };

/// Which matters.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub flow: Option<Name>,
    /// Open ones, ended ones, or both.
    pub open: Option<bool>,
    pub region: Option<Code>,
    pub category: Option<String>,
    pub step: Option<String>,
    /// Past their deadline now.
    pub late: bool,
    /// Held by one of the caller's seats.
    pub mine: bool,
    /// Search terms, cut as the index is.
    pub terms: Option<String>,
    pub received_from: Option<Time>,
    pub received_to: Option<Time>,
}

/// A place in the order of a list: by the next deadline; the ended ones after the open ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct After {
    pub ended: bool,
    pub due: i64,
    pub id: MatterId,
}

store::row! {
    /// A line of a list.
    #[derive(Clone, Debug)]
    pub struct Listed {
        pub id: MatterId,
        pub number: Option<String>,
        pub pack: String,
        pub flow: String,
        pub step: String,
        pub open: bool,
        pub ended_as: Option<String>,
        pub region: Code,
        pub category: Option<String>,
        pub urgent: bool,
        pub title: String,
        pub holder: SeatId,
        pub offered: Option<SeatId>,
        pub waits: i64,
        pub supervisor: Option<SeatId>,
        pub card: i64,
        pub received_at: Time,
        pub due: Time,
        pub clock_due: Time,
        pub provisional: bool,
        pub paused_at: Option<Time>,
        pub resolved_at: Option<Time>,
        pub same_as: Option<MatterId>,
    }
}

impl Listed {
    pub fn place(&self) -> After {
        After { ended: !self.open, due: self.due.0, id: self.id }
    }
}

/// The next `most` matters that the caller may list, after `after`.
pub fn list(r: &mut Reader, caller: &Caller, filter: &Filter, after: Option<After>, most: usize) -> Result<Vec<Listed>> {
    let mut rows: Vec<Listed> = Vec::new();
    for ended in [false, true] {
        if filter.open == Some(ended) || after.is_some_and(|a| a.ended && !ended) {
            continue;
        }
        let slices = slices(caller, filter);
        let mut part: Vec<Listed> = Vec::new();
        for from in slices.iter().flat_map(sources) {
            // What lies behind a full page is not read: each scan gives fewer rows than the one before.
            let before = part.get(most.saturating_sub(1)).map(Listed::place);
            let q = scan(r, caller, filter, from, Span { ended, after, before }, most);
            part.extend(r.many::<Listed>(q)?);
            part.sort_by_key(|m| (m.due, m.id));
            part.dedup_by_key(|m| m.id);
            part.truncate(most);
        }
        rows.extend(part);
        if rows.len() >= most {
            break;
        }
    }
    rows.truncate(most);
    Ok(rows)
}

/// Those of `ids` that the caller may list, in no order. A few hundred at most.
pub fn among(r: &mut Reader, caller: &Caller, filter: &Filter, ids: &[MatterId]) -> Result<Vec<Listed>> {
    let mut q = sql("");
    q.push(&COLUMNS);
    q.push(" from matter m where m.county = ").arg(r.home()).push(" and m.id in ").list(ids.iter().copied());
    if let Some(open) = filter.open {
        q.push(" and m.open = ").arg(open);
    }
    q.push(" and (1 = 0");
    for slice in &slices(caller, filter) {
        q.push(" or (1 = 1");
        caller.filter(&mut q, slice, &LISTED);
        q.push(")");
    }
    q.push(")");
    narrow(&mut q, r, filter);
    r.many(q)
}

/// How many the caller may list; counted up to `most`, since nobody reads further.
pub fn count(r: &mut Reader, caller: &Caller, filter: &Filter, most: i64) -> Result<i64> {
    let mut ids = sql("");
    let slices = slices(caller, filter);
    if slices.is_empty() {
        return Ok(0);
    }
    ids.push("select count(*) from (select distinct m.id from matter m where m.county = ").arg(r.home());
    if let Some(open) = filter.open {
        ids.push(" and m.open = ").arg(open);
    }
    ids.push(" and (1 = 0");
    for slice in &slices {
        ids.push(" or (1 = 1");
        caller.filter(&mut ids, slice, &LISTED);
        ids.push(")");
    }
    ids.push(")");
    narrow(&mut ids, r, filter);
    ids.push(" limit ").arg(most).push(") counted");
    r.count(ids)
}

/// One slice for each grant; a filter by region cuts them down to what lies inside it.
pub(crate) fn slices(caller: &Caller, filter: &Filter) -> Vec<Slice> {
    let subject = filter.flow.clone().map_or(Subject::All, Subject::Flow);
    if filter.mine {
        return caller.grants.iter().map(|g| Slice::Seat(g.seat)).collect();
    }
    let mut slices = caller.slices(Action::List, &subject);
    if let Some(region) = filter.region {
        slices.retain_mut(|s| match s {
            Slice::Region(own) if own.contains(region) => {
                *s = Slice::Region(region);
                true
            }
            Slice::Region(own) => region.contains(*own),
            Slice::Seat(_) | Slice::Owner(_) => true,
        });
    }
    // A region inside another adds nothing.
    let all = slices.clone();
    slices.retain(|s| match s {
        Slice::Region(a) => !all.iter().any(|o| matches!(o, Slice::Region(b) if b != a && b.contains(*a))),
        _ => true,
    });
    slices.dedup();
    slices
}

/// One index to walk.
#[derive(Clone, Copy)]
enum Source<'a> {
    Matters(&'a Slice),
    /// What this seat has a part in without holding it.
    Parts(SeatId),
}

fn sources(slice: &Slice) -> Vec<Source<'_>> {
    match slice {
        Slice::Seat(seat) => vec![Source::Matters(slice), Source::Parts(*seat)],
        Slice::Region(_) | Slice::Owner(_) => vec![Source::Matters(slice)],
    }
}

/// The stretch of the order that a scan walks.
#[derive(Clone, Copy)]
struct Span {
    ended: bool,
    after: Option<After>,
    before: Option<After>,
}

fn scan(r: &Reader, caller: &Caller, filter: &Filter, from: Source, span: Span, most: usize) -> Sql {
    let ended = span.ended;
    let mut q = sql("");
    q.push(&COLUMNS);
    let (due, id) = match from {
        Source::Matters(slice) => {
            q.push(" from matter m where m.open = ").arg(!ended);
            caller.filter(&mut q, slice, &LISTED_HELD);
            ("m.due", "m.id")
        }
        Source::Parts(seat) => {
            q.push(" from part p join matter m on m.county = p.county and m.id = p.matter where p.county = ").arg(r.home());
            q.push(" and p.seat = ").arg(seat).push(" and p.open = ").arg(!ended);
            access::exclude(&mut q, r.home(), &caller.barred, "matter_about", "m.id");
            ("p.due", "p.matter")
        }
    };
    narrow(&mut q, r, filter);
    for (place, side) in [(span.after, ") > ("), (span.before, ") < (")] {
        if let Some(p) = place.filter(|p| p.ended == ended) {
            q.push(" and (").push(due).push(", ").push(id).push(side).arg(p.due).push(", ").arg(p.id).push(")");
        }
    }
    q.push(" order by ").push(due).push(", ").push(id).push(" limit ").arg(most as i64);
    q
}

pub(crate) fn narrow(q: &mut Sql, r: &Reader, filter: &Filter) {
    q.push(" and m.hidden is null");
    if let Some(flow) = &filter.flow {
        q.push(" and m.pack = ").arg(&flow.pack).push(" and m.flow = ").arg(&flow.id);
    }
    if let Some(region) = filter.region {
        let (first, last) = region.range();
        q.push(" and m.region between ").arg(first).push(" and ").arg(last);
    }
    for (column, value) in [("category", &filter.category), ("step", &filter.step)] {
        if let Some(value) = value {
            q.push(" and m.").push(column).push(" = ").arg(value);
        }
    }
    if filter.late {
        q.push(" and (m.card > 0 or m.clock_late = 1 or m.due < ").arg(r.now()).push(")");
    }
    if let Some(from) = filter.received_from {
        q.push(" and m.received_at >= ").arg(from);
    }
    if let Some(to) = filter.received_to {
        q.push(" and m.received_at < ").arg(to);
    }
    if let Some(terms) = &filter.terms {
        q.push(" and ");
        r.matching(q, "m.id", "matter", terms);
    }
}

/// One matter, with the permission it is seen under.
pub fn look(r: &mut Reader, caller: &Caller, id: MatterId) -> Result<(Matter, Basis)> {
    let m = matter::load(r, id)?.ok_or_else(Error::not_found)?;
    let basis = readable(r, caller, &m)?;
    Ok((m, basis))
}

pub(crate) fn readable(r: &mut Reader, caller: &Caller, m: &Matter) -> Result<Basis> {
    if m.hidden.is_some() && caller.kind != CallerKind::System {
        return Err(Error::not_found());
    }
    let seats = crate::part::seats(r, m)?;
    let about = crate::who::about(r, m)?;
    let object = access::Object { region: m.region, seats: &seats, owner: m.resident, about: &about };
    caller.check(Action::Read, &Subject::Flow(m.flow_name()), &object)
}
