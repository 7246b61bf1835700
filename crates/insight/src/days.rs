//! Windows: spans of reporting days in China's time, and the pinned ones that move with today.

use base::{Error, Result, Time};
use jiff::{ToSpan, civil::Date};
use serde::Serialize;

/// From a reporting day up to and with another, as days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Days {
    pub first: i64,
    pub last: i64,
}

/// The points of a trend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    Day,
    Month,
}

/// Windows that end today and do not follow a page's date filter: "today" stays today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Pinned {
    Today,
    /// From Monday.
    Week,
    Month,
    Quarter,
    Year,
    /// So many days, today the last of them.
    Last(u16),
}

const DAY: i64 = 86_400_000;
const HOUR: i64 = 3_600_000;
/// China's offset; the only one there is inside the platform.
const OFFSET: i64 = 8 * HOUR;

/// The reporting day of a moment. One that starts at noon (`starts` 12) runs from the noon before to its own noon, as
/// hotlines count.
pub(crate) fn day_of(t: Time, starts: u8) -> i64 {
    let shifted = (t.0 + OFFSET - i64::from(starts) * HOUR).div_euclid(DAY);
    shifted + i64::from(starts > 0)
}

/// The moment a reporting day begins.
pub(crate) fn start_of(day: i64, starts: u8) -> Time {
    Time((day - i64::from(starts > 0)) * DAY + i64::from(starts) * HOUR - OFFSET)
}

pub(crate) fn date_of(day: i64) -> Date {
    Time(day.clamp(-100_000, 2_900_000) * DAY).date()
}

pub(crate) fn number(date: Date) -> i64 {
    (Time::from_civil(date.at(0, 0, 0, 0)).0 + OFFSET).div_euclid(DAY)
}

impl Days {
    /// From one date up to and with another.
    pub fn new(first: Date, last: Date) -> Result<Days> {
        if first > last {
            return Err(Error::invalid("window", "开始日期在结束日期之后", "the first day is after the last"));
        }
        Ok(Days { first: number(first), last: number(last) })
    }

    pub fn dates(self) -> (Date, Date) {
        (date_of(self.first), date_of(self.last))
    }

    pub(crate) fn holds(self, lo: i64, hi: i64) -> bool {
        self.first <= lo && hi <= self.last
    }

    /// The same dates a year earlier 同比; 29 February becomes the 28th.
    pub fn year_before(self) -> Days {
        let back = |day: i64| number(date_of(day).saturating_sub(1.year()));
        Days { first: back(self.first), last: back(self.last) }
    }

    /// The span of equal length just before 环比; a whole month gives the month before.
    pub fn before(self) -> Days {
        let (first, last) = self.dates();
        if first.day() == 1 && last == last.last_of_month() {
            let months = (i32::from(last.year()) - i32::from(first.year())) * 12 + i32::from(last.month()) - i32::from(first.month()) + 1;
            let begin = first.saturating_sub(months.months());
            return Days { first: number(begin), last: self.first - 1 };
        }
        Days { first: self.first - (self.last - self.first + 1), last: self.first - 1 }
    }

    /// The points of a trend, in order: each with its own span.
    pub(crate) fn cut(self, every: Every) -> Vec<Days> {
        let mut points = Vec::new();
        let mut at = self.first;
        while at <= self.last {
            let end = match every {
                Every::Day => at,
                Every::Month => number(date_of(at).last_of_month()),
            };
            points.push(Days { first: at, last: end.min(self.last) });
            at = end + 1;
        }
        points
    }
}

impl Pinned {
    /// Its days, as of `now`, where reporting days begin at the hour `starts`.
    pub fn days(self, now: Time, starts: u8) -> Days {
        let last = day_of(now, starts);
        let today = date_of(last);
        let first = match self {
            Pinned::Today => today,
            Pinned::Week => today.saturating_sub(i32::from(today.weekday().to_monday_zero_offset()).days()),
            Pinned::Month => today.first_of_month(),
            Pinned::Quarter => Date::new(today.year(), (today.month() - 1) / 3 * 3 + 1, 1).unwrap_or(today),
            Pinned::Year => today.first_of_year(),
            Pinned::Last(n) => today.saturating_sub((i64::from(n.max(1)) - 1).days()),
        };
        Days { first: number(first), last }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn t(s: &str) -> Time {
        s.parse().expect(s)
    }

    fn span(days: Days) -> String {
        let (a, b) = days.dates();
        format!("{a}..{b}")
    }

    #[test]
    fn pinned_windows_end_today() {
        let now = t("2026-08-19T16:20:00+08:00"); // a Wednesday
        for (pin, want) in [
            (Pinned::Today, "2026-08-19..2026-08-19"),
            (Pinned::Week, "2026-08-17..2026-08-19"),
            (Pinned::Month, "2026-08-01..2026-08-19"),
            (Pinned::Quarter, "2026-07-01..2026-08-19"),
            (Pinned::Year, "2026-01-01..2026-08-19"),
            (Pinned::Last(7), "2026-08-13..2026-08-19"),
        ] {
            assert_eq!(span(pin.days(now, 0)), want);
        }
        // In China it is already the next day.
        assert_eq!(span(Pinned::Today.days(t("2026-12-31T16:00:00Z"), 0)), "2027-01-01..2027-01-01");
    }

    #[test]
    fn a_reporting_day_runs_from_noon_to_noon() {
        for (at, day) in
            [("2026-08-18T12:00:00", "2026-08-19"), ("2026-08-19T11:59:59", "2026-08-19"), ("2026-08-19T12:00:00", "2026-08-20")]
        {
            assert_eq!(date_of(day_of(t(at), 12)).to_string(), day, "{at}");
        }
        for starts in [0, 1, 12, 23] {
            for day in [-1, 0, 20_000] {
                let start = start_of(day, starts);
                assert_eq!(day_of(start, starts), day);
                assert_eq!(day_of(Time(start.0 - 1), starts), day - 1);
            }
        }
        assert_eq!(start_of(number(jiff::civil::date(2026, 8, 19)), 12), t("2026-08-18T12:00:00"));
    }

    #[test]
    fn earlier_spans_to_compare_with() {
        let days = |a: &str, b: &str| Days::new(a.parse().expect(a), b.parse().expect(b)).expect("in order");
        assert_eq!(span(days("2026-03-01", "2026-03-31").before()), "2026-02-01..2026-02-28");
        assert_eq!(span(days("2026-01-01", "2026-03-31").before()), "2025-10-01..2025-12-31");
        assert_eq!(span(days("2026-03-05", "2026-03-07").before()), "2026-03-02..2026-03-04");
        assert_eq!(span(days("2028-02-29", "2028-02-29").year_before()), "2027-02-28..2027-02-28");
        assert!(Days::new("2026-03-02".parse().expect("a date"), "2026-03-01".parse().expect("a date")).is_err());
        let months = days("2026-01-15", "2026-03-02").cut(Every::Month);
        assert_eq!(
            months.iter().map(|d| span(*d)).collect::<Vec<_>>(),
            ["2026-01-15..2026-01-31", "2026-02-01..2026-02-28", "2026-03-01..2026-03-02"]
        );
    }
}
