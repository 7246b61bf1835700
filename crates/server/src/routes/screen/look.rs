//! What the screen shows, by the same filters as the lists that it names.

use super::json::{Alarm, Happening, Number, OnDuty, RegionRate, Screen};
use crate::routes::{
    figures::HotIssues,
    matters::show::{self, listed},
    session::json::Words,
};
use access::{Caller, CallerKind, HolderKind, Keyring};
use base::{Code, Level, MatterId, Result, Time};
use jiff::civil::Time as Clock;
use matters::{Filter, Rules, map};
use std::{collections::HashMap, time::Duration};
use store::{Reader, sql};

/// Days of the rates.
const DAYS: u32 = 30;
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);
const ALARMS: usize = 10;
const EVENTS: usize = 20;
/// Entries of the journal in which they are looked for.
const BACK: i64 = 400;

pub struct Looking<'a, 'r> {
    pub r: &'a mut Reader<'r>,
    pub rules: &'a Rules,
    pub caller: &'a Caller,
    pub keys: &'a Keyring,
    pub region: Code,
}

/// What a list is asked for, and how many it has.
#[derive(Clone, Default)]
struct Asked {
    open: bool,
    late: Option<bool>,
    urgent: bool,
    from: Option<Time>,
    to: Option<Time>,
}

impl Asked {
    fn filter(&self, region: Code) -> Filter {
        Filter {
            open: self.open.then_some(true),
            region: Some(region),
            late: self.late == Some(true),
            in_time: self.late == Some(false),
            urgent: self.urgent.then_some(true),
            received_from: self.from,
            received_to: self.to,
            ..Filter::default()
        }
    }

    fn number(&self, region: Code, n: i64) -> Number {
        let mut query = format!("/api/matters?region={region}");
        let mut say = |name: &str, value: &str| {
            query.push_str(&format!("&{name}={}", value.replace(':', "%3A").replace('+', "%2B")));
        };
        if self.open {
            say("open", "true");
        }
        if let Some(late) = self.late {
            say("late", if late { "true" } else { "false" });
        }
        if self.urgent {
            say("urgent", "true");
        }
        for (name, at) in [("received_from", self.from), ("received_to", self.to)] {
            if let Some(at) = at {
                say(name, &at.to_string());
            }
        }
        Number { n, query, from: self.from, to: self.to }
    }
}

impl Looking<'_, '_> {
    /// All but what many write about, which is grouped behind everyone's back.
    pub fn screen(mut self) -> Result<impl FnOnce(HotIssues) -> Screen + Send + use<>> {
        let (now, region) = (self.r.now(), self.region);
        let midnight = Time::from_civil(now.date().to_datetime(Clock::midnight()));
        let day = Asked { from: Some(midnight), to: Some(midnight + DAY), ..Asked::default() };
        let running = Asked { open: true, ..Asked::default() };
        let today = self.count(&day)?;
        let by_hour = self.by_hour(midnight)?;
        let tally = map::tally(self.r, self.caller, &running.filter(region))?;
        let of = |late| Asked { late: Some(late), ..running.clone() };
        let (open, late) = (running.number(region, tally.open), of(true).number(region, tally.late));
        let on_time = of(false).number(region, tally.open - tally.late);
        let alarm = Asked { urgent: true, ..running.clone() }.number(region, tally.alarm);
        let (rates, alarms, events, duty) = (self.rates(now)?, self.alarms()?, self.events()?, self.duty()?);
        let region_name = self.rules.directory.place(self.r, self.caller, region)?.to_string();
        Ok(move |hot| Screen { region, region_name, at: now, today, by_hour, open, on_time, late, alarm, rates, alarms, events, duty, hot })
    }

    fn count(&mut self, asked: &Asked) -> Result<Number> {
        let n = map::tally(self.r, self.caller, &asked.filter(self.region))?.n;
        Ok(asked.number(self.region, n))
    }

    fn by_hour(&mut self, midnight: Time) -> Result<Vec<Number>> {
        let day = Asked { from: Some(midnight), to: Some(midnight + DAY), ..Asked::default() };
        let counted: HashMap<i64, i64> = map::by_hour(self.r, self.caller, &day.filter(self.region), midnight)?.into_iter().collect();
        let hour = |h: u32| Asked { from: Some(midnight + HOUR * h), to: Some(midnight + HOUR * (h + 1)), ..Asked::default() };
        Ok((0..24).map(|h| hour(h).number(self.region, counted.get(&i64::from(h)).copied().unwrap_or(0))).collect())
    }

