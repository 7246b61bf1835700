use super::json::{ListSeats, OnDuty};
use crate::{
    app::App,
    edge::{Answer, Query, Who},
    routes::matters::show,
};
use access::{Caller, CallerKind, HolderKind};
use axum::{Json, extract::State};
use base::{Code, Level, Result, SeatId};
use packs::{Action, Catalogue, Role, Rung};
use store::sql;

/// Who is on duty
///
/// Of a region: the seats of its own level that stand on a ladder or register what residents report; and those of a ladder
/// directly below it. With the telephone for officials of that place and of what it lies in.
#[utoipa::path(get, path = "/api/seats/on-duty", tag = "seats", params(ListSeats), responses((status = 200, body = [OnDuty])))]
pub async fn on_duty(State(app): State<App>, who: Who, Query(ask): Query<ListSeats>) -> Answer<Json<Vec<OnDuty>>> {
    who.account()?;
    let region: Code = ask.region.parse()?;
    let keys = app.keys.clone();
    let duty = app
        .look(&who, move |r, rules, caller| -> Result<Vec<OnDuty>> {
            access::region_there(r, region, "region")?;
            let below = access::children(r, region)?.first().map(|c| c.code.level());
            let roles = rules.catalogue.roles().filter(|x| stands(&rules.catalogue, x, region.level(), below)).map(|x| x.id.as_str());
            let (first, last) = region.range();
            let mut q = sql("select id, region from seat where county = ");
            q.arg(r.home()).push(" and closed is null and role in ").list(roles);
            q.push(" and region between ").arg(first).push(" and ").arg(last).push(" order by region, id");
            let seats: Vec<(SeatId, Code)> = r.many(q)?;
            let now = r.now();
            let mut duty = Vec::new();
            for (id, region) in seats {
                let Some(seat) = show::seat(r, rules, caller, id)? else { continue };
                let holders = access::holders(r, id, now)?;
                // Who acts for a time is the one to call.
                let holder = holders.iter().find(|h| h.kind == HolderKind::Acting).or(holders.first());
                let (mut name, mut phone) = (None, None);
                if let Some(h) = holder {
                    name = access::public_name(r, &keys, h.account)?;
                    if may_call(caller, region) {
                        phone = access::public_phone(r, &keys, h.account)?;
                    }
                }
                let acting = holder.is_some_and(|h| h.kind == HolderKind::Acting);
                duty.push(OnDuty { seat, name, acting, phone });
            }
            Ok(duty)
        })
        .await?;
    Ok(Json(duty))
}

fn stands(catalogue: &Catalogue, role: &Role, own: Level, below: Option<Level>) -> bool {
    let on_ladder = || catalogue.ladders().any(|l| l.rungs.iter().any(|r| matches!(r, Rung::Role(id) if *id == role.id)));
    let registers = || role.may.iter().any(|g| g.actions.contains(&Action::Open));
    role.paid && !role.of_unit && ((role.level == own && (on_ladder() || registers())) || (Some(role.level) == below && on_ladder()))
}

/// Officials of the place, and of what it lies in.
fn may_call(caller: &Caller, region: Code) -> bool {
    caller.kind == CallerKind::Staff && caller.grants.iter().any(|g| g.region.contains(region))
}
