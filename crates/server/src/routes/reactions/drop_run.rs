use super::json::DropRun;
use crate::{
    app::App,
    edge::{Answer, Body, Key, Path2, Who},
};
use axum::{extract::State, http::StatusCode};

/// Give a parked reaction up
///
/// For good, with the reason on record. The matter that was made of it closes with it.
#[utoipa::path(
    post, path = "/api/reactions/{reaction}/runs/{entry}/drop", tag = "reactions",
    params(("reaction" = String, Path, description = "`<pack>.<reaction>`"), ("entry" = i64, Path)),
    request_body = DropRun, responses((status = 204))
)]
pub async fn drop_run(
    State(app): State<App>,
    who: Who,
    key: Key,
    Path2(reaction, entry): Path2<String, i64>,
    body: Body<DropRun>,
) -> Answer<StatusCode> {
    let once = key.once(&who, "drop_run", body.hash);
    let reason = body.value.reason;
    app.act(&who, once, move |unit, rules, caller| reactions::drop_run(unit, rules, caller, &reaction, entry, &reason)).await?;
    Ok(StatusCode::NO_CONTENT)
}
