//! Messages from sheets: check, commit, the receipts to pass on.

mod check_messages;
mod commit_messages;
mod drop_messages;
mod get_messages;
mod import_messages;
mod json;
mod list_receipts;

pub use json::{RowWrong, file_name};

use crate::{
    app::App,
    edge::{self, Answer, Who, malformed},
    intake::{self, Report, Upload},
    routes::matters::open_matter::flow_name,
};
use axum::extract::Request;
use base::{Code, Text};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(import_messages::import_messages))
        .routes(routes!(check_messages::check_messages))
        .routes(routes!(get_messages::get_messages))
        .routes(routes!(commit_messages::commit_messages))
        .routes(routes!(drop_messages::drop_messages))
        .routes(routes!(list_receipts::list_receipts))
}

/// The body as a file of messages, checked and, unless it is a dry run, staged.
async fn checked(app: &App, who: &Who, q: json::AskMessages, request: Request) -> Answer<(Uuid, Report)> {
    who.account()?;
    let wrong = |_| malformed("region", Text::new("区划代码不对", "the region code is wrong"));
    let region = q.region.as_deref().map(|r| r.parse::<Code>().map_err(wrong)).transpose()?;
    let (flow, name) = (flow_name(&q.flow)?, file_name(q.name.as_deref())?);
    let map: Vec<String> = q.map.into_iter().collect();
    let bytes = edge::whole(request, things::sheet::MOST_BYTES).await?.to_vec();
    let upload = Upload::new(flow, bytes, &name, q.source.as_deref().unwrap_or("sheet"), region, &map)?;
    Ok(intake::check(app, &who.caller, upload, q.dry_run).await?)
}
