use super::json::AcceptWeChat;
use crate::{
    app::App,
    config::MOST_TEMPLATES as MOST,
    edge::{Answer, Body, Key, Who},
};
use axum::{extract::State, http::StatusCode};
use base::Error;

/// Accept messages in WeChat
///
/// One message by each of these templates, as `wx.requestSubscribeMessage` was answered. Each is sent at most once; more
/// takes another acceptance.
#[utoipa::path(post, path = "/api/me/wechat/acceptances", tag = "me", request_body = AcceptWeChat, responses((status = 204)))]
pub async fn accept_wechat(State(app): State<App>, who: Who, key: Key, body: Body<AcceptWeChat>) -> Answer<StatusCode> {
    who.account()?;
    let once = key.once(&who, "accept_wechat", body.hash);
    let templates = body.value.templates;
    if templates.len() > MOST {
        return Err(Error::invalid("templates", format!("一次最多 {MOST} 个模板"), format!("{MOST} templates at once at most")).into());
    }
    if let Some(unknown) = templates.iter().find(|t| !app.config.wechat.templates.contains_key(*t)) {
        let text = (format!("没有“{unknown}”这个模板"), format!("there is no template {unknown:?}"));
        return Err(Error::invalid("templates", text.0, text.1).into());
    }
    app.act(&who, once, move |unit, _, caller| access::accept_wechat(unit, caller, &templates)).await?;
    Ok(StatusCode::NO_CONTENT)
}
