//! Runs that failed: tried again, then parked where people see them, replayed or dropped.

use crate::{
    Context,
    job::Job,
    position,
    scene::{Scene, Subject as About},
    verb::{Wanted, open},
};
use access::{Caller, Object};
use base::{Error, MatterId, Result, Time};
use matters::{Moving, Rules};
use packs::{Action, At, Catalogue, FieldKind, Flow, Opener, Required, Subject, Target, Who};
use serde::Serialize;
use serde_json::{Map, json};
use std::{sync::Arc, time::Duration};
use store::{Entry, Reader, Recorded, Sql, Unit, sql};
use uuid::Uuid;

/// Seconds to wait after each failure; after the last it is parked.
const WAITS: [u64; 4] = [1, 10, 60, 600];

/// How a failed run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It will be tried again; the reaction waits for it.
    Again = 0,
    /// The reaction has gone on without it; a person replays or drops it.
    Parked = 1,
    Dropped = 2,
    /// It was done at last.
    Done = 3,
    /// Reactions had answered reactions too often.
    TooDeep = 4,
}

store::row! {
    /// A run that failed.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Failed {
        /// The reaction, and the entry it ran on.
        pub name: String,
        pub seq: i64,
        state: i64,
        pub tries: i64,
        pub first: Time,
        pub last: Time,
        pub due: Time,
        /// Code and words of the last error.
        pub code: String,
        pub error: String,
        /// What the county's IT was given.
        pub matter: Option<MatterId>,
    }
}

impl Failed {
    pub fn standing(&self) -> Standing {
        match self.state {
            0 => Standing::Again,
            1 => Standing::Parked,
            2 => Standing::Dropped,
            3 => Standing::Done,
            _ => Standing::TooDeep,
        }
    }
}

fn operator(caller: &Caller, r: &Reader) -> Result<()> {
    caller.check(Action::Operate, &Subject::Platform, &Object::at(r.home().code())).map(drop).map_err(|_| Error::forbidden())
}

/// Where a page of [`failures`] ended: the run's last try, its reaction, its entry.
pub type FailedAt = (Time, String, i64);

/// Runs that are tried again, parked or refused, newest first, at most `most` after `after`; with `all` those that were
/// settled, too.
pub fn failures(r: &mut Reader, caller: &Caller, all: bool, after: Option<&FailedAt>, most: usize) -> Result<Vec<Failed>> {
    operator(caller, r)?;
    let mut q = Sql::select::<Failed>("from reaction_run where county = ");
    q.arg(r.home());
    if !all {
        q.push(" and state in (0, 1, 4)");
    }
    if let Some((last, name, seq)) = after {
        q.push(" and (last < ").arg(*last).push(" or last = ").arg(*last).push(" and (name > ").arg(name);
        q.push(" or name = ").arg(name).push(" and seq > ").arg(*seq).push("))");
    }
    q.push(" order by last desc, name, seq limit ").arg(most as i64);
    r.many(q)
}

/// A run is given up for good, with a reason. The matter that was made of it closes with it.
pub fn drop_run(unit: &mut Unit, rules: &Rules, caller: &Caller, name: &str, seq: i64, reason: &str) -> Result<()> {
    let home = unit.home();
    caller.allow(unit, Action::Operate, home.code())?;
    if reason.trim().is_empty() || reason.chars().count() > 500 {
        return Err(Error::invalid("reason", "请写明为什么作废，最多 500 字", "say why, in at most 500 characters"));
    }
    let dropped = unit.change(
        sql("update reaction_run set state = 2, last = $1 where county = $2 and name = $3 and seq = $4 and state in (1, 4)")
            .bind(unit.now())
            .bind(home)
            .bind(name)
            .bind(seq),
    )?;
    if dropped == 0 {
        return Err(not_parked());
    }
    let e = entry(unit, seq)?;
    let (_, word) = unit.word(e.subject, "reaction.dropped", reason.trim())?;
    let payload = json!({ "reaction": name, "of": seq, "words": { "reason": word } });
    unit.record(Entry::new("reaction.dropped", subject(&e), e.region, payload));
    close(unit, rules, caller, name, seq, &format!("这条联动已作废：{}", reason.trim()))
}

