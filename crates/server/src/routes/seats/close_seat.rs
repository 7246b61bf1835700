use crate::{
    app::App,
    edge::{Answer, Key, Path, Who},
};
use axum::{extract::State, http::StatusCode};
use base::SeatId;

/// Close a seat
#[utoipa::path(delete, path = "/api/seats/{seat}", tag = "seats", params(("seat" = Uuid, Path)), responses((status = 204)))]
pub async fn close_seat(State(app): State<App>, who: Who, key: Key, Path(seat): Path<SeatId>) -> Answer<StatusCode> {
    let once = key.once_on(&who, "close_seat", seat);
    app.act(&who, once, move |unit, _, caller| access::close_seat(unit, caller, seat)).await?;
    Ok(StatusCode::NO_CONTENT)
}
