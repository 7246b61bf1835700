use super::json::{Made, NewSeat};
use crate::{
    app::App,
    edge::{Answer, Body, Key, Who},
};
use access::MakeSeat;
use axum::{Json, extract::State, http::StatusCode};

/// Make a seat, or find the one that is there
#[utoipa::path(post, path = "/api/seats", tag = "seats", request_body = NewSeat, responses((status = 201, body = Made)))]
pub async fn make_seat(State(app): State<App>, who: Who, key: Key, body: Body<NewSeat>) -> Answer<(StatusCode, Json<Made>)> {
    let once = key.once(&who, "make_seat", body.hash);
    let NewSeat { role, region, unit: department, area } = body.value;
    let done = app
        .act(&who, once, move |unit, _, caller| {
            let new = MakeSeat { role: role.clone(), region, unit: department.clone(), area };
            access::make_seat(unit, caller, new).map(|id| Made { id: id.uuid() })
        })
        .await?;
    Ok((StatusCode::CREATED, Json(done)))
}
