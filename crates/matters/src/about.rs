//! Whom a report is about: as its form names them, by an id. They never meet it, nor does who stands under them.

use crate::Opening;
use access::Caller;
use base::{Error, MatterId, Result};
use packs::{FieldKind, Flow};
use serde_json::Value as Json;
use store::{Sql, Unit, sql};
use uuid::Uuid;

/// Accounts, seats and departments of the first party field.
pub(crate) fn named(unit: &mut Unit, flow: &Flow, caller: &Caller, o: &Opening) -> Result<Vec<Uuid>> {
    let field = flow.opens.form.as_ref().and_then(|f| f.fields.values().find(|f| matches!(f.kind, FieldKind::Party { .. })));
    let Some((field, told)) = field.and_then(|f| Some((f, o.form.get(&f.id)?))) else { return Ok(Vec::new()) };
    let parties = match told {
        Json::Array(many) => many.clone(),
        Json::Null => Vec::new(),
        one => vec![one.clone()],
    };
    let mut about = Vec::new();
    for p in parties {
        let Some(id) = p.get("id").and_then(Json::as_str) else { continue };
        let (kind, uuid) = (p.get("kind").and_then(Json::as_str), Uuid::parse_str(id));
        match (kind, uuid) {
            (Some("unit"), _) => about.push(access::unit_subject(unit.home(), id)),
            (Some("seat"), Ok(seat)) => about.extend(with_holders(unit, &[seat])?),
            (Some("matter"), Ok(m)) => about.extend(who_had(unit, caller, m, &field.id)?),
            (_, Ok(account)) => {
                about.push(account);
                let seats = sql("select seat from tenure where county = $1 and account = $2 and since <= $3 and until > $3");
                about.extend(now(unit, seats, account)?);
            }
            _ => {}
        }
    }
    about.sort_unstable();
    about.dedup();
    Ok(about)
}

/// These seats and who sits in them now: from him it keeps when he sits elsewhere, too.
fn with_holders(unit: &mut Unit, seats: &[Uuid]) -> Result<Vec<Uuid>> {
    let mut about = seats.to_vec();
    for seat in seats {
        let holders = sql("select account from tenure where county = $1 and seat = $2 and since <= $3 and until > $3");
        about.extend(now(unit, holders, *seat)?);
    }
    Ok(about)
}

/// Whoever has or had a part in one's own matter: what is said of how it was dealt with does not come to them.
fn who_had(unit: &mut Unit, caller: &Caller, id: Uuid, field: &str) -> Result<Vec<Uuid>> {
    let m = crate::load(unit, MatterId::from_uuid(id))?.filter(|m| m.resident.is_some() && m.resident == caller.account);
    let not_own = || Error::invalid(format!("form.{field}"), "只能写自己反映过的事项", "only a matter of your own can be named");
    let m = m.ok_or_else(not_own)?;
    let seats: Vec<Uuid> = crate::part::seats(unit, &m)?.into_iter().map(|s| s.uuid()).collect();
    with_holders(unit, &seats)
}

/// The other end of the tenures that run now.
fn now(unit: &mut Unit, tenures: Sql, id: Uuid) -> Result<Vec<Uuid>> {
    let (home, now) = (unit.home(), unit.now());
    let rows: Vec<(Uuid,)> = unit.many(tenures.bind(home).bind(id).bind(now))?;
    Ok(rows.into_iter().map(|(other,)| other).collect())
}
