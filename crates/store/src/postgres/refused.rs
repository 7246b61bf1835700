//! What PostgreSQL refuses, and what that means for the batch.

use crate::conn::{DbError, Fate};
use fallible_iterator::FallibleIterator;
use postgres_protocol::message::backend::ErrorResponseBody;
use std::{fmt, io};
use tokio_postgres::error::SqlState;

/// What the server said of a statement that it did not run.
#[derive(Debug, Default)]
pub(super) struct Refused {
    code: String,
    message: String,
    /// Detail, hint, where, table and constraint, as far as they were named.
    more: Vec<String>,
}

impl Refused {
    pub fn read(body: &ErrorResponseBody) -> Result<Refused, DbError> {
        let mut refused = Refused::default();
        let mut fields = body.fields();
        while let Some(field) = fields.next()? {
            let value = String::from_utf8_lossy(field.value_bytes()).into_owned();
            match field.type_() {
                b'C' => refused.code = value,
                b'M' => refused.message = value,
                b'D' | b'H' | b'W' | b't' | b'n' => refused.more.push(value),
                _ => {}
            }
        }
        Ok(refused)
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.code)?;
        self.more.iter().try_for_each(|more| write!(f, "; {more}"))
    }
}

impl std::error::Error for Refused {}

/// Whether the server refused because this user may not.
pub(super) fn forbidden(e: &DbError) -> bool {
    e.cause.downcast_ref::<Refused>().is_some_and(|refused| refused.code == SqlState::INSUFFICIENT_PRIVILEGE.code())
}

fn fate(code: &SqlState) -> Fate {
    match *code {
        SqlState::T_R_SERIALIZATION_FAILURE | SqlState::T_R_DEADLOCK_DETECTED => Fate::Again,
        SqlState::ADMIN_SHUTDOWN | SqlState::CRASH_SHUTDOWN | SqlState::CANNOT_CONNECT_NOW | SqlState::DISK_FULL => Fate::Lost,
        _ => Fate::Command,
    }
}

impl From<Refused> for DbError {
    fn from(refused: Refused) -> DbError {
        let code = SqlState::from_code(&refused.code);
        DbError { fate: fate(&code), unique: code == SqlState::UNIQUE_VIOLATION, cause: refused.into() }
    }
}

/// Of signing in.
impl From<tokio_postgres::Error> for DbError {
    fn from(e: tokio_postgres::Error) -> DbError {
        DbError { fate: e.code().map_or(Fate::Lost, fate), unique: false, cause: e.into() }
    }
}

impl From<io::Error> for DbError {
    fn from(e: io::Error) -> DbError {
        DbError { fate: Fate::Lost, unique: false, cause: e.into() }
    }
}

/// Of a value or text that never leaves this process.
pub(super) fn unsayable(why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> DbError {
    DbError { fate: Fate::Command, unique: false, cause: why.into() }
}

pub(super) fn lost(why: &'static str) -> DbError {
    DbError { fate: Fate::Lost, unique: false, cause: why.into() }
}
