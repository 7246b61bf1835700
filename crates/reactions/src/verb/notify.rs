//! Tells seats or the resident.

use crate::{
    Context,
    job::Job,
    notice::{Telling, tell},
    scene::{Scene, no_value},
    who::{Recipient, recipients},
};
use base::Result;
use packs::{Template, Who};
use serde_json::{Value as Json, json};
use store::Unit;

pub(super) fn notify(unit: &mut Unit, c: Context, job: &Job, scene: &Scene, to: &[Who], say: &Template) -> Result<Json> {
    let text = say.fill(&scene.facts).map_err(|s| no_value("say", &s))?;
    let to = recipients(unit, c, scene, to)?;
    let word = tell(unit, c, &Telling { job, scene, to: &to, text: &text, document: None })?;
    Ok(json!({ "notify": ids(&to), "words": word }))
}

pub(super) fn ids(to: &[Recipient]) -> Json {
    to.iter()
        .map(|one| match one {
            Recipient::Seat(seat) => json!({ "seat": seat }),
            Recipient::Account(account) => json!({ "account": account }),
        })
        .collect()
}
