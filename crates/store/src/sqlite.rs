//! SQLite through rusqlite.

use crate::{
    Row, Sql, Value,
    conn::{DbError, Fate},
};
use rusqlite::{
    Connection, ErrorCode, OpenFlags,
    config::DbConfig,
    types::{ToSqlOutput, ValueRef},
};
use std::{
    path::{Path, PathBuf},
    time::Duration,
};

pub(crate) struct Sqlite {
    c: Connection,
    /// The write-ahead log beside the file, where this connection writes.
    wal: Option<PathBuf>,
    commits: u32,
}

/// How long one process waits for another's write.
const BUSY: Duration = Duration::from_secs(10);

/// A log longer than this is folded into the file as soon as readers allow it. The automatic checkpoint moves pages
/// too, but starts the log again only at a moment without any reader, which a busy server may never have.
const WAL_MOST: u64 = 64 << 20;

impl Sqlite {
    /// A writer: full synchronous WAL, so that an acknowledged command is on disk.
    pub fn writer(path: &Path) -> Result<Sqlite, DbError> {
        let c = Connection::open(path)?;
        c.execute_batch(
            "pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma temp_store = memory;
             pragma cache_size = -32000; pragma wal_autocheckpoint = 4000; pragma journal_size_limit = 67108864;",
        )?;
        let mut wal = path.as_os_str().to_owned();
        wal.push("-wal");
        Sqlite::ready(c, Some(wal.into()))
    }

    pub fn reader(path: &Path) -> Result<Sqlite, DbError> {
        let c = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        c.execute_batch("pragma query_only = on; pragma cache_size = -8000;")?;
        Sqlite::ready(c, None)
    }

    fn ready(c: Connection, wal: Option<PathBuf>) -> Result<Sqlite, DbError> {
        c.busy_timeout(BUSY)?;
        c.set_prepared_statement_cache_capacity(256);
        // Planned once for all values: otherwise a statement whose `limit` is a value is parsed and planned anew each time
        // it is run, which was a quarter of all the server's work.
        c.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        Ok(Sqlite { c, wal, commits: 0 })
    }

    pub fn commit(&mut self) -> Result<(), DbError> {
        self.c.prepare_cached("commit")?.execute([])?;
        self.commits += 1;
        if !self.commits.is_multiple_of(256) {
            return Ok(());
        }
        let long = self.wal.as_ref().and_then(|w| w.metadata().ok()).map_or(0, |m| m.len());
        if long > WAL_MOST {
            // Waits for the readers of the moment: 4 ms for each megabyte, so that a writer stands still for longer only
            // where the log has become a burden.
            self.c.busy_timeout(Duration::from_millis(4 * (long >> 20)).min(BUSY))?;
            let folded = self.c.query_row("pragma wal_checkpoint(truncate)", [], |row| row.get::<_, i64>(0));
            self.c.busy_timeout(BUSY)?;
            if !matches!(folded, Ok(0)) {
                tracing::debug!("the write-ahead log is long and a reader holds it");
            }
        }
        Ok(())
    }

    pub fn begin_look(&mut self) -> Result<(), DbError> {
        // A look that panicked left its transaction open.
        if !self.c.is_autocommit() {
            self.end_look()?;
        }
        Ok(self.c.prepare_cached("begin")?.execute([]).map(drop)?)
    }

    pub fn end_look(&mut self) -> Result<(), DbError> {
        Ok(self.c.prepare_cached("commit")?.execute([]).map(drop)?)
    }

    /// Whether what is deleted from here on is overwritten with zeros, so that it cannot be read out of the file.
    pub fn overwrite(&mut self, on: bool) -> Result<(), DbError> {
        Ok(self.c.execute_batch(if on { "pragma secure_delete = on" } else { "pragma secure_delete = off" })?)
    }

    pub fn query(&mut self, sql: &Sql) -> Result<Vec<Row>, DbError> {
        let mut statement = self.c.prepare_cached(&sql.text)?;
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
        let mut statement = self.c.prepare_cached(&sql.text)?;
        Ok(statement.execute(rusqlite::params_from_iter(&sql.values))? as u64)
    }

    pub fn script(&mut self, text: &str) -> Result<(), DbError> {
        Ok(self.c.execute_batch(text)?)
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
