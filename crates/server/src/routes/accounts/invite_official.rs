use super::json::Invited;
use crate::{
    app::App,
    edge::{Answer, Path, Who},
};
use axum::{Json, extract::State};
use base::AccountId;
use store::By;

/// Invite an official to set a password, or another one
#[utoipa::path(post, path = "/api/accounts/{account}/invitations", tag = "accounts", params(("account" = Uuid, Path)), responses((status = 200, body = Invited)))]
pub async fn invite_official(State(app): State<App>, who: Who, Path(account): Path<AccountId>) -> Answer<Json<Invited>> {
    let me = who.account()?;
    let (caller, keys) = (who.caller.clone(), app.keys.clone());
    let invite = move |unit: &mut store::Unit| Ok(Invited { account, invitation: access::invite(unit, &caller, &keys, account)? });
    Ok(Json(app.store.command(who.home(), By::account(me), invite).await?.value))
}
