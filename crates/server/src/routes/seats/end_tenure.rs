use crate::{
    app::App,
    edge::{Answer, Key, Path, Who},
};
use axum::{extract::State, http::StatusCode};
use uuid::Uuid;

/// End a tenure
#[utoipa::path(delete, path = "/api/tenures/{tenure}", tag = "seats", params(("tenure" = Uuid, Path)), responses((status = 204)))]
pub async fn end_tenure(State(app): State<App>, who: Who, key: Key, Path(tenure): Path<Uuid>) -> Answer<StatusCode> {
    let once = key.once_on(&who, "end_tenure", tenure);
    app.act(&who, once, move |unit, _, caller| access::end_tenure(unit, caller, tenure)).await?;
    Ok(StatusCode::NO_CONTENT)
}
