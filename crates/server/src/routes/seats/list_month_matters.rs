use super::{json::AskMonthMatters, list_months::span};
use crate::{
    app::App,
    edge::{self, Answer, Query, Who, cursor, malformed},
    routes::matters::{json::MatterPage, show},
};
use axum::{Json, extract::State};
use base::{MatterId, Result, Text};
use matters::month::{Work, rows};

pub const MOST: usize = 200;

/// The matters behind a number of a leader's month
///
/// Exactly those that `/api/leaders/months` counts for this seat and person.
#[utoipa::path(
    get, path = "/api/leaders/months/matters", tag = "seats", params(AskMonthMatters), responses((status = 200, body = MatterPage))
)]
pub async fn list_month_matters(State(app): State<App>, who: Who, Query(ask): Query<AskMonthMatters>) -> Answer<Json<MatterPage>> {
    who.account()?;
    let most = edge::most(ask.most, 50, MOST)?;
    let (month, span) = span(ask.month.as_deref(), app.store.now())?;
    let work = work(&ask.what)?;
    let (scope, me) = ((ask.seat, ask.account), (who.caller.account, who.home().get()));
    let query = cursor::query_hash(&("list_month_matters", scope, &month, &ask.what, me))?;
    let after: Option<MatterId> = ask.cursor.as_deref().map(|c| cursor::open(query, c)).transpose()?;
    let page = app.look(&who, move |r, rules, caller| {
        let (found, more) = rows(r, caller, scope, span, work, after, most)?;
        let last = found.last().map(|m| m.id).filter(|_| more);
        let next = last.map(|n| cursor::seal(query, &n)).transpose()?;
        Ok(MatterPage { items: show::listed(r, rules, caller, found)?, next })
    });
    Ok(Json(page.await?))
}

pub fn work(word: &str) -> Result<Work> {
    Ok(match word {
        "visits" => Work::Visits,
        "services" => Work::Services,
        "solved" => Work::Solved,
        "late" => Work::Late,
        _ => {
            return Err(malformed(
                "what",
                Text::new("应是 visits、services、solved 或 late", "should be visits, services, solved or late"),
            ));
        }
    })
}
