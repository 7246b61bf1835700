use super::json::{Event, FollowEvents};
use crate::{
    app::App,
    edge::{self, Answer, Query, Who, malformed},
    parts::Stop,
};
use access::{Caller, Object};
use axum::{
    extract::State,
    http::HeaderMap,
    response::sse::{self, KeepAlive, Sse},
};
use base::{Error, Home, MatterId, Result, Text};
use futures_util::Stream;
use packs::{Action, Subject};
use serde_json::{Map, Value};
use std::{collections::VecDeque, convert::Infallible, time::Duration};
use store::{Reader, Recorded, Store, journal};
use tokio::sync::watch;

/// Entries of one look.
const MOST: i64 = 200;

/// A poller asks for no more events at once.
const POLLED: usize = 1000;

/// How long another server's commit may wait to be seen here.
const POLL: Duration = Duration::from_secs(1);

/// How long a stream lives on the rights it began with; a browser comes back by itself.
const LIVES: Duration = Duration::from_secs(15 * 60);

/// Live events
///
/// Server-sent events of what happens to what I may see, as it is committed. The id is `county:seq`; a stream that was
/// cut goes on where it was, by `Last-Event-ID`.
#[utoipa::path(
    get, path = "/api/events", tag = "journal", params(FollowEvents),
    responses((status = 200, content_type = "text/event-stream", body = String, description = "Each `data` is an Event"))
)]
pub async fn follow_events(
    State(app): State<App>,
    who: Who,
    headers: HeaderMap,
    Query(ask): Query<FollowEvents>,
) -> Answer<Sse<impl Stream<Item = std::result::Result<sse::Event, Infallible>>>> {
    who.account()?;
    let left = edge::most(ask.most, usize::MAX, POLLED)?;
    let said = headers.get("last-event-id").and_then(|v| v.to_str().ok()).map(str::to_owned).or(ask.after);
    let at = match said {
        Some(id) => sequence(&id, who.home())?,
        None => app.store.read(who.home(), journal::head).await?,
    };
    let follower = Follower {
        store: app.store.clone(),
        commits: app.store.commits(),
        stop: app.parts.stopping(),
        home: who.home(),
        caller: who.caller,
        token: who.token,
        at,
        left,
        ready: VecDeque::new(),
        until: tokio::time::Instant::now() + LIVES,
    };
    let stream = futures_util::stream::unfold(follower, |mut f| async move { f.next().await.map(|e| (Ok(e), f)) });
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))))
}

/// Of `430903:17` or several such pairs with commas, the one of this county.
fn sequence(id: &str, home: Home) -> Result<i64> {
    let wrong = || malformed("after", Text::new("应如 430903:17（县:序号）", "looks like 430903:17 (county:sequence)"));
    let mut own = None;
    for pair in id.split(',') {
        let (county, seq) = pair.trim().split_once(':').ok_or_else(wrong)?;
        let seq = seq.parse::<i64>().ok().filter(|seq| *seq >= 0).ok_or_else(wrong)?;
        if county.parse::<i32>().map_err(|_| wrong())? == home.get() {
            own = Some(seq);
        }
    }
    own.ok_or_else(|| Error::invalid("after", format!("没有 {home} 这个县的序号"), format!("has no sequence of the county {home}")))
}

struct Follower {
    store: Store,
    commits: watch::Receiver<u64>,
    stop: Stop,
    home: Home,
    caller: Caller,
    /// What it was opened by: gone, the stream ends.
    token: Option<String>,
    at: i64,
    left: usize,
    ready: VecDeque<Event>,
    until: tokio::time::Instant,
}

enum Looked {
    /// There may be more.
    More,
    Nothing,
    SignedOut,
}

impl Follower {
    /// Waits for the next event; `None` ends the stream.
    async fn next(&mut self) -> Option<sse::Event> {
        loop {
            if self.left == 0 || *self.stop.borrow() || tokio::time::Instant::now() >= self.until {
                return None;
            }
            if let Some(event) = self.ready.pop_front() {
                self.left -= 1;
                let (id, kind) = (format!("{}:{}", self.home, event.seq), event.kind.clone());
                return Some(sse::Event::default().id(id).event(kind).data(serde_json::to_string(&event).ok()?));
            }
            self.commits.borrow_and_update();
            match self.look().await {
                Looked::More => continue,
                Looked::SignedOut => return None,
                Looked::Nothing => {}
            }
            tokio::select! {
                _ = tokio::time::sleep(POLL) => {}
                _ = self.commits.changed() => {}
                _ = self.stop.changed() => {}
            }
        }
    }

    /// Reads on.
    async fn look(&mut self) -> Looked {
        let (at, caller, token) = (self.at, self.caller.clone(), self.token.clone());
        let looked = self.store.read(self.home, move |r| {
            let entries = journal::after(r, at, MOST)?;
            let last = entries.last().map(|e| e.seq);
            let mut seen = VecDeque::new();
            // An entry about my own account may be that I was signed out: then nothing more is told, of this look neither.
            let of_me = entries.iter().any(|e| e.subject_kind == "account" && caller.account.is_some_and(|me| me.uuid() == e.subject));
            if of_me && token.as_deref().map(|t| access::home_of(r, t)).transpose()?.flatten().is_none() {
                return Ok(None);
            }
            for e in entries {
                if may_see(r, &caller, &e) {
                    seen.push_back(event(e));
                }
            }
            Ok(Some((last, seen)))
        });
        match looked.await {
            Ok(Some((Some(last), seen))) => {
                self.at = last;
                self.ready = seen;
                Looked::More
            }
            Ok(Some((None, _))) => Looked::Nothing,
            Ok(None) => Looked::SignedOut,
            Err(e) => {
                tracing::error!(error = ?e, "live events could not be read");
                Looked::Nothing
            }
        }
    }
}

/// What a look-up would show is told; the county's own affairs are told to those who run it.
pub(super) fn may_see(r: &mut Reader, caller: &Caller, e: &Recorded) -> bool {
    if e.subject_kind == "matter" {
        return matters::look(r, caller, MatterId::from_uuid(e.subject)).is_ok();
    }
    if e.subject_kind == "account" && caller.account.is_some_and(|me| me.uuid() == e.subject) {
        return true;
    }
    // Whose page is open reads the county's new words.
    if e.kind == crate::routes::words::CHANGED {
        return true;
    }
    let region = e.region.unwrap_or(caller.home.code());
    caller.check(Action::Operate, &Subject::Platform, &Object::at(region)).is_ok()
}

fn event(e: Recorded) -> Event {
    let mut facts = Map::new();
    for name in ["step", "open", "holder", "due", "ended_as"] {
        if let Some(v) = e.payload.get(name).filter(|v| !v.is_null()) {
            facts.insert(name.to_owned(), v.clone());
        }
    }
    Event {
        seq: e.seq,
        at: e.at,
        kind: e.kind,
        subject_kind: e.subject_kind,
        subject: e.subject,
        region: e.region,
        facts: Value::Object(facts),
    }
}
