use crate::{
    app::App,
    edge::{Answer, Who},
};
use axum::{Json, extract::State, http::header, response::IntoResponse};
use serde_json::{Value, json};

/// A copy of my data
///
/// All that is kept of me, unmasked, as JSON.
#[utoipa::path(get, path = "/api/me/export", tag = "me", responses((status = 200, body = Object)))]
pub async fn export_me(State(app): State<App>, who: Who) -> Answer<impl IntoResponse> {
    who.account()?;
    let keys = app.keys.clone();
    let copy = app
        .look(&who, move |r, _, caller| {
            let mut all = access::export_account(r, caller, &keys)?;
            let filter = matters::Filter::default();
            let mut sent = Vec::new();
            let mut after = None;
            // Only what she sent herself: what she handles as an official is not her data.
            let own = access::Caller { grants: Vec::new(), ..caller.clone() };
            loop {
                let page = matters::list(r, &own, &filter, after, 200)?;
                after = page.last().map(|m| m.place());
                for m in &page {
                    let words = store::words::of(r, m.id.uuid())?;
                    let words: Vec<Value> = words.into_iter().map(|w| json!({"field": w.field, "value": w.value})).collect();
                    sent.push(json!({"id": m.id, "number": m.number, "flow": m.flow, "received_at": m.received_at, "words": words}));
                }
                if page.len() < 200 {
                    break;
                }
            }
            all["matters"] = json!(sent);
            Ok(all)
        })
        .await?;
    Ok(([(header::CONTENT_DISPOSITION, "attachment; filename=\"shuxiang-export.json\"")], Json(copy)))
}
