use super::json::{Ranked, Reason, Suggest, Suggestion};
use crate::{
    app::App,
    edge::{Answer, Body, Who},
    routes::matters::open_matter::flow_name,
};
use axum::{Json, extract::State};
use base::Error;
use packs::List;

/// Characters of the longest text.
const LONGEST: usize = 20_000;

/// Suggest a category for a message
///
/// With the words that speak for it. A person decides.
#[utoipa::path(post, path = "/api/triage", tag = "matters", request_body = Suggest, responses((status = 200, body = Suggestion)))]
pub async fn suggest_category(State(app): State<App>, who: Who, body: Body<Suggest>) -> Answer<Json<Suggestion>> {
    who.account()?;
    let Suggest { text, flow } = body.value;
    if text.chars().count() > LONGEST {
        return Err(Error::invalid("text", format!("最多 {LONGEST} 字"), format!("at most {LONGEST} characters")).into());
    }
    let rules = app.rules(who.home())?;
    let flow = flow.map(|name| rules.flow(&flow_name(&name)?, who.home().code())).transpose()?;
    let said = app.triage(who.home(), flow.as_deref()).suggest(&text);
    let list = flow.and_then(|f| f.category.as_ref().map(|c| c.list.clone()));
    let ranked = said.ranked.into_iter().map(|r| {
        let category = list.as_ref().and_then(|l| category_of(l, &r.label));
        Ranked { label: r.label, category, probability: r.probability }
    });
    let reasons = said.reasons.into_iter().map(|r| Reason { words: r.words, weight: r.weight });
    Ok(Json(Suggestion { ranked: ranked.collect(), reasons: reasons.collect() }))
}

/// The entry of a county's list that a model's label stands for: by its code, else by its name.
pub fn category_of(list: &List, label: &str) -> Option<String> {
    let offered = || list.entries.values().filter(|e| !e.deprecated);
    let found = offered().find(|e| e.code == label).or_else(|| offered().find(|e| e.name.zh == label));
    found.map(|e| e.code.clone())
}
