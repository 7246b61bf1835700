use super::years::{read_years, recount};
use crate::{
    app::App,
    edge::{Answer, Body, Key, Who},
};
use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnterYear {
    /// The year's table in TOML: `year`, `source`, `announced`, and a `[[holiday]]` each with `name`, `off`, `make_up`.
    #[schema(max_length = 20000)]
    pub table: String,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct YearEntered {
    pub year: i16,
}

/// Enter or replace a year's holidays
///
/// Deadlines that were provisional (暂定) for want of it are counted again before the answer comes.
#[utoipa::path(post, path = "/api/calendar/years", tag = "platform", request_body = EnterYear, responses((status = 200, body = YearEntered)))]
pub async fn enter_year(State(app): State<App>, who: Who, key: Key, body: Body<EnterYear>) -> Answer<Json<YearEntered>> {
    who.account()?;
    let once = key.once(&who, "enter_year", body.hash);
    let table = body.value.table;
    let entered = app.act(&who, once, move |unit, _, caller| Ok(YearEntered { year: matters::enter_year(unit, caller, &table)? })).await?;
    if read_years(&app, who.home()).await? {
        recount(&app, who.home()).await?;
    }
    Ok(Json(entered))
}
