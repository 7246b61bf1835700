use super::{
    cookie,
    json::{Session, SignInByWeChat, WeChatSignIn},
};
use crate::{
    app::App,
    edge::{Address, Answer, Body, home_of},
};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderName},
    response::AppendHeaders,
};
use base::{Error, Result};
use store::{By, Unit};

/// Bytes of a code of `wx.login`; those of today have 32.
const LONGEST: usize = 200;

/// Sign in inside the WeChat mini-program
///
/// With the code of `wx.login`. Where its WeChat is linked to a resident's account, he is signed in; else there is a
/// ticket, good for half an hour, with which the next sign-in by telephone links it.
#[utoipa::path(post, path = "/api/session/by-wechat", tag = "session", request_body = SignInByWeChat, responses((status = 200, body = WeChatSignIn)))]
pub async fn sign_in_by_wechat(
    State(app): State<App>,
    headers: HeaderMap,
    from: Address,
    body: Body<SignInByWeChat>,
) -> Answer<(AppendHeaders<Vec<(HeaderName, String)>>, Json<WeChatSignIn>)> {
    let (wechat, home) = (app.wechat()?, home_of(&app, &headers).await?);
    let code = body.value.code;
    if code.is_empty() || code.len() > LONGEST {
        return Err(
            Error::invalid("code", "微信登录码不对，请重新打开小程序", "this is no code of wx.login; open the mini-program again").into()
        );
    }
    let (keys, limits) = (app.keys.clone(), app.config.codes.limits());
    app.store.command(home, By::nobody(), move |unit| access::count_wechat(unit, &keys, from.0, limits)).await?;
    let openid = tokio::task::spawn_blocking(move || wechat.openid(&code)).await.map_err(Error::internal)??;
    let (keys, device) = (app.keys.clone(), cookie::device(&headers));
    let enter = move |unit: &mut Unit| -> Result<_> {
        match access::sign_in_by_wechat(unit, &keys, &openid, &device)? {
            Some(attempt) => Ok((Some(attempt), None)),
            None => Ok((None, Some(access::wechat_ticket(unit, &keys, &openid)?))),
        }
    };
    let (attempt, ticket) = app.store.command(home, By::nobody(), enter).await?.value;
    let session = attempt.transpose()?.map(Session::from);
    let set = session.as_ref().map(|s| cookie::header(&app, s)).into_iter().collect();
    Ok((AppendHeaders(set), Json(WeChatSignIn { session, ticket })))
}
