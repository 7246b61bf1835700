use super::json::{Changed, Revisit};
use crate::{
    app::App,
    edge::{Answer, Body, Key, Path, Who},
};
use axum::{Json, extract::State};
use base::MatterId;

/// Write down what she said when she was called or visited afterwards
///
/// Of a matter that was closed without a word from her. "Unsolved" opens it again, one tier up; never by the one who did
/// the work.
#[utoipa::path(post, path = "/api/matters/{matter}/revisit", tag = "matters", params(("matter" = Uuid, Path)), request_body = Revisit, responses((status = 200, body = Changed)))]
pub async fn revisit_matter(
    State(app): State<App>,
    who: Who,
    key: Key,
    Path(id): Path<MatterId>,
    body: Body<Revisit>,
) -> Answer<Json<Changed>> {
    let once = key.once(&who, "revisit_matter", body.hash_of(id));
    let Revisit { solved, pleased, words } = body.value;
    let changed = app
        .act(&who, once, move |unit, rules, caller| matters::revisit(unit, rules, caller, id, &solved, pleased, &words).map(Changed::from))
        .await?;
    Ok(Json(changed))
}
