use super::sheet::{Format, Sheet, all_of, on_record, person, said, sheet, table};
use crate::{
    app::App,
    edge::{self, Answer, Query, Who},
    routes::{
        matters::show,
        seats::{
            json::{AskMonthMatters, AskMonths, LeaderMonth},
            months::{self, MOST_MATTERS, MOST_SEATS, of, span, work},
        },
    },
};
use access::Object;
use axum::{
    extract::{Path, RawQuery, State},
    response::IntoResponse,
};
use base::{Code, Error, Result};
use matters::month::{Of, rows};
use packs::{Action, Subject};
use serde_json::json;

const PAGE: usize = 100;

const HEADINGS: [&str; 9] = ["岗位", "姓名", "在岗方式", "本月上任", "本月离任", "走访", "服务", "办成", "过了期限的事"];

/// The leaders' month as CSV or XLSX
///
/// The lines of `/api/leaders/months` of a region or a seat, where I may also export.
#[utoipa::path(
    get, path = "/api/exports/leaders/{format}", tag = "exports",
    params(("format" = String, Path, pattern = "^(csv|xlsx)$", description = "`csv` or `xlsx`"), AskMonths),
    responses((status = 200, content((String = "text/csv"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))))
)]
pub async fn export_months(
    State(app): State<App>,
    who: Who,
    Path(format): Path<String>,
    Query(ask): Query<AskMonths>,
    RawQuery(query): RawQuery,
) -> Answer<impl IntoResponse> {
    let account = who.account()?;
    let format = Format::of(&format)?;
    // A sheet has no pages; what is no page is refused as in the list.
    edge::most(ask.most, 1, MOST_SEATS)?;
    let (of, (month, span)) = (of(&ask)?, span(ask.month.as_deref(), app.store.now())?);
    let region = may_export(&app, &who, of).await?;
    let lines = all_of(|after| {
        let keys = app.keys.clone();
        app.look(&who, move |r, rules, caller| months::page(r, rules, caller, &keys, of, span, after, PAGE))
    });
    let lines = lines.await?;
    let person = person(&app, &who.caller, account).await?;
    let what = Sheet { title: &format!("三长的一月 {month}"), said: &said(query.as_deref()), person: &person, format };
    let (n, rows) = (lines.len(), lines.iter().map(cells).collect());
    let bytes = table(&what, &HEADINGS, rows, app.store.now())?;
    on_record(&app, &who.caller, "months.exported", Some(region), json!({ "month": month, "format": format.word(), "rows": n })).await?;
    Ok((format.headers("leaders"), bytes))
}

/// The matters behind a number of a leader's month as CSV or XLSX
#[utoipa::path(
    get, path = "/api/exports/leaders/matters/{format}", tag = "exports",
    params(("format" = String, Path, pattern = "^(csv|xlsx)$", description = "`csv` or `xlsx`"), AskMonthMatters),
    responses((status = 200, content((String = "text/csv"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))))
)]
pub async fn export_month_matters(
    State(app): State<App>,
    who: Who,
    Path(format): Path<String>,
    Query(ask): Query<AskMonthMatters>,
    RawQuery(query): RawQuery,
) -> Answer<impl IntoResponse> {
    let account = who.account()?;
    let format = Format::of(&format)?;
    edge::most(ask.most, 1, MOST_MATTERS)?;
    let (month, span) = span(ask.month.as_deref(), app.store.now())?;
    let (work, scope) = (work(&ask.what)?, (ask.seat, ask.account));
    let region = may_export(&app, &who, Of::Seat(ask.seat)).await?;
    let found = all_of(|after| {
        app.look(&who, move |r, rules, caller| {
            let (page, more) = rows(r, caller, scope, span, work, after, PAGE)?;
            let next = page.last().map(|m| m.id).filter(|_| more);
            Ok((show::listed(r, rules, caller, page)?, next))
        })
    });
    let found = found.await?;
    let person = person(&app, &who.caller, account).await?;
    let rules = app.rules(who.home())?;
    let what = Sheet { title: &format!("三长的一月 {month}：{}", ask.what), said: &said(query.as_deref()), person: &person, format };
    let (bytes, n) = sheet(&rules, &what, found, app.store.now())?;
    let payload = json!({ "month": month, "seat": ask.seat, "what": ask.what, "format": format.word(), "rows": n });
    on_record(&app, &who.caller, "months.exported", Some(region), payload).await?;
    Ok((format.headers("month"), bytes))
}

/// The region that these months are of, where the caller may carry a sheet of it away. One's own is read; a sheet of it
/// leaves from whoever may export there.
async fn may_export(app: &App, who: &Who, of: Of) -> Result<Code> {
    app.look(who, move |r, _, caller| {
        let region = match of {
            Of::Mine => r.home().code(),
            Of::Region(region) => region,
            Of::Seat(seat) => access::seat(r, seat)?.ok_or_else(Error::not_found)?.region,
        };
        let may = [Action::Figures, Action::Export].iter().all(|a| caller.check(*a, &Subject::All, &Object::at(region)).is_ok());
        if may { Ok(region) } else { Err(Error::forbidden()) }
    })
    .await
}

fn cells(m: &LeaderMonth) -> Vec<String> {
    let kind = match m.kind {
        "vacant" => "空缺",
        "deputy" => "B 岗",
        "acting" => "代",
        _ => "",
    };
    let day = |t: Option<base::Time>| t.map_or_else(String::new, |t| t.date().to_string());
    let mut row = vec![m.seat.title.zh.clone(), m.name.clone().unwrap_or_default(), kind.to_owned(), day(m.since), day(m.until)];
    row.extend([m.visits, m.services, m.solved, m.late].map(|n| n.to_string()));
    row
}
