//! How much of a term is left, as it is shown beside a matter.

use crate::{Calendar, Unit, calendar::last_day, days};
use base::Time;
use serde::Serialize;
use std::fmt;

/// Time left, or time late, in whole units of its term and minutes, both rounded down. Months are shown as days.
///
/// Of work-days and days it is the days to come after today, so 0 is "today": the deadline is the last one's close.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Left {
    pub late: bool,
    pub amount: u32,
    /// Beyond the whole hours; 0 for other units.
    pub minutes: u32,
    #[serde(serialize_with = "unit_word")]
    pub unit: Unit,
}

impl Calendar {
    /// What is left at `now` of a term in `unit` that ends at `due`; at `due` itself nothing is left and it is not late.
    pub fn left(&self, now: Time, due: Time, unit: Unit) -> Left {
        let late = now > due;
        let (from, to) = if late { (due, now) } else { (now, due) };
        let ms = self.passed_ms(unit, from, to);
        let (today, last) = (days::split(now).0, last_day(due));
        let (amount, minutes, unit) = match unit {
            Unit::UrgentHours | Unit::WorkHours => (ms / 3_600_000, ms / 60_000 % 60, unit),
            Unit::Seconds => (ms / 1_000, 0, unit),
            Unit::WorkDays => (self.working_days_before(last + 1) - self.working_days_before(today + 1), 0, unit),
            Unit::Days | Unit::Months => (last - today, 0, Unit::Days),
        };
        let small = |n: i64| u32::try_from(n.unsigned_abs()).unwrap_or(u32::MAX);
        Left { late, amount: small(amount), minutes: small(minutes), unit }
    }
}

impl Left {
    /// `剩 3 个工作时 20 分`, `今天到期`, `逾期 2 个工作日`.
    pub fn zh(self) -> String {
        if self.is_today() {
            return if self.late { "今天刚逾期" } else { "今天到期" }.into();
        }
        let way = if self.late { "逾期" } else { "剩" };
        match (self.amount, self.minutes) {
            (0, minutes @ 1..) => format!("{way} {minutes} 分"),
            (amount, 0) => format!("{way} {amount} {}", self.unit.zh()),
            (amount, minutes) => format!("{way} {amount} {} {minutes} 分", self.unit.zh()),
        }
    }

    fn is_today(self) -> bool {
        self.amount == 0 && matches!(self.unit, Unit::WorkDays | Unit::Days)
    }
}

/// `3 work-hours 20 min left`, `due today`, `2 work-days late`.
impl fmt::Display for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_today() {
            return f.write_str(if self.late { "just late" } else { "due today" });
        }
        let way = if self.late { "late" } else { "left" };
        match (self.amount, self.minutes) {
            (0, minutes @ 1..) => write!(f, "{minutes} min {way}"),
            (amount, 0) => write!(f, "{amount} {} {way}", self.unit.en(amount)),
            (amount, minutes) => write!(f, "{amount} {} {minutes} min {way}", self.unit.en(amount)),
        }
    }
}

fn unit_word<S: serde::Serializer>(unit: &Unit, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_str(unit.en(2))
}
