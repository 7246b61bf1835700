//! What a run is about: the entry's subject as it stands now, and what expressions see of it.

use crate::{
    Context,
    job::{Job, Occasion},
};
use base::{Code, Error, MatterId, Result, ThingId};
use matters::Matter;
use packs::{Facts, Flow, Form, Kind, Truth, Val};
use serde_json::Value as Json;
use std::sync::Arc;
use store::{Reader, Recorded};
use uuid::Uuid;

pub(crate) struct Scene {
    pub subject: Subject,
    /// The matter's place, the thing's region, the region itself.
    pub place: Code,
    pub facts: Facts,
}

pub(crate) enum Subject {
    Matter { m: Box<Matter>, flow: Arc<Flow> },
    Thing(ThingId),
    Region(Uuid),
}

impl Subject {
    pub fn id(&self) -> Uuid {
        match self {
            Subject::Matter { m, .. } => m.id.uuid(),
            Subject::Thing(id) => id.uuid(),
            Subject::Region(id) => *id,
        }
    }

    /// As entries name it.
    pub fn named(&self) -> (&'static str, Uuid) {
        let kind = match self {
            Subject::Matter { .. } => "matter",
            Subject::Thing(_) => "thing",
            Subject::Region(_) => "region",
        };
        (kind, self.id())
    }

    pub fn matter(&self) -> Option<&Matter> {
        match self {
            Subject::Matter { m, .. } => Some(m),
            _ => None,
        }
    }
}

/// Whether a job runs on an entry.
pub(crate) enum Ready {
    /// The entry is none of its business.
    No,
    Yes(Box<Scene>),
    /// The condition hangs on a fact that is not there. Unknown is never false, so this is counted and shown.
    Unknown(String),
}

/// Looks at the subject as it stands now: what happened between the entry and the run is seen, too.
pub(crate) fn ready(r: &mut Reader, c: Context, job: &Job, e: &Recorded) -> Result<Ready> {
    if !job.may_be(e) {
        return Ok(Ready::No);
    }
    let Some(scene) = scene(r, c, job, e)? else { return Ok(Ready::No) };
    let Some(condition) = &job.if_ else { return Ok(Ready::Yes(Box::new(scene))) };
    match condition.test(&scene.facts) {
        Ok(Truth::True) => Ok(Ready::Yes(Box::new(scene))),
        Ok(Truth::False) => Ok(Ready::No),
        Ok(Truth::Unknown(fact)) => Ok(Ready::Unknown(fact)),
        Err(stopped) => Err(no_value(condition.source(), &stopped)),
    }
}

pub(crate) fn no_value(what: &str, stopped: &packs::Stopped) -> Error {
    let zh = match stopped {
        packs::Stopped::Missing(fact) => format!("“{what}”算不出来：缺 {fact}"),
        other => format!("“{what}”算不出来：{other:?}"),
    };
    Error::conflict("no_value", zh, format!("`{what}` gives no value: {stopped:?}"))
}

fn scene(r: &mut Reader, c: Context, job: &Job, e: &Recorded) -> Result<Option<Scene>> {
    match &job.when {
        Occasion::Flow { flow, .. } => match matter(r, c, e.subject)? {
            Some(scene) if scene.subject.matter().is_some_and(|m| m.flow_name() == *flow) => Ok(Some(scene)),
            _ => Ok(None),
        },
        Occasion::Kind { kind, .. } => thing(r, c, c.rules.catalogue.kind(&kind.pack, &kind.id), e),
        Occasion::Due { .. } if e.subject_kind == "matter" => matter(r, c, e.subject),
        Occasion::Due { .. } => {
            let now = r.now();
            Ok(e.region.map(|place| Scene { subject: Subject::Region(e.subject), place, facts: Facts::new().with("now", Val::Time(now)) }))
        }
    }
}

fn matter(r: &mut Reader, c: Context, id: Uuid) -> Result<Option<Scene>> {
    let Some(m) = matters::load(r, MatterId::from_uuid(id))? else { return Ok(None) };
    let flow = c.rules.flow_of(r, &m)?;
    let facts = Facts::new().with("matter", matter_facts(&flow, &m)).with("now", Val::Time(r.now()));
    Ok(Some(Scene { place: m.region, subject: Subject::Matter { m: Box::new(m), flow }, facts }))
}

/// The engine's facts, and the department of the matter's category.
fn matter_facts(flow: &Flow, m: &Matter) -> Val {
    let Val::Map(known) = matters::matter_facts(flow, m) else { return Val::map::<String>([]) };
    let unit = matters::unit(flow, m);
    let mut all = (*known).clone();
    if let Some(unit) = unit {
        all.entry("unit".to_owned()).or_insert(Val::str(unit));
    }
    Val::map(all)
}

fn thing(r: &mut Reader, c: Context, kind: Option<&Arc<Kind>>, e: &Recorded) -> Result<Option<Scene>> {
    let (Some(kind), id) = (kind, ThingId::from_uuid(e.subject)) else { return Ok(None) };
    let caller = access::Caller::system(r.home(), c.rules.catalogue.clone());
    let register = things::Register { catalogue: c.rules.catalogue.clone(), terms: c.tools.terms };
    let (thing, _) = things::look(r, &register, &caller, id)?;
    // What is masked decides nothing and is told to nobody.
    let values: serde_json::Map<String, Json> = thing.values.into_iter().filter(|(k, _)| !thing.masked.contains(k)).collect();
    let form = Form { pack: kind.pack.clone(), id: kind.id.clone(), fields: kind.fields.clone() };
    let facts = Facts::new().with("thing", form.facts(&Json::Object(values))).with("now", Val::Time(r.now()));
    Ok(Some(Scene { subject: Subject::Thing(id), place: thing.region, facts }))
}
