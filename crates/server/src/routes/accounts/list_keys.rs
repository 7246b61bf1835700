use super::json::KeyShown;
use crate::{
    app::App,
    edge::{Answer, Who},
};
use access::Object;
use axum::{Json, extract::State};
use base::Error;
use packs::{Action, Subject};

/// The machines' keys
#[utoipa::path(get, path = "/api/keys", tag = "accounts", responses((status = 200, body = [KeyShown])))]
pub async fn list_keys(State(app): State<App>, who: Who) -> Answer<Json<Vec<KeyShown>>> {
    who.account()?;
    let keys = app
        .look(&who, move |r, _, caller| {
            let whole = Object::at(caller.home.code());
            caller.check(Action::Accounts, &Subject::Platform, &whole).map_err(|_| Error::forbidden())?;
            access::keys_of(r)
        })
        .await?;
    let shown = keys.into_iter().map(|k| KeyShown {
        id: k.id,
        account: k.account,
        name: k.name,
        scopes: serde_json::from_str(&k.scopes).unwrap_or_default(),
        made: k.made,
        until: k.until,
    });
    Ok(Json(shown.collect()))
}
