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
        Holds { table: "matter", column: "region", ancestors: true },
        Holds { table: "centre", column: "region", ancestors: false },
        Holds { table: "boundary", column: "region", ancestors: false },
        Holds { table: "intake_sheet", column: "region", ancestors: false },
    ];
    own.iter().chain(things::HOLDS).copied().collect()
});

/// Give a region and all below it another code
///
/// All at once: whoever looks sees all of it before or all of it after. Values of things that name the region are
/// revised, too. Old codes stay searchable with their dates.
#[utoipa::path(post, path = "/api/regions/recodings", tag = "regions", request_body = Recode, responses((status = 200, body = Recoded)))]
pub async fn recode_region(State(app): State<App>, who: Who, body: Body<Recode>) -> Answer<Json<Recoded>> {
    let (old, new) = (body.value.old, body.value.new);
    let register = super::super::things::register(&app, who.caller.home)?;
    let also = move |unit: &mut store::Unit| things::recode(unit, &register, old, new);
    let rows = access::recode(&app.store, &who.caller, old, new, &PARTS, also).await?;
    Ok(Json(Recoded { rows }))
}
