//! What is not needed any more goes: in small units, so that nobody waits for it.

use crate::{By, Sql, Store, sql};
use base::{Home, Result, Time};
use std::time::Duration;
use tokio::sync::watch;

const DAY: Duration = Duration::from_secs(86_400);

/// Days that the answer to a request with an `Idempotency-Key` is kept.
pub const ANSWERS: u32 = 45;

/// Days that a letter is kept after it was sent. It may hold a phone number and words.
pub const SENT: u32 = 30;

/// Days that a letter which was given up stays visible.
pub const GIVEN_UP: u32 = 180;

/// Rows of one unit.
const MOST: i64 = 500;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    pub answers: u64,
    pub letters: u64,
    /// Readings whose details went; their links stay.
    pub readings: u64,
}

impl Store {
    /// Removes what is past its days in one county.
    pub async fn sweep(&self, home: Home) -> Result<Swept> {
        let now = self.now();
        let before = |days: u32| now - DAY * days;
        let answers = |most: i64| {
            sql("delete from idempotency where county = $1 and (who, route, key) in
                 (select who, route, key from idempotency where county = $2 and at < $3 limit $4)")
            .bind(home)
            .bind(home)
            .bind(before(ANSWERS))
            .bind(most)
        };
        let letters = |state: i64, before: Time| {
            move |most: i64| {
                sql("delete from outbox where county = $1 and id in
                     (select id from outbox where county = $2 and state = $3 and due < $4 limit $5)")
                .bind(home)
                .bind(home)
                .bind(state)
                .bind(before)
                .bind(most)
            }
        };
        let readings = |most: i64| {
            sql("update reading set at = null, actor = null, seat = null, acting = null, subject_kind = null, subject = null, person = null,
                 fields = null, purpose = null, salt = null where county = $1 and seq in
                 (select seq from reading where county = $2 and kept_until < $3 and salt is not null limit $4)")
            .bind(home)
            .bind(home)
            .bind(now)
            .bind(most)
        };
        Ok(Swept {
            answers: self.clear(home, answers).await?,
            letters: self.clear(home, letters(1, before(SENT))).await? + self.clear(home, letters(2, before(GIVEN_UP))).await?,
            readings: self.clear(home, readings).await?,
        })
    }

    async fn clear(&self, home: Home, statement: impl Fn(i64) -> Sql) -> Result<u64> {
        let mut all = 0;
        loop {
            let q = statement(MOST);
            let cleared = self
                .command(home, By::system("sweep"), move |unit| {
                    unit.conn.overwrite(true)?;
                    let cleared = unit.change(q.clone());
                    unit.conn.overwrite(false)?;
                    cleared
                })
                .await?
                .value;
            all += cleared;
            if cleared < MOST as u64 {
                return Ok(all);
            }
        }
    }

    /// Sweeps every county each hour, until `stop`.
    pub async fn run_sweeps(&self, mut stop: watch::Receiver<bool>) -> Result<()> {
        while !*stop.borrow() {
            for home in self.homes().await.unwrap_or_default() {
                match self.sweep(home).await {
                    Ok(swept) if swept != Swept::default() => tracing::info!(county = %home, ?swept, "swept"),
                    Ok(_) => {}
                    Err(e) => tracing::error!(county = %home, error = ?e, "could not sweep"),
                }
            }
            tokio::select! {
                _ = tokio::time::sleep(Duration::from_secs(3600)) => {}
                _ = stop.changed() => {}
            }
        }
        Ok(())
    }
}
