//! A leader's month 三长的一月: what was done from a seat, and by whom, and what was late there. A record of work: nothing
//! is summed up, compared or put in order by it.
//!
//! Each number is a list of matters, found by the seat and the moment, and then only those that the reader may list: so it
//! opens to exactly its rows, and what a reader must not meet is neither listed nor counted. A deed is his who did it at
//! the time, and what ran late is his who sat there at that moment, so an office handed over in the middle of a month
//! leaves each with his own.

use crate::{Filter, Listed, among};
use access::{Caller, HolderKind, Object, Seat, Tenure};
use base::{AccountId, Code, Error, MatterId, Result, SeatId, Time};
use packs::{Action, Catalogue, FieldKind, Flow, Subject, Val, Who};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use store::{Reader, Sql, Unit, sql};

/// What is counted, each matter once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Work {
    /// Visits written down in the month.
    Visits,
    /// Other services written down in the month.
    Services,
    /// Matters whose "done" that stood was said in the month.
    Solved,
    /// Matters of which a deadline passed in the month while the seat held them.
    Late,
}

/// From a moment up to another, which is not in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub from: Time,
    pub to: Time,
}

/// Whose months.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// My own, in the seats I hold now.
    Mine,
    /// Of the leaders of a region and of what lies in it.
    Region(Code),
    Seat(SeatId),
}

/// One person's month in one seat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// None: the seat was empty.
    pub account: Option<AccountId>,
    pub kind: HolderKind,
    /// His time in it, as far as it is known to begin and end.
    pub since: Option<Time>,
    pub until: Option<Time>,
    pub work: BTreeMap<Work, Vec<MatterId>>,
}

impl Line {
    pub fn count(&self, work: Work) -> i64 {
        self.work.get(&work).map_or(0, |m| m.len() as i64)
    }
}

/// What it takes to see the months of others, over all flows.
pub const RIGHTS: [Action; 2] = [Action::Figures, Action::List];

/// Where a page ended: by region, then seat.
pub type Place = (Code, SeatId);

/// Seats with a line for each who sat there.
pub type Months = Vec<(Seat, Vec<Line>)>;

/// Matters of one look.
const LOOK: usize = 300;

/// The months of the next `most` seats, by region, and where to go on.
pub fn months(r: &mut Reader, caller: &Caller, of: Of, span: Span, after: Option<Place>, most: usize) -> Result<(Months, Option<Place>)> {
    let mine = of == Of::Mine;
    let mut seats = seats(r, caller, of, span, after, most)?;
    let more = seats.len() > most;
    seats.truncate(most);
    let ids: Vec<SeatId> = seats.iter().map(|s| s.id).collect();
    let sat = tenures(r, &ids, span)?;
    let mut lines = lines(&sat, span);
    let done = deeds(r, caller, &ids, &sat, span)?;
    for (key, work, matter) in listed(r, caller, done)? {
        let line = lines.entry(key).or_insert_with(|| line(key.1, HolderKind::Deputy));
        line.work.entry(work).or_default().push(matter);
    }
    let mut by_seat: HashMap<SeatId, Vec<Line>> = HashMap::new();
    for ((seat, account), line) in lines {
        // Who only stood ready is no line of the month.
        let idle = line.kind != HolderKind::Holder && line.work.is_empty();
        if !idle && (!mine || account == caller.account) {
            by_seat.entry(seat).or_default().push(line);
        }
    }
    let months = seats.into_iter().map(|seat| {
        let mut lines = by_seat.remove(&seat.id).unwrap_or_default();
        if lines.is_empty() {
            lines.push(line(if mine { caller.account } else { None }, HolderKind::Holder));
        }
        lines.sort_by_key(|l| (l.since, l.kind as i64, l.account));
        (seat, lines)
    });
    let months: Vec<_> = months.collect();
    let next = months.last().map(|(s, _)| (s.region, s.id)).filter(|_| more);
    Ok((months, next))
}

