//! `POST servicerequestupdates`: words and pictures that are added to a report by the client that sent it.

use super::{Given, params::Params, said, shown, tree::Tree};
use crate::{
    app::App,
    edge::Who,
    routes::matters::{media, show::by_number},
};
use access::{Caller, Scope};
use base::{Error, MatterId, Result, WordId};
use matters::Matter;
use packs::{Action, Subject};
use serde_json::json;
use std::collections::BTreeSet;
use store::{Once, Reader};

/// What a client says of its update beside the words. The status is the other side's view: it moves nothing here.
const ALONG: [&str; 8] = ["status", "title", "first_name", "last_name", "email", "phone", "updated_datetime", "account_id"];

pub async fn post(app: &App, who: &Who, params: Params) -> Given {
    who.account()?;
    let need = |name: &str| {
        params.get(name).map(str::to_owned).ok_or_else(|| Error::invalid(name, format!("缺少 {name}"), format!("{name} was not provided")))
    };
    let number = need("service_request_id")?;
    let (words, left) = said::words(&params)?;
    let files: Vec<String> = said::photos(app, who, &params).await?.iter().map(ToString::to_string).collect();
    if words.is_empty() && files.is_empty() {
        need("description")?;
    }
    let along = said::beside(&params, &ALONG, &params.attributes(), &left);
    // The client's own id of the update: the same one twice is one.
    let same = format!("{words}\n{}", files.join(" "));
    let once = params.get("update_id").map(|id| Once::new(who.device.clone(), "open311_update", id.to_owned(), same.as_bytes()));
    let (matter, word) = app
        .act(who, once, move |unit, rules, caller| {
            let m = by_number(unit, &number)?.filter(|m| shown::own(caller, m)).ok_or_else(Error::not_found)?;
            let before = added(unit, m.id)?;
            matters::add(unit, rules, &reader_of(caller, &m), m.id, &words, &files, None)?;
            for file in &files {
                media::tie_one(unit, file, m.id, "files")?;
            }
            let now = added(unit, m.id)?;
            let word = *now.difference(&before).next().ok_or_else(|| Error::internal("the words that were added are not there"))?;
            if !along.is_empty() {
                let mut along = along.clone();
                along.insert("added".into(), json!(word));
                unit.word(m.id.uuid(), "open311.update", &serde_json::Value::Object(along).to_string())?;
            }
            Ok((m.id, word))
        })
        .await
        .map_err(said::in_their_words)?;
    // Looked up, not taken from the command: a repetition records nothing and has the first one's id.
    let seq = app
        .look(who, move |r, _, _| {
            let entries = store::journal::of(r, matter.uuid())?;
            let is = |w: &serde_json::Value| w.as_str() == Some(&word.to_string());
            entries.iter().find(|e| is(&e.payload["words"]["added"][0])).map(|e| e.seq).ok_or_else(Error::not_found)
        })
        .await?;
    let update = Tree::Map(vec![("update_id", Tree::text(format!("{}-{seq}", who.home())))]);
    Ok(("service_request_updates", Tree::List("request_update", vec![update])))
}

/// A key need not be able to read a flow: what it sent itself is its own, and this one matter alone.
fn reader_of(caller: &Caller, own: &Matter) -> Caller {
    let mut caller = caller.clone();
    caller.scopes.push(Scope {
        on: Subject::Flow(own.flow_name()),
        actions: BTreeSet::from([Action::Read]),
        region: own.region,
        door: None,
    });
    caller
}

fn added(r: &mut Reader, matter: MatterId) -> Result<BTreeSet<WordId>> {
    Ok(store::words::of(r, matter.uuid())?.into_iter().filter(|w| w.field == "added").map(|w| w.id).collect())
}
