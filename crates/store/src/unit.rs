//! The unit of work: what a command sees of the database.
//!
//! A command is a synchronous function of the unit. It looks up, checks, changes and records; it cannot wait for
//! anything but the database. It may be run again from its beginning (another writer was in the way), so it must
//! have no effect but through the unit.

use crate::{FromRow, Sql, conn::Conn, journal::Entry, reading::Reading};
use base::{AccountId, Home, Result, SeatId, Time};
use serde_json::json;
use std::{
    fmt,
    ops::{Deref, DerefMut},
};

/// Who acts, from which seat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct By {
    pub actor: Actor,
    pub seat: Option<SeatId>,
    /// The holder is away and this one acts in the seat: 代 stands beside the act.
    pub acting: bool,
    /// When it was done, where that was long before it came in, as from a telephone without a network: told beside the
    /// act, and deciding nothing.
    pub done_at: Option<Time>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Actor {
    Account(AccountId),
    /// Someone who gave no name, such as an anonymous resident.
    Nobody,
    /// A reaction of a pack.
    Pack(String),
    /// The platform itself: a deadline, a command line.
    System(&'static str),
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Actor::Account(id) => write!(f, "account:{id}"),
            Actor::Nobody => f.write_str("nobody"),
            Actor::Pack(name) => write!(f, "pack:{name}"),
            Actor::System(part) => write!(f, "system:{part}"),
        }
    }
}

impl By {
    pub fn system(part: &'static str) -> By {
        By { actor: Actor::System(part), seat: None, acting: false, done_at: None }
    }

    pub fn account(id: AccountId) -> By {
        By { actor: Actor::Account(id), seat: None, acting: false, done_at: None }
    }

    /// The same, with the time that it was done at.
    pub fn done(mut self, at: Option<Time>) -> By {
        self.done_at = at;
        self
    }

    pub fn nobody() -> By {
        By { actor: Actor::Nobody, seat: None, acting: false, done_at: None }
    }
}

/// The half of a unit that only looks. Lists and single reads run on it outside any command.
pub struct Reader<'c> {
    pub(crate) conn: &'c mut Conn,
    home: Home,
    now: Time,
}

impl<'c> Reader<'c> {
    pub(crate) fn new(conn: &'c mut Conn, home: Home, now: Time) -> Self {
        Reader { conn, home, now }
    }

    pub fn home(&self) -> Home {
        self.home
    }

    /// The wall clock, or a timer's own moment where the unit is a timer's.
    pub fn now(&self) -> Time {
        self.now
    }

    /// Says which look-ups will follow, so that they share one journey to the database with the next. What is asked must
    /// be the same statement with the same values; what is never asked for is forgotten.
    pub fn ahead(&mut self, needs: impl FnOnce() -> Vec<Sql>) {
        self.conn.ahead(needs);
    }

    pub fn many<T: FromRow>(&mut self, sql: Sql) -> Result<Vec<T>> {
        self.conn.query(&sql)?.iter().map(T::from_row).collect()
    }

    /// The first row, if there is one.
    pub fn one<T: FromRow>(&mut self, sql: Sql) -> Result<Option<T>> {
        self.conn.query(&sql)?.first().map(T::from_row).transpose()
    }

    /// A count or another single number; 0 of nothing.
    pub fn count(&mut self, sql: Sql) -> Result<i64> {
        Ok(self.one::<(i64,)>(sql)?.map_or(0, |(n,)| n))
    }
}

type Numbered = Box<dyn FnOnce(i64) -> Sql + Send>;

/// A write that needs the sequence of an entry: the entry's place among the command's own, and the write.
pub(crate) type Sequenced = (usize, Numbered);

/// What a command leaves behind for the end of its batch.
#[derive(Default)]
pub(crate) struct Left {
    pub entries: Vec<Entry>,
    pub readings: Vec<Reading>,
    pub numbers: Vec<(String, Numbered)>,
    pub sequenced: Vec<Sequenced>,
    /// The earliest timer that was set.
    pub due: Option<Time>,
}

