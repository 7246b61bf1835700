use crate::{
    app::App,
    edge::{Answer, Path, Who},
    intake,
};
use axum::{extract::State, http::StatusCode};
use uuid::Uuid;

/// Take back a file of messages that is not imported whole
///
/// What it had brought was never shown to anybody. Its numbers are not given again.
#[utoipa::path(
    delete, path = "/api/imports/messages/{id}", tag = "imports", params(("id" = Uuid, Path)),
    responses((status = 204, description = "Taken back."))
)]
pub async fn drop_messages(State(app): State<App>, who: Who, Path(id): Path<Uuid>) -> Answer<StatusCode> {
    who.account()?;
    intake::drop_file(&app, &who.caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
