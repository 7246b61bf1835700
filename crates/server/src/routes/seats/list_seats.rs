use super::{
    json::{AskSeats, SeatHere, SeatOfRegion, TenureShown},
    list_tenures,
};
use crate::{
    app::App,
    edge::{Answer, Query, Who},
    routes::matters::show,
};
use access::Object;
use axum::{Json, extract::State};
use base::{Code, Error, Result, SeatId};
use packs::{Action, Subject};
use std::collections::HashMap;
use uuid::Uuid;

/// The seats of a region
///
/// Which offices there are and whether somebody sits in them: no secret to whoever has signed in.
#[utoipa::path(get, path = "/api/seats", tag = "seats", params(AskSeats), responses((status = 200, body = [SeatHere])))]
pub async fn list_seats(State(app): State<App>, who: Who, Query(ask): Query<AskSeats>) -> Answer<Json<Vec<SeatHere>>> {
    who.account()?;
    let region: Code = ask.region.parse()?;
    let keys = app.keys.clone();
    let seats = app
        .look(&who, move |r, rules, caller| -> Result<Vec<SeatHere>> {
            let mut tenures: Option<HashMap<SeatId, Vec<TenureShown>>> = None;
            if ask.tenures == Some(true) {
                caller.check(Action::Seats, &Subject::Platform, &Object::at(region)).map_err(|_| Error::forbidden())?;
                let by_seat = tenures.insert(HashMap::new());
                let all = access::tenures_at(r, region)?;
                list_tenures::shown(r, &keys, all)?.into_iter().for_each(|t| by_seat.entry(t.seat).or_default().push(t));
            }
            let seats = access::seats_at(r, region)?;
            let mut areas: HashMap<Uuid, String> = HashMap::new();
            if seats.iter().any(|s| s.area.is_some()) {
                areas = access::areas_of(r, region)?.into_iter().map(|a| (a.id, a.name)).collect();
            }
            let mut shown = Vec::with_capacity(seats.len());
            for s in seats {
                let Some(seat) = show::seat(r, rules, caller, s.id)? else { continue };
                let tenures = tenures.as_mut().map(|all| all.remove(&s.id).unwrap_or_default());
                let area_name = s.area.and_then(|a| areas.get(&a).cloned());
                shown.push(SeatHere { seat: SeatOfRegion { seat, area: s.area }, area_name, tenures });
            }
            Ok(shown)
        })
        .await?;
    Ok(Json(seats))
}