/// The county's IT has settled a run: the matter that it was given of it is done, in the same act. Where somebody else
/// holds that matter meanwhile, or its flow asks more than a word, it stays his.
pub(crate) fn close(unit: &mut Unit, rules: &Rules, caller: &Caller, name: &str, seq: i64, words: &str) -> Result<()> {
    let q = sql("select matter from reaction_run where county = $1 and name = $2 and seq = $3").bind(unit.home()).bind(name).bind(seq);
    let row: Option<(Option<MatterId>,)> = unit.one(q)?;
    let Some(m) = row.and_then(|(id,)| id).map(|id| matters::load(unit, id)).transpose()?.flatten() else { return Ok(()) };
    if !m.open || !caller.grants.iter().any(|g| g.seat == m.holder) {
        return Ok(());
    }
    let flow = rules.flow_of(unit, &m)?;
    let Some(step) = flow.step(&m.step) else { return Ok(()) };
    let Some((id, mv)) = step.moves.iter().find(|(_, mv)| matches!(mv.to, Target::Closed { .. })) else { return Ok(()) };
    let mut form = Map::new();
    for field in mv.form.iter().flat_map(|f| f.fields.values()).filter(|f| f.required != Required::No) {
        match field.kind {
            FieldKind::Text => form.insert(field.id.clone(), json!(words)),
            _ => return Ok(()),
        };
    }
    let moving = Moving { id: id.clone(), step: Some(m.step.clone()), form: form.into(), chosen: Vec::new(), for_another: None };
    matters::make(unit, rules, caller, m.id, &moving).map(drop)
}

/// Takes a parked run out of the list, so that it can be run in the same unit.
pub(crate) fn take_parked(unit: &mut Unit, caller: &Caller, name: &str, seq: i64) -> Result<Recorded> {
    let home = unit.home();
    caller.allow(unit, Action::Operate, home.code())?;
    let taken = unit.change(
        sql("update reaction_run set state = 3, last = $1 where county = $2 and name = $3 and seq = $4 and state = 1")
            .bind(unit.now())
            .bind(home)
            .bind(name)
            .bind(seq),
    )?;
    if taken == 0 {
        return Err(not_parked());
    }
    let e = entry(unit, seq)?;
    unit.record(Entry::new("reaction.replayed", subject(&e), e.region, json!({ "reaction": name, "of": seq })));
    Ok(e)
}

fn not_parked() -> Error {
    Error::conflict("not_parked", "没有这条搁置的联动，或已有人处理", "no such run is parked, or somebody has dealt with it")
}

fn entry(r: &mut Reader, seq: i64) -> Result<Recorded> {
    store::journal::after(r, seq - 1, 1)?.into_iter().find(|e| e.seq == seq).ok_or_else(Error::not_found)
}

/// The entry's subject, as an entry about the run names it.
fn subject(e: &Recorded) -> (&'static str, Uuid) {
    let kind = match e.subject_kind.as_str() {
        "matter" => "matter",
        "thing" => "thing",
        _ => "region",
    };
    (kind, e.subject)
}

/// A run has failed for the `tries + 1`st time. True: it is parked and the cursor has gone on.
pub(crate) fn failed(unit: &mut Unit, job: &Job, e: &Recorded, from: i64, tries: i64, error: &Said) -> Result<bool> {
    if let Some(wait) = WAITS.get(tries as usize) {
        let due = unit.now() + Duration::from_secs(*wait);
        put(unit, job, e, Standing::Again, tries, due, error)?;
        return Ok(false);
    }
    position::move_on(unit, &job.name, from, e.seq)?;
    let now = unit.now();
    put(unit, job, e, Standing::Parked, tries, now, error)?;
    unit.because_of(e.seq, e.depth);
    unit.record(Entry::new("reaction.parked", subject(e), e.region, json!({ "reaction": job.name, "of": e.seq, "code": error.code })));
    Ok(true)
}

