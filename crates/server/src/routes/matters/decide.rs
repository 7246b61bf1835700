use super::json::{Changed, Decide};
use crate::{
    app::App,
    edge::{Answer, Body, Key, Path, Who},
};
use axum::{Json, extract::State};
use base::MatterId;

/// Approve or refuse a pause or an end that waits for me
#[utoipa::path(post, path = "/api/matters/{matter}/decisions", tag = "matters", params(("matter" = Uuid, Path)), request_body = Decide, responses((status = 200, body = Changed)))]
pub async fn decide(State(app): State<App>, who: Who, key: Key, Path(id): Path<MatterId>, body: Body<Decide>) -> Answer<Json<Changed>> {
    let once = key.once(&who, "decide", body.hash_of(id));
    let Decide { yes, note } = body.value;
    let changed =
        app.act(&who, once, move |unit, rules, caller| matters::decide(unit, rules, caller, id, yes, &note).map(Changed::from)).await?;
    Ok(Json(changed))
}
