use crate::{
    app::App,
    edge::{Answer, Who},
};
use axum::{extract::State, http::StatusCode};
use store::By;

/// End all my sessions but this one
#[utoipa::path(delete, path = "/api/me/sessions", tag = "me", responses((status = 204)))]
pub async fn end_other_sessions(State(app): State<App>, who: Who) -> Answer<StatusCode> {
    let me = who.account()?;
    let (caller, token) = (who.caller.clone(), who.token.clone().unwrap_or_default());
    app.store.command(who.home(), By::account(me), move |unit| access::end_other_sessions(unit, &caller, &token)).await?;
    Ok(StatusCode::NO_CONTENT)
}
