use super::{
    cookie,
    json::{Session, SignInByCode},
};
use crate::{
    app::App,
    edge::{Answer, Body, home_of},
};
use axum::{extract::State, http::HeaderMap};
use base::Kind;
use store::By;

/// Sign in with a code by telephone
///
/// For residents and leaders. A number that nobody has becomes an account. With a ticket of the mini-program it is linked.
#[utoipa::path(post, path = "/api/session/by-code", tag = "session", request_body = SignInByCode, responses((status = 200, body = Session)))]
pub async fn sign_in_by_code(State(app): State<App>, headers: HeaderMap, body: Body<SignInByCode>) -> Answer<cookie::WithCookie<Session>> {
    let home = home_of(&app, &headers).await?;
    let (keys, device) = (app.keys.clone(), cookie::device(&headers));
    let SignInByCode { phone, code, wechat } = body.value;
    let sign_in = move |unit: &mut store::Unit| {
        let attempt = access::sign_in_by_code(unit, &keys, &phone, &code, &device)?;
        if let (Ok(opened), Some(ticket)) = (&attempt, &wechat) {
            // Who waited too long is signed in all the same, and asked again when the mini-program is opened next.
            match access::link_wechat(unit, &keys, opened.account, ticket) {
                Err(e) if e.kind() != Kind::Invalid => return Err(e),
                _ => {}
            }
        }
        Ok(attempt)
    };
    let attempt = app.store.command(home, By::nobody(), sign_in).await?;
    Ok(cookie::set(&app, attempt.value?.into()))
}
