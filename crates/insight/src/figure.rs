//! A figure: its value, or the reason why there is none; its points.

use crate::Tally;
use base::{Rate, Text};
use packs::{Figure as Formula, Indicator, Points};
use serde::Serialize;

/// One figure with the two counts it rests on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figure {
    /// `None`: shown as "—" with the reason, never as 0 or 100 %.
    pub value: Option<Value>,
    /// Denominator, or the count; of a sum, the smallest of its parts'.
    pub cases: i64,
    /// Numerator.
    pub hits: i64,
    pub outs: i64,
    /// Closed ones that would count, had what decides it been recorded.
    pub mutes: i64,
    /// Thousandths of a point, where the indicator has steps.
    pub points: Option<i64>,
    pub why: Option<Why>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    Share(Rate),
    Count(i64),
    /// In millionths.
    Mean(i64),
    /// In thousandths of a point.
    Score(i64),
}

/// Why there is no value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    Nothing,
    TooFew {
        cases: i64,
        least: u32,
    },
    /// So many would count, but their source did not record what decides it, or nobody was asked or answered.
    NotRecorded {
        mutes: i64,
    },
    /// Counted from scratch just now, since its declaration changed.
    Counting,
    /// Its declaration looks at the present moment, which no window holds.
    Now,
    /// This part of a weighted sum has no value.
    Part {
        name: Text,
    },
    /// What was known on that day was not kept: counting began later.
    NotKept,
}

impl Why {
    pub fn text(&self) -> Text {
        match self {
            Why::Nothing => Text::new("本期没有可统计的事项", "nothing to count in this window"),
            Why::TooFew { cases, least } => Text::new(
                format!("样本 {cases} 件，少于 {least} 件，不出数、不排名"),
                format!("{cases} cases, fewer than {least}: no figure and no rank"),
            ),
            Why::NotRecorded { mutes } => Text::new(
                format!("来源没有记录：{mutes} 件没有询问、没有表态或没有留下时间"),
                format!("not recorded: of {mutes} it is not known whether anybody was asked, what was said, or when"),
            ),
            Why::Counting => Text::new("口径刚有变动，正在重新统计", "the definition has changed; being counted again"),
            Why::Now => Text::new(
                "这个指标不只拿“现在”比早晚，无法持续计数，请改写成与时间的比较，如 due_at < now",
                "it does more with the present moment than compare it, so it cannot be kept; write a comparison, such as due_at < now",
            ),
            Why::Part { name } => Text::new(format!("分项“{}”没有数", name.zh), format!("its part {} has no figure", name.en)),
            Why::NotKept => Text::new("那时还没有开始统计，无从还原", "counting had not begun by then, so it cannot be told"),
        }
    }
}

impl Figure {
    /// From the numbers of a window.
    pub fn of(indicator: &Indicator, t: Tally) -> Figure {
        let mut f = Figure { value: None, cases: t.cases, hits: t.hits, outs: t.outs, mutes: t.mutes, points: None, why: None };
        // How many there are is known also where there are none.
        if let Formula::Count { .. } = indicator.figure {
            f.value = Some(Value::Count(t.cases));
            return f;
        }
        f.why = match t.cases {
            n if n <= 0 && t.mutes > 0 => Some(Why::NotRecorded { mutes: t.mutes }),
            n if n <= 0 => Some(Why::Nothing),
            n if n < i64::from(indicator.least) => Some(Why::TooFew { cases: n, least: indicator.least }),
            _ => None,
        };
        if f.why.is_none() {
            f.value = match &indicator.figure {
                Formula::Mean { .. } => Some(Value::Mean(half_up(t.total, t.cases))),
                _ => Rate::of(t.hits, t.cases).map(Value::Share),
            };
        }
        if let Some(Value::Share(rate)) = f.value {
            f.points = points(&indicator.steps, rate);
        }
        f
    }

    pub(crate) fn none(why: Why) -> Figure {
        Figure { value: None, cases: 0, hits: 0, outs: 0, mutes: 0, points: None, why: Some(why) }
    }

    pub fn share(&self) -> Option<Rate> {
        match self.value {
            Some(Value::Share(rate)) => Some(rate),
            _ => None,
        }
    }

