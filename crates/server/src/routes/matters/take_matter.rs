use super::json::Changed;
use crate::{
    app::App,
    edge::{Answer, Key, Path, Who},
};
use axum::{Json, extract::State};
use base::MatterId;

/// Take what is offered to one of my seats
#[utoipa::path(post, path = "/api/matters/{matter}/take", tag = "matters", params(("matter" = Uuid, Path)), responses((status = 200, body = Changed)))]
pub async fn take_matter(State(app): State<App>, who: Who, key: Key, Path(id): Path<MatterId>) -> Answer<Json<Changed>> {
    let once = key.once_on(&who, "take_matter", id);
    let changed = app.act(&who, once, move |unit, rules, caller| matters::take(unit, rules, caller, id).map(Changed::from)).await?;
    Ok(Json(changed))
}
