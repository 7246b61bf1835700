//! How far each job has come in a county's journal. The position moves in the unit of what was done, by comparing: of
//! two servers at the same entry one finds it moved, and leaves nothing.

use crate::{
    job::{Does, Job},
    plan,
};
use access::{Caller, Object};
use base::{Error, Result};
use packs::{Action, Subject};
use serde::Serialize;
use store::{Reader, Sql, Unit, journal, sql};

store::row! {
    /// How a reaction goes, for those who run the county's system.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Progress {
        pub name: String,
        /// The last entry it has dealt with for sure; what was found to be none of its business may be further on.
        pub seq: i64,
        pub ran: i64,
        /// Runs that did not happen for want of a fact, the last one missing, and at which entry.
        pub unknown: i64,
        pub missing: Option<String>,
        pub unknown_at: Option<i64>,
    }
}

/// All reactions that were ever seen in this county.
pub fn progress(r: &mut Reader, caller: &Caller) -> Result<Vec<Progress>> {
    caller.check(Action::Operate, &Subject::Platform, &Object::at(r.home().code()))?;
    let mut q = Sql::select::<Progress>("from reaction where county = ");
    q.arg(r.home()).push(" order by name");
    r.many(q)
}

/// A job is seen for the first time: it begins at the head, for what was before is not its business.
pub(crate) fn register(unit: &mut Unit, jobs: &[&Job]) -> Result<()> {
    let (home, head) = (unit.home(), journal::head(unit)?);
    for job in jobs {
        let fresh = unit.change(
            sql("insert into reaction (county, name, since, seq, ran, unknown) values ($1, $2, $3, $4, 0, 0) on conflict (county, name) do nothing")
                .bind(home)
                .bind(&job.name)
                .bind(head)
                .bind(head),
        )?;
        if let (1, Does::Open(plan)) = (fresh, &job.does) {
            plan::begin(unit, plan)?;
        }
    }
    Ok(())
}

/// Moves on from `from` to `to`; an error with the code [`MOVED`] where another server was there first.
pub(crate) fn move_on(unit: &mut Unit, name: &str, from: i64, to: i64) -> Result<()> {
    let home = unit.home();
    let moved = unit.change(
        sql("update reaction set seq = $1 where county = $2 and name = $3 and seq = $4").bind(to).bind(home).bind(name).bind(from),
    )?;
    if moved == 0 {
        return Err(Error::conflict(MOVED, "另一台服务器已经处理了这一条", "another server has dealt with this entry"));
    }
    Ok(())
}

pub(crate) const MOVED: &str = "cursor_moved";

pub(crate) fn count_run(unit: &mut Unit, name: &str) -> Result<()> {
    let home = unit.home();
    unit.write(sql("update reaction set ran = ran + 1 where county = $1 and name = $2").bind(home).bind(name))
}

pub(crate) fn count_unknown(unit: &mut Unit, name: &str, seq: i64, fact: &str) -> Result<()> {
    let home = unit.home();
    unit.write(
        sql("update reaction set unknown = unknown + 1, missing = $1, unknown_at = $2 where county = $3 and name = $4")
            .bind(fact)
            .bind(seq)
            .bind(home)
            .bind(name),
    )
}
