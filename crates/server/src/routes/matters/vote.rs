use super::json::{Changed, Vote};
use crate::{
    app::App,
    edge::{Answer, Body, Key, Path, Who},
};
use axum::{Json, extract::State};
use base::MatterId;

/// Say how it came out
///
/// For a resident whose report was merged into another.
#[utoipa::path(post, path = "/api/matters/{matter}/vote", tag = "matters", params(("matter" = Uuid, Path)), request_body = Vote, responses((status = 200, body = Changed)))]
pub async fn vote(State(app): State<App>, who: Who, key: Key, Path(id): Path<MatterId>, body: Body<Vote>) -> Answer<Json<Changed>> {
    let once = key.once(&who, "vote", body.hash_of(id));
    let Vote { solved, pleased } = body.value;
    let changed =
        app.act(&who, once, move |unit, rules, caller| matters::vote(unit, rules, caller, id, &solved, pleased).map(Changed::from)).await?;
    Ok(Json(changed))
}