pub struct Unit<'c> {
    reader: Reader<'c>,
    by: By,
    cause: Option<i64>,
    depth: i64,
    pub(crate) left: Left,
}

impl<'c> Deref for Unit<'c> {
    type Target = Reader<'c>;
    fn deref(&self) -> &Reader<'c> {
        &self.reader
    }
}

impl<'c> DerefMut for Unit<'c> {
    fn deref_mut(&mut self) -> &mut Reader<'c> {
        &mut self.reader
    }
}

impl<'c> Unit<'c> {
    pub(crate) fn new(conn: &'c mut Conn, home: Home, now: Time, by: By) -> Self {
        Unit { reader: Reader::new(conn, home, now), by, cause: None, depth: 0, left: Left::default() }
    }

    pub fn by(&self) -> &By {
        &self.by
    }

    /// From here on another acts, such as a pack's reaction inside the reader's unit.
    pub fn act_as(&mut self, by: By) {
        // What an engine does with the platform's rights inside a pack's run is still the pack's act.
        if matches!((&self.by.actor, &by.actor), (Actor::Pack(_), Actor::System(_))) {
            return;
        }
        // A person's act in one seat or another was done when he did it; what follows from it is of now.
        let person = matches!(by.actor, Actor::Account(_) | Actor::Nobody);
        let done_at = self.by.done_at.filter(|_| person);
        self.by = by.done(done_at);
    }

    /// The moment this unit is about, where it is not the clock's: a timer that runs late.
    pub fn at(&mut self, t: Time) {
        self.reader.now = t;
    }

    /// Everything recorded from here on was caused by entry `seq`, which had this `depth`.
    pub fn because_of(&mut self, seq: i64, depth: i64) {
        self.cause = Some(seq);
        self.depth = depth + 1;
    }

    /// A write whose success is known at the latest at the end of the command.
    pub fn write(&mut self, sql: Sql) -> Result<()> {
        Ok(self.reader.conn.defer(sql)?)
    }

    /// A write that answers how many rows it changed.
    pub fn change(&mut self, sql: Sql) -> Result<u64> {
        Ok(self.reader.conn.execute(&sql)?)
    }

    /// The row, locked until the end of the unit, so that what is decided on it still holds when it is changed.
    pub fn lock<T: FromRow>(&mut self, mut sql: Sql) -> Result<Option<T>> {
        let lock = self.reader.conn.for_update();
        if !lock.is_empty() {
            sql.push(lock);
        }
        self.reader.one(sql)
    }

    /// Puts an entry into the journal, at the end of the batch.
    pub fn record(&mut self, mut entry: Entry) {
        entry.cause = self.cause;
        entry.depth = self.depth;
        entry.by = Some(self.by.clone());
        if let (Some(at), Some(told)) = (self.by.done_at, entry.payload.as_object_mut()) {
            told.insert("done_at".into(), json!(at));
        }
        self.left.entries.push(entry);
    }

    /// Records an entry and makes a write that names it. The sequence is given out at the end of the batch, so the
    /// command says now what will be written with it.
    pub fn record_then(&mut self, entry: Entry, write: impl FnOnce(i64) -> Sql + Send + 'static) {
        self.left.sequenced.push((self.left.entries.len(), Box::new(write)));
        self.record(entry);
    }

    /// Puts an entry into the chain of readings: who looked at which personal data, for what.
    pub fn record_reading(&mut self, mut reading: Reading) {
        reading.by = Some(self.by.clone());
        self.left.readings.push(reading);
    }

    /// Asks for the next number of `series` (one without gaps: a command that fails takes none). It is given out at
    /// the end of the batch, so the command says now how it will be written.
    pub fn number(&mut self, series: impl Into<String>, write: impl FnOnce(i64) -> Sql + Send + 'static) {
        self.left.numbers.push((series.into(), Box::new(write)));
    }
}
