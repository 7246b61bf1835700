use super::json::{CodeSent, RequestCode};
use crate::{
    app::App,
    edge::{Address, Answer, Body, home_of},
};
use axum::{Json, extract::State, http::HeaderMap};
use store::By;

/// Ask for a code by telephone
///
/// The answer is the same whether the number is known or not. At most one a minute and ten a day for a number; an address, which many may share, has a wider limit.
#[utoipa::path(post, path = "/api/session/codes", tag = "session", request_body = RequestCode, responses((status = 200, body = CodeSent)))]
pub async fn request_code(State(app): State<App>, headers: HeaderMap, from: Address, body: Body<RequestCode>) -> Answer<Json<CodeSent>> {
    let home = home_of(&app, &headers).await?;
    let (keys, phone, limits) = (app.keys.clone(), body.value.phone, app.config.codes.limits());
    let sent = app.store.command(home, By::nobody(), move |unit| access::ask_code(unit, &keys, &phone, from.0, limits)).await?;
    Ok(Json(CodeSent { until: sent.value }))
}
