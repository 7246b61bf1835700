//! The moment a term ends. See the crate's page for how each unit is counted and by which article.

use crate::{
    OfficeHours, Term, Unit, YearTable,
    days::{self, DAY_MS, Day, WorkingDays},
};
use base::{Result, Time};
use jiff::{ToSpan, civil::Date};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc, time::Duration};

const HOUR_MS: i64 = 3_600_000;
/// More than fit between any two dates; jiff refuses to hold many more.
const MOST_MONTHS: i64 = 12 * 12_000;
/// The late rule of packs: a late step gets at least this much office time again.
const LEAST_AGAIN_MS: i64 = 4 * HOUR_MS;

/// The working time of a county: the tables of the years that it knows and its office hours. Never changes; a new
/// table or new hours make a new one. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Calendar(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    years: BTreeMap<i16, YearTable>,
    hours: OfficeHours,
    days: WorkingDays,
}

/// When a term ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// The last moment that is in time.
    pub at: Time,
    /// 暂定: counted over a year without a table; count it again when the table is entered.
    pub provisional: bool,
}

/// The tables that come with the program, by their years, as TOML.
pub const SHIPPED: [(i16, &str); 3] =
    [(2024, include_str!("../years/2024.toml")), (2025, include_str!("../years/2025.toml")), (2026, include_str!("../years/2026.toml"))];

impl Calendar {
    /// Where two tables speak of one day (a December), the later year's does, being announced later. Of two tables
    /// of one year the last holds.
    pub fn new(hours: OfficeHours, tables: impl IntoIterator<Item = YearTable>) -> Self {
        let years: BTreeMap<i16, YearTable> = tables.into_iter().map(|t| (t.year, t)).collect();
        let worked = years.values().flat_map(YearTable::worked).collect();
        Calendar(Arc::new(Inner { days: WorkingDays::new(&worked), years, hours }))
    }

    /// The tables that come with the program, 2024 to 2026, and the usual office hours.
    pub fn shipped() -> Self {
        let tables: Result<Vec<YearTable>> = SHIPPED.iter().map(|(_, text)| text.parse()).collect();
        Calendar::new(OfficeHours::default(), tables.expect("the shipped tables are read by every test of this crate"))
    }

    /// The same with `table` in the place of what was known of its year. Deadlines that are provisional, or fall in
    /// the December before (a New Year's holiday may begin there), are then to be counted again.
    pub fn with_year(&self, table: YearTable) -> Self {
        Calendar::new(self.0.hours.clone(), self.0.years.values().cloned().chain([table]))
    }

    pub fn with_hours(&self, hours: OfficeHours) -> Self {
        Calendar::new(hours, self.0.years.values().cloned())
    }

    pub fn years(&self) -> impl Iterator<Item = &YearTable> {
        self.0.years.values()
    }

    pub fn office_hours(&self) -> &OfficeHours {
        &self.0.hours
    }

    /// Whether there is a table of the year.
    pub fn known(&self, year: i16) -> bool {
        self.0.years.contains_key(&year)
    }

    pub fn is_working_day(&self, date: Date) -> bool {
        self.0.days.is_worked(days::day(date))
    }

    /// When `term` ends that starts at `start`. A term of nothing ends where it starts; one that would end after
    /// the year 9999 ends with it.
    pub fn due(&self, start: Time, term: Term) -> Due {
        let n = i64::from(term.amount);
        if n == 0 {
            return Due { at: start, provisional: false };
        }
        let start = start.min(Time::MAX);
        let (today, _) = days::split(start);
        match term.unit {
            Unit::Seconds => certain(start.0 + n * 1_000),
            Unit::UrgentHours => certain(start.0 + n * HOUR_MS),
            Unit::WorkHours => self.add_office_time(start, n * HOUR_MS),
            Unit::WorkDays => {
                let first = today + 1;
                let last = self.0.days.nth(self.0.days.before(first) + n - 1);
                Due { at: days::join(last, self.0.hours.close_ms()), provisional: self.unknown(first, last) }
            }
            Unit::Days => self.end_on(today + n, DAY_MS),
            Unit::Months => match days::date(today).checked_add(n.min(MOST_MONTHS).months()) {
                Ok(last) => self.end_on(days::day(last), self.0.hours.close_ms()),
                Err(_) => certain(Time::MAX.0),
            },
        }
    }

