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
    #[schema(value_type = Option<String>)]
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
    pub after: Option<String>,
    /// Ends the stream after so many events, for programs that poll.
    #[param(minimum = 1, maximum = 1000)]
    pub most: Option<usize>,
}
