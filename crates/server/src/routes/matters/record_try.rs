use super::json::{Changed, Tried};
use crate::{
    app::App,
    edge::{Answer, Body, Key, Path, Who},
};
use axum::{Json, extract::State};
use base::MatterId;

/// Record an attempt to reach the resident that failed
#[utoipa::path(post, path = "/api/matters/{matter}/tries", tag = "matters", params(("matter" = Uuid, Path)), request_body = Tried, responses((status = 200, body = Changed)))]
pub async fn record_try(State(app): State<App>, who: Who, key: Key, Path(id): Path<MatterId>, body: Body<Tried>) -> Answer<Json<Changed>> {
    let once = key.once(&who, "record_try", body.hash_of(id));
    let Tried { how } = body.value;
    let changed = app.act(&who, once, move |unit, rules, caller| matters::tried(unit, rules, caller, id, &how).map(Changed::from)).await?;
    Ok(Json(changed))
}
