use super::json::MyWeChat;
use crate::{
    app::App,
    edge::{Answer, Who},
};
use axum::{Json, extract::State};

/// My link to WeChat
#[utoipa::path(get, path = "/api/me/wechat", tag = "me", responses((status = 200, body = MyWeChat)))]
pub async fn show_my_wechat(State(app): State<App>, who: Who) -> Answer<Json<MyWeChat>> {
    let me = who.account()?;
    let (linked, left) = app.look(&who, move |r, _, _| access::wechat_of(r, me)).await?;
    let on = app.wechat().is_ok();
    let templates = if on { app.config.wechat.templates.keys().cloned().collect() } else { Vec::new() };
    Ok(Json(MyWeChat { on, linked, templates, left }))
}
