use super::json::{Changed, MergeInto};
use crate::{
    app::App,
    edge::{Answer, Body, Key, Path, Who},
};
use axum::{Json, extract::State};
use base::MatterId;

/// Merge a duplicate into another matter
///
/// Each resident keeps his own feedback and vote.
#[utoipa::path(post, path = "/api/matters/{matter}/merge", tag = "matters", params(("matter" = Uuid, Path)), request_body = MergeInto, responses((status = 200, body = Changed)))]
pub async fn merge_matter(
    State(app): State<App>,
    who: Who,
    key: Key,
    Path(id): Path<MatterId>,
    body: Body<MergeInto>,
) -> Answer<Json<Changed>> {
    let once = key.once(&who, "merge_matter", body.hash_of(id));
    let MergeInto { into } = body.value;
    let changed = app.act(&who, once, move |unit, rules, caller| matters::merge(unit, rules, caller, id, into).map(Changed::from)).await?;
    Ok(Json(changed))
}
