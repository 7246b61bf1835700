use super::json::{Changed, SomeWords};
use crate::{
    app::App,
    edge::{Answer, Body, Key, Path, Who},
};
use axum::{Json, extract::State};
use base::MatterId;

/// Press the holder
///
/// For the supervisor.
#[utoipa::path(post, path = "/api/matters/{matter}/press", tag = "matters", params(("matter" = Uuid, Path)), request_body = SomeWords, responses((status = 200, body = Changed)))]
pub async fn press_matter(
    State(app): State<App>,
    who: Who,
    key: Key,
    Path(id): Path<MatterId>,
    body: Body<SomeWords>,
) -> Answer<Json<Changed>> {
    let once = key.once(&who, "press_matter", body.hash_of(id));
    let SomeWords { words } = body.value;
    let changed =
        app.act(&who, once, move |unit, rules, caller| matters::press(unit, rules, caller, id, &words).map(Changed::from)).await?;
    Ok(Json(changed))
}
