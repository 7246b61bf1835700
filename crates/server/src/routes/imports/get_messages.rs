use crate::{
    app::App,
    edge::{Answer, Path, Who},
    intake::{self, Intake},
};
use axum::{Json, extract::State};
use uuid::Uuid;

/// A file of messages: its report, and how far it has come
#[utoipa::path(get, path = "/api/imports/messages/{id}", tag = "imports", params(("id" = Uuid, Path)), responses((status = 200, body = Intake)))]
pub async fn get_messages(State(app): State<App>, who: Who, Path(id): Path<Uuid>) -> Answer<Json<Intake>> {
    who.account()?;
    let found = app.look(&who, move |r, _, caller| intake::find(r, caller, id)).await?;
    Ok(Json(found))
}
