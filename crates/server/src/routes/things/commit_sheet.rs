use super::{
    json::{CommitSheet, CommittedSheet},
    register,
};
use crate::{
    app::App,
    edge::{Answer, Body, Path, Who},
};
use axum::{Json, extract::State};
use uuid::Uuid;

/// Take a checked sheet in
///
/// All is seen at once when the last row is in. Asked again, it goes on where it was cut off.
#[utoipa::path(post, path = "/api/imports/things/{id}/commit", tag = "imports", params(("id" = Uuid, Path)), request_body = CommitSheet, responses((status = 200, body = CommittedSheet)))]
pub async fn commit_things(
    State(app): State<App>,
    who: Who,
    Path(id): Path<Uuid>,
    body: Body<CommitSheet>,
) -> Answer<Json<CommittedSheet>> {
    who.account()?;
    let register = register(&app, who.home())?;
    let rows = things::import::commit(&app.store, &register, &who.caller, id, body.value.skip_wrong).await?;
    Ok(Json(CommittedSheet { rows }))
}
