//! The database: connections, migrations, the unit of work, the journal, timers, the outbox, words, files.
//!
//! SQLite or PostgreSQL, chosen at run time; nothing above this crate knows which. Commands are synchronous functions
//! of a [`Unit`], run by writer threads that commit together what waits; reads are synchronous functions of a
//! [`Reader`], run by reader threads.

pub mod backup;
pub mod checkpoint;
mod conn;
pub mod cursor;
pub mod files;
pub mod journal;
mod once;
pub mod outbox;
pub mod photo;
mod place;
mod postgres;
pub mod reading;
mod schema;
pub mod search;
pub mod signing;
mod sql;
mod sqlite;
pub mod sweep;
pub mod tape;
#[cfg(feature = "testing")]
pub mod testing;
pub mod timer;
mod unit;
pub mod verify;
mod walk;
pub mod words;
mod writer;

pub use checkpoint::{Checkpoint, Witness};
pub use files::{Files, Stored};
pub use journal::{Entry, Recorded};
pub use once::Once;
pub use reading::Reading;
pub use schema::{Class, Migration, Table};
pub use signing::{Signer, Verifier};
pub use sql::{Columns, FromRow, FromValue, Row, Sql, Value, few_lengths, sql};
pub use timer::Timer;
pub use unit::{Actor, By, Reader, Unit};
pub use verify::{Chain, Verified};
pub use walk::Walk;
pub use writer::Done;

use base::{Clock, Error, Home, Result, Time};
use conn::{Conn, Driver};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};
use tokio::sync::{oneshot, watch};
use writer::{Job, Queue, Typed};

/// Where the data is.
#[derive(Clone, Debug)]
pub enum Database {
    /// A file of its own for everything.
    Sqlite(PathBuf),
    /// `postgres://user:password@host/database`, in the form of libpq.
    Postgres(String),
}

/// Threads that write to PostgreSQL. SQLite has one writer by its nature.
const WRITERS: usize = 2;

/// Threads that read. They wait more than they work.
const READERS: usize = 4;

/// A cheap handle; clones share everything.
#[derive(Clone)]
pub struct Store(Arc<Handle>);

struct Handle {
    shared: Arc<Shared>,
    readers: Vec<std::thread::JoinHandle<()>>,
    writers: Vec<std::thread::JoinHandle<()>>,
}

type Look = Box<dyn FnOnce(&mut Conn) + Send>;

pub(crate) struct Shared {
    pub clock: Arc<dyn Clock>,
    pub commands: Queue<Box<dyn Job>>,
    looks: Queue<Look>,
    commits: watch::Sender<u64>,
    /// The earliest timer that this process knows to be set; a hint beside polling.
    due: AtomicI64,
    dues: watch::Sender<()>,
}

impl Shared {
    pub fn committed(&self) {
        self.commits.send_modify(|n| *n += 1);
    }

    pub fn timer_set(&self, due: Time) {
        if self.due.fetch_min(due.0, Ordering::SeqCst) > due.0 {
            self.dues.send_modify(|()| ());
        }
    }
}

