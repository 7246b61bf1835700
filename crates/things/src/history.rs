//! What a thing was: every version, and the register as of a day, as known on another.

use crate::{
    Register, Thing, look, mask,
    put::VersionRow,
    register::{full, name_of},
};
use access::{Caller, Object};
use base::{Error, Result, ThingId, Time};
use packs::{Action, Name, Subject};
use serde::Serialize;
use store::{Reader, Sql};

/// One span of a thing's life as it was once known.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Version {
    #[serde(flatten)]
    pub thing: Thing,
    /// It was so up to then; still so where there is nothing.
    pub until: Option<Time>,
    /// We knew better from then on.
    pub unknown: Option<Time>,
}

pub type History = Vec<Version>;

const FROM: &str = "from thing_version v left join import i on i.county = v.county and i.id = v.import
    left join import u on u.county = v.county and u.id = v.unimport where v.county = ";

/// Columns of [`VersionRow`], with the moments of imports in the place of their rows' own.
const COLUMNS: &str = "v.id, v.thing, v.n, v.kind, v.since, v.until,
    case when v.import is null then v.known else i.shown end, case when v.unimport is null then v.unknown else u.shown end,
    v.region, v.gone, v.body, v.words, v.geometry";

fn select() -> Sql {
    let mut q = store::sql("");
    q.push("select ").push(COLUMNS).push(" ").push(FROM);
    q
}

/// Every version of a thing that was ever known, in the order in which it came to be known. Who may read the thing now
/// may read what it was.
pub fn history(r: &mut Reader, register: &Register, caller: &Caller, id: ThingId) -> Result<History> {
    let now = look::last(r, id)?.ok_or_else(Error::not_found)?;
    let kind = register.kind_of(&now.kind)?;
    caller.check(Action::Read, &Subject::Kind(full(kind)), &Object::at(now.region))?;
    let mut q = select();
    q.arg(r.home()).push(" and v.thing = ").arg(id).push(" and (v.import is null or i.shown is not null) order by v.n, v.since");
    let rows: Vec<VersionRow> = r.many(q)?;
    things(r, register, &rows)
}

/// A question about the past.
#[derive(Clone, Debug)]
pub struct AsOf {
    pub kind: Name,
    /// How it was then,
    pub at: Time,
    /// as far as was known then.
    pub known: Time,
}

/// The things of a kind as they were at one moment, as known at another; at most `most` after the thing `after`. What a
/// caller may list is decided by where each thing was then.
pub fn as_of(r: &mut Reader, register: &Register, caller: &Caller, ask: &AsOf, after: Option<ThingId>, most: i64) -> Result<History> {
    let AsOf { kind, at, known } = ask;
    let (at, known) = (*at, *known);
    let declared = register.kind(kind)?;
    let mut q = select();
    q.arg(r.home()).push(" and v.kind = ").arg(full(declared).to_string()).push(" and v.gone = 0");
    q.push(" and v.since <= ").arg(at).push(" and (v.until is null or v.until > ").arg(at).push(")");
    q.push(" and ((v.import is null and v.known <= ").arg(known).push(") or i.shown <= ").arg(known).push(")");
    q.push(" and (v.unknown is null or v.unknown > ").arg(known).push(") and (u.shown is null or u.shown > ").arg(known).push(")");
    if let Some(after) = after {
        q.push(" and v.thing > ").arg(after);
    }
    scope(&mut q, r, caller, kind);
    q.push(" order by v.thing limit ").arg(most);
    let rows: Vec<VersionRow> = r.many(q)?;
    things(r, register, &rows)
}

/// Versions have no columns of their ancestors (they are read for figures, not for lists): a range of codes is the same.
fn scope(q: &mut Sql, r: &Reader, caller: &Caller, kind: &Name) {
    q.push(" and (1 = 0");
    for region in crate::list::regions(caller, Action::List, kind, r.home()) {
        let (first, last) = region.range();
        q.push(" or v.region between ").arg(first).push(" and ").arg(last);
    }
    q.push(")");
}

fn things(r: &mut Reader, register: &Register, rows: &[VersionRow]) -> Result<History> {
    let states = rows.iter().map(VersionRow::state).collect::<Result<Vec<_>>>()?;
    let kinds = rows.iter().map(|v| register.kind(&name_of(&v.kind))).collect::<Result<Vec<_>>>()?;
    let pairs: Vec<_> = kinds.iter().zip(&states).map(|(k, s)| (&***k, s)).collect();
    let all = look::values_of_many(r, &pairs)?;
    let mut versions = Vec::with_capacity(rows.len());
    for (((v, kind), state), values) in rows.iter().zip(kinds).zip(states).zip(all) {
        let (values, masked) = mask::values(kind, values);
        versions.push(Version { thing: Thing::of(v, state, values, masked), until: v.until, unknown: v.unknown });
    }
    Ok(versions)
}
