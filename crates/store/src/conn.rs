//! One connection to one of the two databases. Everything above speaks to it and never asks which it is.

use crate::{
    Row, Sql,
    postgres::Postgres,
    sqlite::Sqlite,
    tape::{Reel, Tape},
};
use base::{Error, Kind, Result};
use std::sync::Arc;

pub(crate) struct Conn {
    pub driver: Driver,
    /// Where what it is given is recorded.
    reel: Option<Reel>,
}

pub(crate) enum Driver {
    Sqlite(Sqlite),
    Postgres(Box<Postgres>),
}

/// What a failed statement means for the batch it was in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// The statement is at fault: its command fails, the batch goes on.
    Command,
    /// Two writers met: everything is run again.
    Again,
    /// The database is away.
    Lost,
    /// The connection broke between a commit and its answer: perhaps it was done.
    Unknown,
}

/// A database's own error on its way up; becomes a [`base::Error`] at the border of the command.
#[derive(Debug)]
pub(crate) struct DbError {
    pub fate: Fate,
    pub unique: bool,
    pub cause: Box<dyn std::error::Error + Send + Sync>,
}

impl std::fmt::Display for DbError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.cause.fmt(f)
    }
}

impl std::error::Error for DbError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.source()
    }
}

impl From<DbError> for Error {
    fn from(e: DbError) -> Error {
        // Still in each other's way after many tries: as good as away.
        if matches!(e.fate, Fate::Lost | Fate::Again) {
            Error::unavailable(e)
        } else if e.fate == Fate::Unknown {
            Error::new(
                Kind::Unavailable,
                "outcome_unknown",
                "与数据库的连接中断，这一步可能已经生效，请刷新查看后再决定是否重做",
                "The connection to the database broke; this may have been done. Look before you do it again",
            )
            .caused_by(e)
        } else if e.unique {
            Error::new(Kind::Conflict, "exists", "已经有这一条了", "It exists already").caused_by(e)
        } else {
            Error::internal(e)
        }
    }
}

/// What the batch should do about a command's error.
pub(crate) fn fate(e: &Error) -> Option<&DbError> {
    std::error::Error::source(e)?.downcast_ref()
}

impl Conn {
    pub fn new(driver: Driver) -> Conn {
        Conn { driver, reel: None }
    }

    pub fn taped(self, tape: Option<&Arc<Tape>>) -> Conn {
        Conn { reel: tape.cloned().map(Reel::new), ..self }
    }

    fn record(&mut self, sql: &Sql) {
        if let Some(reel) = &mut self.reel {
            reel.add(sql);
        }
    }

    pub fn query(&mut self, sql: &Sql) -> Result<Vec<Row>, DbError> {
        self.record(sql);
        match &mut self.driver {
            Driver::Sqlite(c) => c.query(sql),
            Driver::Postgres(c) => c.query(sql),
        }
    }

    /// Number of rows changed.
    pub fn execute(&mut self, sql: &Sql) -> Result<u64, DbError> {
        self.record(sql);
        match &mut self.driver {
            Driver::Sqlite(c) => c.execute(sql),
            Driver::Postgres(c) => c.execute(sql),
        }
    }

    /// Has look-ups travel with the next one, so that each finds its answer here when it is asked for; at the latest the
    /// next write forgets them. SQLite is asked when it comes to it: there is no journey to save.
    pub fn ahead(&mut self, needs: impl FnOnce() -> Vec<Sql>) {
        if let Driver::Postgres(c) = &mut self.driver {
            c.ahead(needs());
        }
    }

    /// Runs now on SQLite; on PostgreSQL it travels with the next look-up, at the latest with the commit.
    pub fn defer(&mut self, sql: Sql) -> Result<(), DbError> {
        self.record(&sql);
        match &mut self.driver {
            Driver::Sqlite(c) => c.execute(&sql).map(drop),
            Driver::Postgres(c) => {
                c.defer(sql);
                Ok(())
            }
        }
    }

