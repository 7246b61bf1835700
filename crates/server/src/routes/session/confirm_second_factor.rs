use super::{
    cookie,
    json::{ConfirmSecondFactor, SecondFactor},
};
use crate::{
    app::App,
    edge::{Answer, Body, Who},
};
use axum::{Json, extract::State, http::HeaderMap};
use store::By;

/// Take the second factor into use
///
/// All my sessions end; a full one begins.
#[utoipa::path(put, path = "/api/me/second-factor", tag = "me", request_body = ConfirmSecondFactor, responses((status = 200, body = SecondFactor)))]
pub async fn confirm_second_factor(
    State(app): State<App>,
    who: Who,
    headers: HeaderMap,
    body: Body<ConfirmSecondFactor>,
) -> Answer<cookie::WithCookie<SecondFactor>> {
    let me = who.account()?;
    let (keys, caller, device, code) = (app.keys.clone(), who.caller.clone(), cookie::device(&headers), body.value.code);
    let confirm = move |unit: &mut store::Unit| access::confirm_totp(unit, &caller, &keys, &code, &device);
    let confirmed = app.store.command(who.home(), By::account(me), confirm).await?.value;
    let (headers, Json(session)) = cookie::set(&app, confirmed.session.into());
    Ok((headers, Json(SecondFactor { recovery: confirmed.recovery, session })))
}
