use crate::{
    app::App,
    edge::{Answer, Key, Path, Who},
};
use axum::{extract::State, http::StatusCode};
use base::AccountId;

/// Unlock an account
#[utoipa::path(post, path = "/api/accounts/{account}/unlock", tag = "accounts", params(("account" = Uuid, Path)), responses((status = 204)))]
pub async fn unlock_account(State(app): State<App>, who: Who, key: Key, Path(account): Path<AccountId>) -> Answer<StatusCode> {
    let once = key.once_on(&who, "unlock_account", account);
    app.act(&who, once, move |unit, _, caller| access::unlock_account(unit, caller, account)).await?;
    Ok(StatusCode::NO_CONTENT)
}
