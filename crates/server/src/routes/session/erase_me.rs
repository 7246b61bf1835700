use super::json::{Erased, Kept, Words};
use crate::{
    app::App,
    edge::{Answer, Key, Who},
};
use axum::{Json, extract::State};

/// Erase my account
///
/// Name, number, household and words go; what the law keeps is named with its reason.
#[utoipa::path(delete, path = "/api/me", tag = "me", responses((status = 200, body = Erased)))]
pub async fn erase_me(State(app): State<App>, who: Who, key: Key) -> Answer<Json<Erased>> {
    let me = who.account()?;
    let once = key.once(&who, "erase_me", [0; 32]);
    let erased = app
        .act(&who, once, move |unit, _, caller| {
            let erased = access::erase_account(unit, caller, me)?;
            let kept = erased.kept.iter().map(|k| Kept { what: Words::from(&k.what), why: Words::from(&k.why) }).collect();
            Ok(Erased { words: erased.words, kept })
        })
        .await?;
    // It is done; that a backup forgets it too is tried again every minute.
    if let Err(e) = app.store.keep_erasures(who.home(), &app.witness).await {
        tracing::error!(error = ?e, "what was erased is not kept outside yet");
    }
    Ok(Json(erased))
}
