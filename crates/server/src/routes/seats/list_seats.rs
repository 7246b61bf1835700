use super::json::{ListSeats, SeatOfRegion};
use crate::{
    app::App,
    edge::{Answer, Query, Who},
    routes::matters::show,
};
use axum::{Json, extract::State};
use base::{Code, Result};

/// The seats of a region
///
/// Which offices there are and whether somebody sits in them: no secret to whoever has signed in.
#[utoipa::path(get, path = "/api/seats", tag = "seats", params(ListSeats), responses((status = 200, body = [SeatOfRegion])))]
pub async fn list_seats(State(app): State<App>, who: Who, Query(ask): Query<ListSeats>) -> Answer<Json<Vec<SeatOfRegion>>> {
    who.account()?;
    let region: Code = ask.region.parse()?;
    let seats = app
        .look(&who, move |r, rules, caller| -> Result<Vec<SeatOfRegion>> {
            let mut shown = Vec::new();
            for s in access::seats_at(r, region)? {
                if let Some(seat) = show::seat(r, rules, caller, s.id)? {
                    shown.push(SeatOfRegion { seat, area: s.area });
                }
            }
            Ok(shown)
        })
        .await?;
    Ok(Json(seats))
}
