use crate::{
    app::App,
    edge::{Answer, Key, Path, Who},
};
use axum::{extract::State, http::StatusCode};
use uuid::Uuid;

/// Revoke a machine's key
#[utoipa::path(delete, path = "/api/keys/{id}", tag = "accounts", params(("id" = Uuid, Path)), responses((status = 204)))]
pub async fn revoke_key(State(app): State<App>, who: Who, key: Key, Path(id): Path<Uuid>) -> Answer<StatusCode> {
    let once = key.once_on(&who, "revoke_key", id);
    app.act(&who, once, move |unit, _, caller| access::revoke_key(unit, caller, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
