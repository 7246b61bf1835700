use crate::edge::shape::Region;
use crate::routes::session::json::Words;
use base::{Code, Time};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// One decision. Holds no words: what it is about is fetched, and masked, through its own route.
#[derive(Serialize, ToSchema)]
pub struct Event {
    pub seq: i64,
    #[schema(value_type = String, format = DateTime)]
    pub at: Time,
    /// Such as `matter.moved`.
    pub kind: String,
    pub subject_kind: String,
    pub subject: Uuid,
    #[schema(value_type = Option<Region>)]
    pub region: Option<Code>,
    /// `step`, `open`, `holder`, `due` of a matter.
    #[schema(value_type = Object)]
    pub facts: Value,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FollowEvents {
    /// Where to go on, as the header `Last-Event-ID` says it; left out: from now.
    #[param(pattern = "^[1-8][0-9]{5}:[0-9]{1,18}(,[1-8][0-9]{5}:[0-9]{1,18})*$")]
    pub after: Option<String>,
    /// Ends the stream after so many events, for programs that poll.
    #[param(minimum = 1, maximum = 1000)]
    pub most: Option<usize>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListEntries {
    /// Goes on before this sequence number.
    pub before: Option<i64>,
    /// What the entries are about: a matter, a seat, an account.
    pub subject: Option<Uuid>,
    /// 1 to 200; 50 where nothing is said.
    #[param(minimum = 1, maximum = 200)]
    pub most: Option<usize>,
}

/// A link of the journal's chain.
#[derive(Serialize, ToSchema)]
pub struct Entry {
    pub seq: i64,
    #[schema(value_type = String, format = DateTime)]
    pub at: Time,
    /// SHA-256 of the hash before and of all that the entry says, as hexadecimal digits.
    pub hash: String,
    /// Left out where it is not mine to see.
    pub told: Option<Told>,
}

/// What an entry says. Holds no words.
#[derive(Serialize, ToSchema)]
pub struct Told {
    /// Such as `matter.moved`.
    pub kind: String,
    /// `account:…`, `system:…`, `pack:…` or `nobody`.
    pub actor: String,
    /// The seat in which he acted, as people say it.
    pub who: Option<String>,
    /// In place of the one who holds it.
    pub acting: bool,
    pub subject_kind: String,
    pub subject: Uuid,
    #[schema(value_type = Option<Region>)]
    pub region: Option<Code>,
    #[schema(value_type = Object)]
    pub payload: Value,
    /// The entry that a reaction ran on.
    pub cause: Option<i64>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListReadings {
    /// Goes on before this sequence number.
    pub before: Option<i64>,
    /// 1 to 200; 50 where nothing is said.
    #[param(minimum = 1, maximum = 200)]
    pub most: Option<usize>,
}

#[derive(Serialize, ToSchema)]
pub struct ReadingShown {
    pub seq: i64,
    #[schema(value_type = String, format = DateTime)]
    pub at: Time,
    /// The seat that looked, as people say it.
    pub who: String,
    /// What was on the desk: `matter`, `thing` or `account`, and its id.
    pub seen_in_kind: String,
    pub seen_in: Uuid,
    pub fields: Vec<String>,
    pub purpose: Words,
    /// The day after which the record of it goes.
    #[schema(value_type = String, format = DateTime)]
    pub kept_until: Time,
}
