use super::json::MySession;
use crate::{
    app::App,
    edge::{Answer, Who},
};
use axum::{Json, extract::State};

/// My devices
#[utoipa::path(get, path = "/api/me/sessions", tag = "me", responses((status = 200, body = [MySession])))]
pub async fn list_my_sessions(State(app): State<App>, who: Who) -> Answer<Json<Vec<MySession>>> {
    let me = who.account()?;
    let this = who.session;
    let sessions = app.look(&who, move |r, _, _| access::sessions(r, me)).await?;
    let shown = sessions.into_iter().map(|s| MySession {
        id: s.id,
        device: s.device,
        made: s.made,
        seen: s.seen,
        until: s.until,
        this: Some(s.id) == this,
    });
    Ok(Json(shown.collect()))
}
