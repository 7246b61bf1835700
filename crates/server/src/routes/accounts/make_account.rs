use super::json::{Invited, NewOfficial};
use crate::{
    app::App,
    edge::{Answer, Body, Who},
};
use access::{AccountKind, NewAccount};
use axum::{Json, extract::State, http::StatusCode};
use store::By;

/// Make an official's account
///
/// Gives the link by which she sets her password. A token is never kept, so the same request again makes another.
#[utoipa::path(post, path = "/api/accounts", tag = "accounts", request_body = NewOfficial, responses((status = 201, body = Invited)))]
pub async fn make_account(State(app): State<App>, who: Who, body: Body<NewOfficial>) -> Answer<(StatusCode, Json<Invited>)> {
    let me = who.account()?;
    let (keys, caller, asked) = (app.keys.clone(), who.caller.clone(), body.value);
    let make = move |unit: &mut store::Unit| {
        let (name, login) = (Some(asked.name.clone()), Some(asked.login.clone()));
        let new = NewAccount { kind: AccountKind::Staff, name, phone: asked.phone.clone(), region: asked.region, login };
        let account = access::make_account(unit, &caller, &keys, new)?;
        Ok(Invited { account, invitation: access::invite(unit, &caller, &keys, account)? })
    };
    let made = app.store.command(who.home(), By::account(me), make).await?.value;
    Ok((StatusCode::CREATED, Json(made)))
}
