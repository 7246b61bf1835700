use super::{json::ThingVersion, register};
use crate::{
    app::App,
    edge::{Answer, Path, Who},
};
use axum::{Json, extract::State};
use base::ThingId;

/// What a thing was
///
/// Every version, with when it was so and when we knew it.
#[utoipa::path(get, path = "/api/things/{thing}/history", tag = "things", params(("thing" = Uuid, Path)), responses((status = 200, body = [ThingVersion])))]
pub async fn get_thing_history(State(app): State<App>, who: Who, Path(id): Path<ThingId>) -> Answer<Json<Vec<ThingVersion>>> {
    who.account()?;
    let register = register(&app, who.home())?;
    let versions = app.look(&who, move |r, _, caller| things::history(r, &register, caller, id)).await?;
    Ok(Json(versions.into_iter().map(|v| ThingVersion { thing: v.thing.into(), until: v.until, unknown: v.unknown }).collect()))
}
