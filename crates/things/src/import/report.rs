//! What a person is told of a file, and where its import stands.

use super::State;
use crate::{put::hex, register::name_of};
use base::{AccountId, Error, Result, Text, Time};
use packs::Name;
use serde::{Deserialize, Serialize};
use store::{Reader, sql};
use uuid::Uuid;

/// Faults kept of one file; more are counted.
pub(super) const MOST_FAULTS: usize = 1_000;

/// One thing that is wrong in one row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowFault {
    /// As the spreadsheet counts, from 1; of GeoJSON the number of the feature.
    pub row: usize,
    /// Letter and heading: `C 水深`.
    pub column: Option<String>,
    /// What stands there, at most 40 characters.
    pub value: String,
    pub wrong: Text,
    pub right: Text,
}

/// What a dry run found. `total` = `wrong` + `same` + `added` + `changed`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Rows with something in them, headings apart.
    pub total: i64,
    /// Rows that cannot be taken.
    pub wrong: i64,
    /// Rows that say what is known already.
    pub same: i64,
    pub added: i64,
    pub changed: i64,
    /// The first 1,000.
    pub faults: Vec<RowFault>,
    /// Faults beyond those.
    pub more: usize,
    pub notes: Vec<Text>,
    /// Heading → what it was taken for.
    pub columns: Vec<(String, String)>,
}

impl Report {
    pub(super) fn fault(&mut self, fault: RowFault) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(fault);
        } else {
            self.more += 1;
        }
    }
}

/// An import as it stands.
#[derive(Clone, Debug, Serialize)]
pub struct Import {
    pub id: Uuid,
    pub kind: Name,
    pub name: String,
    /// SHA-256 of the file, hex.
    pub file: String,
    pub state: State,
    pub made: Time,
    pub account: Option<AccountId>,
    pub since: Option<Time>,
    pub shown: Option<Time>,
    pub report: Report,
}

store::row! {
    pub(super) struct ImportRow {
        pub kind: String,
        pub name: String,
        pub file: [u8; 32],
        pub state: i64,
        pub made: Time,
        pub account: Option<AccountId>,
        pub since: Option<Time>,
        pub shown: Option<Time>,
        pub total: i64,
        pub wrong: i64,
        pub same: i64,
        pub added: i64,
        pub changed: i64,
        pub done: i64,
        pub tidied: bool,
        pub report: String,
    }
}

/// The import with this id, for whoever made it (or the platform).
pub fn find(r: &mut Reader, caller: &access::Caller, id: Uuid) -> Result<Import> {
    let mut q = store::Sql::select::<ImportRow>("from import where county = ");
    q.arg(r.home()).push(" and id = ").arg(id);
    let row: ImportRow = r.one(q)?.ok_or_else(Error::not_found)?;
    own(caller, &row)?;
    let mut report: Report = serde_json::from_str(&row.report).unwrap_or_default();
    (report.total, report.wrong, report.same, report.added, report.changed) = (row.total, row.wrong, row.same, row.added, row.changed);
    Ok(Import {
        id,
        kind: name_of(&row.kind),
        name: row.name,
        file: hex(&row.file),
        state: State::of(row.state),
        made: row.made,
        account: row.account,
        since: row.since,
        shown: row.shown,
        report,
    })
}

/// The caller's own imports, the newest first: to go on with one that was cut off.
pub fn latest(r: &mut Reader, caller: &access::Caller, most: i64) -> Result<Vec<Import>> {
    let mut q = sql("select id from import where county = ");
    q.arg(r.home());
    if caller.kind != access::CallerKind::System {
        q.push(" and account = ").arg(caller.account);
    }
    q.push(" order by id desc limit ").arg(most);
    let ids: Vec<(Uuid,)> = r.many(q)?;
    ids.into_iter().map(|(id,)| find(r, caller, id)).collect()
}

pub(super) fn own(caller: &access::Caller, row: &ImportRow) -> Result<()> {
    if caller.kind == access::CallerKind::System || caller.account == row.account {
        return Ok(());
    }
    Err(Error::not_found())
}

pub(super) fn lock(unit: &mut store::Unit, caller: &access::Caller, id: Uuid) -> Result<ImportRow> {
    let mut q = store::Sql::select::<ImportRow>("from import where county = ");
    q.arg(unit.home()).push(" and id = ").arg(id);
    let row: ImportRow = unit.lock(q)?.ok_or_else(Error::not_found)?;
    own(caller, &row)?;
    Ok(row)
}

pub(super) fn set_state(unit: &mut store::Unit, id: Uuid, state: State) -> Result<()> {
    let home = unit.home();
    unit.write(sql("update import set state = $1 where county = $2 and id = $3").bind(state as i64).bind(home).bind(id))
}
