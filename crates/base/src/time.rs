//! Time: milliseconds of UTC inside, Asia/Shanghai at the edge; and the two clocks.
//!
//! China has kept one offset, +08:00, since 1991, and nothing in the platform is older; so the edge needs no zone
//! table.

use crate::{Error, Result};
use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{
    fmt,
    ops::{Add, Sub},
    str::FromStr,
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

const SHANGHAI: tz::Offset = tz::offset(8);

/// A moment, in milliseconds since 1970 UTC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub i64);

impl Time {
    /// The end of the year 9998 in China, well inside what the calendar library can show.
    pub const MAX: Time = Time(253_370_764_799_000 - 8 * 3_600_000);

    /// The wall clock of Asia/Shanghai at this moment.
    pub fn civil(self) -> DateTime {
        SHANGHAI.to_datetime(self.timestamp())
    }

    pub fn date(self) -> Date {
        self.civil().date()
    }

    /// The moment at which Asia/Shanghai shows `civil`.
    pub fn from_civil(civil: DateTime) -> Time {
        SHANGHAI.to_timestamp(civil).map_or(Time::MAX, |t| Time(t.as_millisecond()))
    }

    fn timestamp(self) -> Timestamp {
        Timestamp::from_millisecond(self.0.clamp(-62_000_000_000_000, Time::MAX.0)).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    pub fn saturating_since(self, earlier: Time) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0).max(0) as u64)
    }
}

impl Add<Duration> for Time {
    type Output = Time;
    fn add(self, d: Duration) -> Time {
        Time(self.0.saturating_add(d.as_millis() as i64))
    }
}

impl Sub<Duration> for Time {
    type Output = Time;
    fn sub(self, d: Duration) -> Time {
        Time(self.0.saturating_sub(d.as_millis() as i64))
    }
}

/// RFC 3339 with the offset of China, to the second, or to the millisecond where there is one.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let c = self.civil();
        write!(f, "{}T{:02}:{:02}:{:02}", c.date(), c.hour(), c.minute(), c.second())?;
        if c.millisecond() != 0 {
            write!(f, ".{:03}", c.millisecond())?;
        }
        f.write_str("+08:00")
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Time {
    type Err = Error;

    /// RFC 3339 with any offset; without one, the time of China is meant.
    fn from_str(s: &str) -> Result<Time> {
        let wrong = || Error::invalid("time", "时间格式应如 2026-09-30T16:20:00+08:00", "a time looks like 2026-09-30T16:20:00+08:00");
        if let Ok(t) = s.parse::<Timestamp>() {
            return Ok(Time(t.as_millisecond()));
        }
        let spaced = s.replacen(' ', "+", usize::from(s.len() > 19)); // a `+` that a query string turned into a space
        if let Ok(t) = spaced.parse::<Timestamp>() {
            return Ok(Time(t.as_millisecond()));
        }
        // "2026-09-30T16:20+08:00" has no seconds.
        s.parse::<DateTime>().map(Time::from_civil).map_err(|_| wrong())
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, s: S) -> std::result::Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(d: D) -> std::result::Result<Self, D::Error> {
        let s = std::borrow::Cow::<'de, str>::deserialize(d)?;
        s.parse().map_err(de::Error::custom)
    }
}

/// The clock of deadlines, sessions and law. Time-outs, retries and media use [`std::time::Instant`], which no one
/// can move.
pub trait Clock: Send + Sync + 'static {
    fn now(&self) -> Time;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Time {
        Time(Timestamp::now().as_millisecond())
    }
}

/// A clock that stands still until it is moved: for stories and tests. It never goes back.
#[derive(Debug)]
pub struct StoryClock(AtomicI64);

impl StoryClock {
    pub fn at(start: Time) -> Self {
        StoryClock(AtomicI64::new(start.0))
    }

    pub fn move_to(&self, t: Time) {
        self.0.fetch_max(t.0, Ordering::SeqCst);
    }
}

impl Clock for StoryClock {
    fn now(&self) -> Time {
        Time(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_send() {
        let want = "2026-09-30T16:20:00+08:00";
        for s in
            ["2026-09-30T16:20:00+08:00", "2026-09-30T08:20:00Z", "2026-09-30T16:20+08:00", "2026-09-30T16:20", "2026-09-30T16:20:00 08:00"]
        {
            assert_eq!(s.parse::<Time>().expect(s).to_string(), want, "{s}");
        }
        assert_eq!("2026-09-30".parse::<Time>().expect("a date").to_string(), "2026-09-30T00:00:00+08:00");
        for s in ["", "yesterday", "2026-13-01", "2026-02-30T00:00:00Z"] {
            assert!(s.parse::<Time>().is_err(), "{s}");
        }
    }

    #[test]
    fn milliseconds_show_when_there_are_some() {
        assert_eq!(Time::MAX.to_string(), "9998-12-31T23:59:59+08:00");
        assert_eq!(Time(1).to_string(), "1970-01-01T08:00:00.001+08:00");
    }

    #[test]
    fn a_story_clock_never_goes_back() {
        let clock = StoryClock::at(Time(10));
        clock.move_to(Time(5));
        assert_eq!(clock.now(), Time(10));
        clock.move_to(Time(20));
        assert_eq!(clock.now(), Time(20));
    }
}
