use super::{
    json::{AddThing, AddedThing},
    kind_name, register,
};
use crate::{
    app::App,
    edge::{Answer, Body, Key, Who},
};
use axum::{Json, extract::State, http::StatusCode};
use things::Given;

/// Put a thing on the register
#[utoipa::path(post, path = "/api/things", tag = "things", request_body = AddThing, responses((status = 201, body = AddedThing)))]
pub async fn add_thing(State(app): State<App>, who: Who, key: Key, body: Body<AddThing>) -> Answer<(StatusCode, Json<AddedThing>)> {
    who.account()?;
    let once = key.once(&who, "add_thing", body.hash);
    let AddThing { kind, region, values, geometry, since } = body.value;
    let (kind, given, register) = (kind_name(&kind)?, Given { region, values, geometry }, register(&app, who.home())?);
    let added = app
        .act(&who, once, move |unit, _, caller| Ok(AddedThing { id: things::add(unit, &register, caller, &kind, &given, since)? }))
        .await?;
    Ok((StatusCode::CREATED, Json(added)))
}
