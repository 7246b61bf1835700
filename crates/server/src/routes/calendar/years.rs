use crate::{app::App, parts::Stop};
use base::{Home, MatterId, Result, Time};
use calendar::Calendar;
use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};
use store::{By, sql};

/// How soon a year that was entered at another server is known here.
const POLL: Duration = Duration::from_secs(30);

/// Matters counted again in one unit.
const CHUNK: i64 = 50;

/// Each county's calendar, with the moment at which its newest year was entered.
#[derive(Clone, Default)]
pub struct Calendars(Arc<RwLock<HashMap<Home, (Time, Calendar)>>>);

impl Calendars {
    pub fn of(&self, home: Home) -> Calendar {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.get(&home).map_or_else(Calendar::shipped, |(_, c)| c.clone())
    }

    fn since(&self, home: Home) -> Time {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.get(&home).map_or(Time(0), |(t, _)| *t)
    }
}

/// Reads the county's own years; `true` where there are new ones, which every rule from then on counts by.
pub async fn read_years(app: &App, home: Home) -> Result<bool> {
    let newest = app
        .store
        .read(home, |r| Ok(Time(r.count(sql("select coalesce(max(at), 0) from calendar_year where county = $1").bind(r.home()))?)))
        .await?;
    if newest <= app.calendars.since(home) {
        return Ok(false);
    }
    let calendar = app.store.read(home, matters::calendar).await?;
    app.calendars.0.write().unwrap_or_else(PoisonError::into_inner).insert(home, (newest, calendar));
    app.forget_rules(home);
    Ok(true)
}

/// Counts the provisional deadlines of a county again, by the years that are known now; and gives about how many there were.
pub async fn recount(app: &App, home: Home) -> Result<u64> {
    let mut after: Option<MatterId> = None;
    let mut n = 0;
    loop {
        let rules = app.rules(home)?;
        let from = after;
        let last = app.store.command(home, By::system("calendar"), move |unit| matters::recount(unit, &rules, from, CHUNK)).await?.value;
        match last {
            Some(id) => {
                after = Some(id);
                n += CHUNK as u64;
            }
            None => return Ok(n),
        }
    }
}

/// Years that were entered at any server come into force here, and what is provisional is counted again.
pub async fn follow(app: &App, mut stop: Stop) -> Result<()> {
    while !*stop.borrow() {
        for home in app.store.homes().await? {
            if read_years(app, home).await? {
                recount(app, home).await?;
            }
        }
        tokio::select! {
            _ = tokio::time::sleep(POLL) => {}
            _ = stop.changed() => {}
        }
    }
    Ok(())
}
