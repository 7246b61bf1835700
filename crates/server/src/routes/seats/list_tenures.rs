use super::json::TenureShown;
use crate::{
    app::App,
    edge::{Answer, Path, Who},
};
use access::{HolderKind, Object};
use axum::{Json, extract::State};
use base::{Error, Result, SeatId, Time};
use packs::{Action, Subject};

/// Who sits in a seat, sat and will sit
#[utoipa::path(get, path = "/api/seats/{seat}/tenures", tag = "seats", params(("seat" = Uuid, Path)), responses((status = 200, body = [TenureShown])))]
pub async fn list_tenures(State(app): State<App>, who: Who, Path(seat): Path<SeatId>) -> Answer<Json<Vec<TenureShown>>> {
    who.account()?;
    let keys = app.keys.clone();
    let tenures = app
        .look(&who, move |r, _, caller| -> Result<Vec<TenureShown>> {
            let found = access::seat(r, seat)?.ok_or_else(Error::not_found)?;
            caller.check(Action::Seats, &Subject::Platform, &Object::at(found.region)).map_err(|_| Error::forbidden())?;
            let mut shown = Vec::new();
            for t in access::tenures(r, seat)? {
                let kind = match t.kind() {
                    HolderKind::Holder => "holder",
                    HolderKind::Deputy => "deputy",
                    HolderKind::Acting => "acting",
                };
                let name = access::account(r, &keys, t.account)?.and_then(|a| a.name).map(|n| n.to_string());
                let until = (t.until < Time::MAX).then_some(t.until);
                shown.push(TenureShown { id: t.id, seat, account: t.account, name, kind, since: t.since, until });
            }
            Ok(shown)
        })
        .await?;
    Ok(Json(tenures))
}
