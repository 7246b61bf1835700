use super::json::Changed;
use crate::{
    app::App,
    edge::{Answer, Key, Path, Who},
};
use axum::{Json, extract::State};
use base::MatterId;

/// End a pause
#[utoipa::path(post, path = "/api/matters/{matter}/resume", tag = "matters", params(("matter" = Uuid, Path)), responses((status = 200, body = Changed)))]
pub async fn resume_matter(State(app): State<App>, who: Who, key: Key, Path(id): Path<MatterId>) -> Answer<Json<Changed>> {
    let once = key.once_on(&who, "resume_matter", id);
    let changed = app.act(&who, once, move |unit, rules, caller| matters::resume(unit, rules, caller, id).map(Changed::from)).await?;
    Ok(Json(changed))
}
