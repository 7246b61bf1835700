use super::json::{FillSeat, Made};
use crate::{
    app::App,
    edge::{Answer, Body, Key, Path, Who},
};
use access::Fill;
use axum::{Json, extract::State, http::StatusCode};
use base::SeatId;

/// Put someone into a seat, or beside its holder as B 岗
#[utoipa::path(post, path = "/api/seats/{seat}/tenures", tag = "seats", params(("seat" = Uuid, Path)), request_body = FillSeat, responses((status = 201, body = Made)))]
pub async fn fill_seat(
    State(app): State<App>,
    who: Who,
    key: Key,
    Path(seat): Path<SeatId>,
    body: Body<FillSeat>,
) -> Answer<(StatusCode, Json<Made>)> {
    let once = key.once(&who, "fill_seat", body.hash_of(seat));
    let FillSeat { account, deputy, since, until } = body.value;
    let done = app
        .act(&who, once, move |unit, _, caller| {
            access::fill_seat(unit, caller, Fill { seat, account, deputy, since, until }).map(|id| Made { id })
        })
        .await?;
    Ok((StatusCode::CREATED, Json(done)))
}
