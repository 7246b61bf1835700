use super::{
    json::{ListMatters, MatterPage},
    open_matter::flow_name,
    show,
};
use crate::{
    app::App,
    edge::{Answer, Query, Who, cursor, malformed},
};
use axum::{Json, extract::State};
use base::{Code, Error, Result, Text};
use matters::{After, Filter};

const MOST: usize = 200;

/// List matters
///
/// Those that I may see, by their next deadline; the ended ones after the open ones.
#[utoipa::path(get, path = "/api/matters", tag = "matters", params(ListMatters), responses((status = 200, body = MatterPage)))]
pub async fn list_matters(State(app): State<App>, who: Who, Query(ask): Query<ListMatters>) -> Answer<Json<MatterPage>> {
    who.account()?;
    let most = ask.most.unwrap_or(50);
    if !(1..=MOST).contains(&most) {
        return Err(malformed("most", Text::new(format!("应在 1 到 {MOST} 之间"), format!("should be from 1 to {MOST}"))).into());
    }
    let filter = filter(&ask)?;
    let query = cursor::query_hash(&("list_matters", &ask, who.caller.account, who.home().get()))?;
    let after: Option<After> = ask.cursor.as_deref().map(|c| cursor::open(query, c)).transpose()?;
    let page = app
        .look(&who, move |r, rules, caller| {
            // One more than asked for tells whether there is another page.
            let mut rows = matters::list(r, caller, &filter, after, most + 1)?;
            let more = rows.len() > most;
            rows.truncate(most);
            let next = rows.last().filter(|_| more).map(|m| cursor::seal(query, &m.place())).transpose()?;
            Ok(MatterPage { items: show::listed(r, rules, caller, rows)?, next })
        })
        .await?;
    Ok(Json(page))
}

pub fn filter(ask: &ListMatters) -> Result<Filter> {
    let region = ask.region.as_deref().map(str::parse::<Code>).transpose()?;
    if ask.q.as_ref().is_some_and(|q| q.chars().count() > 200) {
        return Err(Error::invalid("q", "最多 200 字", "at most 200 characters"));
    }
    let terms = ask.q.as_deref().map(|q| {
        let terms = language::search_query(q);
        terms.iter().map(|t| format!("{}{}", t.text, if t.prefix { "*" } else { "" })).collect::<Vec<_>>().join(" ")
    });
    Ok(Filter {
        flow: ask.flow.as_deref().map(flow_name).transpose()?,
        open: ask.open,
        region,
        category: ask.category.clone(),
        step: ask.step.clone(),
        late: ask.late.unwrap_or(false),
        mine: ask.mine.unwrap_or(false),
        terms: terms.filter(|t| !t.is_empty()),
        received_from: ask.received_from,
        received_to: ask.received_to,
    })
}
