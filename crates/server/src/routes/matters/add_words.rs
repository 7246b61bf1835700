use super::{
    json::{AddWords, Changed},
    media,
};
use crate::{
    app::App,
    edge::{Answer, Body, Key, Path, Who},
};
use axum::{Json, extract::State};
use base::MatterId;

/// Add words or photos
///
/// For the resident and for whoever has a part in it.
#[utoipa::path(post, path = "/api/matters/{matter}/words", tag = "matters", params(("matter" = Uuid, Path)), request_body = AddWords, responses((status = 200, body = Changed)))]
pub async fn add_words(
    State(app): State<App>,
    who: Who,
    key: Key,
    Path(id): Path<MatterId>,
    body: Body<AddWords>,
) -> Answer<Json<Changed>> {
    let once = key.once(&who, "add_words", body.hash_of(id));
    let AddWords { words, files, for_another } = body.value;
    let changed = app
        .act(&who, once, move |unit, rules, caller| {
            let m = matters::add(unit, rules, caller, id, &words, &files, for_another.as_ref())?;
            for file in &files {
                media::tie_one(unit, file, id, "files")?;
            }
            Ok(Changed::from(m))
        })
        .await?;
    Ok(Json(changed))
}
