//! Which matters are about one and the same, county by county: the ground that hot issues are shown from.
//!
//! Grouping fifty thousand messages takes seconds, so it is done once for all who ask, kept, and done again behind their
//! backs when the journal has gone on. What is kept are ids, times and counts: no words. Who asks is shown of each group
//! what he may see at that moment, with the words as they are then.

use crate::app::App;
use base::{Code, Error, Home, MatterId, Result, Time};
use language::{Common, HotOptions, Message, group};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use store::{Reader, journal, sql};

/// Messages that are compared, the newest.
const MOST: usize = 50_000;
const DAY: Duration = Duration::from_secs(86_400);
/// Days back that are grouped: the shortest of these that holds the days asked for.
const WINDOWS: [u16; 3] = [30, 90, 366];
/// So few are grouped at once when they are out of date: a fraction of a second.
const FEW: usize = 5_000;
/// Grouping again rests so many times as long as it took: at most a twentieth of a processor.
const REST: u32 = 20;
/// Rows that are read at once.
const PAGE: usize = 2_000;

pub struct Member {
    pub id: MatterId,
    pub received_at: Time,
    pub supporters: u32,
}

pub struct Grouped {
    /// The moment it is as of.
    pub looked_at: Time,
    /// There were more than could be compared: the newest were.
    pub cut: bool,
    pub groups: Vec<Vec<Member>>,
    pub common: Common,
    /// The journal's last entry when it was read.
    head: i64,
    messages: usize,
    took: Duration,
    done: Instant,
}

type Key = (Home, u16);

/// What this process has grouped. A cheap handle.
#[derive(Clone, Default)]
pub struct Alike(Arc<Mutex<HashMap<Key, Slot>>>);

#[derive(Clone, Default)]
struct Slot {
    /// Held while it is grouped anew: who comes first does it, the others wait for him or take the last.
    turn: Arc<tokio::sync::Mutex<()>>,
    last: Arc<Mutex<Option<Arc<Grouped>>>>,
}

impl Slot {
    fn last(&self) -> Option<Arc<Grouped>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn renew(&self, app: &App, home: Home, days: u16) -> Result<Arc<Grouped>> {
        let grouped = Arc::new(look(app, home, days, app.store.now()).await?);
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(grouped.clone());
        Ok(grouped)
    }
}

impl Alike {
    /// The groups of at least `days` back. With `at`: as of that moment, looked for anew; without: what is kept, which is
    /// right now in a small county and some minutes old at most in a large one.
    pub async fn grouped(&self, app: &App, home: Home, days: u16, at: Option<Time>) -> Result<Arc<Grouped>> {
        let days = WINDOWS.into_iter().find(|w| days <= *w).unwrap_or(366);
        if let Some(at) = at {
            return Ok(Arc::new(look(app, home, days, at).await?));
        }
        let slot = self.0.lock().unwrap_or_else(PoisonError::into_inner).entry((home, days)).or_default().clone();
        let head = app.store.read(home, journal::head).await?;
        match slot.last() {
            Some(last) if last.head == head => Ok(last),
            Some(last) if last.messages > FEW => {
                // Whoever has the turn is at it already.
                let rested = last.done.elapsed() >= last.took * REST;
                if rested && let Ok(turn) = slot.turn.clone().try_lock_owned() {
                    let app = app.clone();
                    tokio::spawn(async move {
                        let _turn = turn;
                        if let Err(e) = slot.renew(&app, home, days).await {
                            tracing::warn!(county = %home, error = ?e, "messages could not be grouped anew");
                        }
                    });
                }
                Ok(last)
            }
            _ => {
                let _turn = slot.turn.clone().lock_owned().await;
                match slot.last() {
                    Some(last) if last.head >= head => Ok(last),
                    _ => slot.renew(app, home, days).await,
                }
            }
        }
    }
}

async fn look(app: &App, home: Home, days: u16, at: Time) -> Result<Grouped> {
    let begun = Instant::now();
    let from = at - DAY * u32::from(days);
    let (head, mut rows) = app.store.read(home, move |r| Ok((journal::head(r)?, newest(r, from, at)?))).await?;
    let cut = rows.len() > MOST;
    rows.truncate(MOST);
    let mut members: Vec<Member> = Vec::with_capacity(rows.len());
    let mut messages: Vec<Message> = Vec::with_capacity(rows.len());
    while !rows.is_empty() {
        let page = rows.split_off(rows.len().saturating_sub(PAGE));
        for (row, text, supporters) in app.store.read(home, move |r| with_words(r, page)).await? {
            members.push(Member { id: row.id, received_at: row.received_at, supporters });
            // Who sent it matters to heat alone, which is counted of what the caller sees.
            let (sender, time, region) = (String::new(), row.received_at, Some(row.region));
            messages.push(Message { sender, time, region, title: row.title, text, supporters });
        }
    }
    let grouped = tokio::task::spawn_blocking(move || group(&messages, HotOptions::default().alike)).await.map_err(Error::internal)?;
    let mut members: Vec<Option<Member>> = members.into_iter().map(Some).collect();
    let groups = grouped.groups.into_iter().map(|g| g.into_iter().filter_map(|i| members[i].take()).collect()).collect();
    let took = begun.elapsed();
    tracing::debug!(county = %home, messages = members.len(), ms = took.as_millis() as u64, "messages were grouped");
    Ok(Grouped { looked_at: at, cut, groups, common: grouped.common, head, messages: members.len(), took, done: Instant::now() })
}

store::row! {
    struct Row {
        id: MatterId,
        received_at: Time,
        region: Code,
        title: String,
    }
}

/// One more than are compared. Ids are in order of their making: the newest are found from the end of the key.
fn newest(r: &mut Reader, from: Time, to: Time) -> Result<Vec<Row>> {
    r.many(
        sql("select id, received_at, region, title from matter where county = $1 and hidden is null and received_at >= $2 and received_at <= $3
            order by id desc limit $4")
        .bind(r.home())
        .bind(from)
        .bind(to)
        .bind(MOST as i64 + 1),
    )
}

/// With the words that were written and how many said "me too".
fn with_words(r: &mut Reader, rows: Vec<Row>) -> Result<Vec<(Row, String, u32)>> {
    let (mut words, mut support) = (HashMap::new(), HashMap::new());
    for some in rows.chunks(400) {
        words.extend(words_of(r, some.iter().map(|m| m.id))?);
        let mut q = sql("select matter, support from brought where county = ");
        q.arg(r.home()).push(" and matter in ").list(some.iter().map(|m| m.id));
        support.extend(r.many::<(MatterId, i64)>(q)?);
    }
    let with = |row: Row| {
        let text = words.remove(&row.id).unwrap_or_default();
        let supporters = support.get(&row.id).copied().unwrap_or(0).clamp(0, i64::from(u32::MAX)) as u32;
        (row, text, supporters)
    };
    Ok(rows.into_iter().map(with).collect())
}

/// What was written, by matter; nothing where it was erased.
pub fn words_of(r: &mut Reader, ids: impl Iterator<Item = MatterId>) -> Result<Vec<(MatterId, String)>> {
    let mut q = sql("select subject, value from word where county = ");
    q.arg(r.home()).push(" and value is not null and field like '%.words' and subject in ").list(ids);
    r.many(q)
}
