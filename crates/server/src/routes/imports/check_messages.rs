use super::json::{AskMessages, CheckedMessages, file_name};
use crate::{
    app::App,
    edge::{self, Answer, Query, Who, malformed},
    intake::{self, Upload},
    routes::matters::open_matter::flow_name,
};
use axum::{
    Json,
    extract::{Request, State},
};
use base::{Code, Text};

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
    who.account()?;
    let wrong = |_| malformed("region", Text::new("区划代码不对", "the region code is wrong"));
    let region = q.region.as_deref().map(|r| r.parse::<Code>().map_err(wrong)).transpose()?;
    let (flow, name) = (flow_name(&q.flow)?, file_name(q.name.as_deref())?);
    let map: Vec<String> = q.map.into_iter().collect();
    let bytes = edge::whole(request, things::sheet::MOST_BYTES).await?.to_vec();
    let upload = Upload::new(flow, bytes, &name, q.source.as_deref().unwrap_or("sheet"), region, &map)?;
    let (id, report) = intake::check(&app, &who.caller, upload, q.dry_run).await?;
    Ok(Json(CheckedMessages { id: (!q.dry_run).then_some(id), report: report.into() }))
}
