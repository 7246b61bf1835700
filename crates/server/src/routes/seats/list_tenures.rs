use super::json::TenureShown;
use crate::{
    app::App,
    edge::{Answer, Path, Who},
};
use access::{HolderKind, Keyring, Object, Tenure};
use axum::{Json, extract::State};
use base::{Error, Result, SeatId, Time};
use packs::{Action, Subject};
use store::Reader;

/// Who sits in a seat, sat and will sit
#[utoipa::path(get, path = "/api/seats/{seat}/tenures", tag = "seats", params(("seat" = Uuid, Path)), responses((status = 200, body = [TenureShown])))]
pub async fn list_tenures(State(app): State<App>, who: Who, Path(seat): Path<SeatId>) -> Answer<Json<Vec<TenureShown>>> {
    who.account()?;
    let keys = app.keys.clone();
    let tenures = app
        .look(&who, move |r, _, caller| -> Result<Vec<TenureShown>> {
            let found = access::seat(r, seat)?.ok_or_else(Error::not_found)?;
            caller.check(Action::Seats, &Subject::Platform, &Object::at(found.region)).map_err(|_| Error::forbidden())?;
            let all = access::tenures(r, seat)?;
            shown(r, &keys, all)
        })
        .await?;
    Ok(Json(tenures))
}

/// With the names, in one look at the accounts.
pub fn shown(r: &mut Reader, keys: &Keyring, all: Vec<Tenure>) -> Result<Vec<TenureShown>> {
    let names = access::masked_names(r, keys, all.iter().map(|t| t.account))?;
    let one = |t: Tenure| TenureShown {
        id: t.id,
        seat: t.seat,
        account: t.account,
        name: names.get(&t.account).map(ToString::to_string),
        kind: match t.kind() {
            HolderKind::Holder => "holder",
            HolderKind::Deputy => "deputy",
            HolderKind::Acting => "acting",
        },
        since: t.since,
        until: (t.until < Time::MAX).then_some(t.until),
    };
    Ok(all.into_iter().map(one).collect())
}
