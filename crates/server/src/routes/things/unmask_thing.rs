use super::{
    json::{Thing, UnmaskThing},
    register,
};
use crate::{
    app::App,
    edge::{Answer, Body, Path, Who},
};
use access::Purpose;
use axum::{Json, extract::State};
use base::ThingId;
use std::time::Duration;
use store::By;

/// Open masked fields of a thing
///
/// For a stated purpose; each reading is on record.
#[utoipa::path(post, path = "/api/things/{thing}/unmask", tag = "things", params(("thing" = Uuid, Path)), request_body = UnmaskThing, responses((status = 200, body = Thing)))]
pub async fn unmask_thing(State(app): State<App>, who: Who, Path(id): Path<ThingId>, body: Body<UnmaskThing>) -> Answer<Json<Thing>> {
    let me = who.account()?;
    let UnmaskThing { fields, purpose } = body.value;
    let purpose = Purpose::of(&purpose)?;
    let kept = Duration::from_secs(purpose.days * 86_400);
    let (register, caller) = (register(&app, who.home())?, who.caller.clone());
    // The answer is not kept: the same request again is another reading.
    let open = move |unit: &mut store::Unit| things::look_unmasked(unit, &register, &caller, id, &fields, purpose.code, kept);
    Ok(Json(app.store.command(who.home(), By::account(me), open).await?.value.into()))
}
