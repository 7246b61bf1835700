//! What a person is told of a file of messages, and where it stands.

use crate::edge::shape::Region;
use crate::routes::{imports::RowWrong, session::json::Words};
use base::{AccountId, Code, Error, Result, Text, Time};
use serde::{Deserialize, Serialize};
use store::{Reader, Unit, sql};
use things::import::RowFault;
use utoipa::ToSchema;
use uuid::Uuid;

/// Faults and likenesses kept of one file; more are counted.
const MOST: usize = 1_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MessagesState)]
pub enum State {
    /// Staged, waiting for a person's word.
    Checked = 0,
    /// Matters are being opened; nobody sees them until all are.
    Committing = 1,
    /// All are open and shown.
    Done = 2,
    /// Being taken back: nothing of it was ever shown.
    Dropping = 3,
    Dropped = 4,
}

impl State {
    fn of(code: i64) -> State {
        match code {
            0 => State::Checked,
            1 => State::Committing,
            2 => State::Done,
            3 => State::Dropping,
            _ => State::Dropped,
        }
    }
}

/// Two messages that a person may want to compare.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = AlikeShown)]
pub struct Alike {
    pub row: usize,
    /// Number of the earlier message, as its source gave it.
    pub earlier: String,
    /// 0 to 1; from 0.9 on it is taken as the same message again.
    pub closeness: f32,
    pub same: bool,
}

/// What the check found. `total` = `wrong` + `known` + `staged`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = MessagesReport)]
pub struct Report {
    pub total: usize,
    /// Rows that cannot be taken.
    pub wrong: usize,
    /// Messages that were imported before.
    pub known: usize,
    pub staged: usize,
    /// Of the staged ones: with an answer.
    pub answered: usize,
    /// Triage is sure of their category.
    pub sorted: usize,
    /// Left for a person to sort.
    pub to_sort: usize,
    /// The same as an earlier one.
    pub same: usize,
    /// The first 1,000.
    #[schema(value_type = Vec<RowWrong>)]
    pub faults: Vec<RowFault>,
    pub alike: Vec<Alike>,
    /// Faults and likenesses beyond those.
    pub more: usize,
    #[schema(value_type = Vec<Words>)]
    pub notes: Vec<Text>,
    /// Heading and what it was taken for.
    #[schema(value_type = Vec<[String; 2]>)]
    pub columns: Vec<(String, String)>,
}

impl Report {
    pub(super) fn fault(&mut self, fault: RowFault) {
        if self.faults.len() < MOST { self.faults.push(fault) } else { self.more += 1 }
    }

    pub(super) fn alike(&mut self, alike: Alike) {
        if self.alike.len() < MOST { self.alike.push(alike) } else { self.more += 1 }
    }
}

/// A file of messages as it stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = MessagesShown)]
pub struct Intake {
    pub id: Uuid,
    /// `<pack>.<flow>`.
    pub flow: String,
    pub name: String,
    pub source: String,
    #[schema(value_type = Region)]
    pub region: Code,
    pub state: State,
    #[schema(value_type = String, format = DateTime)]
    pub made: Time,
    /// Matters opened so far.
    pub opened: i64,
    pub report: Report,
    #[serde(skip)]
    pub(super) file: [u8; 32],
    #[serde(skip)]
    pub(super) done: i64,
}

store::row! {
    struct IntakeRow {
        flow: String,
        name: String,
        file: [u8; 32],
        source: String,
        region: Code,
        state: i64,
        made: Time,
        account: Option<AccountId>,
        done: i64,
        report: String,
    }
}

fn by_id(r: &Reader, id: Uuid) -> store::Sql {
    let mut q = store::Sql::select::<IntakeRow>("from intake_sheet where county = ");
    q.arg(r.home()).push(" and id = ").arg(id);
    q
}

fn shown(caller: &access::Caller, id: Uuid, row: Option<IntakeRow>) -> Result<Intake> {
    let row = row.filter(|row| caller.kind == access::CallerKind::System || caller.account.is_some() && caller.account == row.account);
    let row = row.ok_or_else(Error::not_found)?;
    Ok(Intake {
        id,
        flow: row.flow,
        name: row.name,
        source: row.source,
        region: row.region,
        state: State::of(row.state),
        made: row.made,
        opened: 0,
        report: serde_json::from_str(&row.report).unwrap_or_default(),
        file: row.file,
        done: row.done,
    })
}

/// The file with this id, for whoever brought it (or the platform).
pub fn find(r: &mut Reader, caller: &access::Caller, id: Uuid) -> Result<Intake> {
    let row = r.one(by_id(r, id))?;
    let mut intake = shown(caller, id, row)?;
    intake.opened = r.count(sql("select count(*) from brought where county = $1 and intake = $2").bind(r.home()).bind(id))?;
    Ok(intake)
}

pub(super) fn lock(unit: &mut Unit, caller: &access::Caller, id: Uuid) -> Result<Intake> {
    let q = by_id(unit, id);
    let row = unit.lock(q)?;
    shown(caller, id, row)
}

/// A commit of this very file that was cut off.
pub fn unfinished(r: &mut Reader, file: [u8; 32]) -> Result<Option<Uuid>> {
    let row: Option<(Uuid,)> = r.one(
        sql("select id from intake_sheet where county = $1 and file = $2 and state = $3 order by id desc limit 1")
            .bind(r.home())
            .bind(file)
            .bind(State::Committing as i64),
    )?;
    Ok(row.map(|(id,)| id))
}
