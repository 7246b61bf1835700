//! Lists under the caller's grants: several grants are several scans, each an equality on an index in the order of the
//! ids, merged here.

mod sort;

use crate::{Register, Thing, label, look, mask, put, put::VersionRow, register::full};
use access::{Caller, CallerKind, Listed, Slice};
use base::{Code, Error, Home, Result, ThingId};
use packs::{Action, Field, Kind, Name, Subject};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use store::{Reader, Sql, sql};
use uuid::Uuid;

/// Which things.
#[derive(Clone, Debug)]
pub struct Filter {
    pub kind: Name,
    pub region: Option<Code>,
    /// On fields declared for search or sort.
    pub fields: Vec<(String, Test)>,
    /// Terms, cut as the index is, parted by spaces; all must be there.
    pub terms: Option<String>,
    /// Things whose bounds meet these: least longitude and latitude, greatest longitude and latitude.
    pub bounds: Option<[f64; 4]>,
    /// The order; as they came on the register where nothing is said.
    pub sort: Option<Sort>,
}

/// By a field declared with `sort`; what has no value comes last either way, what is equal in the order of the ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sort {
    pub field: String,
    pub descending: bool,
}

impl Filter {
    pub fn of(kind: Name) -> Filter {
        Filter { kind, region: None, fields: Vec::new(), terms: None, bounds: None, sort: None }
    }
}

/// What is asked of a field: a value as it is written in JSON, or its text. Money in yuan, dates as `2026-09-30`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Test {
    Is(String),
    AtLeast(String),
    AtMost(String),
}

/// The last thing of the page before, and the value that it was sorted by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct After {
    id: ThingId,
    at: Option<At>,
}

/// A value in the order of a list. A number stands as its bits: it must come back from a cursor as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum At {
    Num(u64),
    Txt(String),
}

impl After {
    /// What follows `thing` in a list of this filter.
    pub fn of(register: &Register, filter: &Filter, thing: &Thing) -> Result<After> {
        let Some(sort) = &filter.sort else { return Ok(After { id: thing.id, at: None }) };
        let field = sorted_by(register.kind(&filter.kind)?, sort)?;
        let at = thing.values.get(&field.id).and_then(|v| match label::index(field, v) {
            (Some(n), _) => Some(At::Num(n.to_bits())),
            (None, txt) => txt.map(At::Txt),
        });
        Ok(After { id: thing.id, at })
    }
}

pub(crate) const LISTED: Listed<'static> = Listed { alias: "t", holder: None, parts: None, owner: None, about: None, flows: false };

/// The next `most` things that the caller may list, after `after`.
pub fn list(
    r: &mut Reader,
    register: &Register,
    caller: &Caller,
    filter: &Filter,
    after: Option<After>,
    most: usize,
) -> Result<Vec<Thing>> {
    page(r, register, caller, Action::List, filter, after, most)
}

/// The same for an export, which asks for a right of its own.
pub(crate) fn page(
    r: &mut Reader,
    register: &Register,
    caller: &Caller,
    action: Action,
    filter: &Filter,
    after: Option<After>,
    most: usize,
) -> Result<Vec<Thing>> {
    let kind = register.kind(&filter.kind)?.clone();
    let hidden = put::hidden(r)?;
    let regions = cut(r, caller, action, filter)?;
    let ids = match &filter.sort {
        Some(sort) => {
            let field = sorted_by(&kind, sort)?;
            sort::page(r, &Scan { caller, kind: &kind, filter, hidden: &hidden, regions: &regions }, field, sort.descending, after, most)?
        }
        None => {
            let scan = Scan { caller, kind: &kind, filter, hidden: &hidden, regions: &regions };
            scan.by_id(r, after.map(|a| a.id), most, None)?
        }
    };
    versions(r, &kind, &ids)
}

/// What every scan of one list shares.
pub(crate) struct Scan<'a> {
    caller: &'a Caller,
    kind: &'a Kind,
    filter: &'a Filter,
    hidden: &'a [Uuid],
    /// None inside another.
    regions: &'a [Code],
}

