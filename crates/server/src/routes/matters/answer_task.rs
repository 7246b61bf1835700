use super::json::{Changed, GiveAnswer};
use crate::{
    app::App,
    edge::{Answer, Body, Key, Path, Who},
};
use axum::{Json, extract::State};
use base::MatterId;

/// Answer my share of a step that several do side by side
#[utoipa::path(post, path = "/api/matters/{matter}/answers", tag = "matters", params(("matter" = Uuid, Path)), request_body = GiveAnswer, responses((status = 200, body = Changed)))]
pub async fn answer_task(
    State(app): State<App>,
    who: Who,
    key: Key,
    Path(id): Path<MatterId>,
    body: Body<GiveAnswer>,
) -> Answer<Json<Changed>> {
    let once = key.once(&who, "answer_task", body.hash_of(id));
    let GiveAnswer { form } = body.value;
    let changed =
        app.act(&who, once, move |unit, rules, caller| matters::answer(unit, rules, caller, id, &form).map(Changed::from)).await?;
    Ok(Json(changed))
}
