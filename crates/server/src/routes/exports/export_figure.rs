use super::sheet::{Format, Sheet, all_of, on_record, person, said, sheet};
use crate::{
    app::App,
    edge::{Answer, Query, Who},
    routes::{
        figures::{AskFigure, ask, which},
        matters::show,
    },
};
use axum::{
    extract::{Path, RawQuery, State},
    response::IntoResponse,
};
use insight::EXPORTED;
use serde_json::json;

const PAGE: usize = 500;

/// The matters behind a figure as CSV or XLSX
///
/// Those that `GET /api/figures/{indicator}/matters` lists, where I may also export. The first line says figure, window,
/// time, rows and who exported; nothing in it runs as a formula.
#[utoipa::path(
    get, path = "/api/exports/figures/{indicator}/{format}", tag = "exports",
    params(("indicator" = String, Path), ("format" = String, Path, pattern = "^(csv|xlsx)$", description = "`csv` or `xlsx`"), AskFigure),
    responses((status = 200, content((String = "text/csv"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))))
)]
pub async fn export_figure(
    State(app): State<App>,
    who: Who,
    Path((name, format)): Path<(String, String)>,
    Query(q): Query<AskFigure>,
    RawQuery(query): RawQuery,
) -> Answer<impl IntoResponse> {
    let account = who.account()?;
    let format = Format::of(&format)?;
    let asked = ask(&name, &q, app.store.now())?;
    let which = which(q.which);
    let rows = all_of(|after| {
        let asked = asked.clone();
        app.look(&who, move |r, rules, caller| {
            let (page, next) = insight::rows(r, caller, &asked, which, EXPORTED, after, PAGE)?;
            Ok((show::listed(r, rules, caller, page)?, next))
        })
    });
    let rows = rows.await?;
    let person = person(&app, &who.caller, account).await?;
    let rules = app.rules(who.home())?;
    let title = rules.catalogue.indicator(&asked.indicator.pack, &asked.indicator.id).map_or_else(|| name.clone(), |i| i.name.zh.clone());
    let (first, last) = asked.days.dates();
    let days = format!("{first} 至 {last}");
    let what =
        Sheet { title: &format!("指标“{title}”背后的事项；{days}"), said: &said(query.as_deref()), person: &person, format };
    let (bytes, n) = sheet(&rules, &what, rows, app.store.now())?;
    let payload = json!({ "indicator": asked.indicator, "from": first, "to": last, "which": q.which, "format": format.word(), "rows": n });
    on_record(&app, &who.caller, "figure.exported", asked.region, payload).await?;
    Ok((format.headers("figure"), bytes))
}
