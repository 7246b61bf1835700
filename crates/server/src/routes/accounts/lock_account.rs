use crate::{
    app::App,
    edge::{Answer, Key, Path, Who},
};
use axum::{extract::State, http::StatusCode};
use base::AccountId;

/// Lock an account
#[utoipa::path(post, path = "/api/accounts/{account}/lock", tag = "accounts", params(("account" = Uuid, Path)), responses((status = 204)))]
pub async fn lock_account(State(app): State<App>, who: Who, key: Key, Path(account): Path<AccountId>) -> Answer<StatusCode> {
    let once = key.once_on(&who, "lock_account", account);
    app.act(&who, once, move |unit, _, caller| access::lock_account(unit, caller, account)).await?;
    Ok(StatusCode::NO_CONTENT)
}