impl Scan<'_> {
    /// Appends ` and …`: the rows of `thing t` that are asked for, in one of the regions.
    fn rows(&self, q: &mut Sql, r: &Reader, region: Code) -> Result<()> {
        q.push(" and t.kind = ").arg(full(self.kind).to_string());
        self.caller.filter(q, &Slice::Region(region), &LISTED);
        narrow(q, r, self.kind, self.filter, self.hidden)
    }

    /// Versions in the order of their things' ids; only of things without a value of the field `without`.
    fn by_id(&self, r: &mut Reader, after: Option<ThingId>, most: usize, without: Option<&str>) -> Result<Vec<Uuid>> {
        let mut ids: Vec<(ThingId, Uuid)> = Vec::new();
        for region in self.regions {
            let mut q = sql("select t.id, t.version from thing t where t.county = ");
            q.arg(r.home());
            self.rows(&mut q, r, *region)?;
            if let Some(field) = without {
                q.push(
                    " and not exists (select 1 from field s where s.county = t.county and s.kind = t.kind and s.thing = t.id and s.n = t.n",
                );
                q.push(" and s.i = 0 and s.field = ").arg(field).push(")");
            }
            if let Some(after) = after {
                q.push(" and t.id > ").arg(after);
            }
            q.push(" order by t.id limit ").arg(most as i64);
            ids.extend(r.many::<(ThingId, Uuid)>(q)?);
        }
        ids.sort_unstable();
        ids.dedup();
        ids.truncate(most);
        Ok(ids.into_iter().map(|(_, version)| version).collect())
    }
}

/// How many the caller may list, counted up to `most`.
pub fn count(r: &mut Reader, register: &Register, caller: &Caller, filter: &Filter, most: i64) -> Result<i64> {
    count_of(r, register, caller, Action::List, filter, most)
}

pub(crate) fn count_of(r: &mut Reader, register: &Register, caller: &Caller, action: Action, filter: &Filter, most: i64) -> Result<i64> {
    let kind = register.kind(&filter.kind)?.clone();
    let hidden = put::hidden(r)?;
    let mut n = 0;
    // The regions of several grants do not overlap, so their counts add up.
    for region in cut(r, caller, action, filter)? {
        let mut q = sql("select count(*) from (select t.id from thing t where t.county = ");
        q.arg(r.home());
        Scan { caller, kind: &kind, filter, hidden: &hidden, regions: &[] }.rows(&mut q, r, region)?;
        q.push(" limit ").arg(most - n).push(") counted");
        n += r.count(q)?;
    }
    Ok(n)
}

/// Regions in which the caller may do this to things of the kind; none inside another.
pub(crate) fn regions(caller: &Caller, action: Action, kind: &Name, home: Home) -> Vec<Code> {
    if caller.kind == CallerKind::System {
        return vec![home.code()];
    }
    let slices = caller.slices(action, &Subject::Kind(kind.clone()));
    slices.into_iter().filter_map(|s| if let Slice::Region(code) = s { Some(code) } else { None }).collect()
}

/// The caller's regions, cut down to what lies inside the filter's.
pub(crate) fn cut(r: &mut Reader, caller: &Caller, action: Action, filter: &Filter) -> Result<Vec<Code>> {
    let own = regions(caller, action, &filter.kind, r.home());
    let Some(asked) = filter.region else { return Ok(own) };
    // A code that has ended names what it became.
    let asked = access::code_now(r, asked)?.unwrap_or(asked);
    Ok(own.into_iter().filter_map(|r| if r.contains(asked) { Some(asked) } else { asked.contains(r).then_some(r) }).collect())
}

