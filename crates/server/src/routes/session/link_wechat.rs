use super::json::LinkWeChat;
use crate::{
    app::App,
    edge::{Answer, Body, Key, Who},
};
use axum::{extract::State, http::StatusCode};

/// Link my WeChat
///
/// From then on the mini-program signs me in by itself. The ticket is that of `POST /api/session/by-wechat`.
#[utoipa::path(post, path = "/api/me/wechat", tag = "me", request_body = LinkWeChat, responses((status = 204)))]
pub async fn link_wechat(State(app): State<App>, who: Who, key: Key, body: Body<LinkWeChat>) -> Answer<StatusCode> {
    let me = who.account()?;
    let once = key.once(&who, "link_wechat", body.hash);
    let (keys, ticket) = (app.keys.clone(), body.value.ticket);
    app.act(&who, once, move |unit, _, _| access::link_wechat(unit, &keys, me, &ticket)).await?;
    Ok(StatusCode::NO_CONTENT)
}
