use crate::{
    app::App,
    edge::{Answer, Body},
};
use axum::{Json, extract::State};
use base::{Error, Result, StoryClock, Time};
use calendar::{Calendar, Term};
use serde::{Deserialize, Serialize};
use std::{sync::Arc, time::Duration};

#[derive(Serialize)]
pub struct Clock {
    now: Time,
    /// Timers that ran on the way.
    ran: usize,
}

/// Either a moment, or how far on, such as `4 work-days`; and seconds beside it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MoveClock {
    to: Option<Time>,
    by: Option<String>,
    #[serde(default)]
    seconds: u64,
}

pub async fn show_clock(State(app): State<App>) -> Json<Clock> {
    Json(Clock { now: app.store.now(), ran: 0 })
}

/// Stops at each timer that is due on the way, runs it at its own moment with all that follows from it, and answers
/// when nothing is left to do at the moment asked for.
pub async fn move_clock(State(app): State<App>, body: Body<MoveClock>) -> Answer<Json<Clock>> {
    let clock = app.story.clone().ok_or_else(Error::not_found)?;
    let now = app.store.now();
    let MoveClock { to, by, seconds } = body.value;
    let to = match (to, by) {
        (Some(to), None) => to,
        (None, Some(term)) => Calendar::shipped().due(now, term.parse::<Term>()?).at,
        (None, None) if seconds > 0 => now,
        _ => return Err(Error::invalid("to", "写 to（时间）或 by（期限）其中之一", "write one of `to` (a time) and `by` (a term)").into()),
    };
    let ran = move_to(&app, &clock, to + Duration::from_secs(seconds)).await?;
    Ok(Json(Clock { now: app.store.now(), ran }))
}

/// Time goes to `target`, stopping at each timer; answers how many ran.
pub async fn move_to(app: &App, clock: &Arc<StoryClock>, target: Time) -> Result<usize> {
    let ring = app.ring();
    let mut ran = app.settle(&ring).await?;
    loop {
        let mut next: Option<Time> = None;
        for home in app.store.homes().await? {
            let due = app.store.next_due(home).await?;
            next = [next, due].into_iter().flatten().min();
        }
        match next.filter(|due| *due <= target) {
            // One that failed was put off by a second or more: it comes again at that moment.
            Some(due) => clock.move_to(due),
            None => break,
        }
        ran += app.settle(&ring).await?;
    }
    clock.move_to(target);
    Ok(ran + app.settle(&ring).await?)
}
