use super::json::SecondFactorOffer;
use crate::{
    app::App,
    edge::{Answer, Who},
};
use axum::{Json, extract::State};
use store::By;

/// Begin to set up a second factor
///
/// The seed counts once a code of it was shown.
#[utoipa::path(post, path = "/api/me/second-factor", tag = "me", responses((status = 200, body = SecondFactorOffer)))]
pub async fn offer_second_factor(State(app): State<App>, who: Who) -> Answer<Json<SecondFactorOffer>> {
    let me = who.account()?;
    let (keys, caller) = (app.keys.clone(), who.caller.clone());
    let offer = app.store.command(who.home(), By::account(me), move |unit| access::offer_totp(unit, &caller, &keys)).await?.value;
    Ok(Json(SecondFactorOffer { secret: offer.secret, url: offer.url }))
}
