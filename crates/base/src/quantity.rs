//! Money, area and rate: integers of the smallest unit, so that no sum ever drifts.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Money in fen (0.01 yuan).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fen(pub i64);

/// As money is written here: `¥1,234.50`.
impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let n = self.0.unsigned_abs();
        let yuan = (n / 100).to_string();
        let mut grouped = String::new();
        for (i, c) in yuan.chars().enumerate() {
            if i > 0 && (yuan.len() - i).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(c);
        }
        write!(f, "{sign}¥{grouped}.{:02}", n % 100)
    }
}

/// Area in 0.01 m². Mu is for showing only: 1 mu = 2000/3 m², two decimals, half up; it is never computed with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Area(pub i64);

impl Area {
    /// Hundredths of a mu, half up.
    pub fn centi_mu(self) -> i64 {
        // 0.01 m² × 3/2000 mu a m² = 3/200,000 mu, that is 3/2,000 hundredths of a mu.
        (self.0 * 3 + 1_000).div_euclid(2_000)
    }
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mu = self.centi_mu();
        write!(f, "{}{}.{:02} 亩", if mu < 0 { "-" } else { "" }, mu.abs() / 100, mu.abs() % 100)
    }
}

/// A share in millionths: 10 % is 100,000.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rate(pub i64);

impl Rate {
    pub const ONE: Rate = Rate(1_000_000);

    /// `part / whole`, half up; `None` of nothing.
    pub fn of(part: i64, whole: i64) -> Option<Rate> {
        (whole > 0).then(|| Rate(((part as i128 * 2_000_000 + whole as i128) / (2 * whole as i128)) as i64))
    }

    /// Half up to the fen, away from zero below it.
    pub fn times(self, money: Fen) -> Fen {
        let n = money.0 as i128 * self.0 as i128;
        let half = if n < 0 { -500_000 } else { 500_000 };
        Fen(((n + half) / 1_000_000) as i64)
    }
}

/// In per cent with two decimals, half up: `93.83 %`.
impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hundredths = (self.0 + 50).div_euclid(100);
        write!(f, "{}{}.{:02} %", if hundredths < 0 { "-" } else { "" }, hundredths.abs() / 100, hundredths.abs() % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_written_as_people_write_it() {
        assert_eq!(Fen(123_450).to_string(), "¥1,234.50");
        assert_eq!(Fen(-5).to_string(), "-¥0.05");
        assert_eq!(Fen(100_000_000).to_string(), "¥1,000,000.00");
    }

    #[test]
    fn mu_is_half_up() {
        assert_eq!(Area(66_667).to_string(), "1.00 亩");
        assert_eq!(Area(333).to_string(), "0.00 亩");
        assert_eq!(Area(334).to_string(), "0.01 亩");
    }

    #[test]
    fn golden_rates_of_public_bulletins() {
        // Tianmen 2016-12 and Lianyungang 2017-04, docs/reference/sources.md.
        for (hit, of, shown) in [(911, 972, "93.72 %"), (737, 972, "75.82 %"), (23_974, 24_932, "96.16 %"), (22_345, 24_932, "89.62 %")] {
            assert_eq!(Rate::of(hit, of).expect("some").to_string(), shown);
        }
        assert_eq!(Rate::of(1, 0), None);
    }

    #[test]
    fn a_share_of_money_is_half_up() {
        assert_eq!(Rate(333_333).times(Fen(150)), Fen(50));
        assert_eq!(Rate(500_000).times(Fen(1)), Fen(1));
        assert_eq!(Rate(500_000).times(Fen(-1)), Fen(-1));
    }
}