    /// The deadline computed without the pauses, and to it the unit's time that passed in them.
    pub fn due_with_pauses(&self, start: Time, term: Term, pauses: &[(Time, Time)]) -> Due {
        let mut due = self.due(start, term);
        let mut added = 0;
        for (from, to) in merged(start, pauses) {
            added += self.passed_ms(term.unit, from, to);
            due.provisional |= term.unit.is_office_time() && self.unknown(days::split(from).0, last_day(to));
        }
        if term.unit.is_office_time() {
            let later = self.add_office_time(due.at, added);
            return Due { provisional: due.provisional || later.provisional, ..later };
        }
        Due { at: Time(due.at.0 + added).min(Time::MAX), ..due }
    }

    /// The unit's time between two moments: office time for work-hours and work-days, plain time for the rest.
    /// Nothing if `to` is not after `from`.
    pub fn passed(&self, unit: Unit, from: Time, to: Time) -> Duration {
        Duration::from_millis(self.passed_ms(unit, from, to).unsigned_abs())
    }

    /// Half of a passed deadline's term again, and at least 4 work-hours, from `now`. Half of work-days is office
    /// time (of 5, two days and a half); half of days and months is whole days, rounded up, ending as days do.
    pub fn half_again(&self, now: Time, term: Term) -> Due {
        let n = i64::from(term.amount);
        let days = |amount: u32| self.due(now, Term::new(amount, Unit::Days));
        let half = match term.unit {
            Unit::Seconds => certain(now.0 + n * 1_000 / 2),
            Unit::UrgentHours => certain(now.0 + n * HOUR_MS / 2),
            Unit::WorkHours => self.add_office_time(now, n * HOUR_MS / 2),
            Unit::WorkDays => self.add_office_time(now, n * self.0.hours.day_ms() / 2),
            Unit::Days => days(term.amount.div_ceil(2)),
            Unit::Months => days(term.amount.saturating_mul(15)),
        };
        let least = self.add_office_time(now, LEAST_AGAIN_MS);
        if half.at >= least.at { half } else { least }
    }

    pub(crate) fn working_days_before(&self, day: Day) -> i64 {
        self.0.days.before(day)
    }

    pub(crate) fn passed_ms(&self, unit: Unit, from: Time, to: Time) -> i64 {
        if to <= from {
            0
        } else if unit.is_office_time() {
            self.office_ms(to) - self.office_ms(from)
        } else {
            to.0 - from.0
        }
    }

    /// Office time up to `t`, from a fixed day on.
    fn office_ms(&self, t: Time) -> i64 {
        let (day, ms) = days::split(t);
        let Inner { hours, days, .. } = &*self.0;
        days.before(day) * hours.day_ms() + if days.is_worked(day) { hours.passed_ms(ms) } else { 0 }
    }

    /// The earliest moment at which `ms` of office time have passed since `start`.
    fn add_office_time(&self, start: Time, ms: i64) -> Due {
        if ms == 0 {
            return Due { at: start, provisional: false };
        }
        let Inner { hours, days, .. } = &*self.0;
        // One ms less and one ms more, so that a full day ends at its close and not at the next opening.
        let before_end = self.office_ms(start) + ms - 1;
        let last = days.nth(before_end.div_euclid(hours.day_ms()));
        let at = days::join(last, hours.when_passed(before_end.rem_euclid(hours.day_ms()) + 1));
        Due { at, provisional: self.unknown(days::split(start).0, last) }
    }

    /// On `last`, or the next working day if it is none (民法典 203), `ms` after midnight.
    fn end_on(&self, last: Day, ms: i64) -> Due {
        let moved = self.0.days.nth(self.0.days.before(last));
        Due { at: days::join(moved, ms), provisional: self.unknown(last, moved) }
    }

    /// Whether a day from `first` to `last` lies in a year without a table.
    fn unknown(&self, first: Day, last: Day) -> bool {
        first <= last && (days::date(first).year()..=days::date(last).year()).any(|year| !self.known(year))
    }
}

fn certain(ms: i64) -> Due {
    Due { at: Time(ms).min(Time::MAX), provisional: false }
}

/// The day that a span ending at `to` reaches into: at midnight, the one before.
pub(crate) fn last_day(to: Time) -> Day {
    days::split(Time(to.0 - 1)).0
}

/// Without what lies before the start, in order, each moment once.
fn merged(start: Time, pauses: &[(Time, Time)]) -> Vec<(Time, Time)> {
    let mut spans: Vec<_> = pauses.iter().map(|&(from, to)| (from.max(start), to)).filter(|(from, to)| from < to).collect();
    spans.sort_unstable();
    let mut merged: Vec<(Time, Time)> = Vec::with_capacity(spans.len());
    for (from, to) in spans {
        match merged.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => merged.push((from, to)),
        }
    }
    merged
}
