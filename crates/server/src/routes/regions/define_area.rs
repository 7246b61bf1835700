use super::json::{DefineArea, Made};
use crate::{
    app::App,
    edge::{Answer, Body, Key, Who},
};
use axum::{Json, extract::State, http::StatusCode};

/// Define a 片, 网格 or 巷: a set of groups
#[utoipa::path(post, path = "/api/areas", tag = "regions", request_body = DefineArea, responses((status = 201, body = Made)))]
pub async fn define_area(State(app): State<App>, who: Who, key: Key, body: Body<DefineArea>) -> Answer<(StatusCode, Json<Made>)> {
    let once = key.once(&who, "define_area", body.hash);
    let DefineArea { kind, village, name, groups } = body.value;
    let done = app
        .act(&who, once, move |unit, _, caller| access::define_area(unit, caller, &kind, village, &name, &groups).map(|id| Made { id }))
        .await?;
    Ok((StatusCode::CREATED, Json(done)))
}
