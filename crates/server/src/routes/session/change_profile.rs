use super::json::ChangeProfile;
use crate::{
    app::App,
    edge::{Answer, Body, Key, Who},
};
use axum::{extract::State, http::StatusCode};

/// Change my name or household
#[utoipa::path(patch, path = "/api/me", tag = "me", request_body = ChangeProfile, responses((status = 204)))]
pub async fn change_profile(State(app): State<App>, who: Who, key: Key, body: Body<ChangeProfile>) -> Answer<StatusCode> {
    let once = key.once(&who, "change_profile", body.hash);
    let (keys, new) = (app.keys.clone(), body.value);
    app.act(&who, once, move |unit, _, caller| access::change_profile(unit, caller, &keys, new.name.as_deref(), new.region)).await?;
    Ok(StatusCode::NO_CONTENT)
}
