use super::json::{ListSeats, ToCall};
use crate::{
    app::App,
    edge::{Answer, Query, Who},
    routes::{matters::show, session::json::Words},
};
use access::SeatAt;
use axum::{Json, extract::State};
use base::{Code, Level, Result};

/// Whom to call at a place
///
/// The leaders of its neighbours, group and 片 and the village's officials, the nearest first, with their names as on the
/// village's notice board; and with their numbers for those who live or sit in the same township.
#[utoipa::path(get, path = "/api/seats/to-call", tag = "seats", params(ListSeats), responses((status = 200, body = [ToCall])))]
pub async fn to_call(State(app): State<App>, who: Who, Query(ask): Query<ListSeats>) -> Answer<Json<Vec<ToCall>>> {
    let account = who.account()?;
    let place: Code = ask.region.parse()?;
    let keys = app.keys.clone();
    let near = app
        .look(&who, move |r, rules, caller| -> Result<Vec<ToCall>> {
            let mut near = Vec::new();
            let lives = access::account(r, &keys, account)?.and_then(|a| a.region);
            let town = |code: Code| code.at(Level::Town).unwrap_or(code);
            let mut own = lives.into_iter().chain(caller.grants.iter().map(|g| g.region));
            let own = own.any(|code| code.contains(place) || town(code).contains(place));
            let mut roles: Vec<_> = rules.catalogue.roles().filter(|x| x.level >= Level::Village && !x.of_unit).cloned().collect();
            // The deepest first; among those at one level, who is not paid is the neighbour and not the office.
            roles.sort_by_key(|x| (std::cmp::Reverse(x.level), x.paid));
            for role in roles {
                let SeatAt::Filled(seat) = access::find_seat(r, &role.id, None, role.level, place)? else { continue };
                let Some(holder) = access::holders(r, seat.id, r.now())?.into_iter().next() else { continue };
                let (name, phone) = (access::public_name(r, &keys, holder.account)?, access::public_phone(r, &keys, holder.account)?);
                let (Some(name), Some(seat)) = (name, show::seat(r, rules, caller, seat.id)?) else { continue };
                let phone = phone.filter(|_| own);
                near.push(ToCall { seat, role_name: Words::from(&role.name), name, phone });
            }
            Ok(near)
        })
        .await?;
    Ok(Json(near))
}
