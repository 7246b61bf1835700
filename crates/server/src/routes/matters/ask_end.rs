use super::json::{AskEnd, Changed};
use crate::{
    app::App,
    edge::{Answer, Body, Key, Path, Who},
};
use axum::{Json, extract::State};
use base::MatterId;

/// Ask for an end that is not *done*
///
/// Not accepted, another way, withdrawn, not reached.
#[utoipa::path(post, path = "/api/matters/{matter}/end", tag = "matters", params(("matter" = Uuid, Path)), request_body = AskEnd, responses((status = 200, body = Changed)))]
pub async fn ask_end(State(app): State<App>, who: Who, key: Key, Path(id): Path<MatterId>, body: Body<AskEnd>) -> Answer<Json<Changed>> {
    let once = key.once(&who, "ask_end", body.hash_of(id));
    let AskEnd { end, reason, note } = body.value;
    let changed = app
        .act(&who, once, move |unit, rules, caller| matters::ask_end(unit, rules, caller, id, &end, &reason, &note).map(Changed::from))
        .await?;
    Ok(Json(changed))
}
