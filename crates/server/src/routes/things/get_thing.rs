use super::{json::Thing, register};
use crate::{
    app::App,
    edge::{Answer, Path, Who},
};
use axum::{Json, extract::State};
use base::ThingId;

/// One thing, as it is now
///
/// Its personal values are masked.
#[utoipa::path(get, path = "/api/things/{thing}", tag = "things", params(("thing" = Uuid, Path)), responses((status = 200, body = Thing)))]
pub async fn get_thing(State(app): State<App>, who: Who, Path(id): Path<ThingId>) -> Answer<Json<Thing>> {
    who.account()?;
    let register = register(&app, who.home())?;
    let (thing, _) = app.look(&who, move |r, _, caller| things::look(r, &register, caller, id)).await?;
    Ok(Json(thing.into()))
}
