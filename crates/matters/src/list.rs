//! Lists and single looks, under the caller's grants and exclusions.
//!
//! A caller with several grants gets several scans, each an equality on an index in the order (open, due, id); the store
//! merges them. The cursor is the last row's place in that order.

use crate::{Matter, matter, part};
use access::{Basis, Caller, CallerKind, Slice};
use base::{Code, Error, MatterId, Result, SeatId, Time};
use packs::{Action, Name, Subject};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;
use store::{Columns, Reader, Sql, Walk, sql};

static COLUMNS: LazyLock<String> = LazyLock::new(|| format!("select m.{}", Listed::COLUMNS.replace(", ", ", m.")));

/// How `matter` says who has to do with a row.
pub(crate) const LISTED: access::Listed<'static> = access::Listed {
    alias: "m",
    holder: Some("holder"),
    parts: Some(access::Parts { table: "part", row: "matter", seat: "seat" }),
    owner: Some("resident"),
    about: Some("matter_about"),
    flows: true,
};

/// The same for a walk along one index: what a seat only has a part in is walked apart.
const LISTED_HELD: access::Listed<'static> = access::Listed { parts: None, ..LISTED };

/// Which matters.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// These alone. A few hundred at most.
    pub ids: Option<Vec<MatterId>>,
    pub flow: Option<Name>,
    /// Open ones, ended ones, or both.
    pub open: Option<bool>,
    pub region: Option<Code>,
    pub category: Option<String>,
    pub step: Option<String>,
    /// Past a deadline: now, in this step, or by the resident's clock; of an ended one, as it ended.
    pub late: bool,
    /// Past no deadline.
    pub in_time: bool,
    /// The next deadline has passed and nothing was done since.
    pub late_now: bool,
    pub urgent: Option<bool>,
    /// Not done yet, and nobody has it in hand: it is offered and not taken, or it stands in this step of its flow, the first, with
    /// the seat that it came to.
    pub untaken: Option<String>,
    /// Held by one of the caller's seats, or it has a part in it.
    pub mine: bool,
    /// What the caller has to do with it.
    pub part: Option<Part>,
    pub said: Option<Said>,
    pub received_from: Option<Time>,
    pub received_to: Option<Time>,
    pub closed_from: Option<Time>,
    pub closed_to: Option<Time>,
}

/// What a caller has to do with a matter, by one of his seats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Held,
    /// It may be taken.
    Offered,
    /// An end or a pause waits for approval.
    Asked,
    /// An answer of his is awaited.
    Task,
    /// The step waits for his word: as the resident's own, or in place of one; or an approval is asked of him.
    Waits,
    /// He held it before.
    Was,
}

impl Part {
    /// As rows of `part` say it.
    fn why(self) -> &'static [&'static str] {
        match self {
            Part::Held => &[],
            Part::Offered => &[part::OFFERED],
            Part::Asked => &[part::ASKED],
            Part::Task => &[part::TASK],
            Part::Waits => &[part::WAITS, part::ASKED],
            Part::Was => &[part::WAS],
        }
    }
}

/// What somebody typed to find a matter: it is its number, or the words are in it, or they name its place.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// Search terms, cut as the index is; empty: no words.
    pub terms: String,
    pub numbers: Vec<String>,
    /// Places that were named, and the terms of the words beside the names.
    pub places: Vec<Code>,
    pub beside: String,
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
        let sources: Vec<Source> = slices.iter().flat_map(|s| sources(s, filter)).collect();
        rows.extend(match sources[..] {
            [one @ Source::Matters(_)] => {
                let mut q = sql("");
                q.push(&COLUMNS);
                scan(&mut q, r, caller, filter, one, (ended, after));
                let (due, id) = one.order();
                q.push(" order by ").push(due).push(", ").push(id).push(" limit ").arg(most as i64);
                r.many(q)?
            }
            // A seat may have several parts in one matter, so its parts are walked as several scans are.
            _ => merged(r, caller, filter, &sources, (ended, after), most)?,
        });
        if rows.len() >= most {
            break;
        }
    }
    rows.truncate(most);
    Ok(rows)
}

/// The first of several scans: where they stand in the order first, then the rows.
fn merged(
    r: &mut Reader,
    caller: &Caller,
    filter: &Filter,
    sources: &[Source],
    (ended, after): (bool, Option<After>),
    most: usize,
) -> Result<Vec<Listed>> {
    let walks = sources.iter().map(|from| {
        let (due, id) = from.order();
        Walk::new(due, id, move |r, q| {
            q.push("select ").push(due).push(", ").push(id);
            scan(q, r, caller, filter, *from, (ended, after));
        })
    });
    let ids = r.walk(&walks.collect::<Vec<_>>(), most)?;
    let home = r.home();
    let mut found = Vec::new();
    for some in store::few_lengths(&ids) {
        let mut q = sql("");
        q.push(&COLUMNS).push(" from matter m where m.county = ").arg(home).push(" and m.id in ").list(some.iter().copied());
        found.extend(r.many::<Listed>(q)?);
    }
    found.sort_by_key(|m| (m.due, m.id));
    Ok(found)
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
        of_part(&mut ids, slice, filter);
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
    if filter.mine || filter.part.is_some() {
        let own = caller.account.filter(|_| filter.part == Some(Part::Waits)).map(Slice::Owner);
        return caller.grants.iter().map(|g| Slice::Seat(g.seat)).chain(own).collect();
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
    Parts(SeatId, Option<Part>),
}

impl Source<'_> {
    /// The columns of the list's order in its index.
    fn order(&self) -> (&'static str, &'static str) {
        match self {
            Source::Matters(_) => ("m.due", "m.id"),
            Source::Parts(..) => ("p.due", "p.matter"),
        }
    }
}

