//! `POST servicerequestupdates`: words that are added to a report by the client that sent it.

use super::{Given, params::Params, shown, tree::Tree};
use crate::{app::App, edge::Who, routes::matters::show::by_number};
use base::{Error, Result};
use store::{By, Unit};

pub async fn post(app: &App, who: &Who, params: &Params) -> Given {
    let me = who.account()?;
    let need = |name: &str| {
        params.get(name).map(str::to_owned).ok_or_else(|| Error::invalid(name, format!("缺少 {name}"), format!("{name} was not provided")))
    };
    let (number, words) = (need("service_request_id")?, need("description")?);
    // The client's own id of the update: the same one twice is one.
    let once = params.get("update_id").map(|id| store::Once::new(who.device.clone(), "open311_update", id.to_owned(), words.as_bytes()));
    let (rules, caller) = (app.rules(who.home())?, who.caller.clone());
    let add = move |unit: &mut Unit| {
        unit.once(once.as_ref(), |unit| -> Result<()> {
            let m = by_number(unit, &number)?.filter(|m| shown::own(&caller, m)).ok_or_else(Error::not_found)?;
            matters::add(unit, &rules, &caller, m.id, &words, &[], None).map(drop)
        })
    };
    let done = app.store.command(who.home(), By::account(me), add).await?;
    let update = Tree::Map(vec![("update_id", Tree::text(format!("{}-{}", who.home(), done.seq)))]);
    Ok(("service_request_updates", Tree::List("request_update", vec![update])))
}
