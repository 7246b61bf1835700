use super::json::CloseSeat;
use crate::{
    app::App,
    edge::{Answer, Key, Path, Query, Who},
};
use axum::{extract::State, http::StatusCode};
use base::SeatId;

/// Close a seat
///
/// Nobody holds it any more. What it has in hand goes to the seat `to`, with its deadlines as they are; without `to` it is
/// refused as `seat_has_work` where there is some.
#[utoipa::path(delete, path = "/api/seats/{seat}", tag = "seats", params(("seat" = Uuid, Path), CloseSeat), responses((status = 204)))]
pub async fn close_seat(
    State(app): State<App>,
    who: Who,
    key: Key,
    Path(seat): Path<SeatId>,
    Query(ask): Query<CloseSeat>,
) -> Answer<StatusCode> {
    let once = key.once_on(&who, "close_seat", format!("{seat} {:?}", ask.to));
    app.act(&who, once, move |unit, rules, caller| matters::close_seat(unit, rules, caller, seat, ask.to)).await?;
    Ok(StatusCode::NO_CONTENT)
}
