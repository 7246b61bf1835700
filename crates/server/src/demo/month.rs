//! The month: deeds in the order of their times, with the deadlines that pass between them.
//!
//! The clock stops at each batch of deeds; each deed is done at its own moment, and what came due before it ran at
//! its own. Deeds of different matters are in flight together: no deadline that one of them sets (four working hours
//! at least) can come due within a batch.

use super::{
    act::{self, On},
    cast::Cast,
};
use crate::{
    app::App,
    intake::twins,
    routes::{files::id as file_id, matters::open_matter},
};
use access::Caller;
use base::{Error, Level, MatterId, Result, StoryClock, Time};
use demo::{Actor, County, Door, PlannedMatter, Sender};
use futures_util::future::join_all;
use matters::Rules;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};
use store::{By, Unit};

/// Deeds in flight together, and the time that one batch spans.
const BATCH: usize = 64;
const SPAN: Duration = Duration::from_secs(2 * 3600);

/// In the order in which they are done at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Deed {
    Open,
    SameAgain,
    Correct,
    /// Index into the matter's course.
    Move(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Event {
    at: Time,
    matter: usize,
    deed: Deed,
}

/// Plays the plan, whose times lie before `now`, and leaves the clock at `now`. Answers the matters in the plan's order.
pub async fn play(app: &App, clock: &Arc<StoryClock>, county: &County, plan: &[PlannedMatter], now: Time) -> Result<Vec<MatterId>> {
    let photo = app.files.bring_photo(&app.store, county.home, By::system("demo"), demo::PHOTO.into()).await?.photo.sha256;
    let photo = (photo, file_id::of(&photo));
    let events = events(plan);
    let mut cast = Cast::new(app, county);
    let mut ids: BTreeMap<usize, MatterId> = BTreeMap::new();
    let mut rest = &events[..];
    while let Some(first) = rest.first() {
        let until = deadlines(app, clock, county, first.at).await?.min(first.at + SPAN);
        let n = together(rest, plan, until);
        let mut running = Vec::new();
        for event in &rest[..n] {
            let m = &plan[event.matter];
            let on = ids.get(&event.matter).map(|id| On {
                id: *id,
                other: m.merged_into.or(m.repeats).and_then(|i| ids.get(&i).copied()),
                photo,
            });
            running.push(run(app, *event, m, caller(&mut cast, *event, m).await?, cast.resident(m).await?, on));
        }
        for (event, done) in rest.iter().zip(join_all(running).await) {
            ids.insert(event.matter, done?);
        }
        rest = &rest[n..];
    }
    deadlines(app, clock, county, now).await?;
    Ok(ids.into_values().collect())
}

fn events(plan: &[PlannedMatter]) -> Vec<Event> {
    let mut events = Vec::new();
    for (matter, m) in plan.iter().enumerate() {
        events.push(Event { at: m.received, matter, deed: Deed::Open });
        if m.repeats.is_some() {
            events.push(Event { at: m.received + Duration::from_secs(60), matter, deed: Deed::SameAgain });
        }
        if let (true, Some(first)) = (m.guess != m.category, m.course.first()) {
            events.push(Event { at: first.at, matter, deed: Deed::Correct });
        }
        events.extend(m.course.iter().enumerate().map(|(i, mv)| Event { at: mv.at, matter, deed: Deed::Move(i) }));
    }
    events.sort();
    events
}

/// Moves the clock to `to` and runs what came due, each at its own moment; answers when the next is due.
async fn deadlines(app: &App, clock: &StoryClock, county: &County, to: Time) -> Result<Time> {
    clock.move_to(to);
    let ring = app.ring();
    while app.store.run_due(county.home, &ring).await? > 0 {}
    Ok(app.store.next_due(county.home).await?.unwrap_or(Time::MAX))
}

/// How many of the next events may run side by side: of different matters, before `until`.
fn together(events: &[Event], plan: &[PlannedMatter], until: Time) -> usize {
    let mut met = BTreeSet::new();
    let own = |e: &&Event| {
        let m = &plan[e.matter];
        let other = m.merged_into.or(m.repeats);
        e.at < until && !other.is_some_and(|o| met.contains(&o)) && met.insert(e.matter)
    };
    events.iter().take(BATCH).take_while(own).count().max(1)
}

async fn caller(cast: &mut Cast<'_>, event: Event, m: &PlannedMatter) -> Result<Caller> {
    let at = |level| m.place.at(level).unwrap_or(m.place);
    match event.deed {
        Deed::Open => match (m.sender, m.door) {
            (Sender::Anonymous, _) => {
                let known = cast.resident(m).await?;
                Ok(Caller::nobody(cast.home(), known.catalogue))
            }
            (_, Door::Page | Door::Miniprogram | Door::Open311) => cast.resident(m).await,
            (_, Door::Phone) => cast.seat("desk", at(Level::Town), None).await,
            (_, Door::Visit) => cast.seat("group_leader", at(Level::Group), None).await,
        },
        Deed::SameAgain | Deed::Correct => cast.seat("village_duty", at(Level::Village), None).await,
        Deed::Move(i) => {
            let by: &Actor = &m.course[i].by;
            cast.actor(by, m).await
        }
    }
}

async fn run(app: &App, event: Event, m: &PlannedMatter, caller: Caller, resident: Caller, on: Option<On>) -> Result<MatterId> {
    let (rules, planned, home) = (app.rules(caller.home)?, m.clone(), caller.home);
    let done = app.store.command(home, By::nobody(), move |unit| {
        unit.at(event.at);
        deed(unit, &rules, event, &planned, &caller, &resident, on)
    });
    done.await.map(|d| d.value).map_err(|e| {
        let what = match event.deed {
            Deed::Move(i) => m.course[i].does,
            _ => "",
        };
        Error::internal(format!("{:?} {what} of a {:?} matter at {}: {e:?}", event.deed, m.state, event.at))
    })
}

fn deed(
    unit: &mut Unit,
    rules: &Rules,
    event: Event,
    m: &PlannedMatter,
    caller: &Caller,
    resident: &Caller,
    on: Option<On>,
) -> Result<MatterId> {
    if event.deed == Deed::Open {
        let opening = act::opening(m, resident);
        let id = matters::open(unit, rules, caller, &opening)?.id;
        // As the doors do: by it the same message told twice is found.
        if let Some(flow) = rules.catalogue.flow(&opening.flow.pack, &opening.flow.id) {
            twins::keep(unit, id, &open_matter::words(flow, &opening.form))?;
        }
        return Ok(id);
    }
    let on = on.ok_or_else(|| Error::internal("it was not opened"))?;
    match event.deed {
        Deed::Open => {}
        Deed::SameAgain => act::same_again(unit, rules, caller, on)?,
        Deed::Correct => act::correct(unit, rules, caller, m, on)?,
        Deed::Move(i) => act::act(unit, rules, caller, &m.course[i], on)?,
    }
    Ok(on.id)
}
