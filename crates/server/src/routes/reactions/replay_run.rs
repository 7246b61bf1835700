use crate::{
    app::App,
    edge::{Answer, Key, Path2, Who},
};
use axum::{extract::State, http::StatusCode};

/// Run a parked reaction again
///
/// Now, and whole or not at all: what it meets is answered here, and it stays parked if it fails again.
#[utoipa::path(
    post, path = "/api/reactions/{reaction}/runs/{entry}/replay", tag = "reactions",
    params(("reaction" = String, Path, description = "`<pack>.<reaction>`"), ("entry" = i64, Path)), responses((status = 204))
)]
pub async fn replay_run(State(app): State<App>, who: Who, key: Key, Path2(reaction, entry): Path2<String, i64>) -> Answer<StatusCode> {
    who.account()?;
    let once = key.once_on(&who, "replay_run", format!("{reaction} {entry}"));
    app.reactions.replay(who.home(), who.caller, once, &reaction, entry).await?;
    Ok(StatusCode::NO_CONTENT)
}
