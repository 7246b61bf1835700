use crate::routes::{
    figures::HotIssues,
    matters::json::{ListedMatter, SeatShown},
    session::json::Words,
};
use base::{Code, MatterId, Time};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AskScreen {
    /// A region and all below it; the county if left out.
    pub region: Option<String>,
}

/// A number that opens to its matters.
#[derive(Serialize, ToSchema)]
pub struct Number {
    pub n: i64,
    /// The list of exactly these: `/api/matters?…`; with `/count` behind `matters` it counts them.
    pub query: String,
    /// Of matters received from then on, and before then; `null`: whenever they were received.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub from: Option<Time>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub to: Option<Time>,
}

#[derive(Serialize, ToSchema)]
pub struct Screen {
    #[schema(value_type = String)]
    pub region: Code,
    pub region_name: String,
    #[schema(value_type = String, format = DateTime)]
    pub at: Time,
    /// Received since midnight.
    pub today: Number,
    /// Of those, hour by hour: 24 of them.
    pub by_hour: Vec<Number>,
    pub open: Number,
    /// Of the open ones, those that are not late,
    pub on_time: Number,
    /// those past a deadline,
    pub late: Number,
    /// and the urgent ones.
    pub alarm: Number,
    /// The regions directly below.
    pub rates: Vec<RegionRate>,
    /// Open urgent matters, by their deadline: at most 10.
    pub alarms: Vec<Alarm>,
    /// What happened last, the newest first: at most 20.
    pub events: Vec<Happening>,
    /// Who is on duty here and directly below.
    pub duty: Vec<OnDuty>,
    /// What many people write about.
    pub hot: HotIssues,
}

/// Of what was received in the last 30 days: how much of it was never late.
#[derive(Serialize, ToSchema)]
pub struct RegionRate {
    #[schema(value_type = String)]
    pub region: Code,
    pub name: String,
    /// On time, of `all`: 0 to 1; `null` where there is none.
    pub rate: Option<f64>,
    pub all: Number,
    pub on_time: Number,
    pub late: Number,
    /// Open now, whenever received.
    pub open: Number,
}

#[derive(Serialize, ToSchema)]
pub struct Alarm {
    #[serde(flatten)]
    pub matter: ListedMatter,
    /// Nobody has done anything with it yet.
    pub untouched: bool,
}

/// Codes alone: no word of anyone.
#[derive(Serialize, ToSchema)]
pub struct Happening {
    pub seq: i64,
    #[schema(value_type = String, format = DateTime)]
    pub at: Time,
    /// Such as `matter.opened`.
    pub kind: String,
    #[schema(value_type = uuid::Uuid)]
    pub matter: MatterId,
    pub number: Option<String>,
    pub flow: String,
    pub step_name: Words,
    pub open: bool,
    #[schema(value_type = String)]
    pub region: Code,
    pub region_name: String,
    pub category_name: Option<Words>,
    pub urgent: bool,
}

#[derive(Serialize, ToSchema)]
pub struct OnDuty {
    pub seat: SeatShown,
    /// Who sits there now; `null` where nobody does.
    pub name: Option<String>,
    /// For a holder who is away: 代.
    pub acting: bool,
    /// For officials of the place and above alone.
    pub phone: Option<String>,
}