fn sources<'s>(slice: &'s Slice, filter: &Filter) -> Vec<Source<'s>> {
    match (slice, filter.part) {
        (Slice::Seat(seat), None) => vec![Source::Matters(slice), Source::Parts(*seat, None)],
        (Slice::Seat(_), Some(Part::Held)) | (Slice::Region(_) | Slice::Owner(_), _) => vec![Source::Matters(slice)],
        (Slice::Seat(seat), part) => vec![Source::Parts(*seat, part)],
    }
}

/// Appends ` and …`: of a slice's rows those in which the caller has the part that is asked for.
pub(crate) fn of_part(q: &mut Sql, slice: &Slice, filter: &Filter) {
    match (slice, filter.part) {
        (_, None) => {}
        (Slice::Seat(seat), Some(Part::Held)) => drop(q.push(" and m.holder = ").arg(*seat)),
        (Slice::Seat(seat), Some(part)) => {
            q.push(" and exists (select 1 from part p where p.county = m.county and p.matter = m.id and p.seat = ").arg(*seat);
            q.push(" and p.why in ").list(part.why().iter().copied()).push(")");
            awaited(q, *seat, part);
        }
        (_, Some(_)) => drop(q.push(" and m.open = 1 and m.waits = 1")),
    }
}

/// Appends ` and …`: a task is one until it is answered.
fn awaited(q: &mut Sql, seat: SeatId, part: Part) {
    if part == Part::Task {
        q.push(" and exists (select 1 from task k where k.county = m.county and k.matter = m.id and k.seat = ").arg(seat);
        q.push(" and k.step = m.step and k.state <> 1)");
    }
}

/// Appends ` from … where …`: the open or the ended ones after a place.
fn scan(q: &mut Sql, r: &Reader, caller: &Caller, filter: &Filter, from: Source, (ended, after): (bool, Option<After>)) {
    match from {
        Source::Matters(slice) => {
            q.push(" from matter m where m.open = ").arg(!ended);
            caller.filter(q, slice, &LISTED_HELD);
            if !matches!(slice, Slice::Seat(_)) {
                of_part(q, slice, filter);
            }
        }
        Source::Parts(seat, part) => {
            q.push(" from part p join matter m on m.county = p.county and m.id = p.matter where p.county = ").arg(r.home());
            q.push(" and p.seat = ").arg(seat).push(" and p.open = ").arg(!ended);
            if let Some(part) = part {
                q.push(" and p.why in ").list(part.why().iter().copied());
                awaited(q, seat, part);
            }
            access::exclude(q, r.home(), &caller.barred, "matter_about", "m.id");
        }
    }
    narrow(q, r, filter);
    if let Some(p) = after.filter(|p| p.ended == ended) {
        let (due, id) = from.order();
        q.push(" and (").push(due).push(", ").push(id).push(") > (").arg(p.due).push(", ").arg(p.id).push(")");
    }
}

/// What is late, up to the moment that follows and two brackets.
pub(crate) const LATE: &str = "m.card > 0 or m.clock_late = 1 or (m.open = 1 and m.due < ";

pub(crate) fn narrow(q: &mut Sql, r: &Reader, filter: &Filter) {
    q.push(" and m.hidden is null");
    if let Some(ids) = &filter.ids {
        q.push(" and m.id in ").list(ids.iter().copied());
    }
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
        q.push(" and (").push(LATE).arg(r.now()).push("))");
    }
    if filter.in_time {
        q.push(" and not (").push(LATE).arg(r.now()).push("))");
    }
    if let Some(urgent) = filter.urgent {
        q.push(" and m.urgent = ").arg(urgent);
    }
    if filter.late_now {
        q.push(" and m.open = 1 and m.due < ").arg(r.now());
    }
    if let Some(from) = filter.received_from {
        q.push(" and m.received_at >= ").arg(from);
    }
    if let Some(to) = filter.received_to {
        q.push(" and m.received_at < ").arg(to);
    }
    if let Some(from) = filter.closed_from {
        q.push(" and m.closed_at >= ").arg(from);
    }
    if let Some(to) = filter.closed_to {
        q.push(" and m.closed_at < ").arg(to);
    }
    if let Some(first) = &filter.untaken {
        q.push(" and m.resolved_at is null and (m.offered is not null or m.step = ").arg(first);
        q.push(" and not exists (select 1 from part w where w.county = m.county and w.matter = m.id and w.why = ")
            .arg(part::WAS)
            .push("))");
    }
    if let Some(said) = &filter.said {
        found(q, r, said);
    }
}

/// Appends ` and (…)`: by any of the ways in which something typed may mean a matter.
fn found(q: &mut Sql, r: &Reader, said: &Said) {
    q.push(" and (");
    match said.terms.is_empty() {
        true => drop(q.push("1 = 0")),
        false => r.matching(q, "m.id", "matter", &said.terms),
    }
    if !said.numbers.is_empty() {
        q.push(" or m.number in ").list(&said.numbers);
    }
    if !said.places.is_empty() {
        q.push(" or (1 = 0");
        for place in &said.places {
            let (first, last) = place.range();
            q.push(" or m.region between ").arg(first).push(" and ").arg(last);
        }
        q.push(")");
        if !said.beside.is_empty() {
            q.push(" and ");
            r.matching(q, "m.id", "matter", &said.beside);
        }
    }
    q.push(")");
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
