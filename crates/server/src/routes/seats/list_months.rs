use super::json::{AskMonths, LeaderMonth, LeaderMonths};
use crate::{
    app::App,
    edge::{self, Answer, Query, Who, cursor, malformed},
    routes::matters::show,
};
use access::{Caller, HolderKind, Keyring};
use axum::{Json, extract::State};
use base::{Error, Result, Text, Time};
use matters::{
    Rules,
    month::{Of, Place, Span, Work, months},
};
use store::Reader;

/// Seats of a page.
pub const MOST: usize = 100;

/// The leaders' month
///
/// For each leader (三长) of a region, or for one seat; without either, my own: visits and services written down, matters
/// solved, matters of which a deadline passed, in a month of the calendar. Each number counts the matters that I may list
/// and opens to exactly those (`/api/leaders/months/matters`). By region, then seat; whoever held the office for a part of
/// the month has a line of his own with what he did. Needs the rights to figures and lists there; for one's own, none.
#[utoipa::path(get, path = "/api/leaders/months", tag = "seats", params(AskMonths), responses((status = 200, body = LeaderMonths)))]
pub async fn list_months(State(app): State<App>, who: Who, Query(ask): Query<AskMonths>) -> Answer<Json<LeaderMonths>> {
    who.account()?;
    let most = edge::most(ask.most, 50, MOST)?;
    let (of, (month, span)) = (of(&ask)?, span(ask.month.as_deref(), app.store.now())?);
    let query = cursor::query_hash(&("list_months", &ask.region, &ask.seat, &month, who.caller.account, who.home().get()))?;
    let after: Option<Place> = ask.cursor.as_deref().map(|c| cursor::open(query, c)).transpose()?;
    let keys = app.keys.clone();
    let (items, next) = app.look(&who, move |r, rules, caller| page(r, rules, caller, &keys, of, span, after, most)).await?;
    let next = next.map(|n| cursor::seal(query, &n)).transpose()?;
    Ok(Json(LeaderMonths { month, from: span.from, to: span.to, items, next }))
}

/// A page of lines with their names.
#[allow(clippy::too_many_arguments, reason = "the question and all that showing it needs")]
pub fn page(
    r: &mut Reader,
    rules: &Rules,
    caller: &Caller,
    keys: &Keyring,
    of: Of,
    span: Span,
    after: Option<Place>,
    most: usize,
) -> Result<(Vec<LeaderMonth>, Option<Place>)> {
    let (found, next) = months(r, caller, of, span, after, most)?;
    let mut items = Vec::new();
    for (seat, lines) in found {
        let Some(shown) = show::seat(r, rules, caller, seat.id)? else { continue };
        for line in lines {
            let name = line.account.map_or(Ok(None), |a| access::public_name(r, keys, a))?;
            items.push(LeaderMonth {
                seat: shown.clone(),
                account: line.account,
                name,
                kind: match (line.account, line.kind) {
                    (None, _) => "vacant",
                    (_, HolderKind::Holder) => "holder",
                    (_, HolderKind::Deputy) => "deputy",
                    (_, HolderKind::Acting) => "acting",
                },
                since: line.since.filter(|t| *t > span.from),
                until: line.until,
                visits: line.count(Work::Visits),
                services: line.count(Work::Services),
                solved: line.count(Work::Solved),
                late: line.count(Work::Late),
            });
        }
    }
    Ok((items, next))
}

pub fn of(ask: &AskMonths) -> Result<Of> {
    match (&ask.region, ask.seat) {
        (None, None) => Ok(Of::Mine),
        (Some(region), None) => Ok(Of::Region(region.parse()?)),
        (None, Some(seat)) => Ok(Of::Seat(seat)),
        (Some(_), Some(_)) => Err(Error::invalid("seat", "region 和 seat 只写一个", "give region or seat, not both")),
    }
}

/// A month of the calendar in China, this one unless it is named; and its first moment and that of the next.
pub fn span(month: Option<&str>, now: Time) -> Result<(String, Span)> {
    let wrong = || malformed("month", Text::new("月份应如 2026-11", "a month looks like 2026-11"));
    let first = match month {
        None => now.date().first_of_month(),
        Some(text) if text.len() == 7 => format!("{text}-01").parse().map_err(|_| wrong())?,
        Some(_) => return Err(wrong()),
    };
    let next = first.last_of_month().tomorrow().map_err(|_| wrong())?;
    let at = |day: jiff::civil::Date| Time::from_civil(day.at(0, 0, 0, 0));
    Ok((first.strftime("%Y-%m").to_string(), Span { from: at(first), to: at(next) }))
}
