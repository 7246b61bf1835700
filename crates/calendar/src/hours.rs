//! Office hours: the same on every working day of a county.

use base::{Error, Result};
use std::{fmt, str::FromStr};

const MINUTE_MS: i64 = 60_000;

/// Open spans of a day as minutes from midnight, in order, never empty. A county that closes at 17:30, or in summer
/// opens at 15:00, has others than the default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfficeHours(Vec<(u16, u16)>);

impl Default for OfficeHours {
    /// 08:00–12:00 and 14:00–18:00.
    fn default() -> Self {
        OfficeHours(vec![(8 * 60, 12 * 60), (14 * 60, 18 * 60)])
    }
}

impl OfficeHours {
    /// Office time of one working day, in ms.
    pub(crate) fn day_ms(&self) -> i64 {
        self.0.iter().map(|(open, close)| i64::from(close - open) * MINUTE_MS).sum()
    }

    /// Close of business, in ms from midnight.
    pub(crate) fn close_ms(&self) -> i64 {
        self.0.last().map_or(0, |(_, close)| i64::from(*close) * MINUTE_MS)
    }

    /// Office time of a working day that has passed `at` ms after midnight.
    pub(crate) fn passed_ms(&self, at: i64) -> i64 {
        self.0
            .iter()
            .map(|&(open, close)| {
                let (open, close) = (i64::from(open) * MINUTE_MS, i64::from(close) * MINUTE_MS);
                at.clamp(open, close) - open
            })
            .sum()
    }

    /// The earliest ms after midnight at which `passed` ms of office time have passed; 0 < `passed` ≤ `day_ms`.
    pub(crate) fn when_passed(&self, mut passed: i64) -> i64 {
        for &(open, close) in &self.0 {
            let (open, long) = (i64::from(open) * MINUTE_MS, i64::from(close - open) * MINUTE_MS);
            if passed <= long {
                return open + passed;
            }
            passed -= long;
        }
        self.close_ms()
    }
}

impl FromStr for OfficeHours {
    type Err = Error;

    /// `08:00-12:00 14:00-18:00`, in order, to 24:00 at most.
    fn from_str(s: &str) -> Result<Self> {
        let spans: Option<Vec<_>> = s.split_whitespace().map(span).collect();
        let spans = spans.filter(|s| !s.is_empty() && s.windows(2).all(|w| w[0].1 <= w[1].0)).ok_or_else(|| {
            Error::invalid(
                "office_hours",
                format!("办公时间“{s}”读不懂：应按先后写成“08:00-12:00 14:00-18:00”，各段不重叠"),
                format!("cannot read the office hours \"{s}\": write them in order, without overlap, as \"08:00-12:00 14:00-18:00\""),
            )
        })?;
        Ok(OfficeHours(spans))
    }
}

fn span(s: &str) -> Option<(u16, u16)> {
    let (open, close) = s.split_once(['-', '–'])?;
    let (open, close) = (minute(open)?, minute(close)?);
    (open < close).then_some((open, close))
}

fn minute(s: &str) -> Option<u16> {
    let (h, m) = s.split_once(':')?;
    let digits = |s: &str| (s.len() == 2 && s.bytes().all(|b| b.is_ascii_digit())).then(|| s.parse::<u16>().ok()).flatten();
    let (h, m) = (digits(h)?, digits(m)?);
    (m < 60 && h * 60 + m <= 24 * 60).then_some(h * 60 + m)
}

impl fmt::Display for OfficeHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (open, close)) in self.0.iter().enumerate() {
            let gap = if i > 0 { " " } else { "" };
            write!(f, "{gap}{:02}:{:02}-{:02}:{:02}", open / 60, open % 60, close / 60, close % 60)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn are_read_and_written() {
        let usual = "08:00-12:00 14:00-18:00";
        assert_eq!(usual.parse::<OfficeHours>().expect("the default"), OfficeHours::default());
        assert_eq!(OfficeHours::default().to_string(), usual);
        for s in ["", "08:00", "8:00-12:00", "12:00-08:00", "08:00-12:00 11:00-18:00", "08:00-24:01", "08:60-12:00", "+8:00-12:00"] {
            assert!(s.parse::<OfficeHours>().is_err(), "{s}");
        }
    }
}
