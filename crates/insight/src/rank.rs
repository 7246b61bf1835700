//! Rankings: of departments and places, never of persons; with n, an interval, and ties shared.

use crate::{Figure, Value};
use base::Rate;
use serde::Serialize;

/// 95 %. The golden 9 of 9 → .7009 needs more digits than 1.96 has.
const Z: f64 = 1.959_964;

/// Wilson's interval of a share, as fractions of one; `None` of nothing.
pub fn wilson(hits: i64, cases: i64) -> Option<(f64, f64)> {
    if cases <= 0 || hits < 0 || hits > cases {
        return None;
    }
    let (n, p) = (cases as f64, hits as f64 / cases as f64);
    let zz = Z * Z / n;
    let middle = p + zz / 2.0;
    let half = Z * (p * (1.0 - p) / n + zz / (4.0 * n)).sqrt();
    Some((((middle - half) / (1.0 + zz)).max(0.0), ((middle + half) / (1.0 + zz)).min(1.0)))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Best {
    High,
    Low,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ranked {
    /// `None`: too few cases, or no figure.
    pub rank: Option<u32>,
    /// Code of a place, category, department or seat.
    pub key: String,
    pub figure: Figure,
    /// Wilson's interval of a share.
    pub low: Option<Rate>,
    pub high: Option<Rate>,
}

/// In order of the cautious end of the interval (the lower one where high is best), so that 3 of 3 does not beat 930 of
/// 1,000; what is no share, in order of its value. Equals share a rank and the next ranks are left out; those without a
/// figure come last, unranked.
pub fn rank(figures: Vec<(String, Figure)>, best: Best) -> Vec<Ranked> {
    let mut rows: Vec<(Option<i64>, Ranked)> = figures.into_iter().map(|(key, figure)| measured(key, figure, best)).collect();
    rows.sort_by(|(a, x), (b, y)| b.is_some().cmp(&a.is_some()).then(b.cmp(a)).then_with(|| x.key.cmp(&y.key)));
    let mut before: Option<(i64, u32)> = None;
    for (i, (mark, row)) in rows.iter_mut().enumerate() {
        let Some(mark) = *mark else { break };
        let rank = match before {
            Some((same, rank)) if same == mark => rank,
            _ => u32::try_from(i + 1).unwrap_or(u32::MAX),
        };
        before = Some((mark, rank));
        row.rank = Some(rank);
    }
    rows.into_iter().map(|(_, row)| row).collect()
}

/// What it is ranked by, more being better.
fn measured(key: String, figure: Figure, best: Best) -> (Option<i64>, Ranked) {
    let share = figure.share().and_then(|_| wilson(figure.hits, figure.cases));
    let millionths = |x: f64| Rate((x * 1e6).round() as i64);
    let (low, high) = (share.map(|s| millionths(s.0)), share.map(|s| millionths(s.1)));
    let mark = match (figure.value, best) {
        (None, _) => None,
        (Some(Value::Share(rate)), Best::High) => Some(low.unwrap_or(rate).0),
        (Some(Value::Share(rate)), Best::Low) => Some(-high.unwrap_or(rate).0),
        (Some(Value::Count(n) | Value::Mean(n) | Value::Score(n)), Best::High) => Some(n),
        (Some(Value::Count(n) | Value::Mean(n) | Value::Score(n)), Best::Low) => Some(-n),
    };
    (mark, Ranked { rank: None, key, figure, low, high })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Why;

    #[test]
    fn wilsons_lower_bound() {
        for (hits, cases, want) in
            [(3, 3, 0.4385), (9, 9, 0.7009), (19, 20, 0.7639), (48, 50, 0.8654), (96, 100, 0.9016), (930, 1000, 0.9125)]
        {
            let (low, high) = wilson(hits, cases).expect("some");
            assert!((low - want).abs() < 0.000_05, "{hits}/{cases}: {low}");
            assert!(low < high && high <= 1.0);
        }
        assert_eq!((wilson(0, 0), wilson(4, 3)), (None, None));
    }

    fn figure(hits: i64, cases: i64) -> Figure {
        let value = Rate::of(hits, cases).map(Value::Share);
        let why = value.is_none().then_some(Why::Nothing);
        Figure { value, cases, hits, outs: 0, mutes: 0, points: None, why }
    }

    #[test]
    fn ties_share_a_rank_and_few_have_none() {
        let few = Figure { value: None, why: Some(Why::TooFew { cases: 3, least: 20 }), ..figure(3, 3) };
        let all = [
            ("a", figure(96, 100)),
            ("b", figure(930, 1000)),
            ("c", figure(96, 100)),
            ("d", few),
            ("e", figure(19, 20)),
            ("f", figure(0, 0)),
        ];
        let ranks = |best| -> Vec<(String, Option<u32>)> {
            rank(all.iter().map(|(k, f)| ((*k).to_owned(), f.clone())).collect(), best).into_iter().map(|r| (r.key, r.rank)).collect()
        };
        let named = |of: &[(&str, Option<u32>)]| -> Vec<(String, Option<u32>)> { of.iter().map(|(k, r)| ((*k).to_owned(), *r)).collect() };
        assert_eq!(ranks(Best::High), named(&[("b", Some(1)), ("a", Some(2)), ("c", Some(2)), ("e", Some(4)), ("d", None), ("f", None)]));
        assert_eq!(ranks(Best::Low)[0].0, "b", "its interval ends lowest");
    }
}
