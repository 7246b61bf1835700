use super::json::{AskMessages, ImportedMessages};
use crate::{
    app::App,
    edge::{Answer, Query, Who},
    intake,
};
use axum::{
    Json,
    extract::{Request, State},
};

/// Check a file of messages and open its matters
///
/// In one call, for a file that is known to be good: rows that are wrong are left out and named in the report. The same
/// file again doubles nothing.
#[utoipa::path(
    post, path = "/api/imports", tag = "imports", params(AskMessages),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses((status = 200, body = ImportedMessages))
)]
pub async fn import_messages(
    State(app): State<App>,
    who: Who,
    Query(q): Query<AskMessages>,
    request: Request,
) -> Answer<Json<ImportedMessages>> {
    let dry_run = q.dry_run;
    let (id, report) = super::checked(&app, &who, q, request).await?;
    let opened = if dry_run { 0 } else { intake::commit(&app, &who.caller, id, true).await? };
    Ok(Json(ImportedMessages { id: (!dry_run).then_some(id), opened, report }))
}
