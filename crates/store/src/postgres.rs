//! PostgreSQL through tokio-postgres, on a runtime of the thread's own, so that commands stay synchronous functions
//! and a command's writes still travel in one round trip.

use crate::{
    Row, Sql, Value,
    conn::{DbError, Fate},
};
use futures_util::future::join_all;
use std::{collections::HashMap, time::Duration};
use tokio::runtime::Runtime;
use tokio_postgres::{
    Client, Config, NoTls, Statement,
    error::SqlState,
    types::{IsNull, ToSql, Type, to_sql_checked},
};
use uuid::Uuid;

/// Statements kept prepared on one connection. Lists with filters of the moment make new texts without end.
const KEPT: usize = 256;

pub(crate) struct Postgres {
    config: Config,
    runtime: Runtime,
    client: Option<Client>,
    prepared: HashMap<String, Statement>,
    deferred: Vec<Sql>,
}

impl Postgres {
    pub fn connect(url: &str) -> Result<Postgres, DbError> {
        let mut config: Config = url.parse()?;
        config.connect_timeout(Duration::from_secs(5)).application_name("shuxiang");
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|e| DbError { fate: Fate::Lost, unique: false, cause: e.into() })?;
        let mut c = Postgres { config, runtime, client: None, prepared: HashMap::new(), deferred: Vec::new() };
        c.ready()?;
        Ok(c)
    }

    /// Connects (again) where the connection is gone.
    fn ready(&mut self) -> Result<(), DbError> {
        if self.client.as_ref().is_some_and(|c| !c.is_closed()) {
            return Ok(());
        }
        self.prepared.clear();
        let config = &self.config;
        let client = self.runtime.block_on(async {
            let (client, connection) = config.connect(NoTls).await?;
            tokio::spawn(connection);
            // JIT costs more than it gives on short statements (measured by others at 4 times).
            client.batch_execute("set jit = off; set deadlock_timeout = '200ms'; set statement_timeout = '60s'").await.or_else(|e| {
                // deadlock_timeout needs a superuser's grant; the rest must do.
                if e.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) { Ok(()) } else { Err(e) }
            })?;
            Ok::<_, tokio_postgres::Error>(client)
        })?;
        self.client = Some(client);
        Ok(())
    }

    fn prepare(&mut self, text: &str) -> Result<Statement, DbError> {
        if let Some(s) = self.prepared.get(text) {
            return Ok(s.clone());
        }
        if self.prepared.len() >= KEPT {
            self.prepared.clear();
        }
        let Some(client) = &self.client else { return Err(lost("not connected")) };
        let s = self.runtime.block_on(client.prepare(text))?;
        self.prepared.insert(text.to_owned(), s.clone());
        Ok(s)
    }

    pub fn defer(&mut self, sql: Sql) {
        self.deferred.push(sql);
    }

    /// Drops what was not sent, after a failure.
    pub fn forget(&mut self) {
        self.deferred.clear();
    }

    /// Sends all deferred writes at once and waits for all answers; gives the first error.
    pub fn flush(&mut self) -> Result<(), DbError> {
        if self.deferred.is_empty() {
            return Ok(());
        }
        self.ready()?;
        let deferred = std::mem::take(&mut self.deferred);
        // Control statements are prepared too, outside a transaction that may have failed: they parse everywhere.
        let mut statements = Vec::with_capacity(deferred.len());
        for sql in &deferred {
            statements.push(self.prepare(&sql.text)?);
        }
        let Some(client) = &self.client else { return Err(lost("not connected")) };
        let answers = self.runtime.block_on(join_all(deferred.iter().zip(&statements).map(|(sql, s)| client.execute_raw(s, &sql.values))));
        for answer in answers {
            answer?;
        }
        Ok(())
    }

    pub fn query(&mut self, sql: &Sql) -> Result<Vec<Row>, DbError> {
        self.flush()?;
        self.ready()?;
        let statement = self.prepare(&sql.text)?;
        let Some(client) = &self.client else { return Err(lost("not connected")) };
        let params: Vec<&(dyn ToSql + Sync)> = sql.values.iter().map(|v| v as _).collect();
        let rows = self.runtime.block_on(client.query(&statement, &params))?;
        rows.iter().map(read).collect()
    }

    pub fn execute(&mut self, sql: &Sql) -> Result<u64, DbError> {
        self.flush()?;
        self.ready()?;
        let statement = self.prepare(&sql.text)?;
        let Some(client) = &self.client else { return Err(lost("not connected")) };
        Ok(self.runtime.block_on(client.execute_raw(&statement, &sql.values))?)
    }

    pub fn script(&mut self, text: &str) -> Result<(), DbError> {
        self.ready()?;
        let Some(client) = &self.client else { return Err(lost("not connected")) };
        Ok(self.runtime.block_on(client.batch_execute(text))?)
    }
}

