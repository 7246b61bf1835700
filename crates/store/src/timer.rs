//! Durable timers: set and cancelled in the transaction of what they watch over, run by exactly one server.
//!
//! A timer is claimed by deleting its row in the transaction of its consequence, so two servers that race for it end
//! with one consequence. It runs at its own moment: after a downtime the oldest runs first, and [`Unit::now`] is the
//! time it was set for.

use crate::{By, Shared, Store, Unit, sql};
use base::{Error, Home, Result, Time};
use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};
use tokio::sync::watch;
use uuid::Uuid;

crate::row! {
    #[derive(Clone, Debug)]
    pub struct Timer {
        /// The setter's choice: setting the same id again moves the timer.
        pub id: Uuid,
        pub due: Time,
        /// `<engine>.<what comes due>`.
        pub kind: String,
        pub subject: Uuid,
        pub payload: String,
        pub tries: i64,
    }
}

impl Timer {
    pub fn new(id: Uuid, due: Time, kind: &str, subject: Uuid) -> Timer {
        Timer { id, due, kind: kind.to_owned(), subject, payload: String::new(), tries: 0 }
    }
}

/// What happens when a timer comes due. The unit's moment is the timer's.
pub type Ring = Arc<dyn Fn(&mut Unit, &Timer) -> Result<()> + Send + Sync>;

impl Unit<'_> {
    pub fn set_timer(&mut self, t: Timer) -> Result<()> {
        self.left.due = Some(self.left.due.map_or(t.due, |d| d.min(t.due)));
        let home = self.home();
        self.write(
            sql("insert into timer (county, id, due, kind, subject, payload, tries) values ($1, $2, $3, $4, $5, $6, $7)
                 on conflict (county, id) do update set due = excluded.due, kind = excluded.kind, subject = excluded.subject,
                 payload = excluded.payload, tries = excluded.tries")
            .bind(home)
            .bind(t.id)
            .bind(t.due)
            .bind(t.kind)
            .bind(t.subject)
            .bind(t.payload)
            .bind(t.tries),
        )
    }

    pub fn cancel_timer(&mut self, id: Uuid) -> Result<()> {
        let home = self.home();
        self.write(sql("delete from timer where county = $1 and id = $2").bind(home).bind(id))
    }
}

/// Timers that one round takes from a county; they are committed 16 at a time.
const ROUND: i64 = 512;

/// How long another server's timer may wait to be seen by this one.
const POLL: Duration = Duration::from_millis(500);

impl Store {
    /// Runs every timer that is due by now, oldest first, and answers how many ran.
    pub async fn run_due(&self, home: Home, ring: &Ring) -> Result<usize> {
        let mut ran = 0;
        loop {
            let now = self.now();
            let due: Vec<Timer> = self
                .read(home, move |r| {
                    let mut q = crate::Sql::select::<Timer>("from timer where county = ");
                    q.arg(home).push(" and due <= ").arg(now).push(" order by due, id limit ").arg(ROUND);
                    r.many(q)
                })
                .await?;
            let full = due.len() as i64 == ROUND;
            let rings: Vec<_> = due.into_iter().map(|t| self.ring_one(home, t, ring.clone())).collect();
            for rang in futures_util::future::join_all(rings).await {
                ran += usize::from(rang?);
            }
            if !full {
                return Ok(ran);
            }
        }
    }

    /// Claims one timer and runs its consequence in the same unit. A consequence that fails is put off and tried again.
    async fn ring_one(&self, home: Home, timer: Timer, ring: Ring) -> Result<bool> {
        let t = timer.clone();
        let outcome = self
            .command(home, By::system("timer"), move |unit| {
                let claimed =
                    unit.change(sql("delete from timer where county = $1 and id = $2 and due = $3").bind(home).bind(t.id).bind(t.due))?;
                if claimed == 0 {
                    return Ok(false);
                }
                unit.at(t.due);
                ring(unit, &t)?;
                Ok(true)
            })
            .await;
        match outcome {
            Ok(done) => Ok(done.value),
            Err(e) if e.kind() == base::Kind::Unavailable => Err(e),
            Err(e) => {
                tracing::error!(timer = %timer.id, kind = timer.kind, tries = timer.tries, error = ?e, "a timer failed");
                self.put_off(home, timer).await?;
                Ok(false)
            }
        }
    }

    /// Moves the timer as it stood: where another server has run it meanwhile, nothing is left to move.
    async fn put_off(&self, home: Home, timer: Timer) -> Result<()> {
        let wait = [1, 10, 60, 600][timer.tries.clamp(0, 3) as usize];
        let later = self.now() + Duration::from_secs(wait);
        let put_off = move |unit: &mut Unit| {
            unit.left.due = Some(later);
            unit.write(
                sql("update timer set due = $1, tries = tries + 1 where county = $2 and id = $3 and due = $4")
                    .bind(later)
                    .bind(home)
                    .bind(timer.id)
                    .bind(timer.due),
            )
        };
        self.command(home, By::system("timer"), put_off).await.map(drop)
    }

    /// The earliest timer of a county.
    pub async fn next_due(&self, home: Home) -> Result<Option<Time>> {
        let row: Option<(Option<Time>,)> =
            self.read(home, move |r| r.one(sql("select min(due) from timer where county = $1").bind(home))).await?;
        Ok(row.and_then(|(t,)| t))
    }

    /// Runs timers as they come due, until `stop`.
    pub async fn run_timers(&self, ring: Ring, mut stop: watch::Receiver<bool>) -> Result<()> {
        let shared: &Shared = &self.0.shared;
        let mut dues = shared.dues.subscribe();
        while !*stop.borrow() {
            shared.due.store(i64::MAX, Ordering::SeqCst);
            let mut wait = POLL;
            for home in self.awake().await.unwrap_or_default() {
                if let Err(e) = self.run_due(home, &ring).await {
                    tracing::error!(county = %home, error = ?e, "timers could not be read");
                    continue;
                }
                if let Ok(Some(next)) = self.next_due(home).await {
                    shared.due.fetch_min(next.0, Ordering::SeqCst);
                    wait = wait.min(next.saturating_since(self.now()).max(Duration::from_millis(1)));
                }
            }
            tokio::select! {
                _ = tokio::time::sleep(wait) => {}
                _ = dues.changed() => {}
                _ = stop.changed() => {}
            }
        }
        Ok(())
    }
}

/// An id that depends only on what the timer is for, so that setting it again moves it.
pub fn id(subject: Uuid, kind: &str) -> Result<Uuid> {
    use sha2::{Digest, Sha256};
    let mut h = Sha256::new();
    h.update(subject.as_bytes());
    h.update(kind.as_bytes());
    Uuid::from_slice(&h.finalize()[..16]).map_err(Error::internal)
}
