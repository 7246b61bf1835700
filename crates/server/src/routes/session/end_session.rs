use crate::{
    app::App,
    edge::{Answer, Path, Who},
};
use axum::{extract::State, http::StatusCode};
use base::SessionId;
use store::By;

/// End one of my sessions
#[utoipa::path(delete, path = "/api/me/sessions/{session}", tag = "me", params(("session" = Uuid, Path)), responses((status = 204)))]
pub async fn end_session(State(app): State<App>, who: Who, Path(id): Path<SessionId>) -> Answer<StatusCode> {
    let me = who.account()?;
    let caller = who.caller.clone();
    app.store.command(who.home(), By::account(me), move |unit| access::revoke_session(unit, &caller, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
