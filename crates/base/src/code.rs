//! Region codes: one number names a place and all above it.
//!
//! 19 digits: GB/T 2260 county (6) + town (3) + village (3) after the statistical bureau's 12-digit codes, then group
//! 组 (3) and neighbourhood 邻 (4), filled with zeros on the right. An `i64` inside, a string on the wire, because 19
//! digits survive neither JSON numbers nor spreadsheets.

use crate::{Error, Result};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, str::FromStr};

/// Rung of the tree of regions. Ordered from the top: `County < Village`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Province,
    City,
    County,
    Town,
    Village,
    Group,
    Neighbour,
}

impl Level {
    /// How many leading digits of a code are this level's.
    pub const fn digits(self) -> u32 {
        match self {
            Level::Province => 2,
            Level::City => 4,
            Level::County => 6,
            Level::Town => 9,
            Level::Village => 12,
            Level::Group => 15,
            Level::Neighbour => 19,
        }
    }

    /// Trailing part of a code below this level, as a power of ten.
    const fn span(self) -> i64 {
        10_i64.pow(19 - self.digits())
    }

    pub const ALL: [Level; 7] = [Level::Province, Level::City, Level::County, Level::Town, Level::Village, Level::Group, Level::Neighbour];
}

/// The region that keeps a journal of its own and spreads the tables: a county as a rule, else a city or a province
/// (`430900`, `430000`). `county` in every key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Home(i32);

impl Home {
    pub fn new(six_digits: i32) -> Result<Self> {
        if (110_000..=829_999).contains(&six_digits) {
            Ok(Home(six_digits))
        } else {
            Err(Error::invalid("county", "县代码应是 6 位数字，例如 430903", "a county code has 6 digits, such as 430903"))
        }
    }

    pub const fn get(self) -> i32 {
        self.0
    }

    /// The root of this home's own tree.
    pub const fn code(self) -> Code {
        Code(self.0 as i64 * Level::County.span())
    }
}

impl fmt::Display for Home {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Home {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A region's code. See the module for its shape.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(i64);

impl Code {
    /// From the number as stored.
    pub fn new(n: i64) -> Result<Self> {
        let code = Code(n);
        if (11 * Level::Province.span()..83 * Level::Province.span()).contains(&n) && code.has_no_hole() {
            Ok(code)
        } else {
            Err(Code::wrong())
        }
    }

    fn wrong() -> Error {
        Error::invalid(
            "region",
            "区划代码应是 6、9、12、15 或 19 位数字（县、乡镇、村、组、邻），例如 430903001200",
            "a region code has 6, 9, 12, 15 or 19 digits (county, town, village, group, neighbourhood), such as 430903001200",
        )
    }

    /// A zero part between two others that are not zero would name a place without its parent.
    fn has_no_hole(self) -> bool {
        let parts = [self.part(Level::Town), self.part(Level::Village), self.part(Level::Group), self.part(Level::Neighbour)];
        let last = parts.iter().rposition(|p| *p != 0).map_or(0, |i| i + 1);
        parts[..last].iter().all(|p| *p != 0)
    }

    pub const fn get(self) -> i64 {
        self.0
    }

    pub fn home(self) -> Home {
        Home((self.0 / Level::County.span()) as i32)
    }

    /// The number that this level adds, such as 4 for 4 组; 0 where the code ends above it.
    pub fn part(self, level: Level) -> i64 {
        let above = match level {
            Level::Province => return self.0 / level.span(),
            Level::City => Level::Province,
            Level::County => Level::City,
            Level::Town => Level::County,
            Level::Village => Level::Town,
            Level::Group => Level::Village,
            Level::Neighbour => Level::Group,
        };
        self.0 / level.span() % 10_i64.pow(level.digits() - above.digits())
    }

    pub fn level(self) -> Level {
        Level::ALL.into_iter().rev().find(|l| self.part(*l) != 0).unwrap_or(Level::Province)
    }

    /// This place, or the one at `level` that contains it; `None` if `level` is below.
    pub fn at(self, level: Level) -> Option<Code> {
        (level <= self.level()).then(|| Code(self.0 / level.span() * level.span()))
    }

    pub fn parent(self) -> Option<Code> {
        let level = self.level();
        Level::ALL.into_iter().rev().find(|l| *l < level && self.part(*l) != 0).and_then(|l| self.at(l))
    }

    /// From this place upwards to the province.
    pub fn with_ancestors(self) -> impl Iterator<Item = Code> {
        std::iter::successors(Some(self), |c| c.parent())
    }

    /// First and last code of this place and all below it, both included.
    pub fn range(self) -> (i64, i64) {
        (self.0, self.0 + self.level().span() - 1)
    }

    pub fn contains(self, other: Code) -> bool {
        let (first, last) = self.range();
        (first..=last).contains(&other.0)
    }

    /// The place with number `n` directly at `level` under this one.
    pub fn child(self, level: Level, n: i64) -> Result<Code> {
        if level <= self.level() {
            return Err(Code::wrong());
        }
        Code::new(self.0 + n * level.span())
    }
}

impl FromStr for Code {
    type Err = Error;

    fn from_str(s: &str) -> Result<Self> {
        if !matches!(s.len(), 6 | 9 | 12 | 15 | 19) || !s.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Code::wrong());
        }
        let n: i64 = s.parse().map_err(|_| Code::wrong())?;
        n.checked_mul(10_i64.pow(19 - s.len() as u32)).ok_or_else(Code::wrong).and_then(Code::new)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, s: S) -> std::result::Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(d: D) -> std::result::Result<Self, D::Error> {
        let s = std::borrow::Cow::<'de, str>::deserialize(d)?;
        s.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(s: &str) -> Code {
        s.parse().expect(s)
    }

    #[test]
    fn a_code_names_all_above_it() {
        let c = code("4309030012010040009");
        assert_eq!(c.level(), Level::Neighbour);
        assert_eq!(c.part(Level::Group), 4);
        assert_eq!(c.part(Level::Neighbour), 9);
        let up: Vec<String> = c.with_ancestors().map(|c| c.to_string()).collect();
        assert_eq!(
            up,
            [
                "4309030012010040009",
                "4309030012010040000",
                "4309030012010000000",
                "4309030010000000000",
                "4309030000000000000",
                "4309000000000000000",
                "4300000000000000000"
            ]
        );
        assert_eq!(c.home().get(), 430903);
        assert_eq!(c.at(Level::Village), Some(code("430903001201")));
        assert_eq!(code("430903").at(Level::Village), None);
    }

    #[test]
    fn the_largest_province_fits() {
        assert_eq!(code("829999").to_string(), "8299990000000000000");
    }

    #[test]
    fn contains_is_by_ancestry() {
        assert!(code("430903001").contains(code("430903001201")));
        assert!(code("430900").contains(code("430903001201")));
        assert!(!code("430903001").contains(code("430903002201")));
        assert!(!code("430903001201").contains(code("430903001")));
    }

    #[test]
    fn nonsense_is_refused() {
        for s in ["", "43", "4309030", "43090300120x", "999999", "000000", "430903000201", "9999999999999999999", "-30903", "４３０９０３"]
        {
            assert!(s.parse::<Code>().is_err(), "{s}");
        }
    }

    #[test]
    fn survives_json_as_a_string() {
        let c = code("430903001201");
        let json = serde_json::to_string(&c).expect("writes");
        assert_eq!(json, "\"4309030012010000000\"");
        assert_eq!(serde_json::from_str::<Code>(&json).expect("reads"), c);
    }
}
