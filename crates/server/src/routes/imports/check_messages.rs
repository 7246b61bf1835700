use super::json::{AskMessages, CheckedMessages};
use crate::{
    app::App,
    edge::{Answer, Query, Who},
};
use axum::{
    Json,
    extract::{Request, State},
};

/// Check a file of messages
///
/// XLSX, CSV or JSON lines as the body. Says what is wrong in which row and what would be right, what is known already
/// and what is the same again, and keeps the rest until its commit.
#[utoipa::path(
    post, path = "/api/imports/messages", tag = "imports", params(AskMessages),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses((status = 200, body = CheckedMessages))
)]
pub async fn check_messages(
    State(app): State<App>,
    who: Who,
    Query(q): Query<AskMessages>,
    request: Request,
) -> Answer<Json<CheckedMessages>> {
    let dry_run = q.dry_run;
    let (id, report) = super::checked(&app, &who, q, request).await?;
    Ok(Json(CheckedMessages { id: (!dry_run).then_some(id), report }))
}
