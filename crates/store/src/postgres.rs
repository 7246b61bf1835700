//! PostgreSQL through tokio-postgres, on a runtime of the thread's own, so that commands stay synchronous functions
//! and a command's writes still travel in one round trip.

mod values;

use crate::{
    Row, Sql,
    conn::{DbError, Fate},
};
use futures_util::{
    SinkExt, StreamExt,
    future::{join, join_all},
};
use std::{collections::HashMap, time::Duration};
use tokio::runtime::Runtime;
use tokio_postgres::{Client, Config, NoTls, Statement, error::SqlState, types::ToSql};

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
    /// Where the writes of the command at work begin among the deferred ones.
    mark: usize,
    /// Some of its writes have left.
    gone: bool,
    reads_only: bool,
    /// Look-ups that travel with the next one.
    wanted: Vec<Sql>,
    /// Their answers, until they are asked for or something is written.
    held: Vec<(Sql, Vec<Row>)>,
    /// How the connection plans, as it was told last; none where an undone transaction may have taken that back.
    plans: Option<&'static str>,
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
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|e| DbError {
            fate: Fate::Lost,
            unique: false,
            cause: e.into(),
        })?;
        let mut c = Postgres {
            config,
            runtime,
            client: None,
            prepared: HashMap::new(),
            deferred: Vec::new(),
            open: false,
            mark: 0,
            gone: false,
            reads_only,
            wanted: Vec::new(),
            held: Vec::new(),
            plans: None,
        };
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
        self.plans = None;
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
        self.held.clear();
        self.deferred.push(sql);
    }

    pub fn ahead(&mut self, needs: Vec<Sql>) {
        for sql in needs {
            if !self.wanted.contains(&sql) && !self.held.iter().any(|(s, _)| *s == sql) {
                self.wanted.push(sql);
            }
        }
    }

    /// What was asked ahead belongs to one look-up or command.
    pub fn forget(&mut self) {
        self.wanted.clear();
        self.held.clear();
    }

    /// A command begins.
    pub fn savepoint(&mut self) {
        self.forget();
        (self.mark, self.gone) = (self.deferred.len(), false);
    }

    /// The command leaves nothing. Most look, decide and then write: one that fails has sent nothing yet. A savepoint for
    /// the others would cost every command two statements and a transaction of its own within the batch; where one is
    /// needed, the batch is run again instead, one command a transaction.
    pub fn undo(&mut self) -> Result<(), DbError> {
        self.forget();
        if self.gone {
            return Err(DbError { fate: Fate::Again, unique: false, cause: "a command failed after it had written".into() });
        }
        self.deferred.truncate(self.mark);
        self.plans = None;
        Ok(())
    }

    pub fn begin(&mut self) -> Result<(), DbError> {
        self.forget();
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
        self.forget();
        self.plans = None;
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
        let deferred = self.prepared_deferred()?;
        let Some(client) = &self.client else { return Err(lost("not connected")) };
        self.runtime.block_on(send(client, &deferred, &self.prepared))
    }

    /// Prepares what waits, and gives it back to be sent in one go. A new text is parsed at once, and perhaps a table that
    /// it names was made by what stands before it: so that goes first.
    fn prepared_deferred(&mut self) -> Result<Vec<Sql>, DbError> {
        self.gone |= self.mark < self.deferred.len();
        self.mark = 0;
        let mut deferred = std::mem::take(&mut self.deferred);
        let mut i = 0;
        while i < deferred.len() {
            if !self.prepared.contains_key(&*deferred[i].text) {
                let after = deferred.split_off(i);
                let Some(client) = &self.client else { return Err(lost("not connected")) };
                self.runtime.block_on(send(client, &deferred, &self.prepared))?;
                deferred = after;
                i = 0;
                self.prepare(&deferred[0].text)?;
            }
            i += 1;
        }
        Ok(deferred)
    }

    /// Readies statements and what is to be sent before them in the same round trip.
    fn with_deferred(&mut self, all: &[Sql]) -> Result<(Vec<Statement>, Vec<Sql>), DbError> {
        self.ready()?;
        if all.iter().any(|sql| !self.prepared.contains_key(&*sql.text)) {
            self.flush()?;
        }
        let statements = all.iter().map(|sql| self.prepare(&sql.text)).collect::<Result<_, _>>()?;
        Ok((statements, self.prepared_deferred()?))
    }

    pub fn query(&mut self, sql: &Sql) -> Result<Vec<Row>, DbError> {
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
        // A write that answers with rows is a write.
        if !sql.text.trim_start().trim_start_matches('(').starts_with("select") {
            self.held.clear();
            self.gone = true;
        } else if let Some(i) = self.held.iter().position(|(asked, _)| asked == sql) {
            return Ok(self.held.swap_remove(i).1);
        }
        let mut all = std::mem::take(&mut self.wanted);
        all.retain(|w| w != sql);
        all.push(sql.clone());
        let plans = if sql.planned_once { "set plan_cache_mode = force_generic_plan" } else { "set plan_cache_mode = auto" };
        if self.plans != Some(plans) {
            self.deferred.push(crate::sql(plans));
        }
        // Known again when it has arrived.
        self.plans = None;
        let (statements, before) = self.with_deferred(&all)?;
        let Some(client) = &self.client else { return Err(lost("not connected")) };
        let asks = all.iter().zip(&statements).map(|(sql, statement)| rows(client, statement, sql));
        let (sent, answers) = self.runtime.block_on(join(send(client, &before, &self.prepared), join_all(asks)));
        sent?;
        self.plans = Some(plans);
        let mut answers = answers.into_iter().collect::<Result<Vec<_>, _>>()?;
        let own = answers.pop().unwrap_or_default();
        self.held.extend(all.into_iter().zip(answers));
        Ok(own)
    }

    pub fn execute(&mut self, sql: &Sql) -> Result<u64, DbError> {
        self.held.clear();
        self.gone = true;
        let (statements, before) = self.with_deferred(std::slice::from_ref(sql))?;
        let Some(client) = &self.client else { return Err(lost("not connected")) };
        let (sent, changed) =
            self.runtime.block_on(join(send(client, &before, &self.prepared), client.execute_raw(&statements[0], &sql.values)));
        sent?;
        Ok(changed?)
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

/// The statements leave in their order, at the first poll; the answers come back together.
async fn send(client: &Client, deferred: &[Sql], prepared: &HashMap<String, Statement>) -> Result<(), DbError> {
    let sends = deferred.iter().filter_map(|sql| Some((sql, prepared.get(&*sql.text)?)));
    for answer in join_all(sends.map(|(sql, s)| client.execute_raw(s, &sql.values))).await {
        answer?;
    }
    Ok(())
}

async fn rows(client: &Client, statement: &Statement, sql: &Sql) -> Result<Vec<Row>, DbError> {
    let params: Vec<&(dyn ToSql + Sync)> = sql.values.iter().map(|v| v as _).collect();
    client.query(statement, &params).await?.iter().map(values::read).collect()
}

fn disk(e: std::io::Error) -> DbError {
    DbError { fate: Fate::Lost, unique: false, cause: e.into() }
}

fn lost(why: &'static str) -> DbError {
    DbError { fate: Fate::Lost, unique: false, cause: why.into() }
}

impl From<tokio_postgres::Error> for DbError {
    fn from(e: tokio_postgres::Error) -> DbError {
        let fate = match e.code() {
            Some(&SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED) => Fate::Again,
            Some(&SqlState::ADMIN_SHUTDOWN | &SqlState::CRASH_SHUTDOWN | &SqlState::CANNOT_CONNECT_NOW | &SqlState::DISK_FULL) => {
                Fate::Lost
            }
            Some(_) => Fate::Command,
            // A value of the wrong type or number never leaves this process; the library tells that by its words only.
            None if ["error serializing", "error deserializing", "invalid column", "expected "]
                .iter()
                .any(|said| e.to_string().starts_with(said)) =>
            {
                Fate::Command
            }
            None => Fate::Lost,
        };
        DbError { fate, unique: e.code() == Some(&SqlState::UNIQUE_VIOLATION), cause: Box::new(e) }
    }
}
