use base::{MatterId, Time};
use reactions::{Failed, Standing};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListFailedRuns {
    /// Also those that were dropped or done at last.
    #[serde(default)]
    pub all: bool,
    /// 1 to 200; 50 where nothing is said.
    #[param(minimum = 1, maximum = 200)]
    pub most: Option<usize>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct FailedRunPage {
    pub items: Vec<FailedRun>,
    pub next: Option<String>,
}

/// How a failed run stands: it is tried `again`; `parked` and `too_deep` ones wait for a person.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunStanding {
    Again,
    Parked,
    Dropped,
    Done,
    TooDeep,
}

#[derive(Serialize, ToSchema)]
pub struct FailedRun {
    /// `<pack>.<reaction>`
    pub reaction: String,
    /// The journal entry that it ran on.
    pub entry: i64,
    pub standing: RunStanding,
    pub tries: i64,
    #[schema(value_type = String, format = DateTime)]
    pub first: Time,
    #[schema(value_type = String, format = DateTime)]
    pub last: Time,
    /// When it is tried again.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub due: Option<Time>,
    /// Code and words of the last error.
    pub code: String,
    pub error: String,
    /// The matter that the county's IT was given of it.
    #[schema(value_type = Option<Uuid>)]
    pub matter: Option<MatterId>,
}

impl From<Failed> for FailedRun {
    fn from(f: Failed) -> FailedRun {
        let standing = match f.standing() {
            Standing::Again => RunStanding::Again,
            Standing::Parked => RunStanding::Parked,
            Standing::Dropped => RunStanding::Dropped,
            Standing::Done => RunStanding::Done,
            Standing::TooDeep => RunStanding::TooDeep,
        };
        let due = matches!(standing, RunStanding::Again).then_some(f.due);
        FailedRun {
            reaction: f.name,
            entry: f.seq,
            standing,
            tries: f.tries,
            first: f.first,
            last: f.last,
            due,
            code: f.code,
            error: f.error,
            matter: f.matter,
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DropRun {
    /// Why it is not done any more.
    #[schema(min_length = 1, max_length = 500)]
    pub reason: String,
}
