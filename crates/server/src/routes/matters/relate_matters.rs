use super::json::{Changed, Relate};
use crate::{
    app::App,
    edge::{Answer, Body, Key, Path, Who},
};
use axum::{Json, extract::State};
use base::MatterId;

/// Link two matters
#[utoipa::path(post, path = "/api/matters/{matter}/links", tag = "matters", params(("matter" = Uuid, Path)), request_body = Relate, responses((status = 200, body = Changed)))]
pub async fn relate_matters(
    State(app): State<App>,
    who: Who,
    key: Key,
    Path(id): Path<MatterId>,
    body: Body<Relate>,
) -> Answer<Json<Changed>> {
    let once = key.once(&who, "relate_matters", body.hash_of(id));
    let Relate { other, same } = body.value;
    let changed =
        app.act(&who, once, move |unit, rules, caller| matters::relate(unit, rules, caller, id, other, same).map(Changed::from)).await?;
    Ok(Json(changed))
}
