//! Figures are kept up with the journal, county by county.

use crate::{app::App, parts::Stop};
use base::{Home, Result};
use insight::Counting;
use matters::Rules;
use std::{collections::HashMap, sync::Arc, time::Duration};
use store::By;

/// How long another server's commit may wait to be counted.
const POLL: Duration = Duration::from_millis(500);

/// Changes that come close together are counted once: a matter in full course would be counted at every step.
const GATHER: Duration = Duration::from_secs(1);

/// Keeps all counties' figures up until `stop`. New rules are declared before anything is counted by them.
pub async fn follow(app: &App, mut stop: Stop) -> Result<()> {
    let mut declared: HashMap<Home, Arc<Rules>> = HashMap::new();
    let mut commits = app.store.commits();
    while !*stop.borrow() {
        commits.borrow_and_update();
        for home in app.store.homes().await? {
            let counting = app.counting(home)?;
            if declared.get(&home).is_none_or(|rules| !Arc::ptr_eq(rules, &counting.rules)) {
                declare(app, home, &counting).await?;
                declared.insert(home, counting.rules.clone());
            }
            if let Err(e) = insight::catch_up(&app.store, home, &counting).await {
                // Another server was faster, or the database is away: the next round finds out.
                tracing::warn!(county = %home, error = ?e, "figures could not be kept up");
            }
        }
        tokio::select! {
            _ = tokio::time::sleep(POLL) => {}
            _ = commits.changed() => tokio::time::sleep(GATHER).await,
            _ = stop.changed() => {}
        }
    }
    Ok(())
}

async fn declare(app: &App, home: Home, counting: &Counting) -> Result<()> {
    let counting = counting.clone();
    app.store.command(home, By::system("insight"), move |unit| insight::declare(unit, &counting)).await.map(drop)
}

/// Brings one county's figures up with what was committed before: for a story's clock, and for tests.
pub async fn catch_up(app: &App, home: Home) -> Result<()> {
    let counting = app.counting(home)?;
    declare(app, home, &counting).await?;
    insight::catch_up(&app.store, home, &counting).await
}
