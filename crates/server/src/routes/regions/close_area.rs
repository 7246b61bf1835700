use crate::{
    app::App,
    edge::{Answer, Key, Path, Who},
};
use axum::{extract::State, http::StatusCode};
use uuid::Uuid;

/// Close an area
#[utoipa::path(delete, path = "/api/areas/{area}", tag = "regions", params(("area" = Uuid, Path)), responses((status = 204)))]
pub async fn close_area(State(app): State<App>, who: Who, key: Key, Path(area): Path<Uuid>) -> Answer<StatusCode> {
    let once = key.once_on(&who, "close_area", area);
    app.act(&who, once, move |unit, _, caller| access::close_area(unit, caller, area)).await?;
    Ok(StatusCode::NO_CONTENT)
}
