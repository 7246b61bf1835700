//! PostgreSQL: what is written waits and travels with the next look-up, so that a command takes few journeys.

mod refused;
mod socket;
mod values;
mod wire;

use crate::{
    Row, Sql,
    conn::{DbError, Fate},
};
use refused::{forbidden, lost};
use std::collections::HashMap;
use tokio_postgres::Config;
use wire::{Answer, Prepared, Wire};

/// Statements kept prepared on one connection. Lists with filters of the moment make new texts without end.
const KEPT: usize = 256;

pub(crate) struct Postgres {
    config: Config,
    wire: Option<Wire>,
    prepared: HashMap<String, Prepared>,
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
        config.application_name("shuxiang");
        let mut c = Postgres {
            config,
            wire: None,
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

    /// The connection; made (again) where it is gone.
    fn ready(&mut self) -> Result<&mut Wire, DbError> {
        if self.wire.as_ref().is_none_or(Wire::is_closed) {
            if self.open {
                return Err(lost("the connection was lost in the middle of a transaction"));
            }
            self.prepared.clear();
            self.plans = None;
            let mut wire = Wire::connect(&self.config)?;
            // JIT costs more than it gives on short statements (measured by others at 4 times).
            wire.script("set jit = off; set statement_timeout = '60s'")?;
            if self.reads_only {
                wire.script("set default_transaction_read_only = on")?;
            }
            match wire.script("set deadlock_timeout = '200ms'") {
                // Needs a superuser's grant; without it a deadlock is found after 1 s.
                Err(e) if !forbidden(&e) => return Err(e),
                _ => {}
            }
            self.wire = Some(wire);
        }
        self.wire.as_mut().ok_or_else(|| lost("not connected"))
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
        if self.wire.as_mut().is_some_and(|wire| wire.script("rollback").is_err()) {
            self.wire = None;
        }
    }

    /// Sends all deferred writes at once and waits for all answers; gives the first error.
    pub fn flush(&mut self) -> Result<(), DbError> {
        if self.deferred.is_empty() { Ok(()) } else { self.journey(&[]).map(drop) }
    }

    /// What is deferred and then `asks`, in one journey; gives the answers to `asks`.
    fn journey(&mut self, asks: &[Sql]) -> Result<Vec<Answer>, DbError> {
        self.ready()?;
        self.gone |= self.mark < self.deferred.len();
        self.mark = 0;
        let deferred = std::mem::take(&mut self.deferred);
        if self.prepared.len() >= KEPT {
            self.ready()?.script("deallocate all")?;
            self.prepared.clear();
        }
        // A new text is parsed at once, and perhaps a table that it names was made by what stands before it: so that
        // goes first.
        let mut waiting = &deferred[..];
        for i in 0..deferred.len() {
            if !self.prepared.contains_key(&*deferred[i].text) {
                let from = deferred.len() - waiting.len();
                self.run(&mut deferred[from..i].iter())?;
                waiting = &deferred[i..];
                self.prepare(&deferred[i].text)?;
            }
        }
        if asks.iter().any(|sql| !self.prepared.contains_key(&*sql.text)) {
            self.run(&mut waiting.iter())?;
            waiting = &[];
            asks.iter().try_for_each(|sql| self.prepare(&sql.text))?;
        }
        let mut answers = self.run(&mut waiting.iter().chain(asks))?;
        Ok(answers.split_off(waiting.len()))
    }

    fn run(&mut self, statements: &mut dyn Iterator<Item = &Sql>) -> Result<Vec<Answer>, DbError> {
        let Some(wire) = &mut self.wire else { return Err(lost("not connected")) };
        let prepared = &self.prepared;
        let asks = statements.map(|sql| prepared.get(&*sql.text).map(|p| (p, &sql.values[..]))).collect::<Option<Vec<_>>>();
        let asks = asks.ok_or_else(|| lost("a statement was not prepared"))?;
        if asks.is_empty() { Ok(Vec::new()) } else { wire.run(&asks) }
    }

    fn prepare(&mut self, text: &str) -> Result<(), DbError> {
        if !self.prepared.contains_key(text) {
            let prepared = self.ready()?.prepare(text)?;
            self.prepared.insert(text.to_owned(), prepared);
        }
        Ok(())
    }

    pub fn query(&mut self, sql: &Sql) -> Result<Vec<Row>, DbError> {
        match self.ask(sql) {
            // The server was started again since the last look: outside a transaction a second look harms nothing.
            Err(e) if e.fate == Fate::Lost && !self.open => {
                self.wire = None;
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
        let mut answers = self.journey(&all)?;
        self.plans = Some(plans);
        let own = answers.pop().map(|answer| answer.rows).unwrap_or_default();
        self.held.extend(all.into_iter().zip(answers.into_iter().map(|answer| answer.rows)));
        Ok(own)
    }

    pub fn execute(&mut self, sql: &Sql) -> Result<u64, DbError> {
        self.held.clear();
        self.gone = true;
        let answers = self.journey(std::slice::from_ref(sql))?;
        Ok(answers.first().map_or(0, |answer| answer.changed))
    }

    pub fn copy_out(&mut self, statement: &str, f: impl FnMut(&[u8]) -> std::io::Result<()>) -> Result<(), DbError> {
        self.ready()?.copy_out(statement, f)
    }

    pub fn copy_in(&mut self, statement: &str, from: &mut dyn std::io::Read) -> Result<u64, DbError> {
        self.ready()?.copy_in(statement, from)
    }

    pub fn script(&mut self, text: &str) -> Result<(), DbError> {
        self.ready()?.script(text)
    }
}
