//! A term as packs write it (`4 work-hours`) and as people say it (`4 个工作时`).

use base::{Error, Result};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{borrow::Cow, fmt, str::FromStr};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// 紧急工作时: hours round the clock.
    UrgentHours,
    /// 工作时: hours of office time on working days.
    WorkHours,
    /// 工作日.
    WorkDays,
    /// 自然日.
    Days,
    Months,
    /// For machines that answer each other; not for people's deadlines.
    Seconds,
}

impl Unit {
    /// Its time runs in office hours only, so holidays bear on it.
    pub(crate) fn is_office_time(self) -> bool {
        matches!(self, Unit::WorkHours | Unit::WorkDays)
    }

    pub fn zh(self) -> &'static str {
        match self {
            Unit::UrgentHours => "个紧急工作时",
            Unit::WorkHours => "个工作时",
            Unit::WorkDays => "个工作日",
            Unit::Days => "个自然日",
            Unit::Months => "个月",
            Unit::Seconds => "秒",
        }
    }

    /// The word of the pack language, for `amount` of it.
    pub fn en(self, amount: u32) -> &'static str {
        match (self, amount) {
            (Unit::UrgentHours, 1) => "urgent-hour",
            (Unit::UrgentHours, _) => "urgent-hours",
            (Unit::WorkHours, 1) => "work-hour",
            (Unit::WorkHours, _) => "work-hours",
            (Unit::WorkDays, 1) => "work-day",
            (Unit::WorkDays, _) => "work-days",
            (Unit::Days, 1) => "day",
            (Unit::Days, _) => "days",
            (Unit::Months, 1) => "month",
            (Unit::Months, _) => "months",
            (Unit::Seconds, _) => "s",
        }
    }

    fn from_word(word: &str) -> Option<Unit> {
        Some(match word.strip_prefix('个').unwrap_or(word).trim_start() {
            "urgent-hours" | "urgent-hour" | "紧急工作时" => Unit::UrgentHours,
            "work-hours" | "work-hour" | "工作时" => Unit::WorkHours,
            "work-days" | "work-day" | "工作日" => Unit::WorkDays,
            "days" | "day" | "自然日" | "日" | "天" => Unit::Days,
            "months" | "month" | "月" => Unit::Months,
            "s" | "seconds" | "second" | "秒" => Unit::Seconds,
            _ => return None,
        })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Term {
    pub amount: u32,
    pub unit: Unit,
}

impl Term {
    pub const fn new(amount: u32, unit: Unit) -> Self {
        Term { amount, unit }
    }

    /// As people say it: `5 个工作日`.
    pub fn zh(self) -> String {
        format!("{} {}", self.amount, self.unit.zh())
    }
}

/// As packs write it: `5 work-days`, `1 month`, `60 s`.
impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.unit.en(self.amount))
    }
}

impl FromStr for Term {
    type Err = Error;

    /// A whole number of at least 1, then the unit, in either language. A term of nothing is refused: it is always
    /// a slip, and it would be late at once.
    fn from_str(s: &str) -> Result<Term> {
        let s = s.trim();
        let (number, word) = s.split_at(s.find(|c: char| !c.is_ascii_digit()).unwrap_or(s.len()));
        let term = number.parse().ok().filter(|n| *n > 0).zip(Unit::from_word(word.trim()));
        let (amount, unit) = term.ok_or_else(|| {
            Error::invalid(
                "term",
                format!(
                    "期限“{s}”读不懂：应为至少 1 的整数加单位，单位是 紧急工作时、工作时、工作日、自然日（日、天）、个月、秒，如“5 个工作日”"
                ),
                format!(
                    "cannot read the term \"{s}\": write a whole number of at least 1 and one of urgent-hours, work-hours, work-days, days, months, s; such as \"5 work-days\""
                ),
            )
        })?;
        Ok(Term { amount, unit })
    }
}

impl Serialize for Term {
    fn serialize<S: Serializer>(&self, s: S) -> std::result::Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Term {
    fn deserialize<D: Deserializer<'de>>(d: D) -> std::result::Result<Self, D::Error> {
        Cow::<'de, str>::deserialize(d)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_both_languages_and_writes_the_packs() {
        for (said, written) in [
            ("2 urgent-hours", "2 urgent-hours"),
            ("1 urgent-hour", "1 urgent-hour"),
            ("4 work-hours", "4 work-hours"),
            ("5 work-days", "5 work-days"),
            ("1 work-days", "1 work-day"),
            ("7 days", "7 days"),
            ("2 months", "2 months"),
            ("60 s", "60 s"),
            ("60s", "60 s"),
            (" 5 个工作日 ", "5 work-days"),
            ("5个工作日", "5 work-days"),
            ("4 工作时", "4 work-hours"),
            ("2 紧急工作时", "2 urgent-hours"),
            ("7 日", "7 days"),
            ("7天", "7 days"),
            ("7 个自然日", "7 days"),
            ("2 个月", "2 months"),
            ("30 秒", "30 s"),
        ] {
            let term: Term = said.parse().expect(said);
            assert_eq!(term.to_string(), written, "{said}");
            assert_eq!(term.zh().parse::<Term>().expect("its own Chinese"), term);
        }
    }

    #[test]
    fn refuses_what_is_no_term() {
        for s in ["", "5", "work-days", "0 days", "-1 days", "1.5 days", "5 weeks", "5 work_days", "4294967296 days", "５ days", "5 个"] {
            let e = s.parse::<Term>().expect_err(s);
            assert!(e.fields()[0].text.zh.contains("个工作日"), "{s}: says how to mend it");
        }
    }

    #[test]
    fn is_a_string_in_json() {
        let term: Term = serde_json::from_str("\"3 work-days\"").expect("a term");
        assert_eq!(serde_json::to_string(&term).expect("json"), "\"3 work-days\"");
        assert!(serde_json::from_str::<Term>("3").is_err());
    }
}
