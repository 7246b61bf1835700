//! PostgreSQL through tokio-postgres, on a runtime of the thread's own, so that commands stay synchronous functions
//! and a command's writes still travel in one round trip.

use crate::{
    Row, Sql, Value,
    conn::{DbError, Fate},
};
use futures_util::{SinkExt, StreamExt, future::join_all};
use std::{collections::HashMap, time::Duration};
use tokio::runtime::Runtime;
use tokio_postgres::{
    Client, Config, NoTls, Statement,
    error::SqlState,
    types::{FromSql, IsNull, ToSql, Type, to_sql_checked},
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
    /// A transaction has begun: a lost connection must not be replaced under its feet.
    open: bool,
    reads_only: bool,
}

impl Postgres {
    pub fn connect(url: &str) -> Result<Postgres, DbError> {
        Postgres::start(url, false)
    }

    /// A connection on which the server refuses every write.
    pub fn reader(url: &str) -> Result<Postgres, DbError> {
        Postgres::start(url, true)
    }

    fn start(url: &str, reads_only: bool) -> Result<Postgres, DbError> {
        let mut config: Config = url.parse()?;
        config.connect_timeout(Duration::from_secs(5)).application_name("shuxiang");
        // A server that vanished without a word is noticed in about a minute.
        config.keepalives_idle(Duration::from_secs(30)).keepalives_interval(Duration::from_secs(10)).keepalives_retries(3);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|e| DbError { fate: Fate::Lost, unique: false, cause: e.into() })?;
        let mut c = Postgres { config, runtime, client: None, prepared: HashMap::new(), deferred: Vec::new(), open: false, reads_only };
        c.ready()?;
        Ok(c)
    }

    /// Connects (again) where the connection is gone.
    fn ready(&mut self) -> Result<(), DbError> {
        if self.client.as_ref().is_some_and(|c| !c.is_closed()) {
            return Ok(());
        }
        if self.open {
            return Err(lost("the connection was lost in the middle of a transaction"));
        }
        self.prepared.clear();
        let (config, reads_only) = (&self.config, self.reads_only);
        let client = self.runtime.block_on(async {
            let (client, connection) = config.connect(NoTls).await?;
            tokio::spawn(connection);
            // JIT costs more than it gives on short statements (measured by others at 4 times).
            client.batch_execute("set jit = off; set statement_timeout = '60s'").await?;
            if reads_only {
                client.batch_execute("set default_transaction_read_only = on").await?;
            }
            client.batch_execute("set deadlock_timeout = '200ms'").await.or_else(|e| {
                // Needs a superuser's grant; without it a deadlock is found after 1 s.
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

    /// Drops what was not sent from the last `text` on, or all where `text` was sent; answers whether it was unsent.
    pub fn unsend(&mut self, text: &str) -> bool {
        let at = self.deferred.iter().rposition(|sql| sql.text == text);
        self.deferred.truncate(at.unwrap_or(0));
        at.is_some()
    }

    pub fn begin(&mut self) -> Result<(), DbError> {
        self.ready()?;
        self.open = true;
        self.defer(crate::sql("begin"));
        Ok(())
    }

    /// Travels with the last writes. An error that the server itself names means that nothing was committed; no answer
    /// at all means that nobody knows.
    pub fn commit(&mut self) -> Result<(), DbError> {
        self.ready()?;
        self.defer(crate::sql("commit"));
        self.flush().map_err(|e| if e.fate == Fate::Lost { DbError { fate: Fate::Unknown, ..e } } else { e })?;
        self.open = false;
        Ok(())
    }

    pub fn rollback(&mut self) {
        self.deferred.clear();
        self.open = false;
        let undone = self.client.as_ref().is_some_and(|c| self.runtime.block_on(c.batch_execute("rollback")).is_ok());
        if !undone {
            self.client = None;
        }
    }

    /// Sends all deferred writes at once and waits for all answers; gives the first error.
    pub fn flush(&mut self) -> Result<(), DbError> {
        if self.deferred.is_empty() {
            return Ok(());
        }
        self.ready()?;
        let deferred = std::mem::take(&mut self.deferred);
        let mut unsent = 0;
        for (i, sql) in deferred.iter().enumerate() {
            if !self.prepared.contains_key(&*sql.text) {
                // A new text is parsed at once, and a wrong one breaks the transaction: the savepoint that will undo
                // it has to be there before.
                self.send(&deferred[unsent..i])?;
                unsent = i;
                self.prepare(&sql.text)?;
            }
        }
        self.send(&deferred[unsent..])
    }

    fn send(&self, deferred: &[Sql]) -> Result<(), DbError> {
        let Some(client) = &self.client else { return Err(lost("not connected")) };
        let sends = deferred.iter().filter_map(|sql| Some((sql, self.prepared.get(&*sql.text)?)));
        let answers = self.runtime.block_on(join_all(sends.map(|(sql, s)| client.execute_raw(s, &sql.values))));
        for answer in answers {
            answer?;
        }
        Ok(())
    }

    pub fn query(&mut self, sql: &Sql) -> Result<Vec<Row>, DbError> {
        self.flush()?;
        match self.ask(sql) {
            // The server was started again since the last look: outside a transaction a second look harms nothing.
            Err(e) if e.fate == Fate::Lost && !self.open => {
                self.client = None;
                self.ask(sql)
            }
            answer => answer,
        }
    }

    fn ask(&mut self, sql: &Sql) -> Result<Vec<Row>, DbError> {
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

    /// `copy … to stdout`, piece by piece.
    pub fn copy_out(&mut self, statement: &str, mut f: impl FnMut(&[u8]) -> std::io::Result<()>) -> Result<(), DbError> {
        self.ready()?;
        let Some(client) = &self.client else { return Err(lost("not connected")) };
        self.runtime.block_on(async {
            let mut pieces = Box::pin(client.copy_out(statement).await?);
            while let Some(piece) = pieces.next().await {
                f(&piece?).map_err(disk)?;
            }
            Ok(())
        })
    }

    /// `copy … from stdin`; gives how many rows came in.
    pub fn copy_in(&mut self, statement: &str, from: &mut dyn std::io::Read) -> Result<u64, DbError> {
        self.ready()?;
        let Some(client) = &self.client else { return Err(lost("not connected")) };
        self.runtime.block_on(async {
            let mut sink = Box::pin(client.copy_in::<_, bytes::Bytes>(statement).await?);
            loop {
                let mut piece = vec![0; 1 << 18];
                let n = from.read(&mut piece).map_err(disk)?;
                if n == 0 {
                    return Ok(sink.as_mut().finish().await?);
                }
                piece.truncate(n);
                sink.send(piece.into()).await?;
            }
        })
    }

    pub fn script(&mut self, text: &str) -> Result<(), DbError> {
        self.ready()?;
        let Some(client) = &self.client else { return Err(lost("not connected")) };
        Ok(self.runtime.block_on(client.batch_execute(text))?)
    }
}

fn disk(e: std::io::Error) -> DbError {
    DbError { fate: Fate::Lost, unique: false, cause: e.into() }
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
            Type::NUMERIC => row.try_get::<_, Option<Numeric>>(i)?.map(|n| n.0),
            _ => row.try_get::<_, Option<String>>(i)?.map(Value::Text),
        };
        values.push(value.unwrap_or(Value::Null));
    }
    Ok(Row(values))
}

/// What PostgreSQL makes of `sum(bigint)`, where SQLite stays with an integer: a whole number that fits is one here too.
struct Numeric(Value);

impl<'a> FromSql<'a> for Numeric {
    /// Four numbers of 16 bits (digits, weight, sign, scale), then digits of base 10,000.
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Numeric, Box<dyn std::error::Error + Sync + Send>> {
        let words: Vec<i16> = raw.chunks_exact(2).map(|b| i16::from_be_bytes([b[0], b[1]])).collect();
        let [_, weight, sign, scale, digits @ ..] = &words[..] else { return Err("a numeric value is cut short".into()) };
        let (mut whole, mut part) = (0_i128, 0_f64);
        for place in 0..=*weight {
            let digit = digits.get(place as usize).copied().unwrap_or(0);
            whole = whole.checked_mul(10_000).and_then(|w| w.checked_add(digit.into())).ok_or("a numeric value is too large")?;
        }
        for (i, digit) in digits.iter().enumerate().skip((*weight + 1).max(0) as usize) {
            part += f64::from(*digit) * 10_000_f64.powi(i32::from(*weight) - i as i32);
        }
        let minus = *sign == 0x4000;
        let whole = if minus { -whole } else { whole };
        Ok(Numeric(match i64::try_from(whole) {
            Ok(n) if *scale == 0 => Value::Int(n),
            _ => Value::Real(whole as f64 + if minus { -part } else { part }),
        }))
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::NUMERIC
    }
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
            // A value of the wrong type or number never leaves this process; the library tells that by its words only.
            None if ["error serializing", "error deserializing", "invalid column", "expected "].iter().any(|said| e.to_string().starts_with(said)) => {
                Fate::Command
            }
            None => Fate::Lost,
        };
        DbError { fate, unique: e.code() == Some(&SqlState::UNIQUE_VIOLATION), cause: Box::new(e) }
    }
}
