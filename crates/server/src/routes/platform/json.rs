use super::declared;
use crate::{parts, routes::session::json::Words};
use base::Time;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

#[derive(Serialize, ToSchema)]
pub struct Health {
    /// `ok`, or `failing` where a part stands still.
    pub status: &'static str,
    pub version: &'static str,
    /// The wall clock, which decides deadlines.
    #[schema(value_type = String, format = DateTime)]
    pub now: Time,
    pub parts: Vec<parts::Report>,
}

#[derive(Serialize, ToSchema)]
pub struct PackShown {
    pub id: String,
    pub name: Words,
    pub uses: Vec<String>,
    /// SHA-256 of what gives it its meaning: open matters are pinned to it.
    pub hash: String,
    pub ladders: Vec<LadderShown>,
}

/// What supervision climbs when a deadline passes.
#[derive(Serialize, ToSchema)]
pub struct LadderShown {
    /// `<pack>.<ladder>`, as a flow names it.
    pub ladder: String,
    pub name: Words,
    /// From the bottom up.
    pub rungs: Vec<RungShown>,
}

#[derive(Serialize, ToSchema)]
pub struct RungShown {
    /// None: the department that the matter's category names.
    pub role: Option<String>,
    /// Cards bind paid seats alone.
    pub paid: bool,
}

#[derive(Serialize, ToSchema)]
pub struct FlowShown {
    /// `<pack>.<flow>`
    pub flow: String,
    /// As the pack declares it, with all that it names: opening form, categories, steps, moves, ends.
    #[schema(value_type = declared::Flow)]
    pub declared: Value,
}

#[derive(Serialize, ToSchema)]
pub struct RoleShown {
    pub id: String,
    pub name: Words,
    /// Level of the regions its seats stand at.
    #[schema(value_type = declared::RegionLevel)]
    pub level: Value,
    /// Clocks, cards and late lists bind paid seats alone.
    pub paid: bool,
    pub of_unit: bool,
    #[schema(value_type = Vec<declared::Grant>)]
    pub may: Value,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AskDue {
    #[param(value_type = String, format = DateTime)]
    pub start: Time,
    /// Such as `5 work-days`.
    pub term: String,
}

#[derive(Serialize, ToSchema)]
pub struct Due {
    #[schema(value_type = String, format = DateTime)]
    pub at: Time,
    /// A year without a table of holidays was looked at: 暂定.
    pub provisional: bool,
}
