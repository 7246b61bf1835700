use super::json::{Made, TakeLeave};
use crate::{
    app::App,
    edge::{Answer, Body, Key, Path, Who},
};
use access::Leave;
use axum::{Json, extract::State, http::StatusCode};
use base::SeatId;

/// The holder is away: another acts for a period
#[utoipa::path(post, path = "/api/seats/{seat}/leave", tag = "seats", params(("seat" = Uuid, Path)), request_body = TakeLeave, responses((status = 201, body = Made)))]
pub async fn take_leave(
    State(app): State<App>,
    who: Who,
    key: Key,
    Path(seat): Path<SeatId>,
    body: Body<TakeLeave>,
) -> Answer<(StatusCode, Json<Made>)> {
    let once = key.once(&who, "take_leave", body.hash_of(seat));
    let TakeLeave { acting, since, until } = body.value;
    let done = app
        .act(&who, once, move |unit, _, caller| access::leave(unit, caller, Leave { seat, acting, since, until }).map(|id| Made { id }))
        .await?;
    Ok((StatusCode::CREATED, Json(done)))
}
