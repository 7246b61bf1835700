use super::json::{AskPause, Changed};
use crate::{
    app::App,
    edge::{Answer, Body, Key, Path, Who},
};
use axum::{Json, extract::State};
use base::MatterId;

/// Ask to pause the resident's clock
///
/// Another approves; she sees it.
#[utoipa::path(post, path = "/api/matters/{matter}/pause", tag = "matters", params(("matter" = Uuid, Path)), request_body = AskPause, responses((status = 200, body = Changed)))]
pub async fn ask_pause(
    State(app): State<App>,
    who: Who,
    key: Key,
    Path(id): Path<MatterId>,
    body: Body<AskPause>,
) -> Answer<Json<Changed>> {
    let once = key.once(&who, "ask_pause", body.hash_of(id));
    let AskPause { reason, note } = body.value;
    let changed = app
        .act(&who, once, move |unit, rules, caller| matters::ask_pause(unit, rules, caller, id, &reason, &note).map(Changed::from))
        .await?;
    Ok(Json(changed))
}