/// The matters of one number, by id; the next `most` after `after`, and whether there are more.
#[allow(clippy::too_many_arguments, reason = "one number: whose, where, when, of what, and the page of it")]
pub fn rows(
    r: &mut Reader,
    caller: &Caller,
    (seat, account): (SeatId, Option<AccountId>),
    span: Span,
    work: Work,
    after: Option<MatterId>,
    most: usize,
) -> Result<(Vec<Listed>, bool)> {
    let found = access::seat(r, seat)?.ok_or_else(Error::not_found)?;
    let own = account.is_some() && account == caller.account && caller.grants.iter().any(|g| g.seat == seat);
    if !leads(&caller.catalogue, &found.role) || !own && !sees(caller, found.region) {
        return Err(Error::not_found());
    }
    let sat = tenures(r, &[seat], span)?;
    let deeds = deeds(r, caller, &[seat], &sat, span)?;
    let deeds = deeds.into_iter().filter(|((_, who), w, m)| *who == account && *w == work && after.is_none_or(|a| *m > a)).collect();
    let mut ids: Vec<MatterId> = listed(r, caller, deeds)?.into_iter().map(|(.., m)| m).collect();
    let more = ids.len() > most;
    ids.truncate(most);
    let mut rows = Vec::new();
    for some in ids.chunks(LOOK) {
        rows.extend(among(r, caller, &Filter::default(), some)?);
    }
    rows.sort_by_key(|m| m.id);
    Ok((rows, more))
}

/// A deadline passed while this seat held the matter.
pub(crate) fn lapsed(unit: &mut Unit, seat: SeatId, matter: MatterId) -> Result<()> {
    let (home, now) = (unit.home(), unit.now());
    unit.write(
        sql("insert into lapse (county, seat, at, matter) values ($1, $2, $3, $4) on conflict (county, seat, at, matter) do nothing")
            .bind(home)
            .bind(seat)
            .bind(now)
            .bind(matter),
    )
}

fn sees(caller: &Caller, region: Code) -> bool {
    RIGHTS.iter().all(|action| caller.check(*action, &Subject::All, &Object::at(region)).is_ok())
}

/// Whoever is paid for it is an official; a leader 三长 is a neighbour.
fn leads(catalogue: &Catalogue, role: &str) -> bool {
    catalogue.role(role).is_some_and(|role| !role.paid)
}

/// One more than `most`, so that it is known whether there is an end. A seat that closed later had its month.
fn seats(r: &mut Reader, caller: &Caller, of: Of, span: Span, after: Option<Place>, most: usize) -> Result<Vec<Seat>> {
    let roles = caller.catalogue.roles().filter(|role| !role.paid).map(|role| role.id.as_str());
    let mut q = Sql::select::<Seat>("from seat where county = ");
    q.arg(r.home()).push(" and role in ").list(roles).push(" and (closed is null or closed > ").arg(span.from).push(")");
    q.push(" and made < ").arg(span.to);
    match of {
        Of::Mine => drop(q.push(" and id in ").list(caller.grants.iter().map(|g| g.seat))),
        Of::Seat(seat) => {
            let found = access::seat(r, seat)?.filter(|s| leads(&caller.catalogue, &s.role) && sees(caller, s.region));
            q.push(" and id = ").arg(found.ok_or_else(Error::not_found)?.id);
        }
        Of::Region(region) => {
            if !sees(caller, region) {
                return Err(Error::forbidden());
            }
            let (first, last) = region.range();
            q.push(" and region between ").arg(first).push(" and ").arg(last);
        }
    }
    if let Some((region, seat)) = after {
        q.push(" and (region, id) > (").arg(region).push(", ").arg(seat).push(")");
    }
    q.push(" order by region, id limit ").arg(most as i64 + 1);
    r.many(q)
}

/// Who sat in these seats in the time, in the order of their days.
fn tenures(r: &mut Reader, seats: &[SeatId], span: Span) -> Result<Vec<Tenure>> {
    let mut q = Sql::select::<Tenure>("from tenure where county = ");
    q.arg(r.home()).push(" and seat in ").list(seats.iter().copied());
    q.push(" and since < ").arg(span.to).push(" and until > ").arg(span.from).push(" order by since, id");
    r.many(q)
}

type Key = (SeatId, Option<AccountId>);
type Deed = (Key, Work, MatterId);

fn line(account: Option<AccountId>, kind: HolderKind) -> Line {
    Line { account, kind, since: None, until: None, work: BTreeMap::new() }
}

/// One for each person who sat there, the holder before the one who only stood in.
fn lines(sat: &[Tenure], span: Span) -> BTreeMap<Key, Line> {
    let mut lines: BTreeMap<Key, Line> = BTreeMap::new();
    for t in sat {
        // He sits there still, or did beyond the month.
        let until = Some(t.until).filter(|u| *u < span.to);
        let line = lines.entry((t.seat, Some(t.account))).or_insert_with(|| Line {
            since: Some(t.since),
            until,
            ..line(Some(t.account), t.kind())
        });
        line.until = line.until.zip(until).map(|(a, b)| a.max(b));
        if t.kind() == HolderKind::Holder {
            line.kind = HolderKind::Holder;
        }
    }
    lines
}