fn lost(why: &'static str) -> DbError {
    DbError { fate: Fate::Lost, unique: false, cause: why.into() }
}

fn read(row: &tokio_postgres::Row) -> Result<Row, DbError> {
    let mut values = Vec::with_capacity(row.len());
    for (i, column) in row.columns().iter().enumerate() {
        let value = match *column.type_() {
            Type::INT8 => row.try_get::<_, Option<i64>>(i)?.map(Value::Int),
            Type::INT4 => row.try_get::<_, Option<i32>>(i)?.map(|n| Value::Int(n.into())),
            Type::FLOAT8 => row.try_get::<_, Option<f64>>(i)?.map(Value::Real),
            Type::BOOL => row.try_get::<_, Option<bool>>(i)?.map(|b| Value::Int(b.into())),
            Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(i)?.map(Value::Blob),
            Type::UUID => row.try_get::<_, Option<Uuid>>(i)?.map(Value::Uuid),
            _ => row.try_get::<_, Option<String>>(i)?.map(Value::Text),
        };
        values.push(value.unwrap_or(Value::Null));
    }
    Ok(Row(values))
}

impl ToSql for Value {
    fn to_sql(&self, ty: &Type, out: &mut bytes::BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Int(n) if *ty == Type::INT4 => i32::try_from(*n)?.to_sql(ty, out),
            Value::Int(n) if *ty == Type::FLOAT8 => (*n as f64).to_sql(ty, out),
            Value::Int(n) => n.to_sql(&Type::INT8, out),
            Value::Real(x) => x.to_sql(&Type::FLOAT8, out),
            // PostgreSQL's text cannot hold a zero byte, which SQLite keeps; no honest text has one.
            Value::Text(t) if t.contains('\0') => t.replace('\0', "").to_sql(&Type::TEXT, out),
            Value::Text(t) => t.to_sql(&Type::TEXT, out),
            Value::Blob(b) => b.to_sql(&Type::BYTEA, out),
            Value::Uuid(u) => u.to_sql(&Type::UUID, out),
        }
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::INT8 | Type::INT4 | Type::FLOAT8 | Type::TEXT | Type::VARCHAR | Type::BYTEA | Type::UUID | Type::TS_VECTOR)
    }

    to_sql_checked!();
}

impl From<tokio_postgres::Error> for DbError {
    fn from(e: tokio_postgres::Error) -> DbError {
        let fate = match e.code() {
            Some(&SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED) => Fate::Again,
            Some(&SqlState::ADMIN_SHUTDOWN | &SqlState::CRASH_SHUTDOWN | &SqlState::CANNOT_CONNECT_NOW | &SqlState::DISK_FULL) => Fate::Lost,
            Some(_) => Fate::Command,
            None => Fate::Lost,
        };
        DbError { fate, unique: e.code() == Some(&SqlState::UNIQUE_VIOLATION), cause: Box::new(e) }
    }
}
