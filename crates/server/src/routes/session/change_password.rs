use super::{
    cookie,
    json::{ChangePassword, Session},
};
use crate::{
    app::App,
    edge::{Answer, Body, Who},
};
use axum::{extract::State, http::HeaderMap};
use base::Error;
use store::By;

/// Change my password
///
/// All my sessions end; a new one begins.
#[utoipa::path(put, path = "/api/me/password", tag = "me", request_body = ChangePassword, responses((status = 200, body = Session)))]
pub async fn change_password(
    State(app): State<App>,
    who: Who,
    headers: HeaderMap,
    body: Body<ChangePassword>,
) -> Answer<cookie::WithCookie<Session>> {
    let me = who.account()?;
    let ChangePassword { login, old, new, second } = body.value;
    let keys = app.keys.clone();
    let theirs = app.keys.clone();
    let challenge = app.look(&who, move |r, _, _| access::look_up(r, &theirs, &login)).await?;
    let check = move || Ok::<_, Error>((challenge.verify(&keys, &old, second.as_deref())?, access::hash_password(&new)?));
    let (verified, hashed) = tokio::task::spawn_blocking(check).await.map_err(Error::internal)??;
    let (caller, policy, device) = (who.caller.clone(), app.policy, cookie::device(&headers));
    let change = move |unit: &mut store::Unit| access::change_password(unit, &caller, &verified, &hashed, policy, &device);
    let attempt = app.store.command(who.home(), By::account(me), change).await?;
    Ok(cookie::set(&app, attempt.value?.into()))
}