/// Who answered for a seat at that moment: the one who acted for a time, else its holder.
fn sitting(sat: &[Tenure], seat: SeatId, at: Time) -> Option<AccountId> {
    let mut there: Vec<&Tenure> = sat.iter().filter(|t| t.seat == seat && t.since <= at && at < t.until).collect();
    there.sort_by_key(|t| match t.kind() {
        HolderKind::Acting => 0,
        HolderKind::Holder => 1,
        HolderKind::Deputy => 2,
    });
    there.first().map(|t| t.account)
}

/// All that was done from these seats, whoever may read it: never shown before [`listed`] has looked at it.
fn deeds(r: &mut Reader, caller: &Caller, seats: &[SeatId], sat: &[Tenure], span: Span) -> Result<BTreeSet<Deed>> {
    let mut found = BTreeSet::new();
    let within = |q: &mut Sql, at: &str| {
        q.push(&format!(" and {at} >= ")).arg(span.from).push(&format!(" and {at} < ")).arg(span.to);
    };
    let mut q = sql("select opener_seat, opener, id, pack, flow, body from matter where county = ");
    q.arg(r.home()).push(" and opener_seat in ").list(seats.iter().copied());
    within(&mut q, "received_at");
    q.push(" and (ended_as is null or ended_as <> 'withdrawn')");
    for (seat, who, id, pack, flow, body) in r.many::<(SeatId, Option<AccountId>, MatterId, String, String, String)>(q)? {
        if let Some(work) = caller.catalogue.flow(&pack, &flow).and_then(|f| recorded(f, &body)) {
            found.insert(((seat, who), work, id));
        }
    }
    let mut q = sql("select doer_seat, doer, id, pack, flow from matter where county = ");
    q.arg(r.home()).push(" and doer_seat in ").list(seats.iter().copied());
    within(&mut q, "resolved_at");
    for (seat, who, id, pack, flow) in r.many::<(SeatId, Option<AccountId>, MatterId, String, String)>(q)? {
        if !caller.catalogue.flow(&pack, &flow).is_some_and(|f| is_record(f)) {
            found.insert(((seat, who), Work::Solved, id));
        }
    }
    let mut q = sql("select seat, at, matter from lapse where county = ");
    q.arg(r.home()).push(" and seat in ").list(seats.iter().copied());
    within(&mut q, "at");
    for (seat, at, id) in r.many::<(SeatId, Time, MatterId)>(q)? {
        found.insert(((seat, sitting(sat, seat, at)), Work::Late, id));
    }
    Ok(found)
}

/// Of these, what the caller may list.
fn listed(r: &mut Reader, caller: &Caller, deeds: BTreeSet<Deed>) -> Result<Vec<Deed>> {
    let ids: Vec<MatterId> = deeds.iter().map(|(.., m)| *m).collect::<BTreeSet<_>>().into_iter().collect();
    let mut may: BTreeSet<MatterId> = BTreeSet::new();
    for some in ids.chunks(LOOK) {
        may.extend(among(r, caller, &Filter::default(), some)?.into_iter().map(|m| m.id));
    }
    let mut kept: Vec<Deed> = deeds.into_iter().filter(|(.., m)| may.contains(m)).collect();
    kept.sort_by_key(|(.., m)| *m);
    Ok(kept)
}

/// A record of work (服务记录): a flow that waits for nobody but the one who opens it.
fn is_record(flow: &Flow) -> bool {
    flow.first().wait_for.as_ref().is_some_and(|w| matches!(w.who, Who::Opener))
}

/// What an opened record says was done: a visit where the chosen entry of the list is declared one (`visit: true`).
fn recorded(flow: &Flow, body: &str) -> Option<Work> {
    if !is_record(flow) {
        return None;
    }
    let body: Json = serde_json::from_str(body).ok()?;
    let form = flow.opens.form.as_ref()?;
    let visit = form.fields.values().any(|field| match &field.kind {
        FieldKind::Choice { of, many: false } => {
            let entry = body[&form.id][&field.id].as_str().and_then(|code| of.entry(code));
            entry.is_some_and(|e| matches!(e.attributes.get("visit"), Some(Val::Bool(true))))
        }
        _ => false,
    });
    Some(if visit { Work::Visits } else { Work::Services })
}
