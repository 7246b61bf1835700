use super::cookie;
use crate::{
    app::App,
    edge::{Answer, Who},
};
use axum::{extract::State, http::StatusCode, response::IntoResponse};
use store::By;

/// Sign out
#[utoipa::path(delete, path = "/api/session", tag = "session", responses((status = 204)))]
pub async fn sign_out(State(app): State<App>, who: Who) -> Answer<impl IntoResponse> {
    let me = who.account()?;
    let token = who.token.clone().unwrap_or_default();
    app.store.command(who.home(), By::account(me), move |unit| access::sign_out(unit, &token)).await?;
    Ok((StatusCode::NO_CONTENT, cookie::cleared(&app)))
}
