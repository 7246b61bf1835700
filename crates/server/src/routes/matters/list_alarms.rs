use super::{json::ListedMatter, show};
use crate::{
    app::App,
    edge::{Answer, Who},
};
use axum::{Json, extract::State};

/// List alarms
///
/// Of the matters that I may see, the urgent ones that concern life, as their flow declares (`alarm`), until somebody has them in
/// hand; the one that has waited longest first. At most 50 of a flow.
#[utoipa::path(get, path = "/api/matters/alarms", tag = "matters", responses((status = 200, body = [ListedMatter])))]
pub async fn list_alarms(State(app): State<App>, who: Who) -> Answer<Json<Vec<ListedMatter>>> {
    who.account()?;
    let rows = app
        .look(&who, move |r, rules, caller| {
            let rows = matters::alarms(r, rules, caller)?;
            show::listed(r, rules, caller, rows)
        })
        .await?;
    Ok(Json(rows))
}