impl Store {
    /// Opens the database, brings its schema up to date and starts the threads. `parts` are the migrations of the
    /// crates that own tables, in an order that lets later ones refer to earlier ones.
    pub fn open(database: &Database, clock: Arc<dyn Clock>, parts: &[&'static [Migration]]) -> Result<Store> {
        let tape = tape::Tape::asked_for()?;
        apart(|| Store::start(database, clock, parts, tape.as_ref()))
    }

    fn start(database: &Database, clock: Arc<dyn Clock>, parts: &[&'static [Migration]], tape: Option<&Arc<tape::Tape>>) -> Result<Store> {
        let mut first = Store::connect(database, true)?;
        schema::migrate(&mut first, &schema::all(parts))?;
        search::prepare(&mut first)?;
        place::settle(&mut first, database)?;
        let shared = Arc::new(Shared {
            clock,
            commands: Queue::new(),
            looks: Queue::new(),
            commits: watch::Sender::new(0),
            due: AtomicI64::new(i64::MIN),
            dues: watch::Sender::new(()),
        });
        let mut conns = vec![first];
        if matches!(database, Database::Postgres(_)) {
            for _ in 1..WRITERS {
                conns.push(Store::connect(database, true)?);
            }
        }
        let mut handle = Handle { shared: shared.clone(), readers: Vec::new(), writers: Vec::new() };
        for conn in conns {
            let (shared, conn) = (shared.clone(), conn.taped(tape));
            handle.writers.push(spawn("writer", move || writer::run(shared, conn))?);
        }
        for _ in 0..READERS {
            let (shared, mut conn) = (shared.clone(), Store::connect(database, false)?.taped(tape));
            handle.readers.push(spawn("reader", move || {
                while let Some(looks) = shared.looks.take(1, |_, _| false) {
                    looks.into_iter().for_each(|look| look(&mut conn));
                }
            })?);
        }
        Ok(Store(Arc::new(handle)))
    }

    /// For tests of the tape itself, which share a process with others.
    #[cfg(feature = "testing")]
    pub fn open_taped(database: &Database, clock: Arc<dyn Clock>, parts: &[&'static [Migration]], tape: &Arc<tape::Tape>) -> Result<Store> {
        apart(|| Store::start(database, clock, parts, Some(tape)))
    }

    fn connect(database: &Database, writes: bool) -> Result<Conn> {
        Ok(Conn::new(match database {
            Database::Sqlite(path) if writes => Driver::Sqlite(sqlite::Sqlite::writer(path)?),
            Database::Sqlite(path) => Driver::Sqlite(sqlite::Sqlite::reader(path)?),
            Database::Postgres(url) if writes => Driver::Postgres(Box::new(postgres::Postgres::connect(url)?)),
            Database::Postgres(url) => Driver::Postgres(Box::new(postgres::Postgres::reader(url)?)),
        }))
    }

    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.0.shared.clock
    }

    pub fn now(&self) -> Time {
        self.0.shared.clock.now()
    }

    /// Runs a command and waits until it is on disk. `f` may be run more than once; only its last run counts.
    pub async fn command<T, F>(&self, home: Home, by: By, f: F) -> Result<Done<T>>
    where
        T: Send + 'static,
        F: FnMut(&mut Unit) -> Result<T> + Send + 'static,
    {
        let (answer, wait) = oneshot::channel();
        self.0.shared.commands.push(Box::new(Typed { home, by, f, value: None, answer }))?;
        wait.await.map_err(|_| Error::unavailable("the server is stopping"))?
    }

    /// Runs a look-up on a reader thread. It sees what was committed before it began.
    pub async fn read<T, F>(&self, home: Home, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Reader) -> Result<T> + Send + 'static,
    {
        let now = self.now();
        self.look(move |conn| conn.snapshot(|conn| f(&mut Reader::new(conn, home, now)))).await
    }

    /// A panic is an error of this look-up alone; the thread goes on.
    pub(crate) async fn look<T, F>(&self, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    {
        let (answer, wait) = oneshot::channel();
        self.0.shared.looks.push(Box::new(move |conn| {
            let run = catch_unwind(AssertUnwindSafe(|| f(conn)));
            let _ = answer.send(run.unwrap_or_else(|panic| Err(Error::internal(writer::words(&*panic)))));
        }))?;
        wait.await.map_err(|_| Error::unavailable("the server is stopping"))?
    }

    /// Changes whenever this process has committed entries of the journal. A hint: other servers' commits are found by polling.
    pub fn commits(&self) -> watch::Receiver<u64> {
        self.0.shared.commits.subscribe()
    }

    /// The homes that keep their journal here.
    pub async fn homes(&self) -> Result<Vec<Home>> {
        self.look(|conn| conn.query(&sql("select county from home order by county"))?.iter().map(|row| row.get(0)).collect()).await
    }
}

impl Drop for Handle {
    /// What was accepted is still written before the process ends. Writers go last: the last one to close SQLite's file
    /// folds the log into it, which a reader may not.
    fn drop(&mut self) {
        self.shared.looks.close();
        join(&mut self.readers);
        self.shared.commands.close();
        join(&mut self.writers);
    }
}

fn join(threads: &mut Vec<std::thread::JoinHandle<()>>) {
    for t in threads.drain(..) {
        // The last handle may be dropped by a command, on a thread of ours, which cannot wait for itself.
        if t.thread().id() != std::thread::current().id() {
            let _ = t.join();
        }
    }
}

/// On a thread of its own: a connection to PostgreSQL waits in a way that an async caller's thread may not.
pub(crate) fn apart<T: Send>(f: impl FnOnce() -> Result<T> + Send) -> Result<T> {
    std::thread::scope(|s| s.spawn(f).join()).unwrap_or_else(|panic| Err(Error::internal(writer::words(&*panic))))
}

fn spawn(name: &str, f: impl FnOnce() + Send + 'static) -> Result<std::thread::JoinHandle<()>> {
    std::thread::Builder::new().name(name.to_owned()).spawn(f).map_err(Error::internal)
}