    /// A weighted sum. Where a part has points, all count in points, a share without steps as points of a hundred; a part
    /// without a value leaves the sum without one.
    pub(crate) fn sum(parts: &[(Rate, Text, Figure)], steps: &[Points]) -> Figure {
        let scored = parts.iter().any(|(_, _, f)| f.points.is_some() || matches!(f.value, Some(Value::Score(_))));
        let mut total: i128 = 0;
        for (weight, name, f) in parts {
            let number = match (f.points, f.value, scored) {
                (Some(points), _, _) => points,
                (None, Some(Value::Score(points)), _) => points,
                // A share of 90 % is 90 points.
                (None, Some(Value::Share(rate)), true) => half_up(rate.0, 10),
                (None, Some(Value::Share(rate)), false) => rate.0,
                _ => return Figure::none(Why::Part { name: name.clone() }),
            };
            total += i128::from(number) * i128::from(weight.0);
        }
        let whole = i64::try_from((total + 500_000).div_euclid(1_000_000)).unwrap_or(i64::MAX);
        let mut f = Figure::none(Why::Nothing);
        f.why = None;
        f.value = Some(if scored { Value::Score(whole) } else { Value::Share(Rate(whole)) });
        f.points = if scored { Some(whole) } else { points(steps, Rate(whole)) };
        f.cases = parts.iter().map(|(_, _, f)| f.cases).min().unwrap_or(0);
        f.mutes = parts.iter().map(|(_, _, f)| f.mutes).sum();
        f
    }
}

fn half_up(n: i64, by: i64) -> i64 {
    i64::try_from((i128::from(n) * 2 + i128::from(by)).div_euclid(2 * i128::from(by))).unwrap_or(i64::MAX)
}

/// Points for a figure, in thousandths; between two steps of a slope in proportion, half up. `None` without steps.
pub fn points(steps: &[Points], rate: Rate) -> Option<i64> {
    let at = steps.iter().rposition(|s| s.from <= rate)?;
    let here = &steps[at];
    Some(match steps.get(at + 1) {
        Some(next) if here.slope && next.from > here.from => {
            let (rise, run) = (i128::from(next.points - here.points), i128::from(next.from.0 - here.from.0));
            let part = (rise * i128::from(rate.0 - here.from.0) * 2 + run).div_euclid(2 * run);
            here.points + i64::try_from(part).unwrap_or(0)
        }
        _ => here.points,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(slope: bool, of: &[(i64, i64)]) -> Vec<Points> {
        of.iter().map(|(percent, points)| Points { from: Rate(percent * 10_000), points: points * 500, slope }).collect()
    }

    #[test]
    fn points_of_the_lianyungang_bulletins() {
        // Points in halves. On time: a point for each per cent up to 90 %. Pleased: half a point, at least 12.5, at most 20.
        let on_time = steps(true, &[(0, 0), (75, 0), (90, 30)]);
        let pleased = steps(true, &[(0, 25), (73, 25), (88, 40)]);
        let signed = steps(false, &[(0, 0), (95, 10)]);
        for (steps, rate, want) in [
            (&on_time, 898_200, 14_820),
            (&on_time, 900_000, 15_000),
            (&on_time, 1_000_000, 15_000),
            (&on_time, 0, 0),
            (&pleased, 833_333, 17_667),
            (&pleased, 875_000, 19_750),
            (&pleased, 500_000, 12_500),
            (&signed, 800_000, 0),
            (&signed, 949_999, 0),
            (&signed, 950_000, 5_000),
        ] {
            assert_eq!(points(steps, Rate(rate)), Some(want), "{rate}");
        }
        assert_eq!(points(&[], Rate(1)), None);
    }

    #[test]
    fn a_weighted_sum_of_the_three_rates() {
        // 0.1 answered + 0.4 pleased + 0.5 solved.
        let part = |weight, rate| {
            let mut f = Figure::none(Why::Nothing);
            (f.value, f.why) = (Some(Value::Share(Rate(rate))), None);
            (Rate(weight), Text::new("项", "part"), f)
        };
        let three = [part(100_000, 1_000_000), part(400_000, 900_000), part(500_000, 850_000)];
        assert_eq!(Figure::sum(&three, &[]).value, Some(Value::Share(Rate(885_000))));
        let mut scored = three.clone();
        scored[1].2.points = Some(80_000);
        assert_eq!(Figure::sum(&scored, &[]).value, Some(Value::Score(84_500)), "100 × 0.1 + 80 × 0.4 + 85 × 0.5");
        scored[2].2.value = None;
        assert!(matches!(Figure::sum(&scored, &[]).why, Some(Why::Part { .. })));
    }
}
