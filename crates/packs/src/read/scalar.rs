//! Scalars as packs write them.

use base::{Area, Fen, Rate};
use jiff::civil::Date;

/// snake_case, at most 64 characters; digits alone are codes of lists and keys of tables.
pub(crate) fn is_id(s: &str) -> bool {
    !s.is_empty() && s.len() <= 64 && s.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

pub(crate) fn number(s: &str) -> Option<f64> {
    let plain = s.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-'));
    s.parse::<f64>().ok().filter(|n| plain && n.is_finite())
}

/// `10 %`, `0.8`, `1`: in millionths.
pub(crate) fn rate(s: &str) -> Option<Rate> {
    let (digits, unit) = match s.strip_suffix('%') {
        Some(percent) => (percent.trim_end(), 10_000),
        None => (s, 1_000_000),
    };
    decimal(digits, unit).filter(|n| (0..=100_000_000).contains(n)).map(Rate)
}

/// `¥1,234.50`, `¥500`: in fen.
pub(crate) fn money(s: &str) -> Option<Fen> {
    decimal(&s.strip_prefix('¥')?.trim_start().replace(',', ""), 100).map(Fen)
}

/// `50 mu`, `120.5 m2`: in 0.01 m². A mu is 2000/3 m², half up.
pub(crate) fn area(s: &str) -> Option<Area> {
    if let Some(m2) = s.strip_suffix("m2") {
        return decimal(m2.trim_end(), 100).map(Area);
    }
    let centi_mu = decimal(s.strip_suffix("mu")?.trim_end(), 100)?;
    // 1/100 mu = 20/3 m² = 2000/3 of 0.01 m².
    centi_mu.checked_mul(2_000).map(|n| Area((n * 2 + 3).div_euclid(6)))
}

pub(crate) fn date(s: &str) -> Option<Date> {
    (s.len() == 10).then(|| s.parse().ok())?
}

/// An exact decimal times `unit`; `None` where that leaves a fraction or overflows.
pub(crate) fn decimal(s: &str, unit: i64) -> Option<i64> {
    let (sign, s) = match s.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, s),
    };
    let (whole, part) = s.split_once('.').unwrap_or((s, ""));
    let digits = |d: &str| d.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 12 || part.len() > 8 || !digits(whole) || !digits(part) || s.ends_with('.') {
        return None;
    }
    let scale = 10_i64.pow(part.len() as u32);
    let n = whole.parse::<i64>().ok()? as i128 * scale as i128 + if part.is_empty() { 0 } else { part.parse::<i64>().ok()? } as i128;
    let scaled = n * unit as i128;
    (scaled % scale as i128 == 0).then(|| i64::try_from(scaled / scale as i128).ok().map(|n| sign * n))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_exact() {
        assert_eq!(rate("10 %"), Some(Rate(100_000)));
        assert_eq!(rate("0.8"), Some(Rate(800_000)));
        assert_eq!(rate("93.72 %"), Some(Rate(937_200)));
        assert_eq!(rate("ten"), None);
        assert_eq!(money("¥1,234.50"), Some(Fen(123_450)));
        assert_eq!(money("¥0.001"), None);
        assert_eq!(area("1 mu"), Some(Area(66_667)));
        assert_eq!(area("1.5 mu"), Some(Area(100_000)));
        assert_eq!(area("120.5 m2"), Some(Area(12_050)));
        assert_eq!(number("1e9"), None);
        assert_eq!(date("2026-9-30"), None);
    }
}
