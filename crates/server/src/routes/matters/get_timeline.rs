use super::{json::Happened, show};
use crate::{
    app::App,
    edge::{Answer, Path, Who},
};
use axum::{Json, extract::State};
use base::MatterId;

/// What happened to it, oldest first
#[utoipa::path(get, path = "/api/matters/{matter}/timeline", tag = "matters", params(("matter" = Uuid, Path)), responses((status = 200, body = [Happened])))]
pub async fn get_timeline(State(app): State<App>, who: Who, Path(id): Path<MatterId>) -> Answer<Json<Vec<Happened>>> {
    let shown = app
        .look(&who, move |r, rules, caller| {
            let (m, basis) = matters::look(r, caller, id)?;
            show::timeline(r, rules, caller, &m, basis)
        })
        .await?;
    Ok(Json(shown))
}
