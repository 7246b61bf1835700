use super::json::{Recode, Recoded};
use crate::{
    app::App,
    edge::{Answer, Body, Who},
};
use access::Holds;
use axum::{Json, extract::State};
use std::sync::LazyLock;

/// Tables above `access` that hold codes. Figures are counted again by themselves, from the re-coding's own entry in the
/// journal.
static PARTS: LazyLock<Vec<Holds>> = LazyLock::new(|| {
    let own = [
        Holds { table: "matter", key: &["id"], column: "region", ancestors: true },
        Holds { table: "centre", key: &["region"], column: "region", ancestors: false },
        Holds { table: "boundary", key: &["region"], column: "region", ancestors: false },
        Holds { table: "intake_sheet", key: &["id"], column: "region", ancestors: false },
    ];
    own.iter().chain(things::HOLDS).copied().collect()
});

/// Give a region and all below it another code
///
/// Begun twice, it is one: it goes on where it was. Old codes stay searchable with their dates.
#[utoipa::path(post, path = "/api/regions/recodings", tag = "regions", request_body = Recode, responses((status = 200, body = Recoded)))]
pub async fn recode_region(State(app): State<App>, who: Who, body: Body<Recode>) -> Answer<Json<Recoded>> {
    let rows = access::recode(&app.store, &who.caller, body.value.old, body.value.new, &PARTS).await?;
    Ok(Json(Recoded { rows }))
}
