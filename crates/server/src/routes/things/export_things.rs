use super::{
    json::ListThings,
    list_things::{MOST, filter},
    register,
};
use crate::{
    app::App,
    edge::{self, Answer, Query, Who, malformed},
    routes::exports::{attachment, person},
};
use axum::{
    extract::{Path, State},
    response::IntoResponse,
};
use base::Text;
use things::export::{Export, Format, export};

/// Things as CSV, XLSX or GeoJSON
///
/// Masked as my lists are; what was exported can be imported again and changes nothing. An XLSX sheet's first line says
/// filter, time, rows and who exported.
#[utoipa::path(
    get, path = "/api/exports/things/{format}", tag = "exports",
    params(("format" = String, Path, pattern = "^(csv|xlsx|geojson)$", description = "`csv`, `xlsx` or `geojson`"), ListThings), responses((status = 200, content((String = "text/csv"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (Object = "application/geo+json"))))
)]
pub async fn export_things(
    State(app): State<App>,
    who: Who,
    Path(format): Path<String>,
    Query(ask): Query<ListThings>,
) -> Answer<impl IntoResponse> {
    let account = who.account()?;
    let (format, kind, name) = match format.as_str() {
        "csv" => (Format::Csv, "text/csv; charset=utf-8", "things.csv"),
        "xlsx" => (Format::Xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "things.xlsx"),
        "geojson" => (Format::GeoJson, "application/geo+json", "things.geojson"),
        _ => return Err(malformed("format", Text::new("应是 csv、xlsx 或 geojson", "should be csv, xlsx or geojson")).into()),
    };
    // A sheet has no pages; what is no page is refused as in the list.
    edge::most(ask.most, 1, MOST)?;
    let filter = filter(&ask)?;
    let person = person(&app, &who.caller, account).await?;
    let parts = [("q", &ask.q), ("region", &ask.region), ("where", &ask.tests), ("bounds", &ask.bounds)];
    let said = parts.iter().filter_map(|(name, v)| v.as_ref().map(|v| format!("{name}={v}"))).collect::<Vec<_>>().join("，");
    let register = register(&app, who.home())?;
    let mut bytes = Vec::new();
    export(&app.store, &register, &who.caller, &Export { filter, format, person, said, clear: None }, &mut bytes).await?;
    Ok((attachment(name, kind), bytes))
}
