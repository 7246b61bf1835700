use crate::edge::shape::Region;
use crate::routes::session::json::Words;
use base::{Code, MatterId, Time};
use insight::{Days, Value, Why};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Clone, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AskFigure {
    /// First day, such as `2026-01-01`, with `to`.
    #[param(format = Date)]
    pub from: Option<String>,
    /// Last day.
    #[param(format = Date)]
    pub to: Option<String>,
    /// A window that ends today: `today`, `week`, `month` (left out: this one), `quarter`, `year`, or days such as `30d`.
    #[param(pattern = "^(today|week|month|quarter|year|[1-9][0-9]{0,3}d)$")]
    pub window: Option<String>,
    /// Only this place and what lies in it; left out: all that you may see.
    #[param(value_type = Option<Region>, inline)]
    pub region: Option<String>,
    /// Only this category, department or seat: `category:roads`, `unit:water`, `handler:<seat>`.
    #[param(pattern = "^(category|unit|handler):.*$")]
    pub only: Option<String>,
    /// Of a ranking: `high` (left out) or `low` is best.
    #[param(inline)]
    pub best: Option<BestAsked>,
    /// Of a trend: `day` or `month` (left out).
    #[param(inline)]
    pub every: Option<EveryAsked>,
    /// Of the matters: `cases` (left out), `hits`, `misses`, `outs`, `mutes`.
    #[param(inline)]
    pub which: Option<WhichAsked>,
    /// Of the matters: rows of a page, 1 to 200.
    #[param(minimum = 1, maximum = 200)]
    pub most: Option<usize>,
    pub cursor: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AskDashboard {
    /// First day, such as `2026-01-01`, with `to`.
    #[param(format = Date)]
    pub from: Option<String>,
    /// Last day.
    #[param(format = Date)]
    pub to: Option<String>,
    /// As of a figure.
    #[param(pattern = "^(today|week|month|quarter|year|[1-9][0-9]{0,3}d)$")]
    pub window: Option<String>,
    /// Only this place and what lies in it; left out: all that you may see.
    #[param(value_type = Option<Region>, inline)]
    pub region: Option<String>,
}

#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BestAsked {
    High,
    Low,
}

#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EveryAsked {
    Day,
    Month,
}

#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WhichAsked {
    Cases,
    Hits,
    Misses,
    Outs,
    Mutes,
}

#[derive(Serialize, ToSchema)]
pub struct IndicatorShown {
    /// `<pack>.<indicator>`
    pub indicator: String,
    pub name: Words,
    /// What it may be ranked or narrowed by.
    pub by: Vec<&'static str>,
    /// Below so many cases there is no figure.
    pub least: u32,
    /// With its formula, as the pack declares it.
    #[schema(value_type = Object)]
    pub figure: serde_json::Value,
}

#[derive(Serialize, ToSchema)]
pub struct Figure {
    /// A share as a fraction of one, a count, a mean or a score; none where there is a `why`: shown as —, never as 0 or 100 %.
    pub value: Option<f64>,
    /// `share`, `count`, `mean` or `score`.
    pub kind: Option<&'static str>,
    /// As people read it: `93.8 %`, `—`.
    pub shown: String,
    /// Denominator, or the count.
    pub cases: i64,
    /// Numerator.
    pub hits: i64,
    /// Left out by declaration.
    pub outs: i64,
    /// Would count, but what decides it was not recorded.
    pub mutes: i64,
    pub points: Option<f64>,
    /// Why there is no value.
    pub why: Option<Words>,
    /// The same for programs: `nothing`, `too_few`, `not_recorded`, `counting`, `now`, `part`, `not_kept`.
    pub why_code: Option<&'static str>,
}

