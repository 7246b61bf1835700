use crate::{
    app::App,
    edge::{Answer, Path, Who},
};
use access::Agreement;
use axum::{extract::State, http::StatusCode};

/// Take a consent back
#[utoipa::path(delete, path = "/api/me/consents/{purpose}", tag = "me", params(("purpose" = String, Path)), responses((status = 204)))]
pub async fn withdraw_consent(State(app): State<App>, who: Who, Path(purpose): Path<String>) -> Answer<StatusCode> {
    who.account()?;
    let purpose: Agreement = purpose.parse()?;
    app.act(&who, None, move |unit, _, caller| access::withdraw_consent(unit, caller, purpose)).await?;
    Ok(StatusCode::NO_CONTENT)
}
