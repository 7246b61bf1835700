//! One run of one job on one entry, inside the unit that moves its cursor.

use crate::{
    Context,
    job::{Does, Job},
    plan,
    scene::{Ready, Scene, ready},
    verb,
};
use base::Result;
use serde_json::{Value as Json, json};
use store::{Entry, Recorded, Unit};

/// Entries that cause entries that cause entries: the eighth is refused. Packs that answer each other would otherwise
/// never end.
pub(crate) const DEEPEST: i64 = 8;

pub(crate) enum Acted {
    Ran,
    /// No longer its occasion when its turn came.
    Not,
    Unknown(String),
    TooDeep,
}

pub(crate) fn act(unit: &mut Unit, c: Context, job: &Job, e: &Recorded) -> Result<Acted> {
    let scene = match ready(unit, c, job, e)? {
        Ready::Yes(scene) => scene,
        Ready::No => return Ok(Acted::Not),
        Ready::Unknown(fact) => return Ok(Acted::Unknown(fact)),
    };
    if e.depth + 1 >= DEEPEST {
        return Ok(Acted::TooDeep);
    }
    unit.act_as(job.by());
    unit.because_of(e.seq, e.depth);
    let did = did(unit, c, job, e, &scene)?;
    // A verb of an engine may have set who acts.
    unit.act_as(job.by());
    if !did.is_empty() {
        let payload = json!({ "reaction": job.name, "of": e.seq, "did": did });
        unit.record(Entry::new("reaction.ran", scene.subject.named(), Some(scene.place), payload));
    }
    Ok(Acted::Ran)
}

fn did(unit: &mut Unit, c: Context, job: &Job, e: &Recorded, scene: &Scene) -> Result<Vec<Json>> {
    match &job.does {
        Does::Verbs(verbs) => {
            let mut did = Vec::new();
            for v in verbs.iter() {
                did.push(verb::perform(unit, c, job, e, scene, v)?);
                unit.act_as(job.by());
            }
            Ok(did)
        }
        Does::SetTerms(plan) => plan::set_terms(unit, c, plan, scene),
        Does::Open(plan) => plan::open(unit, c, plan, scene),
        Does::Count(plan) => plan::count(unit, plan, scene),
    }
}
