use crate::edge::shape::Region;
pub use crate::routes::regions::json::Made;
use crate::routes::{matters::json::SeatShown, session::json::Words};
use base::{AccountId, Code, MatterId, SeatId, Time};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListSeats {
    #[param(value_type = Region, inline)]
    pub region: String,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AskSeats {
    #[param(value_type = Region, inline)]
    pub region: String,
    /// Also who sits in each, sat and will sit: for those who keep the seats there.
    pub tenures: Option<bool>,
}

#[derive(Serialize, ToSchema)]
pub struct SeatHere {
    #[serde(flatten)]
    pub seat: SeatOfRegion,
    /// What that is called.
    pub area_name: Option<String>,
    /// Newest first; `null` where they were not asked for.
    pub tenures: Option<Vec<TenureShown>>,
}

#[derive(Serialize, ToSchema)]
pub struct SeatOfRegion {
    #[serde(flatten)]
    pub seat: SeatShown,
    /// The 片, 网格 or 巷 that it answers for.
    pub area: Option<Uuid>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CloseSeat {
    /// The seat that takes over what this one has in hand.
    #[param(value_type = Option<Uuid>)]
    pub to: Option<SeatId>,
}

/// What a seat has in hand.
#[derive(Serialize, ToSchema)]
pub struct SeatWork {
    /// How many there are, also where fewer are listed.
    pub all: i64,
    pub items: Vec<InHand>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = SeatInHand)]
pub struct InHand {
    #[schema(value_type = Uuid)]
    pub id: MatterId,
    pub number: Option<String>,
    pub flow_name: Words,
    pub step_name: Words,
    pub region_name: String,
    #[schema(value_type = String, format = DateTime)]
    pub due: Time,
    pub late: bool,
    /// Held by this seat; else it is asked, waited for, supervises or has a task.
    pub held: bool,
}

/// One to call.
#[derive(Serialize, ToSchema)]
pub struct ToCall {
    #[serde(flatten)]
    pub seat: SeatShown,
    pub role_name: Words,
    pub name: String,
    /// For those of one's own township alone: nobody gathers a county's numbers here.
    pub phone: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSeat {
    pub role: String,
    #[schema(value_type = Region)]
    pub region: Code,
    /// Of this department.
    pub unit: Option<String>,
    /// Of this 片, 网格 or 巷; `region` is then its village.
    pub area: Option<Uuid>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FillSeat {
    #[schema(value_type = Uuid)]
    pub account: AccountId,
    /// As B 岗, beside the holder.
    #[serde(default)]
    pub deputy: bool,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub since: Option<Time>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Time>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TakeLeave {
    #[schema(value_type = Uuid)]
    pub acting: AccountId,
    #[schema(value_type = String, format = DateTime)]
    pub since: Time,
    #[schema(value_type = String, format = DateTime)]
    pub until: Time,
}

#[derive(Serialize, ToSchema)]
pub struct TenureShown {
    pub id: Uuid,
    #[schema(value_type = Uuid)]
    pub seat: SeatId,
    #[schema(value_type = Uuid)]
    pub account: AccountId,
    /// Masked.
    pub name: Option<String>,
    /// `holder`, `deputy` or `acting`.
    pub kind: &'static str,
    #[schema(value_type = String, format = DateTime)]
    pub since: Time,
    /// `null` where no end is known.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Time>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AskMonths {
    /// The leaders of this region and of what lies in it.
    #[param(value_type = Option<Region>, inline)]
    pub region: Option<String>,
    /// This seat alone. Without region and seat: my own.
    #[param(value_type = Option<Uuid>)]
    pub seat: Option<SeatId>,
    /// Such as `2026-11`; left out: this one.
    #[param(pattern = "^[12][0-9]{3}-(0[1-9]|1[0-2])$")]
    pub month: Option<String>,
    /// Seats of a page, 1 to 100.
    #[param(minimum = 1, maximum = 100)]
    pub most: Option<usize>,
    pub cursor: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AskMonthMatters {
    #[param(value_type = Uuid)]
    pub seat: SeatId,
    /// Whose line; left out: that of the seat while nobody sat there.
    #[param(value_type = Option<Uuid>)]
    pub account: Option<AccountId>,
    /// `visits`, `services`, `solved` or `late`.
    #[param(pattern = "^(visits|services|solved|late)$")]
    pub what: String,
    /// Such as `2026-11`; left out: this one.
    #[param(pattern = "^[12][0-9]{3}-(0[1-9]|1[0-2])$")]
    pub month: Option<String>,
    /// Rows of a page, 1 to 200.
    #[param(minimum = 1, maximum = 200)]
    pub most: Option<usize>,
    pub cursor: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct LeaderMonths {
    /// `2026-11`
    pub month: String,
    /// Its first moment, and the first one after it.
    #[schema(value_type = String, format = DateTime)]
    pub from: Time,
    #[schema(value_type = String, format = DateTime)]
    pub to: Time,
    /// By region, then seat, then the days on which each began. Nothing is put in order by its numbers.
    pub items: Vec<LeaderMonth>,
    /// Of the next page; `null` where this is the last.
    pub next: Option<String>,
}

/// One person's month in one seat. A record of work, not a score.
#[derive(Serialize, ToSchema)]
pub struct LeaderMonth {
    pub seat: SeatShown,
    /// None while nobody sat there.
    #[schema(value_type = Option<Uuid>)]
    pub account: Option<AccountId>,
    pub name: Option<String>,
    /// `holder`, `deputy` (B 岗), `acting` (代) or `vacant`.
    pub kind: &'static str,
    /// Where he came in this month.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub since: Option<Time>,
    /// Where he left in this month.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Time>,
    /// Visits written down.
    pub visits: i64,
    /// Other services written down.
    pub services: i64,
    /// Matters whose "done" that stood was his.
    pub solved: i64,
    /// Matters of which a deadline passed while the seat held them. It is said of the matter; no card stands on an unpaid leader.
    pub late: i64,
}

#[derive(Serialize, ToSchema)]
pub struct OnDuty {
    pub seat: SeatShown,
    /// Who sits there now.
    pub name: Option<String>,
    /// For a holder who is away: 代.
    pub acting: bool,
    /// For officials of the place and of what it lies in alone.
    pub phone: Option<String>,
}
