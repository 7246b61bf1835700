use super::{
    cookie,
    json::{AcceptInvitation, Session},
};
use crate::{
    app::App,
    edge::{Answer, Body, home_of},
};
use axum::{extract::State, http::HeaderMap};
use base::Error;
use store::By;

/// Set a password by an invitation
///
/// The link is good once.
#[utoipa::path(post, path = "/api/session/by-invitation", tag = "session", request_body = AcceptInvitation, responses((status = 200, body = Session)))]
pub async fn accept_invitation(
    State(app): State<App>,
    headers: HeaderMap,
    body: Body<AcceptInvitation>,
) -> Answer<cookie::WithCookie<Session>> {
    let home = home_of(&app, &headers).await?;
    let AcceptInvitation { invitation, password } = body.value;
    let hashed = tokio::task::spawn_blocking(move || access::hash_password(&password)).await.map_err(Error::internal)??;
    let (policy, device) = (app.policy, cookie::device(&headers));
    let accept = move |unit: &mut store::Unit| access::accept_invitation(unit, &invitation, &hashed, policy, &device);
    let opened = app.store.command(home, By::nobody(), accept).await?;
    Ok(cookie::set(&app, opened.value.into()))
}
