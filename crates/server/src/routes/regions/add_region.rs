use super::json::{AddRegion, Made};
use crate::{
    app::App,
    edge::{Answer, Body, Key, Who},
};
use axum::{Json, extract::State, http::StatusCode};

/// Add a region
#[utoipa::path(post, path = "/api/regions", tag = "regions", request_body = AddRegion, responses((status = 201, body = Made)))]
pub async fn add_region(State(app): State<App>, who: Who, key: Key, body: Body<AddRegion>) -> Answer<(StatusCode, Json<Made>)> {
    let once = key.once(&who, "add_region", body.hash);
    let AddRegion { code, name } = body.value;
    let done =
        app.act(&who, once, move |unit, _, caller| access::add_region(unit, caller, code, &name).map(|id| Made { id: id.uuid() })).await?;
    Ok((StatusCode::CREATED, Json(done)))
}
