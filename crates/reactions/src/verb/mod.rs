//! The verbs of a reaction: one file each. Every one answers what is recorded of it.

mod letter;
mod notify;
mod open;
mod thing;

pub(crate) use open::{Wanted, open};

use crate::{Context, job::Job, scene::Scene};
use base::Result;
use packs::Verb;
use serde_json::{Value as Json, json};
use store::{Recorded, Unit};

pub(crate) fn perform(unit: &mut Unit, c: Context, job: &Job, e: &Recorded, scene: &Scene, verb: &Verb) -> Result<Json> {
    match verb {
        Verb::Open { flow, at, holder, form } => {
            let form = open::values(scene, form)?;
            let id = open::open(unit, c, scene, Wanted { flow, at: *at, holder: holder.as_ref(), form })?;
            Ok(json!({ "open": id }))
        }
        Verb::Notify { to, say } => notify::notify(unit, c, job, scene, to, say),
        Verb::Letter { letter, to } => letter::letter(unit, c, job, e, scene, letter, to),
        Verb::Thing { kind, key, fields } => thing::thing(unit, c, scene, kind, key.as_ref(), fields),
        Verb::Webhook { to } => {
            // The entry as it stands: ids, codes, numbers and times. Words are fetched through the API, masked.
            let id = unit
                .send(crate::webhook::CHANNEL, &json!({ "to": to, "reaction": job.name, "county": unit.home().to_string(), "event": e }))?;
            Ok(json!({ "webhook": id, "to": to }))
        }
    }
}
