use super::json::{MadeKey, NewKey};
use crate::{
    app::App,
    edge::{Answer, Body, Who},
};
use access::Scope;
use axum::{Json, extract::State, http::StatusCode};
use base::Result;
use store::By;

/// Make a machine's key
///
/// Nobody gives a machine what he may not do himself, but for a client of Open311: `open` alone on a flow that residents
/// report to by that door. The token is shown once.
#[utoipa::path(post, path = "/api/keys", tag = "accounts", request_body = NewKey, responses((status = 201, body = MadeKey)))]
pub async fn make_key(State(app): State<App>, who: Who, body: Body<NewKey>) -> Answer<(StatusCode, Json<MadeKey>)> {
    let me = who.account()?;
    let NewKey { name, scopes, until } = body.value;
    let scopes = scopes.iter().map(Scope::read).collect::<Result<Vec<Scope>>>()?;
    let (caller, new) = (who.caller.clone(), access::NewKey { name, scopes, until });
    let made = app.store.command(who.home(), By::account(me), move |unit| access::make_key(unit, &caller, new.clone())).await?.value;
    Ok((StatusCode::CREATED, Json(MadeKey { id: made.id, account: made.account, token: made.token })))
}
