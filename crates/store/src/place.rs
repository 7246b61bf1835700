//! Where this data is, and whether it stands still.
//!
//! A restored or copied database must not act: it would send messages and run deadlines a second time, beside the
//! first. So it starts *held*, and timers and outbox wait until a person releases it. A copy is known by the mark of
//! the place it was made in: the number of the file, or of the database in its cluster.

use crate::{Database, Store, conn::Conn, sql};
use base::{Error, Result};

/// The mark of this place, where there is one to have.
fn mark(conn: &mut Conn, database: &Database) -> Result<String> {
    match database {
        Database::Sqlite(path) => {
            let meta = std::fs::metadata(path).map_err(Error::unavailable)?;
            #[cfg(unix)]
            return Ok(format!("file {}", std::os::unix::fs::MetadataExt::ino(&meta)));
            #[cfg(not(unix))]
            Ok(format!("file {:?}", meta.created().ok()))
        }
        Database::Postgres(_) => {
            let rows = conn.query(&sql("select cast(oid as bigint) from pg_database where datname = current_database()"))?;
            let oid: i64 = rows.first().ok_or_else(|| Error::internal("a database without a row"))?.get(0)?;
            Ok(format!("database {oid}"))
        }
    }
}

/// Marks a fresh database; holds one that was marked elsewhere.
pub(crate) fn settle(conn: &mut Conn, database: &Database) -> Result<()> {
    let here = mark(conn, database)?;
    conn.execute(&sql("insert into place (id, mark) values (1, $1) on conflict (id) do nothing").bind(&here))?;
    let held = conn.execute(
        &sql("update place set mark = $1, held = coalesce(held, $2) where id = 1 and mark <> $1")
            .bind(here)
            .bind("这是一份副本 / this is a copy"),
    )?;
    if held > 0 {
        tracing::warn!("this database is a copy: timers and outbox stand still until it is released");
    }
    Ok(())
}

/// Holds a database that was just restored.
pub(crate) fn hold(conn: &mut Conn, why: &str) -> Result<()> {
    conn.execute(&sql("update place set held = $1 where id = 1").bind(why))?;
    Ok(())
}

impl Store {
    /// Why timers and outbox stand still; `None` where they run.
    pub async fn held(&self) -> Result<Option<String>> {
        self.look(|conn| conn.query(&sql("select held from place where id = 1"))?.first().map_or(Ok(None), |row| row.get(0))).await
    }

    /// The homes whose timers, letters and reactions may run: none while the database is held.
    pub async fn awake(&self) -> Result<Vec<base::Home>> {
        let homes = sql("select county from home where not exists (select 1 from place where held is not null) order by county");
        self.look(move |conn| conn.query(&homes)?.iter().map(|row| row.get(0)).collect()).await
    }

    /// Lets a restored or copied database act. Only for a person who knows that the first one is stopped.
    pub async fn release(&self) -> Result<()> {
        // Any county's writer will do: the row belongs to the whole database.
        let home = base::Home::new(110_000)?;
        self.command(home, crate::By::system("release"), |unit| unit.write(sql("update place set held = null where id = 1")))
            .await
            .map(drop)
    }
}
