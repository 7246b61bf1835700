use crate::{
    app::App,
    edge::{Answer, Key, Path, Who},
};
use axum::{extract::State, http::StatusCode};
use base::AccountId;

/// Sign an account out everywhere
///
/// All its sessions end at once, and its live streams with them. It may sign in again; who must not is locked.
#[utoipa::path(delete, path = "/api/accounts/{account}/sessions", tag = "accounts", params(("account" = Uuid, Path)), responses((status = 204)))]
pub async fn sign_out_everywhere(State(app): State<App>, who: Who, key: Key, Path(account): Path<AccountId>) -> Answer<StatusCode> {
    let once = key.once_on(&who, "sign_out_everywhere", account);
    app.act(&who, once, move |unit, _, caller| access::sign_out_everywhere(unit, caller, account)).await?;
    Ok(StatusCode::NO_CONTENT)
}
