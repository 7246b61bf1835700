use crate::{
    app::App,
    edge::{Answer, Key, Who},
};
use axum::{extract::State, http::StatusCode};

/// End the link to my WeChat
///
/// With it goes what I accepted to be sent there.
#[utoipa::path(delete, path = "/api/me/wechat", tag = "me", responses((status = 204)))]
pub async fn unlink_wechat(State(app): State<App>, who: Who, key: Key) -> Answer<StatusCode> {
    let me = who.account()?;
    let once = key.once_on(&who, "unlink_wechat", me);
    app.act(&who, once, move |unit, _, caller| access::unlink_wechat(unit, caller)).await?;
    Ok(StatusCode::NO_CONTENT)
}
