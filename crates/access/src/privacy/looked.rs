//! Who looked at my data, for what: anyone may ask about himself (个人信息保护法 articles 44, 45).

use super::Purpose;
use crate::{HolderKind, Seat, seats};
use base::{AccountId, Result, SeatId, Time};
use packs::Catalogue;
use serde::Serialize;
use store::{Reader, sql};
use uuid::Uuid;

#[derive(Clone, Debug, Serialize)]
pub struct Looked {
    pub at: Time,
    /// The seat that looked, as people say it: 衡龙桥镇 值班. 本人、系统 where there was none.
    pub who: String,
    pub seat: Option<SeatId>,
    /// What was on the desk.
    pub seen_in: Uuid,
    pub fields: Vec<String>,
    pub purpose: base::Text,
}

/// Newest first, at most 200.
pub fn who_looked_at_me(r: &mut Reader, catalogue: &Catalogue, account: AccountId) -> Result<Vec<Looked>> {
    type Row = (Time, String, Option<SeatId>, Uuid, String, String);
    let rows: Vec<Row> = r.many(
        sql("select at, actor, seat, subject, fields, purpose from reading where county = $1 and person = $2 order by seq desc limit 200")
            .bind(r.home())
            .bind(account),
    )?;
    rows.into_iter()
        .map(|(at, actor, seat, seen_in, fields, purpose)| {
            let who = match seat.map(|id| seats::seat(r, id)).transpose()?.flatten() {
                Some(seat) => title(r, catalogue, &seat)?,
                None if actor.starts_with("system") || actor.starts_with("pack") => "系统".to_owned(),
                None => "未写明岗位".to_owned(),
            };
            let purpose = Purpose::of(&purpose).map_or_else(|_| base::Text::new(&purpose, &purpose), Purpose::text);
            Ok(Looked { at, who, seat, seen_in, fields: fields.split(',').map(str::to_owned).collect(), purpose })
        })
        .collect()
}

/// 石桥村组长; with the department's name where it is one's.
pub(crate) fn title(r: &mut Reader, catalogue: &Catalogue, seat: &Seat) -> Result<String> {
    let place = crate::name_path(r, seat.region)?;
    let unit = seat.unit.as_deref().map(|u| catalogue.unit(u).map_or(u.to_owned(), |u| u.name.zh.clone())).unwrap_or_default();
    let role = catalogue.role(&seat.role).map_or(seat.role.clone(), |x| x.name.zh.clone());
    Ok(format!("{place}{unit}{role}"))
}

pub(crate) fn kind_text(kind: HolderKind) -> &'static str {
    match kind {
        HolderKind::Holder => "任职",
        HolderKind::Deputy => "B 岗",
        HolderKind::Acting => "代理",
    }
}
