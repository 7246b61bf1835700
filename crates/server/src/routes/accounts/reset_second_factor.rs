use crate::{
    app::App,
    edge::{Answer, Key, Path, Who},
};
use axum::{extract::State, http::StatusCode};
use base::AccountId;

/// Take away a second factor
///
/// For one who lost her phone and her codes.
#[utoipa::path(post, path = "/api/accounts/{account}/reset-second-factor", tag = "accounts", params(("account" = Uuid, Path)), responses((status = 204)))]
pub async fn reset_second_factor(State(app): State<App>, who: Who, key: Key, Path(account): Path<AccountId>) -> Answer<StatusCode> {
    let once = key.once_on(&who, "reset_second_factor", account);
    let keys = app.keys.clone();
    app.act(&who, once, move |unit, _, caller| access::reset_totp(unit, caller, &keys, account)).await?;
    Ok(StatusCode::NO_CONTENT)
}
