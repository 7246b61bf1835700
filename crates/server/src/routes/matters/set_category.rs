use super::json::{Changed, SetCategory};
use crate::{
    app::App,
    edge::{Answer, Body, Key, Path, Who},
};
use axum::{Json, extract::State};
use base::MatterId;

/// Set or correct the category
#[utoipa::path(post, path = "/api/matters/{matter}/category", tag = "matters", params(("matter" = Uuid, Path)), request_body = SetCategory, responses((status = 200, body = Changed)))]
pub async fn set_category(
    State(app): State<App>,
    who: Who,
    key: Key,
    Path(id): Path<MatterId>,
    body: Body<SetCategory>,
) -> Answer<Json<Changed>> {
    let once = key.once(&who, "set_category", body.hash_of(id));
    let SetCategory { category } = body.value;
    let changed =
        app.act(&who, once, move |unit, rules, caller| matters::categorise(unit, rules, caller, id, &category).map(Changed::from)).await?;
    Ok(Json(changed))
}
