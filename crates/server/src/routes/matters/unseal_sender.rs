use super::json::{Unseal, Unsealed};
use crate::{
    app::App,
    edge::{Answer, Body, Path, Who},
};
use access::{Object, Personal};
use axum::{Json, extract::State};
use base::{Error, MatterId};
use matters::Identity;
use packs::{Action, Subject};
use store::{By, Unit};

/// Open who sent a sealed report
///
/// For its keeper alone. On record, and the sender is told at once.
#[utoipa::path(post, path = "/api/matters/{matter}/unseal", tag = "matters", params(("matter" = Uuid, Path)), request_body = Unseal, responses((status = 200, body = Unsealed)))]
pub async fn unseal_sender(State(app): State<App>, who: Who, Path(id): Path<MatterId>, body: Body<Unseal>) -> Answer<Json<Unsealed>> {
    let me = who.account()?;
    let (keys, caller, reason) = (app.keys.clone(), who.caller.clone(), body.value.reason);
    let unseal = move |unit: &mut Unit| {
        let (m, _) = matters::look(unit, &caller, id)?;
        let (seats, about) = (matters::seats(unit, &m)?, matters::about(unit, &m)?);
        let object = Object { region: m.region, seats: &seats, owner: m.resident, about: &about };
        let (on, seen_in) = (Subject::Flow(m.flow_name()), ("matter", id.uuid()));
        let Some(account) = m.resident.filter(|_| m.identity() == Identity::Sealed) else {
            caller.check(Action::Unseal, &on, &object)?;
            return Err(Error::conflict("not_sealed", "这件反映没有密封的反映人", "it has no sealed sender"));
        };
        let ask = access::Unseal { subject: seen_in, sender: account, reason: &reason };
        access::unseal_sender(unit, &caller, &keys, &on, &object, &ask)?;
        let fields = vec![Personal::Name, Personal::Phone];
        let open = access::Unmask { account, fields, purpose: "sealed".into(), reason: reason.clone(), seen_in };
        let shown = access::unmask(unit, &caller, &keys, &on, &object, &open)?;
        Ok(Unsealed { account, name: shown.name, phone: shown.phone })
    };
    Ok(Json(app.store.command(who.home(), By::account(me), unseal).await?.value))
}
