//! What has an effect outside (SMS, calls, webhooks) is a row written with the decision, and sent afterwards: at least
//! once, under an id by which the receiver can tell a repetition.

use crate::{By, Store, Unit, sql};
use base::{Error, Home, Kind, Result};
use futures_util::future::join_all;
use std::{future::Future, pin::Pin, sync::Arc, time::Duration};
use tokio::sync::watch;
use uuid::Uuid;

crate::row! {
    #[derive(Clone, Debug)]
    pub struct Letter {
        pub id: Uuid,
        /// The channel: `sms`, `webhook` …
        pub kind: String,
        /// JSON for the channel.
        pub payload: String,
        pub tries: i64,
    }
}

/// Sends one letter. An error is tried again, after longer and longer waits.
pub type Send = Arc<dyn Fn(Letter) -> Pin<Box<dyn Future<Output = Result<()>> + std::marker::Send>> + std::marker::Send + Sync>;

/// Seconds to wait after each failure; after the last it is given up and stays visible.
const WAITS: [u64; 8] = [1, 10, 60, 600, 3600, 3600, 3600, 3600];

/// Letters under way at once in a county.
const AT_ONCE: usize = 8;

impl Unit<'_> {
    pub fn send(&mut self, kind: &str, payload: &serde_json::Value) -> Result<Uuid> {
        let id = Uuid::now_v7();
        let (home, now) = (self.home(), self.now());
        self.write(
            sql("insert into outbox (county, id, kind, payload, made, due, tries, state) values ($1, $2, $3, $4, $5, $6, 0, 0)")
                .bind(home)
                .bind(id)
                .bind(kind)
                .bind(payload.to_string())
                .bind(now)
                .bind(now),
        )?;
        Ok(id)
    }
}

impl Store {
    /// Sends what waits in a county and is due; answers how many were tried.
    pub async fn send_due(&self, home: Home, send: &Send) -> Result<usize> {
        let now = self.now();
        let letters: Vec<Letter> = self
            .read(home, move |r| {
                let mut q = crate::Sql::select::<Letter>("from outbox where county = ");
                q.arg(home).push(" and state = 0 and due <= ").arg(now).push(" order by due, id limit 64");
                r.many(q)
            })
            .await?;
        let tried = letters.len();
        // A slow receiver keeps only its neighbours waiting.
        for some in letters.chunks(AT_ONCE) {
            for sent in join_all(some.iter().map(|letter| self.send_one(home, letter.clone(), send))).await {
                sent?;
            }
        }
        Ok(tried)
    }

    async fn send_one(&self, home: Home, letter: Letter, send: &Send) -> Result<()> {
        let (id, tries) = (letter.id, letter.tries);
        let claimed = self
            .command(home, By::system("outbox"), move |unit| {
                // Claimed by moving its due: another server passes over it; a crash lets it come again.
                let later = unit.now() + Duration::from_secs(60);
                unit.change(
                    sql("update outbox set due = $1, tries = tries + 1 where county = $2 and id = $3 and state = 0 and tries = $4")
                        .bind(later)
                        .bind(home)
                        .bind(id)
                        .bind(tries),
                )
            })
            .await?;
        if claimed.value == 0 {
            return Ok(());
        }
        let outcome = send(letter).await;
        self.command(home, By::system("outbox"), move |unit| settle(unit, id, tries, outcome.as_ref().err())).await.map(drop)
    }

    pub async fn run_outbox(&self, send: Send, mut stop: watch::Receiver<bool>) -> Result<()> {
        while !*stop.borrow() {
            for home in self.awake().await.unwrap_or_default() {
                if let Err(e) = self.send_due(home, &send).await {
                    tracing::error!(county = %home, error = ?e, "the outbox could not be sent");
                }
            }
            tokio::select! {
                _ = tokio::time::sleep(Duration::from_secs(1)) => {}
                _ = stop.changed() => {}
            }
        }
        Ok(())
    }
}

/// With its causes: that the receiver answered 503 is what whoever looks after it needs to know.
fn chain(error: &Error) -> String {
    let mut said = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(e) = cause {
        said += &format!(": {e}");
        cause = e.source();
    }
    said
}

fn settle(unit: &mut Unit, id: Uuid, tries: i64, error: Option<&Error>) -> Result<()> {
    let (home, now) = (unit.home(), unit.now());
    let (state, due, said) = match (error, WAITS.get(tries as usize)) {
        (None, _) => (1, now, None),
        (Some(e), Some(wait)) if e.kind() != Kind::Invalid => (0, now + Duration::from_secs(*wait), Some(chain(e))),
        (Some(e), _) => (2, now, Some(chain(e))),
    };
    unit.write(
        sql("update outbox set state = $1, due = $2, error = $3 where county = $4 and id = $5")
            .bind(state)
            .bind(due)
            .bind(said)
            .bind(home)
            .bind(id),
    )
}
