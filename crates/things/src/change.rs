//! A thing changes, moves to another region, or comes off the register.

use crate::{
    Register, add, check, label, named,
    put::{self, Batch, ByImport, Living, Span, Values, Written},
    register::{full, name_of},
};
use access::{Caller, Object};
use base::{Code, Error, Result, ThingId, Time};
use packs::{Action, Kind, Subject};
use serde_json::{Value as Json, json};
use std::sync::Arc;
use store::{Entry, Unit, sql};
use uuid::Uuid;

/// What is to be otherwise. What is not named stays.
#[derive(Clone, Debug, Default)]
pub struct Patch {
    /// Field → new value; null takes it away.
    pub values: Values,
    pub geometry: Option<Json>,
}

/// Changes a thing from `since` on (now where nothing is said), in all that we know of it after that moment. `n`: the
/// revision that the caller saw. Answers the new revision.
pub fn change(
    unit: &mut Unit,
    register: &Register,
    caller: &Caller,
    id: ThingId,
    n: Option<i64>,
    patch: &Patch,
    since: Option<Time>,
) -> Result<i64> {
    let (kind, now) = open(unit, register, caller, id, n, Action::Edit)?;
    let mut whole = whole(unit, &kind, &now)?;
    merge(&mut whole, &patch.values);
    check::values(&kind, &whole, unit.now().date())?;
    // What is not said anew may have gone since.
    named::check(unit, &kind, &patch.values)?;
    let geometry = check::shape(&kind, patch.geometry.as_ref())?;
    let since = add::not_later(since, unit.now())?;
    rekey(unit, &kind, id, &now, &whole)?;
    let mut values = patch.values.clone();
    check::normal(&kind, &mut values);
    let edit = Edit { values: Some(&values), geometry: geometry.as_ref(), ..Edit::from(since) };
    let (w, refs) = revise_now(unit, register, &kind, id, &edit)?;
    let fields: Vec<&String> = patch.values.keys().collect();
    let payload = json!({"kind": full(&kind), "version": w.version, "n": w.n, "since": since, "fields": fields,
        "geometry": geometry.is_some(), "body": w.hash, "words": refs});
    unit.record(Entry::new("thing.changed", ("thing", id.uuid()), Some(now.region), payload));
    Ok(w.n)
}

/// Moves a thing to another region. The caller may edit in both.
pub fn move_to(
    unit: &mut Unit,
    register: &Register,
    caller: &Caller,
    id: ThingId,
    n: Option<i64>,
    region: Code,
    since: Option<Time>,
) -> Result<i64> {
    let (kind, now) = open(unit, register, caller, id, n, Action::Edit)?;
    caller.check(Action::Edit, &Subject::Kind(full(&kind)), &Object::at(region))?;
    access::region_there(unit, region, "region")?;
    let since = add::not_later(since, unit.now())?;
    let (w, _) = revise_now(unit, register, &kind, id, &Edit { region: Some(region), ..Edit::from(since) })?;
    let payload = json!({"kind": full(&kind), "version": w.version, "n": w.n, "since": since, "from": now.region, "body": w.hash});
    unit.record(Entry::new("thing.moved", ("thing", id.uuid()), Some(region), payload));
    Ok(w.n)
}

/// Takes a thing off the register, with a reason. Its history stays; its key is not given out again.
pub fn remove(
    unit: &mut Unit,
    register: &Register,
    caller: &Caller,
    id: ThingId,
    n: Option<i64>,
    reason: &str,
    since: Option<Time>,
) -> Result<i64> {
    let (kind, now) = open(unit, register, caller, id, n, Action::Remove)?;
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > 500 {
        return Err(Error::invalid("reason", "请写明注销原因，最多 500 字", "say why, in at most 500 characters"));
    }
    let since = add::not_later(since, unit.now())?;
    let (_, word) = unit.word(id.uuid(), "removed", reason)?;
    let (w, _) = revise_now(unit, register, &kind, id, &Edit { gone: true, ..Edit::from(since) })?;
    let payload = json!({"kind": full(&kind), "version": w.version, "n": w.n, "since": since, "body": w.hash, "words": {"removed": word}});
    unit.record(Entry::new("thing.removed", ("thing", id.uuid()), Some(now.region), payload));
    Ok(w.n)
}

store::row! {
    /// The living row of a thing.
    #[derive(Clone, Debug)]
    pub(crate) struct Now {
        pub id: ThingId,
        pub n: i64,
        pub version: Uuid,
        pub kind: String,
        pub region: Code,
        pub import: Option<Uuid>,
        pub leaves: Option<Uuid>,
    }
}

/// Locks the thing and finds the caller's permission for `action`.
fn open(unit: &mut Unit, register: &Register, caller: &Caller, id: ThingId, n: Option<i64>, action: Action) -> Result<(Arc<Kind>, Now)> {
    let hidden = put::hidden(unit)?;
    let mut q = store::Sql::select::<Now>("from thing t where t.county = ");
    q.arg(unit.home()).push(" and t.id = ").arg(id);
    put::shown(&mut q, "t", &hidden);
    let now: Now = unit.lock(q)?.ok_or_else(Error::not_found)?;
    let kind = register.kind_at(&name_of(&now.kind), now.region)?.clone();
    let basis = caller.check(action, &Subject::Kind(full(&kind)), &Object::at(now.region))?;
    unit.act_as(caller.by(basis));
    if now.leaves.is_some() {
        return Err(Error::conflict(
            "importing",
            "正在导入，这一条暂时不能改",
            "an import is about to change it; try again when that is done",
        ));
    }
    if n.is_some_and(|seen| seen != now.n) {
        return Err(Error::conflict(
            "changed_since",
            "别人刚改过这一条，请刷新后再改",
            "someone has changed it since you saw it; look again",
        ));
    }
    Ok((kind, now))
}