/// The field of an order.
fn sorted_by<'k>(kind: &'k Kind, sort: &Sort) -> Result<&'k Field> {
    let may = |f: &&Field| f.sort && label::listed(f);
    kind.fields.get(&sort.field).filter(may).ok_or_else(|| {
        let known = kind.fields.values().filter(may).map(|f| f.id.as_str()).collect::<Vec<_>>().join(", ");
        Error::invalid(
            "sort",
            format!("不能按“{}”排序，可用：{known}", sort.field),
            format!("cannot sort by {}; can by: {known}", sort.field),
        )
    })
}

pub(crate) fn narrow(q: &mut Sql, r: &Reader, kind: &Kind, filter: &Filter, hidden: &[Uuid]) -> Result<()> {
    put::shown(q, "t", hidden);
    for (id, test) in &filter.fields {
        let field = kind.fields.get(id).filter(|f| label::listed(f)).ok_or_else(|| {
            let known = kind.fields.values().filter(|f| label::listed(f)).map(|f| f.id.as_str()).collect::<Vec<_>>().join(", ");
            Error::invalid(id, format!("不能按“{id}”筛选，可用：{known}"), format!("cannot filter on {id}; can on: {known}"))
        })?;
        let (op, value) = match test {
            Test::Is(v) => (" = ", v),
            Test::AtLeast(v) => (" >= ", v),
            Test::AtMost(v) => (" <= ", v),
        };
        let value = serde_json::from_str(value).ok().filter(|v: &serde_json::Value| v.is_number() || v.is_boolean());
        let value = match (value, test) {
            (Some(v), _) if !matches!(field.kind, packs::FieldKind::Money | packs::FieldKind::Area { .. }) => v,
            (_, Test::Is(t) | Test::AtLeast(t) | Test::AtMost(t)) => serde_json::Value::String(t.clone()),
        };
        q.push(" and exists (select 1 from field f where f.county = t.county and f.kind = t.kind and f.thing = t.id and f.n = t.n and f.field = ");
        q.arg(id);
        match label::index(field, &value) {
            (Some(num), _) => q.push(" and f.num").push(op).arg(num).push(")"),
            (None, Some(txt)) => q.push(" and f.txt").push(op).arg(txt).push(")"),
            (None, None) => {
                return Err(Error::invalid(id, "这个值和该项的类型不符", "the value does not fit the field's type"));
            }
        };
    }
    if let Some(terms) = filter.terms.as_ref().filter(|t| !t.trim().is_empty()) {
        if terms.chars().any(char::is_alphanumeric) {
            q.push(" and ");
            r.matching(q, "t.version", "thing", terms);
        } else {
            q.push(" and 1 = 0"); // asked for signs alone: nothing has them
        }
    }
    if let Some([west, south, east, north]) = filter.bounds {
        q.push(" and t.max_lon >= ").arg(west).push(" and t.min_lon <= ").arg(east);
        q.push(" and t.max_lat >= ").arg(south).push(" and t.min_lat <= ").arg(north);
    }
    Ok(())
}

/// The things of these versions, in their order, masked.
fn versions(r: &mut Reader, kind: &Kind, ids: &[Uuid]) -> Result<Vec<Thing>> {
    let mut rows: Vec<VersionRow> = Vec::with_capacity(ids.len());
    for some in ids.chunks(400) {
        let mut q = Sql::select::<VersionRow>("from thing_version where county = ");
        q.arg(r.home()).push(" and id in ").list(some.iter().copied());
        rows.extend(r.many::<VersionRow>(q)?);
    }
    let place: HashMap<Uuid, usize> = ids.iter().enumerate().map(|(i, id)| (*id, i)).collect();
    rows.sort_by_key(|v| place.get(&v.id).copied());
    let states = rows.iter().map(VersionRow::state).collect::<Result<Vec<_>>>()?;
    let pairs: Vec<_> = states.iter().map(|s| (kind, s)).collect();
    let all = look::values_of_many(r, &pairs)?;
    let mut things = Vec::with_capacity(rows.len());
    for ((v, state), values) in rows.iter().zip(states).zip(all) {
        let (values, masked) = mask::values(kind, values);
        things.push(Thing::of(v, state, values, masked));
    }
    Ok(things)
}
