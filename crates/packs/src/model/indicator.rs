//! Indicators: defined figures with their source rows.

use super::Name;
use crate::Expr;
use base::{Level, Rate, Text};
use serde::Serialize;

#[derive(Clone, Debug, Serialize)]
pub struct Indicator {
    pub pack: String,
    pub id: String,
    pub name: Text,
    pub figure: Figure,
    /// Breakdowns.
    pub by: Vec<By>,
    /// Below so many cases in the denominator no figure and no rank is shown.
    pub least: u32,
    /// Points for the figure, in steps.
    pub steps: Vec<Points>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// Cases with `hit` of cases with `of`, those with `out` left out of both.
    Share {
        of: Expr,
        hit: Expr,
        out: Option<Expr>,
        /// Moments the window is laid over (every `t` of a `during(t, window)` in `of` and `hit`); a change of one of them moves a case.
        window: Vec<String>,
    },
    /// How many cases with `of`, those with `out` left out.
    Count { of: Expr, out: Option<Expr>, window: Vec<String> },
    /// Mean of a number over cases with `of`.
    Mean { of: Expr, value: Expr, out: Option<Expr>, window: Vec<String> },
    /// A weighted sum of others (their points where they have steps, else their figures); weights sum to 100 %.
    Sum { parts: Vec<Part> },
}

#[derive(Clone, Debug, Serialize)]
pub struct Part {
    pub of: Name,
    pub weight: Rate,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    Level(Level),
    Category,
    Unit,
    /// The seat that handled it; never a person, and never an unpaid leader.
    Handler,
}

/// From this figure on, so many points; between two steps of a `slope`, in proportion.
#[derive(Clone, Debug, Serialize)]
pub struct Points {
    pub from: Rate,
    /// In thousandths of a point, so that 14.82 is exact.
    pub points: i64,
    pub slope: bool,
}
