//! Which days are worked, counted without walking over them.
//!
//! Working days are Monday to Friday corrected by the few days (about 35 a year) on which a table says otherwise. With
//! the running sum of the corrections at each of them, the number of working days before a date, and the date of the
//! n-th, are a division by seven and a binary search.

use base::Time;
use jiff::{ToSpan, civil::Date};
use std::collections::BTreeMap;

/// Days since 1970-01-01.
pub(crate) type Day = i64;

pub(crate) const DAY_MS: i64 = 86_400_000;
const SHANGHAI_MS: i64 = 8 * 3_600_000;
/// 1970-01-05 was a Monday.
const MONDAY: Day = 4;

/// The day in China, and the ms since its midnight.
pub(crate) fn split(t: Time) -> (Day, i64) {
    let ms = t.0 + SHANGHAI_MS;
    (ms.div_euclid(DAY_MS), ms.rem_euclid(DAY_MS))
}

pub(crate) fn join(day: Day, ms: i64) -> Time {
    Time((day * DAY_MS + ms - SHANGHAI_MS).min(Time::MAX.0))
}

const EPOCH: Date = jiff::civil::date(1970, 1, 1);

pub(crate) fn day(date: Date) -> Day {
    date.duration_since(EPOCH).as_hours() / 24
}

/// The last day of the year 9999 stands for all after it.
pub(crate) fn date(day: Day) -> Date {
    EPOCH.saturating_add((day.clamp(-700_000, 3_000_000)).days())
}

pub(crate) fn is_weekday(day: Day) -> bool {
    (day - MONDAY).rem_euclid(7) < 5
}

/// Weekdays in [`MONDAY`, `day`); negative before it.
fn weekdays_before(day: Day) -> i64 {
    let since = day - MONDAY;
    since.div_euclid(7) * 5 + since.rem_euclid(7).min(5)
}

/// The weekday before which there are `n`.
fn weekday(n: i64) -> Day {
    MONDAY + n.div_euclid(5) * 7 + n.rem_euclid(5)
}

#[derive(Debug, Default)]
pub(crate) struct WorkingDays(Vec<Exception>);

/// A weekday off, or a day of the weekend that is worked.
#[derive(Debug)]
struct Exception {
    day: Day,
    /// What to add to the count of weekdays for the days after it.
    shift: i64,
    /// Working days up to and with it.
    through: i64,
}

impl WorkingDays {
    /// `worked` says of each day that a table names whether it is worked.
    pub(crate) fn new(worked: &BTreeMap<Day, bool>) -> Self {
        let mut shift = 0;
        let exceptions = worked.iter().filter(|&(&day, &worked)| worked != is_weekday(day)).map(|(&day, &worked)| {
            shift += if worked { 1 } else { -1 };
            Exception { day, shift, through: weekdays_before(day + 1) + shift }
        });
        WorkingDays(exceptions.collect())
    }

    pub(crate) fn is_worked(&self, day: Day) -> bool {
        is_weekday(day) != self.0.binary_search_by_key(&day, |e| e.day).is_ok()
    }

    /// Working days before `day`, from a fixed day on.
    pub(crate) fn before(&self, day: Day) -> i64 {
        weekdays_before(day) + self.shift(self.0.partition_point(|e| e.day < day))
    }

    /// The working day before which there are `n`.
    pub(crate) fn nth(&self, n: i64) -> Day {
        let passed = self.0.partition_point(|e| e.through <= n);
        let day = weekday(n - self.shift(passed));
        // The next exception lies before the weekday found: it is a make-up day, and the day sought.
        self.0.get(passed).map_or(day, |next| day.min(next.day))
    }

    /// The shift after the first `passed` exceptions.
    fn shift(&self, passed: usize) -> i64 {
        passed.checked_sub(1).map_or(0, |last| self.0[last].shift)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counting_and_finding_agree_day_by_day() {
        // A table with what is awkward: exceptions side by side, at both ends, and days that change nothing.
        let from = day(jiff::civil::date(2026, 1, 1));
        let worked: BTreeMap<Day, bool> = (0..60).filter(|i| i % 7 < 4 || i % 11 == 0).map(|i| (from + i, i % 3 == 0)).collect();
        let days = WorkingDays::new(&worked);
        let mut n = days.before(from - 30);
        for day in from - 30..from + 120 {
            let is_worked = worked.get(&day).copied().unwrap_or_else(|| is_weekday(day));
            assert_eq!(days.is_worked(day), is_worked, "{}", date(day));
            assert_eq!(days.before(day), n, "{}", date(day));
            if is_worked {
                assert_eq!(days.nth(n), day, "{}", date(day));
                n += 1;
            }
        }
    }
}
