use crate::{
    app::App,
    edge::{Answer, Path, Who},
    intake,
    routes::exports::csv_of,
};
use axum::{extract::State, http::header, response::IntoResponse};
use uuid::Uuid;

/// The receipts of a file's messages
///
/// CSV: the number there, the number here, and the receipt by which its sender follows it. For whoever brought the file,
/// to be sent to the senders.
#[utoipa::path(
    get, path = "/api/imports/messages/{id}/receipts", tag = "imports", params(("id" = Uuid, Path)),
    responses((status = 200, content_type = "text/csv"))
)]
pub async fn list_receipts(State(app): State<App>, who: Who, Path(id): Path<Uuid>) -> Answer<impl IntoResponse> {
    who.account()?;
    let keys = app.keys.clone();
    let rows = app.look(&who, move |r, _, caller| intake::receipts(r, &keys, caller, id)).await?;
    let head = ["留言编号", "事项编号", "查询码"].map(str::to_owned).to_vec();
    let lines = std::iter::once(head).chain(rows.into_iter().map(|(there, here, code)| vec![there, here, code]));
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CACHE_CONTROL, "no-store")], csv_of(lines)?))
}
