use super::json::MyConsent;
use crate::{
    app::App,
    edge::{Answer, Who},
};
use axum::{Json, extract::State};

/// My consents
#[utoipa::path(get, path = "/api/me/consents", tag = "me", responses((status = 200, body = [MyConsent])))]
pub async fn list_my_consents(State(app): State<App>, who: Who) -> Answer<Json<Vec<MyConsent>>> {
    let me = who.account()?;
    let all = app.look(&who, move |r, _, _| access::consents(r, me)).await?;
    Ok(Json(
        all.into_iter().map(|c| MyConsent { purpose: c.purpose, given: c.given, withdrawn: c.withdrawn, wording: c.wording }).collect(),
    ))
}
