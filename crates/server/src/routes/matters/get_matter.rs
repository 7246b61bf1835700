use super::{json::Matter, show};
use crate::{
    app::App,
    edge::{Answer, Path, Who},
};
use axum::{Json, extract::State};
use base::MatterId;

/// One matter
///
/// With what I may do now. Personal fields are masked.
#[utoipa::path(get, path = "/api/matters/{matter}", tag = "matters", params(("matter" = Uuid, Path)), responses((status = 200, body = Matter)))]
pub async fn get_matter(State(app): State<App>, who: Who, Path(id): Path<MatterId>) -> Answer<Json<Matter>> {
    let keys = app.keys.clone();
    let shown = app
        .look(&who, move |r, rules, caller| {
            show::ahead(r, id);
            let (m, basis) = matters::look(r, caller, id)?;
            show::matter(r, rules, caller, &keys, m, basis)
        })
        .await?;
    Ok(Json(shown))
}
