use super::json::GiveConsent;
use crate::{
    app::App,
    edge::{Answer, Body, Key, Who},
};
use access::Agreement;
use axum::{extract::State, http::StatusCode};

/// Give consent
#[utoipa::path(post, path = "/api/me/consents", tag = "me", request_body = GiveConsent, responses((status = 204)))]
pub async fn give_consent(State(app): State<App>, who: Who, key: Key, body: Body<GiveConsent>) -> Answer<StatusCode> {
    who.account()?;
    let once = key.once(&who, "give_consent", body.hash);
    let GiveConsent { purpose, wording } = body.value;
    let purpose: Agreement = purpose.parse()?;
    app.act(&who, once, move |unit, _, caller| access::give_consent(unit, caller, purpose, &wording)).await?;
    Ok(StatusCode::NO_CONTENT)
}
