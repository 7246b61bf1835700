//! Writer threads: commands that wait are committed together.
//!
//! A writer takes up to [`BATCH`] waiting commands of one county (it does not wait for company), runs each so that it can
//! be undone alone, then gives out journal sequence and numbers, commits, and answers. Whatever goes wrong between writers,
//! or cannot be undone alone, is met by running the batch again, one command a transaction.

use crate::{
    Shared, Unit,
    conn::{Conn, DbError, Fate, fate},
    journal, reading,
    unit::{By, Left},
};
use base::{Error, Home, Result, Time};
use std::{
    any::Any,
    collections::{BTreeMap, VecDeque},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::oneshot;

/// Commands in one transaction. Measured: 16 gives SQLite 2.6 times the commands of 1; 64 gives little more and makes
/// each wait longer.
const BATCH: usize = 16;

/// Commands that may wait before new ones are refused.
const WAITING: usize = 8192;

/// For each command of a batch its last sequence and the earliest timer it set, or why it failed.
type Outcomes = Vec<Result<(i64, Option<Time>)>>;

/// What a committed command gives back.
#[derive(Debug)]
pub struct Done<T> {
    pub value: T,
    /// Sequence of the command's last journal entry; 0 if it recorded nothing.
    pub seq: i64,
}

pub(crate) trait Job: Send {
    fn home(&self) -> Home;
    fn by(&self) -> By;
    fn run(&mut self, unit: &mut Unit) -> Result<()>;
    fn settle(self: Box<Self>, outcome: Result<i64>);
}

pub(crate) struct Typed<T, F> {
    pub home: Home,
    pub by: By,
    pub f: F,
    pub value: Option<T>,
    pub answer: oneshot::Sender<Result<Done<T>>>,
}

impl<T: Send, F: FnMut(&mut Unit) -> Result<T> + Send> Job for Typed<T, F> {
    fn home(&self) -> Home {
        self.home
    }

    fn by(&self) -> By {
        self.by.clone()
    }

    fn run(&mut self, unit: &mut Unit) -> Result<()> {
        self.value = Some((self.f)(unit)?);
        Ok(())
    }

    fn settle(self: Box<Self>, outcome: Result<i64>) {
        let Typed { value, answer, .. } = *self;
        let outcome = outcome.and_then(|seq| {
            let value = value.ok_or_else(|| Error::internal("a command was committed without its value"))?;
            Ok(Done { value, seq })
        });
        // The one who asked may have gone away; what was decided stands.
        let _ = answer.send(outcome);
    }
}

/// A queue that several threads take from.
pub(crate) struct Queue<T> {
    inner: Mutex<(VecDeque<T>, bool)>,
    ready: Condvar,
}

impl<T> Queue<T> {
    pub fn new() -> Self {
        Queue { inner: Mutex::new((VecDeque::new(), true)), ready: Condvar::new() }
    }

    pub fn push(&self, item: T) -> Result<()> {
        let mut q = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if !q.1 || q.0.len() >= WAITING {
            return Err(Error::unavailable("the queue to the database is full or closed"));
        }
        q.0.push_back(item);
        drop(q);
        self.ready.notify_one();
        Ok(())
    }

    pub fn close(&self) {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).1 = false;
        self.ready.notify_all();
    }

    /// Waits for the first item, then takes up to `most` that `fit` it. `None` once closed and empty.
    pub fn take(&self, most: usize, fit: impl Fn(&T, &T) -> bool) -> Option<Vec<T>> {
        let mut q = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let first = loop {
            if let Some(first) = q.0.pop_front() {
                break first;
            }
            if !q.1 {
                return None;
            }
            q = self.ready.wait(q).unwrap_or_else(PoisonError::into_inner);
        };
        let mut taken = vec![first];
        while taken.len() < most && q.0.front().is_some_and(|next| fit(&taken[0], next)) {
            taken.extend(q.0.pop_front());
        }
        Some(taken)
    }
}

pub(crate) fn run(shared: Arc<Shared>, mut conn: Conn) {
    while let Some(mut batch) = shared.commands.take(BATCH, |a, b| a.home() == b.home()) {
        match attempt(&shared, &mut conn, &mut batch, false) {
            Ok(outcomes) => settle(&shared, batch, outcomes),
            Err(e) if matches!(e.fate, Fate::Again | Fate::Command) => {
                for job in batch {
                    alone(&shared, &mut conn, job);
                }
            }
            // The database is away for all of them.
            Err(e) => {
                let (fate, cause) = (e.fate, e.to_string());
                let outcomes = batch.iter().map(|_| Err(DbError { fate, unique: false, cause: cause.clone().into() }.into())).collect();
                settle(&shared, batch, outcomes);
            }
        }
    }
}

/// One command a transaction, run again while another writer is in its way.
fn alone(shared: &Shared, conn: &mut Conn, job: Box<dyn Job>) {
    let mut batch = vec![job];
    let mut tries = 0;
    loop {
        match attempt(shared, conn, &mut batch, tries >= 2) {
            Ok(outcomes) => return settle(shared, batch, outcomes),
            Err(e) if e.fate == Fate::Again && tries < 8 => tries += 1,
            Err(e) => return settle(shared, batch, vec![Err(e.into())]),
        }
    }
}

fn settle(shared: &Shared, batch: Vec<Box<dyn Job>>, outcomes: Outcomes) {
    let mut recorded = false;
    for (job, outcome) in batch.into_iter().zip(outcomes) {
        if let Ok((seq, due)) = &outcome {
            // Readers of the journal are woken by its entries alone: their own cursors would wake them for ever.
            recorded |= *seq > 0;
            if let Some(due) = due {
                shared.timer_set(*due);
            }
        }
        job.settle(outcome.map(|(seq, _)| seq));
    }
    if recorded {
        shared.committed();
    }
}

