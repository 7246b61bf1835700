use super::{
    json::{RemoveThing, ThingChanged},
    register,
};
use crate::{
    app::App,
    edge::{Answer, Body, Key, Path, Who},
};
use axum::{Json, extract::State};
use base::ThingId;

/// Take a thing off the register
///
/// With a reason; its history stays.
#[utoipa::path(post, path = "/api/things/{thing}/remove", tag = "things", params(("thing" = Uuid, Path)), request_body = RemoveThing, responses((status = 200, body = ThingChanged)))]
pub async fn remove_thing(
    State(app): State<App>,
    who: Who,
    key: Key,
    Path(id): Path<ThingId>,
    body: Body<RemoveThing>,
) -> Answer<Json<ThingChanged>> {
    who.account()?;
    let once = key.once(&who, "remove_thing", body.hash_of(id));
    let (RemoveThing { n, reason, since }, register) = (body.value, register(&app, who.home())?);
    let removed = app
        .act(&who, once, move |unit, _, caller| {
            Ok(ThingChanged { n: things::remove(unit, &register, caller, id, Some(n), &reason, since)? })
        })
        .await?;
    Ok(Json(removed))
}