    fn rates(&mut self, now: Time) -> Result<Vec<RegionRate>> {
        let children = access::children(self.r, self.region)?;
        let Some(level) = children.first().map(|c| c.code.level()) else { return Ok(Vec::new()) };
        let month = Asked { from: Some(Time(now.0 - (DAY * DAYS).as_millis() as i64)), to: Some(Time(now.0 + 1)), ..Asked::default() };
        let (late, running) = (Asked { late: Some(true), ..month.clone() }, Asked { open: true, ..Asked::default() });
        let mut by = |asked: &Asked| -> Result<HashMap<Code, i64>> {
            let rows = map::by_level(self.r, self.caller, &asked.filter(self.region), level)?;
            Ok(rows.into_iter().map(|(code, tally)| (code, tally.n)).collect())
        };
        let (all, lates, open) = (by(&month)?, by(&late)?, by(&running)?);
        let rate = |c: access::Region| {
            let of = |counted: &HashMap<Code, i64>| counted.get(&c.code).copied().unwrap_or(0);
            let (n, bad) = (of(&all), of(&lates));
            RegionRate {
                region: c.code,
                rate: (n > 0).then(|| (n - bad) as f64 / n as f64),
                all: month.number(c.code, n),
                on_time: Asked { late: Some(false), ..month.clone() }.number(c.code, n - bad),
                late: late.number(c.code, bad),
                open: running.number(c.code, of(&open)),
                name: c.name,
            }
        };
        Ok(children.into_iter().map(rate).collect())
    }

    fn alarms(&mut self) -> Result<Vec<Alarm>> {
        let asked = Asked { open: true, urgent: true, ..Asked::default() };
        let rows = matters::list(self.r, self.caller, &asked.filter(self.region), None, ALARMS)?;
        let mut untouched = Vec::new();
        for m in &rows {
            untouched.push(matters::load(self.r, m.id)?.is_some_and(|m| m.tally().is_empty()));
        }
        let shown = listed(self.r, self.rules, self.caller, rows)?;
        Ok(shown.into_iter().zip(untouched).map(|(matter, untouched)| Alarm { matter, untouched }).collect())
    }

    fn events(&mut self) -> Result<Vec<Happening>> {
        let head = store::journal::head(self.r)?;
        let mut entries = store::journal::after(self.r, (head - BACK).max(0), BACK)?;
        entries.retain(|e| e.subject_kind == "matter" && e.region.is_some_and(|r| self.region.contains(r)));
        let mut shown = Vec::new();
        for e in entries.into_iter().rev() {
            let Ok((m, _)) = matters::look(self.r, self.caller, MatterId::from_uuid(e.subject)) else { continue };
            let flow = self.rules.flow_of(self.r, &m)?;
            shown.push(Happening {
                seq: e.seq,
                at: e.at,
                kind: e.kind,
                matter: m.id,
                flow: m.flow_name().to_string(),
                step_name: flow.step(&m.step).map_or_else(|| show::named(&m.step), |s| Words::from(&s.name)),
                open: m.open,
                region: m.region,
                region_name: self.rules.directory.place(self.r, self.caller, m.region)?.to_string(),
                category_name: show::category_name(&flow, m.category.as_deref()),
                urgent: m.urgent,
                number: m.number,
            });
            if shown.len() == EVENTS {
                break;
            }
        }
        Ok(shown)
    }

    /// Duty 值班 of the region and of those directly below it.
    fn duty(&mut self) -> Result<Vec<OnDuty>> {
        let roles: Vec<&str> =
            self.rules.catalogue.roles().filter(|r| r.paid && r.name.zh.contains("值班")).map(|r| r.id.as_str()).collect();
        let (first, last) = self.region.range();
        let below = self.region.level() as i64 + 1;
        let mut q = sql("select s.id, s.region from seat s where s.county = ");
        q.arg(self.r.home()).push(" and s.closed is null and s.role in ").list(roles);
        q.push(" and s.region between ").arg(first).push(" and ").arg(last).push(" order by s.region, s.id");
        let seats: Vec<(base::SeatId, Code)> = self.r.many(q)?;
        let now = self.r.now();
        let mut shown = Vec::new();
        for (id, region) in seats.into_iter().filter(|(_, region)| region.level() as i64 <= below.max(Level::Town as i64)) {
            let Some(seat) = show::seat(self.r, self.rules, self.caller, id)? else { continue };
            let holders = access::holders(self.r, id, now)?;
            // Who acts for a time is the one to call.
            let holder = holders.iter().find(|h| h.kind == HolderKind::Acting).or(holders.first());
            let (mut name, mut phone) = (None, None);
            if let Some(h) = holder {
                name = access::public_name(self.r, self.keys, h.account)?;
                if self.may_call(region) {
                    phone = access::public_phone(self.r, self.keys, h.account)?;
                }
            }
            let acting = holder.is_some_and(|h| h.kind == HolderKind::Acting);
            shown.push(OnDuty { seat, name, acting, phone });
        }
        Ok(shown)
    }

    /// Officials of the place, and of what it lies in.
    fn may_call(&self, region: Code) -> bool {
        self.caller.kind == CallerKind::Staff && self.caller.grants.iter().any(|g| g.region.contains(region))
    }
}
