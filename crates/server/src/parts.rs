//! Long-running parts: timers, the outbox, reactions … Each has the shape `run(stop)`, is started again when it fails,
//! and says how it is.

use base::Result;
use serde::Serialize;
use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{sync::watch, task::JoinHandle};
use utoipa::ToSchema;

/// Becomes true when the server is to stop.
pub type Stop = watch::Receiver<bool>;

type Run = Box<dyn Fn(Stop) -> Pin<Box<dyn Future<Output = Result<()>> + Send>> + Send>;

pub struct Parts {
    stop: watch::Sender<bool>,
    running: Mutex<Vec<Running>>,
}

struct Running {
    name: &'static str,
    failures: Arc<AtomicU64>,
    task: JoinHandle<()>,
}

/// How a part is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Report {
    pub name: String,
    pub running: bool,
    /// How often it failed and was started again since the server began.
    pub failures: u64,
}

impl Default for Parts {
    fn default() -> Self {
        Parts { stop: watch::Sender::new(false), running: Mutex::default() }
    }
}

impl Parts {
    pub fn stopping(&self) -> Stop {
        self.stop.subscribe()
    }

    /// Starts a part. One that fails is started again after 1, 2, 4 … 60 s.
    pub fn start<F>(&self, name: &'static str, run: impl Fn(Stop) -> F + Send + 'static)
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        let run: Run = Box::new(move |stop| Box::pin(run(stop)));
        let failures = Arc::new(AtomicU64::new(0));
        let task = tokio::spawn(keep(name, run, failures.clone(), self.stop.subscribe()));
        self.running.lock().unwrap_or_else(PoisonError::into_inner).push(Running { name, failures, task });
    }

    pub fn report(&self) -> Vec<Report> {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running
            .iter()
            .map(|r| Report { name: r.name.to_owned(), running: !r.task.is_finished(), failures: r.failures.load(Ordering::Relaxed) })
            .collect()
    }

    /// Asks all to stop and waits for them, 10 s at most.
    pub async fn stop(&self) {
        self.stop.send_replace(true);
        let running = std::mem::take(&mut *self.running.lock().unwrap_or_else(PoisonError::into_inner));
        for part in running {
            if tokio::time::timeout(Duration::from_secs(10), part.task).await.is_err() {
                tracing::warn!(part = part.name, "did not stop in time");
            }
        }
    }
}

async fn keep(name: &'static str, run: Run, failures: Arc<AtomicU64>, mut stop: Stop) {
    let mut wait = Duration::from_secs(1);
    while !*stop.borrow() {
        let Err(e) = run(stop.clone()).await else { return };
        failures.fetch_add(1, Ordering::Relaxed);
        tracing::error!(part = name, error = ?e, "a part failed and is started again");
        tokio::select! {
            _ = tokio::time::sleep(wait) => {}
            _ = stop.changed() => {}
        }
        wait = (wait * 2).min(Duration::from_secs(60));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Error;

    #[tokio::test(start_paused = true)]
    async fn a_part_that_fails_is_started_again_and_stops_when_asked() {
        let parts = Parts::default();
        let tries = Arc::new(AtomicU64::new(0));
        let count = tries.clone();
        parts.start("test", move |mut stop| {
            let n = count.fetch_add(1, Ordering::SeqCst);
            async move {
                if n < 2 {
                    return Err(Error::internal("twice"));
                }
                let _ = stop.changed().await;
                Ok(())
            }
        });
        tokio::time::sleep(Duration::from_secs(10)).await;
        let report = parts.report();
        assert_eq!((report[0].running, report[0].failures, tries.load(Ordering::SeqCst)), (true, 2, 3));
        parts.stop().await;
        assert!(parts.report().is_empty());
    }
}
