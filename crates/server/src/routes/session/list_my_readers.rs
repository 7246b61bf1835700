use super::json::{Looked, Words};
use crate::{
    app::App,
    edge::{Answer, Who},
};
use axum::{Json, extract::State};

/// Who looked at my data
///
/// Every time that a masked field of mine was opened, the latest first.
#[utoipa::path(get, path = "/api/me/readers", tag = "me", responses((status = 200, body = [Looked])))]
pub async fn list_my_readers(State(app): State<App>, who: Who) -> Answer<Json<Vec<Looked>>> {
    let me = who.account()?;
    let looked = app.look(&who, move |r, rules, _| access::who_looked_at_me(r, &rules.catalogue, me)).await?;
    let shown =
        looked.into_iter().map(|l| Looked { at: l.at, who: l.who, seen_in: l.seen_in, fields: l.fields, purpose: Words::from(&l.purpose) });
    Ok(Json(shown.collect()))
}
