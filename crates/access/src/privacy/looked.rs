//! Who looked at my data, for what: anyone may ask about himself (个人信息保护法 articles 44, 45).

use super::Purpose;
use crate::{HolderKind, Seat, seats};
use base::{AccountId, Result, SeatId, Time};
use packs::Catalogue;
use serde::Serialize;
use store::{Reader, reading};
use uuid::Uuid;

#[derive(Clone, Debug, Serialize)]
pub struct Looked {
    /// Its place in the chain of readings.
    pub seq: i64,
    pub at: Time,
    /// The seat that looked, as people say it: 衡龙桥镇值班. 系统、未写明岗位 where there was none.
    pub who: String,
    pub seat: Option<SeatId>,
    /// What was on the desk.
    pub seen_in_kind: String,
    pub seen_in: Uuid,
    pub fields: Vec<String>,
    pub purpose: base::Text,
    pub kept_until: Time,
}

/// Newest first, at most 200.
pub fn who_looked_at_me(r: &mut Reader, catalogue: &Catalogue, account: AccountId) -> Result<Vec<Looked>> {
    let rows = reading::of(r, account.uuid(), 200)?;
    shown(r, catalogue, rows)
}

/// Every reading of the county before `seq`, newest first: what those who answer for its personal data go through
/// (article 54). Whose data it was is not shown. Those past their last day are gone.
pub fn readings(r: &mut Reader, catalogue: &Catalogue, seq: i64, most: usize) -> Result<Vec<Looked>> {
    let rows = reading::before(r, seq, most as i64)?;
    shown(r, catalogue, rows)
}

fn shown(r: &mut Reader, catalogue: &Catalogue, rows: Vec<reading::Looked>) -> Result<Vec<Looked>> {
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let (Some(at), Some(actor), Some(kind), Some(seen_in), Some(fields), Some(purpose)) =
            (row.at, row.actor, row.subject_kind, row.subject, row.fields, row.purpose)
        else {
            continue;
        };
        let seat = row.seat.map(SeatId::from_uuid);
        let who = match seat.map(|id| seats::seat(r, id)).transpose()?.flatten() {
            Some(seat) => seat_title(r, catalogue, &seat)?,
            None if actor.starts_with("system") || actor.starts_with("pack") => "系统".to_owned(),
            None => "未写明岗位".to_owned(),
        };
        let purpose = Purpose::of(&purpose).map_or_else(|_| base::Text::new(&purpose, &purpose), Purpose::text);
        let fields = fields.split(',').map(str::to_owned).collect();
        found.push(Looked { seq: row.seq, at, who, seat, seen_in_kind: kind, seen_in, fields, purpose, kept_until: row.kept_until });
    }
    Ok(found)
}

/// 石桥村组长; with the department's name where it is one's.
pub fn seat_title(r: &mut Reader, catalogue: &Catalogue, seat: &Seat) -> Result<String> {
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