/// Runs the batch in one transaction. An `Err` means that nothing of it was committed (unless its fate is
/// [`Fate::Unknown`]) and nobody was answered. A row that exists already is the command's own fault once that is `sure`,
/// and perhaps another writer's doing before.
fn attempt(shared: &Shared, conn: &mut Conn, batch: &mut [Box<dyn Job>], sure: bool) -> Result<Outcomes, DbError> {
    let mut outcome = transaction(shared, conn, batch, sure);
    if outcome.as_ref().is_err_and(|e| e.fate == Fate::Lost) {
        // Often the database was only started again: one more try, on a new connection.
        conn.rollback();
        outcome = transaction(shared, conn, batch, sure);
    }
    if outcome.is_err() {
        conn.rollback();
    }
    outcome
}

fn transaction(shared: &Shared, conn: &mut Conn, batch: &mut [Box<dyn Job>], sure: bool) -> Result<Outcomes, DbError> {
    let (home, only) = (batch[0].home(), batch.len() == 1);
    let wall = shared.clock.now();
    conn.begin()?;
    let mut lefts: Vec<Result<Left>> = Vec::with_capacity(batch.len());
    for job in batch.iter_mut() {
        conn.savepoint(only)?;
        let mut unit = Unit::new(conn, home, wall, job.by());
        let run = catch_unwind(AssertUnwindSafe(|| job.run(&mut unit))).unwrap_or_else(|panic| Err(Error::internal(words(&*panic))));
        let left = unit.left;
        match run {
            Ok(()) => {
                conn.release(only)?;
                lefts.push(Ok(left));
            }
            Err(e) => {
                if let Some(db) = fate(&e) {
                    // Where writes are pipelined, the fault may be that of a command before. And a unique row may be one
                    // that another writer has just made: run again, the command finds it.
                    let again = conn.has_rivals() && (!only || (db.unique && !sure));
                    if db.fate != Fate::Command || again {
                        let fate = if db.fate == Fate::Lost { Fate::Lost } else { Fate::Again };
                        return Err(DbError { fate, unique: false, cause: format!("{e:?}").into() });
                    }
                }
                if only {
                    conn.rollback();
                    return Ok(vec![Err(e)]);
                }
                conn.undo_to_savepoint()?;
                lefts.push(Err(e));
            }
        }
    }
    finish(conn, home, wall, lefts)
}

/// Gives out sequence and numbers under the county's head row, and commits.
fn finish(conn: &mut Conn, home: Home, wall: Time, lefts: Vec<Result<Left>>) -> Result<Outcomes, DbError> {
    let mut entries = Vec::new();
    let mut readings = Vec::new();
    let mut sequenced = Vec::new();
    let mut numbers: BTreeMap<String, Vec<_>> = BTreeMap::new();
    let mut outcomes = Vec::with_capacity(lefts.len());
    for left in lefts {
        outcomes.push(left.map(|left| {
            sequenced.extend(left.sequenced.into_iter().map(|(i, write)| (entries.len() + i, write)));
            entries.extend(left.entries);
            readings.extend(left.readings);
            for (series, write) in left.numbers {
                numbers.entry(series).or_default().push(write);
            }
            (entries.len() as i64, left.due)
        }));
    }
    let lock = conn.for_update();
    if !entries.is_empty() {
        conn.ahead(|| vec![journal::head_row(home, "journal", lock)]);
    }
    let mut numbered = Vec::new();
    for (series, writes) in numbers {
        let last = journal::take_numbers(conn, home, &series, writes.len() as i64)?;
        numbered.extend((last - writes.len() as i64 + 1..).zip(writes));
    }
    let (first, last) = if entries.is_empty() { (0, None) } else { journal::append(conn, home, wall, entries)? };
    for (i, write) in sequenced {
        conn.defer(write(first + i as i64))?;
    }
    for (n, write) in numbered {
        conn.defer(write(n))?;
    }
    if !readings.is_empty() {
        reading::append(conn, home, wall, readings)?;
    }
    match conn.commit() {
        Err(e) if e.fate == Fate::Unknown => match landed(conn, home, last) {
            Some(true) => {}
            Some(false) => return Err(DbError { fate: Fate::Again, ..e }),
            None => return Err(e),
        },
        committed => committed?,
    }
    // How many entries stood before a command's end, made a sequence.
    let mut before = 0;
    for outcome in outcomes.iter_mut().flatten() {
        let upto = outcome.0;
        outcome.0 = if upto == before { 0 } else { first + upto - 1 };
        before = upto;
    }
    Ok(outcomes)
}

/// Whether a commit without an answer was done: its last journal entry is there, or is not and cannot come any more.
/// `None` where the batch recorded nothing or the database stays away.
fn landed(conn: &mut Conn, home: Home, last: Option<(i64, [u8; 32])>) -> Option<bool> {
    let (seq, hash) = last?;
    for wait in [50, 200, 1000, 2000, 4000] {
        conn.rollback();
        std::thread::sleep(Duration::from_millis(wait));
        if let Ok(there) = journal::holds(conn, home, seq, &hash) {
            conn.rollback();
            return Some(there);
        }
    }
    None
}

pub(crate) fn words(panic: &(dyn Any + Send)) -> String {
    let said = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    format!("a command panicked: {}", said.unwrap_or("without words"))
}
