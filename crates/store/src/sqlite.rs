//! SQLite through rusqlite.

use crate::{
    Row, Sql, Value,
    conn::{DbError, Fate},
};
use rusqlite::{
    Connection, ErrorCode, OpenFlags,
    types::{ToSqlOutput, ValueRef},
};
use std::{path::Path, time::Duration};

pub(crate) struct Sqlite(pub Connection);

impl Sqlite {
    /// A writer: full synchronous WAL, so that an acknowledged command is on disk.
    pub fn writer(path: &Path) -> Result<Sqlite, DbError> {
        let c = Connection::open(path)?;
        c.execute_batch(
            "pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma temp_store = memory;
             pragma cache_size = -32000; pragma wal_autocheckpoint = 4000; pragma journal_size_limit = 67108864;",
        )?;
        Sqlite::ready(c)
    }

    pub fn reader(path: &Path) -> Result<Sqlite, DbError> {
        let c = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        c.execute_batch("pragma query_only = on; pragma cache_size = -8000; pragma mmap_size = 268435456;")?;
        Sqlite::ready(c)
    }

    fn ready(c: Connection) -> Result<Sqlite, DbError> {
        c.busy_timeout(Duration::from_secs(10))?;
        c.set_prepared_statement_cache_capacity(256);
        Ok(Sqlite(c))
    }

    pub fn query(&mut self, sql: &Sql) -> Result<Vec<Row>, DbError> {
        let mut statement = self.0.prepare_cached(&sql.text)?;
        let columns = statement.column_count();
        let mut rows = statement.query(rusqlite::params_from_iter(&sql.values))?;
        let mut out = Vec::new();
        while let Some(row) = rows.next()? {
            let mut values = Vec::with_capacity(columns);
            for i in 0..columns {
                values.push(match row.get_ref(i)? {
                    ValueRef::Null => Value::Null,
                    ValueRef::Integer(n) => Value::Int(n),
                    ValueRef::Real(x) => Value::Real(x),
                    ValueRef::Text(t) => Value::Text(String::from_utf8_lossy(t).into_owned()),
                    ValueRef::Blob(b) => Value::Blob(b.to_vec()),
                });
            }
            out.push(Row(values));
        }
        Ok(out)
    }

    pub fn execute(&mut self, sql: &Sql) -> Result<u64, DbError> {
        let mut statement = self.0.prepare_cached(&sql.text)?;
        Ok(statement.execute(rusqlite::params_from_iter(&sql.values))? as u64)
    }

    pub fn script(&mut self, text: &str) -> Result<(), DbError> {
        Ok(self.0.execute_batch(text)?)
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Int(n) => ValueRef::Integer(*n),
            Value::Real(x) => ValueRef::Real(*x),
            Value::Text(t) => ValueRef::Text(t.as_bytes()),
            Value::Blob(b) => ValueRef::Blob(b),
            Value::Uuid(u) => ValueRef::Blob(u.as_bytes()),
        }))
    }
}

impl From<rusqlite::Error> for DbError {
    fn from(e: rusqlite::Error) -> DbError {
        let code = e.sqlite_error_code();
        let fate = match code {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Fate::Again,
            Some(ErrorCode::CannotOpen | ErrorCode::DiskFull | ErrorCode::SystemIoFailure | ErrorCode::DatabaseCorrupt) => Fate::Lost,
            _ => Fate::Command,
        };
        let unique = e.sqlite_error().is_some_and(|e| {
            matches!(e.extended_code, rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE | rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY)
        });
        DbError { fate, unique, cause: Box::new(e) }
    }
}
