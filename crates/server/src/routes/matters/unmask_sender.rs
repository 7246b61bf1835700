use super::json::{Unmask, Unmasked};
use crate::{
    app::App,
    edge::{Answer, Body, Path, Who},
};
use access::{Object, Personal};
use axum::{Json, extract::State};
use base::{Error, MatterId};
use matters::Identity;
use packs::Subject;
use serde_json::{Map, Value};
use store::By;

/// Open masked fields of a matter
///
/// For a stated purpose; on record, and the person is told when he asks.
#[utoipa::path(post, path = "/api/matters/{matter}/unmask", tag = "matters", params(("matter" = Uuid, Path)), request_body = Unmask, responses((status = 200, body = Unmasked)))]
pub async fn unmask_sender(State(app): State<App>, who: Who, Path(id): Path<MatterId>, body: Body<Unmask>) -> Answer<Json<Unmasked>> {
    let me = who.account()?;
    let (keys, caller, ask) = (app.keys.clone(), who.caller.clone(), body.value);
    let unmask = move |unit: &mut store::Unit| {
        let (m, _) = matters::look(unit, &caller, id)?;
        let seats = matters::seats(unit, &m)?;
        let about = matters::about(unit, &m)?;
        let object = Object { region: m.region, seats: &seats, owner: m.resident, about: &about };
        let (on, seen_in) = (Subject::Flow(m.flow_name()), ("matter", id.uuid()));
        let mut shown = Unmasked { name: None, phone: None, fields: Value::Null };
        let (own, of_form): (Vec<&String>, Vec<&String>) = ask.fields.iter().partition(|f| matches!(f.as_str(), "name" | "phone"));
        if !own.is_empty() || of_form.is_empty() {
            // A sealed sender is opened by a keeper alone, at another door.
            let account = m.resident.filter(|_| m.identity() == Identity::Named).ok_or_else(Error::not_found)?;
            let fields = own.iter().map(|f| if *f == "name" { Personal::Name } else { Personal::Phone }).collect();
            let asked = access::Unmask { account, fields, purpose: ask.purpose.clone(), reason: ask.reason.clone(), seen_in };
            let open = access::unmask(unit, &caller, &keys, &on, &object, &asked)?;
            (shown.name, shown.phone) = (open.name, open.phone);
        }
        if !of_form.is_empty() {
            let fields = of_form.iter().map(|f| (*f).clone()).collect();
            access::record_unmasked(unit, &caller, &on, &object, m.resident, fields, &ask.purpose, &ask.reason, seen_in)?;
            let mut open = Map::new();
            for word in store::words::of(unit, id.uuid())?.into_iter().filter(|w| of_form.iter().any(|f| **f == w.field)) {
                let value = word.value.map_or(Value::Null, Value::from);
                match open.get_mut(&word.field) {
                    // Every comment may have brought something along.
                    Some(Value::Array(all)) => all.push(value),
                    Some(first) => *first = Value::Array(vec![first.take(), value]),
                    None => drop(open.insert(word.field, value)),
                }
            }
            shown.fields = Value::Object(open);
        }
        Ok(shown)
    };
    Ok(Json(app.store.command(who.home(), By::account(me), unmask).await?.value))
}