/// All its values now, the personal ones too: to check the whole of it.
fn whole(unit: &mut Unit, kind: &Kind, now: &Now) -> Result<Values> {
    let spans = put::known(unit, now.id)?;
    let last = spans.last().ok_or_else(|| Error::internal("a thing without a version"))?;
    crate::look::values(unit, kind, &last.state()?)
}

pub(crate) fn merge(values: &mut Values, patch: &Values) {
    for (field, v) in patch {
        if v.is_null() {
            values.remove(field);
        } else {
            values.insert(field.clone(), v.clone());
        }
    }
}

fn rekey(unit: &mut Unit, kind: &Kind, id: ThingId, now: &Now, whole: &Values) -> Result<()> {
    let home = unit.home();
    let Some(key) = label::key(kind, whole) else { return Ok(()) };
    let old: Option<(Option<String>,)> =
        unit.one(sql("select key from thing where county = $1 and id = $2 and n = $3").bind(home).bind(id).bind(now.n))?;
    if old.and_then(|(k,)| k).as_ref() == Some(&key) {
        return Ok(());
    }
    unit.write(sql("delete from thing_key where county = $1 and kind = $2 and thing = $3").bind(home).bind(&now.kind).bind(id))?;
    add::claim(unit, kind, &key, id)
}

/// What is done to every span from a moment on.
#[derive(Clone, Copy)]
pub(crate) struct Edit<'a> {
    pub since: Time,
    pub import: ByImport,
    /// Field → new value, checked; null takes it away.
    pub values: Option<&'a Values>,
    pub geometry: Option<&'a crate::Geometry>,
    pub region: Option<Code>,
    pub gone: bool,
}

impl Edit<'_> {
    /// Nothing yet, by hand.
    pub(crate) fn from(since: Time) -> Self {
        Edit { since, import: None, values: None, geometry: None, region: None, gone: false }
    }
}

fn revise_now(unit: &mut Unit, register: &Register, kind: &Kind, id: ThingId, edit: &Edit) -> Result<(Written, Values)> {
    let mut batch = Batch::default();
    let revised = revise(unit, &mut batch, register, kind, id, edit)?;
    batch.write(unit)?;
    Ok(revised)
}

/// Writes the edit as a revision: each known span that reaches beyond its `since` is superseded and written anew, the
/// part before it as it was. Gives the last span, and what the journal may hold of the words.
pub(crate) fn revise(
    unit: &mut Unit,
    batch: &mut Batch,
    register: &Register,
    kind: &Kind,
    id: ThingId,
    edit: &Edit,
) -> Result<(Written, Values)> {
    let (since, import) = (edit.since, edit.import);
    let spans = put::known(unit, id)?;
    let (Some(first), Some(last)) = (spans.first(), spans.last()) else { return Err(Error::internal("a thing without a version")) };
    if since < first.since {
        return Err(Error::invalid(
            "since",
            format!("这一条从 {} 起才有，生效时间不能更早", first.since),
            format!("it is on the register from {} on; `since` must not be earlier", first.since),
        ));
    }
    let none = Values::new();
    named::keep_files(unit, kind, id, edit.values.unwrap_or(&none))?;
    let (public, personal) = put::part(kind, edit.values.unwrap_or(&none).clone());
    let (gone, kept): (Values, Values) = personal.into_iter().partition(|(_, v)| v.is_null());
    let (mut words, refs) = put::keep_words(unit, id, &kept)?;
    words.extend(gone);
    let n = last.n.max(spans.iter().map(|s| s.n).max().unwrap_or(0)) + 1;
    let mut current = None;
    for span in spans.iter().filter(|s| s.until.is_none_or(|u| u > since)) {
        supersede(unit, span.id, import)?;
        let before = span.state()?;
        if span.since < since {
            put::version(unit, batch, kind, &Span { thing: id, n, since: span.since, until: Some(since), state: &before }, import);
        }
        let mut state = before;
        merge(&mut state.public, &public);
        merge(&mut state.words, &words);
        state.region = edit.region.unwrap_or(state.region);
        state.geometry = edit.geometry.cloned().or(state.geometry);
        state.gone |= edit.gone;
        let w =
            put::version(unit, batch, kind, &Span { thing: id, n, since: span.since.max(since), until: span.until, state: &state }, import);
        current = Some((w, state));
    }
    let (w, state) = current.ok_or_else(|| Error::internal("no span is open"))?;
    match import {
        None => put::not_living(unit, kind, id, last.n, last.id)?,
        Some(i) => {
            let home = unit.home();
            unit.write(
                sql("update thing set leaves = $1 where county = $2 and id = $3 and n = $4").bind(i).bind(home).bind(id).bind(last.n),
            )?;
        }
    }
    if !state.gone {
        put::living(unit, batch, kind, &Living { thing: id, written: &w, state: &state, import }, register.terms)?;
    }
    Ok((w, refs))
}

fn supersede(unit: &mut Unit, version: Uuid, import: ByImport) -> Result<()> {
    let (home, now) = (unit.home(), unit.now());
    unit.write(match import {
        None => sql("update thing_version set unknown = $1 where county = $2 and id = $3").bind(now).bind(home).bind(version),
        Some(i) => sql("update thing_version set unimport = $1 where county = $2 and id = $3").bind(i).bind(home).bind(version),
    })
}
