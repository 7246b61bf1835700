use super::{
    json::{MoveThing, ThingChanged},
    register,
};
use crate::{
    app::App,
    edge::{Answer, Body, Key, Path, Who},
};
use axum::{Json, extract::State};
use base::ThingId;

/// Move a thing to another region
#[utoipa::path(post, path = "/api/things/{thing}/move", tag = "things", params(("thing" = Uuid, Path)), request_body = MoveThing, responses((status = 200, body = ThingChanged)))]
pub async fn move_thing(
    State(app): State<App>,
    who: Who,
    key: Key,
    Path(id): Path<ThingId>,
    body: Body<MoveThing>,
) -> Answer<Json<ThingChanged>> {
    who.account()?;
    let once = key.once(&who, "move_thing", body.hash_of(id));
    let (MoveThing { n, region, since }, register) = (body.value, register(&app, who.home())?);
    let moved = app
        .act(&who, once, move |unit, _, caller| {
            Ok(ThingChanged { n: things::move_to(unit, &register, caller, id, Some(n), region, since)? })
        })
        .await?;
    Ok(Json(moved))
}