impl From<insight::Figure> for Figure {
    fn from(f: insight::Figure) -> Figure {
        let (value, kind, shown) = match f.value {
            None => (None, None, "—".to_owned()),
            // Half up, to a tenth of a per cent: 93.75 % is 93.8 %.
            Some(Value::Share(rate)) => {
                let tenths = (rate.0 + 500).div_euclid(1_000);
                (Some(rate.0 as f64 / 1e6), Some("share"), format!("{}.{} %", tenths / 10, tenths % 10))
            }
            Some(Value::Count(n)) => (Some(n as f64), Some("count"), n.to_string()),
            Some(Value::Mean(n)) => (Some(n as f64 / 1e6), Some("mean"), format!("{:.2}", n as f64 / 1e6)),
            Some(Value::Score(n)) => (Some(n as f64 / 1e3), Some("score"), format!("{:.2}", n as f64 / 1e3)),
        };
        let why_code = f.why.as_ref().map(|w| match w {
            Why::Nothing => "nothing",
            Why::TooFew { .. } => "too_few",
            Why::NotRecorded { .. } => "not_recorded",
            Why::Counting => "counting",
            Why::Now => "now",
            Why::Part { .. } => "part",
            Why::NotKept => "not_kept",
        });
        Figure {
            value,
            kind,
            shown,
            cases: f.cases,
            hits: f.hits,
            outs: f.outs,
            mutes: f.mutes,
            points: f.points.map(|p| p as f64 / 1e3),
            why: f.why.map(|w| Words::from(&w.text())),
            why_code,
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct Window {
    /// First and last day, both in it.
    pub from: String,
    pub to: String,
}

impl From<Days> for Window {
    fn from(d: Days) -> Window {
        let (first, last) = d.dates();
        Window { from: first.to_string(), to: last.to_string() }
    }
}

#[derive(Serialize, ToSchema)]
pub struct FigureShown {
    pub indicator: String,
    pub name: Words,
    pub window: Window,
    pub figure: Figure,
}

#[derive(Serialize, ToSchema)]
pub struct RankedShown {
    /// None: too few cases, or no figure.
    pub rank: Option<u32>,
    pub key: String,
    pub name: Words,
    pub figure: Figure,
    /// Wilson's 95 % interval of a share.
    pub low: Option<f64>,
    pub high: Option<f64>,
}

#[derive(Serialize, ToSchema)]
pub struct Ranking {
    pub indicator: String,
    pub window: Window,
    pub rows: Vec<RankedShown>,
}

#[derive(Serialize, ToSchema)]
pub struct Point {
    pub window: Window,
    pub figure: Figure,
}

#[derive(Clone, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AskHot {
    /// `<pack>.<flow>`; left out: all flows.
    pub flow: Option<String>,
    #[param(value_type = Option<Region>, inline)]
    pub region: Option<String>,
    /// Days back from today, 1 to 366; left out: 90.
    #[param(minimum = 1, maximum = 366)]
    pub days: Option<u16>,
    /// As of this moment; left out: now.
    #[param(value_type = Option<String>, format = DateTime)]
    pub at: Option<Time>,
    /// 1 to 100; left out: 20.
    #[param(minimum = 1, maximum = 100)]
    pub most: Option<usize>,
}

#[derive(Serialize, ToSchema)]
pub struct HotIssue {
    /// Title of the message that resembles the others most.
    pub title: String,
    /// Words that the messages share.
    pub words: Vec<String>,
    #[schema(value_type = Option<Region>)]
    pub region: Option<Code>,
    pub region_name: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub from: Time,
    #[schema(value_type = String, format = DateTime)]
    pub to: Time,
    pub messages: usize,
    /// Different senders.
    pub people: usize,
    pub supporters: u64,
    /// Each person counts one when he wrote just now and half of it after 14 days.
    pub heat: f64,
    /// Its matters, in order of time.
    #[schema(value_type = Vec<Uuid>)]
    pub matters: Vec<MatterId>,
}

#[derive(Serialize, ToSchema)]
pub struct HotIssues {
    /// The moment it is as of.
    #[schema(value_type = String, format = DateTime)]
    pub looked_at: Time,
    /// There were more than 50,000 messages: the newest were compared.
    pub cut: bool,
    pub issues: Vec<HotIssue>,
}