/// What went wrong, for a person of the county's IT.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub code: &'static str,
    pub text: String,
}

impl Said {
    pub fn of(e: &Error) -> Said {
        let fields: String = e.fields().iter().map(|f| format!("；{}：{}", f.field, f.text.zh)).collect();
        Said { code: e.code(), text: format!("{}{fields} / {e}", e.text().zh).chars().take(1_000).collect() }
    }
}

fn put(unit: &mut Unit, job: &Job, e: &Recorded, standing: Standing, tries: i64, due: Time, error: &Said) -> Result<()> {
    let (home, now) = (unit.home(), unit.now());
    // Where two servers failed at once, the first one's count stands.
    unit.write(
        sql("insert into reaction_run (county, name, seq, state, tries, first, last, due, code, error) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             on conflict (county, name, seq) do update set state = excluded.state, tries = excluded.tries, last = excluded.last,
             due = excluded.due, code = excluded.code, error = excluded.error
             where reaction_run.state = 0 and reaction_run.tries = excluded.tries - 1")
        .bind(home)
        .bind(&job.name)
        .bind(e.seq)
        .bind(standing as i64)
        .bind(tries + 1)
        .bind(now)
        .bind(now)
        .bind(due)
        .bind(error.code)
        .bind(&error.text),
    )
}

/// A run that succeeded after it had failed.
pub(crate) fn done(unit: &mut Unit, name: &str, seq: i64) -> Result<()> {
    let (home, now) = (unit.home(), unit.now());
    unit.write(
        sql("update reaction_run set state = 3, last = $1 where county = $2 and name = $3 and seq = $4 and state = 0")
            .bind(now)
            .bind(home)
            .bind(name)
            .bind(seq),
    )
}

/// Reactions have answered reactions too often: refused, and on record.
pub(crate) fn refuse(unit: &mut Unit, job: &Job, e: &Recorded) -> Result<()> {
    let now = unit.now();
    let said = Said {
        code: "too_deep",
        text: format!("联动套联动超过 {0} 层，已停下 / more than {0} reactions in a row", crate::act::DEEPEST - 1),
    };
    put(unit, job, e, Standing::TooDeep, 0, now, &said)?;
    unit.because_of(e.seq, e.depth);
    unit.record(Entry::new("reaction.refused", subject(e), e.region, json!({ "reaction": job.name, "of": e.seq, "depth": e.depth + 1 })));
    Ok(())
}

/// Makes a parked run a matter of the county's IT, where a pack declares a flow for that: one that packs open and whose
/// first step is held by a role that may operate the platform.
pub(crate) fn give_to_it(unit: &mut Unit, c: Context, job: &Job, e: &Recorded) -> Result<()> {
    let Some(flow) = upkeep(&c.rules.catalogue) else { return Ok(()) };
    let home = unit.home();
    let mut form = Map::new();
    let words = flow.opens.form.as_ref().and_then(|f| f.fields.values().find(|f| matches!(f.kind, FieldKind::Text)));
    if let Some(field) = words {
        form.insert(field.id.clone(), json!(format!("联动“{}”在流水第 {} 条上多次失败，已搁置，请处理", job.name, e.seq)));
    }
    let scene = Scene { subject: About::Region(Uuid::nil()), place: home.code(), facts: packs::Facts::new() };
    unit.because_of(e.seq, e.depth);
    let id = open(unit, c, &scene, Wanted { flow: &flow.name_of(), at: At::Place, holder: None, form })?;
    unit.write(
        sql("update reaction_run set matter = $1 where county = $2 and name = $3 and seq = $4")
            .bind(id)
            .bind(home)
            .bind(&job.name)
            .bind(e.seq),
    )
}

fn upkeep(catalogue: &Catalogue) -> Option<&Arc<Flow>> {
    catalogue.flows().find(|f| {
        let it = matches!(&f.first().holder, Some(Who::Seat { role, .. }) if catalogue.may(role, Action::Operate, &Subject::Platform));
        it && f.opens.by.contains(&Opener::Pack)
    })
}
