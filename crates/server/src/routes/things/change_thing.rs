use super::{
    json::{ChangeThing, ThingChanged},
    register,
};
use crate::{
    app::App,
    edge::{Answer, Body, Key, Path, Who},
};
use axum::{Json, extract::State};
use base::ThingId;
use things::Patch;

/// Change a thing
#[utoipa::path(post, path = "/api/things/{thing}/change", tag = "things", params(("thing" = Uuid, Path)), request_body = ChangeThing, responses((status = 200, body = ThingChanged)))]
pub async fn change_thing(
    State(app): State<App>,
    who: Who,
    key: Key,
    Path(id): Path<ThingId>,
    body: Body<ChangeThing>,
) -> Answer<Json<ThingChanged>> {
    who.account()?;
    let once = key.once(&who, "change_thing", body.hash_of(id));
    let ChangeThing { n, values, geometry, since } = body.value;
    let (patch, register) = (Patch { values, geometry }, register(&app, who.home())?);
    let changed = app
        .act(&who, once, move |unit, _, caller| {
            Ok(ThingChanged { n: things::change(unit, &register, caller, id, Some(n), &patch, since)? })
        })
        .await?;
    Ok(Json(changed))
}
