use super::{
    json::{AskSheet, CheckedSheet},
    kind_name, register,
};
use crate::{
    app::App,
    edge::{self, Answer, Query, Who, malformed},
    routes::imports::file_name,
};
use axum::{
    Json,
    extract::{Request, State},
};
use base::{Code, Text};
use things::import::{Upload, check};

/// Check a sheet of things
///
/// CSV, XLSX or GeoJSON as the body: what is wrong in which row, and what would be right. The rest waits for its commit.
#[utoipa::path(
    post, path = "/api/imports/things", tag = "imports", params(AskSheet),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses((status = 200, body = CheckedSheet))
)]
pub async fn check_things(State(app): State<App>, who: Who, Query(q): Query<AskSheet>, request: Request) -> Answer<Json<CheckedSheet>> {
    who.account()?;
    let wrong = |_| malformed("region", Text::new("区划代码不对", "the region code is wrong"));
    let region = q.region.as_deref().map(|r| r.parse::<Code>().map_err(wrong)).transpose()?;
    let (kind, name, register) = (kind_name(&q.kind)?, file_name(q.name.as_deref())?, register(&app, who.home())?);
    let bytes = edge::whole(request, things::sheet::MOST_BYTES).await?.to_vec();
    let (id, report) = check(&app.store, &register, &who.caller, Upload { kind, bytes, name, region, since: q.since }).await?;
    Ok(Json(CheckedSheet { id, report: report.into() }))
}
