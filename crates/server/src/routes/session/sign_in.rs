use super::{
    cookie,
    json::{Session, SignIn},
};
use crate::{
    app::App,
    edge::{Answer, Body, home_of},
};
use axum::{extract::State, http::HeaderMap};
use base::Error;
use store::By;

/// Sign in with name and password
///
/// With a second factor where one is set up. What is wrong is not said. After five failures the name is shut for a while.
#[utoipa::path(post, path = "/api/session", tag = "session", request_body = SignIn, responses((status = 200, body = Session)))]
pub async fn sign_in(State(app): State<App>, headers: HeaderMap, body: Body<SignIn>) -> Answer<cookie::WithCookie<Session>> {
    let home = home_of(&app, &headers).await?;
    let SignIn { login, password, second } = body.value;
    let keys = app.keys.clone();
    let challenge = app.store.read(home, move |r| access::look_up(r, &keys, &login)).await?;
    let keys = app.keys.clone();
    let verify = move || challenge.verify(&keys, &password, second.as_deref());
    let verified = tokio::task::spawn_blocking(verify).await.map_err(Error::internal)??;
    let (policy, device) = (app.policy, cookie::device(&headers));
    let attempt = app.store.command(home, By::nobody(), move |unit| access::sign_in(unit, &verified, policy, &device)).await?;
    Ok(cookie::set(&app, attempt.value?.into()))
}
