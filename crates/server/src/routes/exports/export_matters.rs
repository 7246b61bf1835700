use super::matters::{Format, export};
use crate::{
    app::App,
    edge::{Answer, Query, Who, malformed},
    routes::matters::{
        json::ListMatters,
        list_matters::{self, filter},
    },
};
use axum::{
    extract::{Path, RawQuery, State},
    http::header,
    response::IntoResponse,
};
use base::Text;

/// A list of matters as CSV or XLSX
///
/// What I may list where I may export, under the same filters as the list. The first line says filter, time, rows and
/// who exported; nothing in it runs as a formula.
#[utoipa::path(
    get, path = "/api/exports/matters/{format}", tag = "exports", params(("format" = String, Path, description = "`csv` or `xlsx`"), ListMatters),
    responses((status = 200, content_type = "application/octet-stream"))
)]
pub async fn export_matters(
    State(app): State<App>,
    who: Who,
    Path(format): Path<String>,
    Query(ask): Query<ListMatters>,
    RawQuery(said): RawQuery,
) -> Answer<impl IntoResponse> {
    let account = who.account()?;
    let (format, kind) = match format.as_str() {
        "csv" => (Format::Csv, "text/csv; charset=utf-8"),
        "xlsx" => (Format::Xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        _ => return Err(malformed("format", Text::new("应是 csv 或 xlsx", "should be csv or xlsx")).into()),
    };
    let mut filter = filter(&ask)?;
    let q = ask.q.clone();
    filter.said = app.look(&who, move |r, _, _| list_matters::said(r, q.as_deref())).await?;
    let keys = app.keys.clone();
    let person = app.look(&who, move |r, _, _| access::public_name(r, &keys, account)).await?.unwrap_or_else(|| account.to_string());
    let said: String =
        form_urlencoded::parse(said.unwrap_or_default().as_bytes()).map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>().join("，");
    let (bytes, _) = export(&app, &who.caller, filter, &said, &person, format).await?;
    let name = if format == Format::Csv { "matters.csv" } else { "matters.xlsx" };
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, bytes))
}
