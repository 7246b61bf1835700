//! Readers of the journal, each with a cursor per county that moves in the unit of what it did: nothing is passed over
//! and nothing done twice, whichever server reads.

use crate::{Reader, Recorded, Store, Unit, journal, sql};
use base::{Error, Home, Result};
use std::time::Duration;
use tokio::sync::watch;

/// How long another server's commit may wait to be seen by this one.
const POLL: Duration = Duration::from_millis(500);

/// Entries of one look.
const MOST: i64 = 500;

impl Reader<'_> {
    /// Sequence of the last entry that `name` has dealt with; 0 before the first.
    pub fn cursor(&mut self, name: &str) -> Result<i64> {
        let home = self.home();
        self.count(sql("select seq from cursor where county = $1 and reader = $2").bind(home).bind(name))
    }
}

/// The next entries for the reader `name`, oldest first.
pub fn read_from(r: &mut Reader, name: &str, most: i64) -> Result<Vec<Recorded>> {
    let at = r.cursor(name)?;
    journal::after(r, at, most)
}

impl Unit<'_> {
    /// Moves a cursor forward to `seq`, the entry that this unit deals with. Where another server was there first, the
    /// unit fails (`cursor_moved`) and leaves nothing.
    pub fn advance(&mut self, name: &str, seq: i64) -> Result<()> {
        let home = self.home();
        let moved = self.change(
            sql("insert into cursor (county, reader, seq) values ($1, $2, $3)
                 on conflict (county, reader) do update set seq = excluded.seq where cursor.seq < excluded.seq")
            .bind(home)
            .bind(name)
            .bind(seq),
        )?;
        if moved == 0 {
            return Err(Error::conflict("cursor_moved", "另一台服务器已经处理了这一条", "another server has dealt with this entry"));
        }
        Ok(())
    }
}

impl Store {
    /// Gives `f` every entry after `after` in order, as they are committed, by this process or another, until `stop`
    /// or until `f` answers false. One for each county and process is enough: fan out from there.
    pub async fn follow(
        &self,
        home: Home,
        after: i64,
        mut stop: watch::Receiver<bool>,
        mut f: impl AsyncFnMut(Vec<Recorded>) -> bool,
    ) -> Result<()> {
        let mut at = after;
        let mut commits = self.commits();
        while !*stop.borrow() {
            commits.borrow_and_update();
            let from = at;
            match self.read(home, move |r| journal::after(r, from, MOST)).await {
                Ok(entries) if !entries.is_empty() => {
                    let full = entries.len() as i64 == MOST;
                    at = entries.last().map_or(at, |e| e.seq);
                    if !f(entries).await {
                        return Ok(());
                    }
                    if full {
                        continue;
                    }
                }
                Ok(_) => {}
                Err(e) => tracing::error!(county = %home, error = ?e, "the journal could not be followed"),
            }
            tokio::select! {
                _ = tokio::time::sleep(POLL) => {}
                _ = commits.changed() => {}
                _ = stop.changed() => {}
            }
        }
        Ok(())
    }
}
