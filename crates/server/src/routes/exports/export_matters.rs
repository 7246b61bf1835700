use super::{
    matters::export,
    sheet::{Format, person, said},
};
use crate::{
    app::App,
    edge::{Answer, Query, Who},
    routes::matters::{
        json::ListMatters,
        list_matters::{self, filter},
    },
};
use axum::{
    extract::{Path, RawQuery, State},
    response::IntoResponse,
};

/// A list of matters as CSV or XLSX
///
/// What I may list where I may export, under the same filters as the list. The first line says filter, time, rows and
/// who exported; nothing in it runs as a formula.
#[utoipa::path(
    get, path = "/api/exports/matters/{format}", tag = "exports", params(("format" = String, Path, pattern = "^(csv|xlsx)$", description = "`csv` or `xlsx`"), ListMatters),
    responses((status = 200, content((String = "text/csv"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))))
)]
pub async fn export_matters(
    State(app): State<App>,
    who: Who,
    Path(format): Path<String>,
    Query(ask): Query<ListMatters>,
    RawQuery(query): RawQuery,
) -> Answer<impl IntoResponse> {
    let account = who.account()?;
    let format = Format::of(&format)?;
    let mut filter = filter(&ask)?;
    let q = ask.q.clone();
    filter.said = app.look(&who, move |r, _, _| list_matters::said(r, q.as_deref())).await?;
    let person = person(&app, &who.caller, account).await?;
    let (bytes, _) = export(&app, &who.caller, filter, &said(query.as_deref()), &person, format).await?;
    Ok((format.headers("matters"), bytes))
}
