use crate::{
    app::App,
    edge::{Answer, Who},
};
use axum::{Json, extract::State};
use base::Time;
use serde::Serialize;
use store::sql;
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
pub struct YearShown {
    pub year: i64,
    /// The table in TOML, as it was entered.
    pub table: String,
    #[schema(value_type = String, format = DateTime)]
    pub entered_at: Time,
}

/// The years that the county entered itself
///
/// They stand in the place of the shipped ones (2024 to 2026). A year in neither counts Monday to Friday, and what is
/// counted by it is provisional.
#[utoipa::path(get, path = "/api/calendar/years", tag = "platform", responses((status = 200, body = [YearShown])))]
pub async fn list_years(State(app): State<App>, who: Who) -> Answer<Json<Vec<YearShown>>> {
    let years = app
        .look(&who, |r, _, _| {
            let rows: Vec<(i64, String, Time)> =
                r.many(sql("select year, table_text, at from calendar_year where county = $1 order by year").bind(r.home()))?;
            Ok(rows.into_iter().map(|(year, table, entered_at)| YearShown { year, table, entered_at }).collect())
        })
        .await?;
    Ok(Json(years))
}
