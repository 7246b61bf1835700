use super::json::{AskMessages, ImportedMessages, file_name};
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
    who.account()?;
    let wrong = |_| malformed("region", Text::new("区划代码不对", "the region code is wrong"));
    let region = q.region.as_deref().map(|r| r.parse::<Code>().map_err(wrong)).transpose()?;
    let (flow, name) = (flow_name(&q.flow)?, file_name(q.name.as_deref())?);
    let map: Vec<String> = q.map.into_iter().collect();
    let bytes = edge::whole(request, things::sheet::MOST_BYTES).await?.to_vec();
    let upload = Upload::new(flow, bytes, &name, q.source.as_deref().unwrap_or("sheet"), region, &map)?;
    let (id, report) = intake::check(&app, &who.caller, upload, q.dry_run).await?;
    let opened = if q.dry_run { 0 } else { intake::commit(&app, &who.caller, id, true).await? };
    Ok(Json(ImportedMessages { id: (!q.dry_run).then_some(id), opened, report: report.into() }))
}