    /// Several statements without values, such as migrations.
    pub fn script(&mut self, text: &str) -> Result<(), DbError> {
        match &mut self.driver {
            Driver::Sqlite(c) => c.script(text),
            Driver::Postgres(c) => c.script(text),
        }
    }

    /// Looks at one state of the database, as SQLite gives it at no cost: without it each statement would take and give
    /// back the locks by itself. On PostgreSQL each statement sees what was committed before it began, since a snapshot
    /// would cost two more journeys there and back.
    pub fn snapshot<T>(&mut self, look: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        self.reel.iter_mut().for_each(Reel::clear);
        match &mut self.driver {
            Driver::Sqlite(c) => c.begin_look()?,
            Driver::Postgres(c) => c.forget(),
        }
        let looked = look(self);
        match &mut self.driver {
            Driver::Sqlite(c) => c.end_look()?,
            Driver::Postgres(c) => c.forget(),
        }
        if let Some(reel) = &mut self.reel {
            reel.keep(|| Ok(()))?;
        }
        looked
    }

    pub fn begin(&mut self) -> Result<(), DbError> {
        self.reel.iter_mut().for_each(Reel::clear);
        match &mut self.driver {
            Driver::Sqlite(c) => c.execute(&crate::sql("begin immediate")).map(drop),
            Driver::Postgres(c) => c.begin(),
        }
    }

    pub fn commit(&mut self) -> Result<(), DbError> {
        let driver = &mut self.driver;
        let mut commit = || match driver {
            Driver::Sqlite(c) => c.commit(),
            Driver::Postgres(c) => c.commit(),
        };
        match &mut self.reel {
            Some(reel) => reel.keep(commit),
            None => commit(),
        }
    }

    /// Never fails for the caller: a connection that cannot roll back is replaced at its next use.
    pub fn rollback(&mut self) {
        match &mut self.driver {
            Driver::Sqlite(c) => {
                let _ = c.script("rollback");
            }
            Driver::Postgres(c) => c.rollback(),
        }
    }

    /// A command begins; where it is `alone` in its transaction, that is all there will be to undo.
    pub fn savepoint(&mut self, alone: bool) -> Result<(), DbError> {
        self.reel.iter_mut().for_each(Reel::command);
        match &mut self.driver {
            Driver::Sqlite(_) if alone => Ok(()),
            Driver::Sqlite(c) => c.execute(&crate::sql("savepoint command")).map(drop),
            Driver::Postgres(c) => {
                c.savepoint();
                Ok(())
            }
        }
    }

    pub fn release(&mut self, alone: bool) -> Result<(), DbError> {
        match &mut self.driver {
            Driver::Sqlite(_) if alone => Ok(()),
            Driver::Sqlite(c) => c.execute(&crate::sql("release savepoint command")).map(drop),
            Driver::Postgres(c) => {
                c.forget();
                Ok(())
            }
        }
    }

    pub fn undo_to_savepoint(&mut self) -> Result<(), DbError> {
        self.reel.iter_mut().for_each(Reel::undo);
        match &mut self.driver {
            Driver::Sqlite(c) => c.script("rollback to command; release command"),
            Driver::Postgres(c) => c.undo(),
        }
    }

    /// Another writer may do something between a command's look and its write.
    pub fn has_rivals(&self) -> bool {
        matches!(self.driver, Driver::Postgres(_))
    }

    /// Locks the rows that it selects until the end of the unit, where there is more than one writer.
    pub fn for_update(&self) -> &'static str {
        match self.driver {
            Driver::Sqlite(_) => "",
            Driver::Postgres(_) => crate::sql::FOR_UPDATE,
        }
    }

    /// What is deleted from here on is gone from the file, too. PostgreSQL's vacuum does that in its own time.
    pub fn overwrite(&mut self, on: bool) -> Result<(), DbError> {
        match &mut self.driver {
            Driver::Sqlite(c) => c.overwrite(on),
            Driver::Postgres(_) => Ok(()),
        }
    }
}
