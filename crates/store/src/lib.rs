//! The database: connections, migrations, the unit of work, the journal, timers, the outbox, words, files.
//!
//! SQLite or PostgreSQL, chosen at run time; nothing above this crate knows which. Commands are synchronous functions
//! of a [`Unit`], run by writer threads that commit together what waits; reads are synchronous functions of a
//! [`Reader`], run by reader threads.

mod conn;
pub mod journal;
mod once;
pub mod outbox;
mod postgres;
mod schema;
pub mod search;
mod sql;
mod sqlite;
#[cfg(feature = "testing")]
pub mod testing;
pub mod timer;
mod unit;
pub mod words;
mod writer;

pub use journal::{Entry, Reading, Recorded};
pub use once::Once;
pub use schema::{Class, Migration, Table};
pub use sql::{Columns, FromRow, FromValue, Row, Sql, Value, sql};
pub use timer::Timer;
pub use unit::{Actor, By, Reader, Unit};
pub use writer::Done;

use base::{Clock, Error, Home, Result, Time};
use conn::Conn;
use std::{
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
    threads: Vec<std::thread::JoinHandle<()>>,
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
        let mut first = Store::connect(database, true)?;
        let mut all = vec![schema::STORE, search::SCHEMA];
        all.extend_from_slice(parts);
        schema::migrate(&mut first, &all)?;
        search::prepare(&mut first)?;
        let shared = Arc::new(Shared {
            clock,
            commands: Queue::new(),
            looks: Queue::new(),
            commits: watch::Sender::new(0),
            due: AtomicI64::new(i64::MIN),
            dues: watch::Sender::new(()),
        });
        let mut writers = vec![first];
        if matches!(database, Database::Postgres(_)) {
            for _ in 1..WRITERS {
                writers.push(Store::connect(database, true)?);
            }
        }
        let mut threads = Vec::new();
        for conn in writers {
            let shared = shared.clone();
            threads.push(spawn("writer", move || writer::run(shared, conn))?);
        }
        for _ in 0..READERS {
            let (shared, mut conn) = (shared.clone(), Store::connect(database, false)?);
            threads.push(spawn("reader", move || {
                while let Some(looks) = shared.looks.take(1, |_, _| false) {
                    looks.into_iter().for_each(|look| look(&mut conn));
                }
            })?);
        }
        Ok(Store(Arc::new(Handle { shared, threads })))
    }

    fn connect(database: &Database, writes: bool) -> Result<Conn> {
        Ok(match database {
            Database::Sqlite(path) if writes => Conn::Sqlite(sqlite::Sqlite::writer(path)?),
            Database::Sqlite(path) => Conn::Sqlite(sqlite::Sqlite::reader(path)?),
            Database::Postgres(url) => Conn::Postgres(Box::new(postgres::Postgres::connect(url)?)),
        })
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
        let (answer, wait) = oneshot::channel();
        let now = self.now();
        self.0.shared.looks.push(Box::new(move |conn| {
            let _ = answer.send(f(&mut Reader::new(conn, home, now)));
        }))?;
        wait.await.map_err(|_| Error::unavailable("the server is stopping"))?
    }

    /// Changes whenever this process has committed something. A hint: other servers' commits are found by polling.
    pub fn commits(&self) -> watch::Receiver<u64> {
        self.0.shared.commits.subscribe()
    }

    /// The homes that keep their journal here.
    pub async fn homes(&self) -> Result<Vec<Home>> {
        // The table is shared, not by county; any home will do to ask.
        let rows: Vec<(Home,)> = self.read(Home::new(110_000)?, |r| r.many(sql("select county from home order by county"))).await?;
        Ok(rows.into_iter().map(|(h,)| h).collect())
    }
}

impl Drop for Handle {
    /// What was accepted is still written before the process ends.
    fn drop(&mut self) {
        self.shared.commands.close();
        self.shared.looks.close();
        for t in self.threads.drain(..) {
            let _ = t.join();
        }
    }
}

fn spawn(name: &str, f: impl FnOnce() + Send + 'static) -> Result<std::thread::JoinHandle<()>> {
    std::thread::Builder::new().name(name.to_owned()).spawn(f).map_err(Error::internal)
}
