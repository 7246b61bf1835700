use super::json::{CommitMessages, CommittedMessages};
use crate::{
    app::App,
    edge::{Answer, Body, Path, Who},
    intake,
};
use axum::{Json, extract::State};
use uuid::Uuid;

/// Open the matters of a checked file
///
/// Asked again, it goes on where it was cut off, and does nothing where all is done.
#[utoipa::path(
    post, path = "/api/imports/messages/{id}/commit", tag = "imports", params(("id" = Uuid, Path)), request_body = CommitMessages,
    responses((status = 200, body = CommittedMessages))
)]
pub async fn commit_messages(
    State(app): State<App>,
    who: Who,
    Path(id): Path<Uuid>,
    body: Body<CommitMessages>,
) -> Answer<Json<CommittedMessages>> {
    who.account()?;
    let opened = intake::commit(&app, &who.caller, id, body.value.skip_wrong).await?;
    Ok(Json(CommittedMessages { opened }))
}
