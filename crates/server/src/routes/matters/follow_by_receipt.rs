use super::{
    json::{Progress, Receipt},
    show,
};
use crate::{
    app::App,
    edge::{Answer, Body, Who},
};
use axum::{Json, extract::State};

/// Follow a report by its receipt
///
/// For a sender without an account. A wrong number and a wrong receipt are answered alike.
#[utoipa::path(post, path = "/api/receipts", tag = "matters", request_body = Receipt, responses((status = 200, body = Progress)))]
pub async fn follow_by_receipt(State(app): State<App>, who: Who, body: Body<Receipt>) -> Answer<Json<Progress>> {
    let Receipt { number, receipt } = body.value;
    let hash = matters::receipt_hash(receipt.trim());
    let progress = app
        .look(&who, move |r, rules, _| {
            let m = show::by_number(r, number.trim())?.filter(|m| m.receipt.as_deref() == Some(&hash[..]));
            show::progress(r, rules, &m.ok_or_else(base::Error::not_found)?)
        })
        .await?;
    Ok(Json(progress))
}
