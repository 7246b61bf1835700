use super::{
    json::{AskScreen, Screen},
    look::Looking,
};
use crate::{
    app::App,
    edge::{Answer, Query, Who, malformed},
    routes::figures::{self, AskHot},
};
use axum::{Json, extract::State};
use base::{Code, Text};

/// The command screen
///
/// What is there today, late, urgent, who is on duty, in one answer. Of what I may list: each number is that of the list
/// that it names.
#[utoipa::path(get, path = "/api/screen", tag = "figures", params(AskScreen), responses((status = 200, body = Screen)))]
pub async fn show_screen(State(app): State<App>, who: Who, Query(ask): Query<AskScreen>) -> Answer<Json<Screen>> {
    who.account()?;
    let wrong = |_| malformed("region", Text::new("区划代码不对", "the region code is wrong"));
    let region = ask.region.as_deref().map(|r| r.parse::<Code>().map_err(wrong)).transpose()?;
    let keys = app.keys.clone();
    let hot = AskHot { flow: None, region: ask.region, days: Some(30), at: None, most: Some(8) };
    let looked = app
        .look(&who, move |r, rules, caller| {
            let region = region.unwrap_or(r.home().code());
            access::region_there(r, region, "region")?;
            Looking { r, rules, caller, keys: &keys, region }.screen()
        })
        .await?;
    let Json(hot) = figures::list_hot_issues(State(app), who, Query(hot)).await?;
    Ok(Json(looked(hot)))
}
