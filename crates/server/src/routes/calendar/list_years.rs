use crate::{
    app::App,
    edge::{Answer, Who},
};
use axum::{Json, extract::State};
use base::Time;
use serde::Serialize;
use std::collections::BTreeMap;
use store::sql;
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
pub struct YearShown {
    pub year: i64,
    pub by: EnteredBy,
    /// The table in TOML, as it was entered or shipped.
    pub table: String,
    /// `null` where it is shipped.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub entered_at: Option<Time>,
}

/// Whose table holds.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EnteredBy {
    /// The State Council's announcement, as it came with the program.
    Shipped,
    /// The county's own.
    County,
}

/// The years whose holidays are known
///
/// What the county entered stands in the place of what is shipped. A year that is not here counts Monday to Friday, and
/// what is counted by it is provisional.
#[utoipa::path(get, path = "/api/calendar/years", tag = "platform", responses((status = 200, body = [YearShown])))]
pub async fn list_years(State(app): State<App>, who: Who) -> Answer<Json<Vec<YearShown>>> {
    let own: Vec<(i64, String, Time)> =
        app.look(&who, |r, _, _| r.many(sql("select year, table_text, at from calendar_year where county = $1").bind(r.home()))).await?;
    let shipped = calendar::SHIPPED.iter().map(|(year, text)| YearShown {
        year: i64::from(*year),
        by: EnteredBy::Shipped,
        table: (*text).to_owned(),
        entered_at: None,
    });
    let own = own.into_iter().map(|(year, table, at)| YearShown { year, by: EnteredBy::County, table, entered_at: Some(at) });
    let years: BTreeMap<i64, YearShown> = shipped.chain(own).map(|y| (y.year, y)).collect();
    Ok(Json(years.into_values().collect()))
}
