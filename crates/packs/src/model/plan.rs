//! Plans: matters that come by themselves.

use super::{Due, Name, Who};
use crate::Expr;
use base::{Level, Text};
use serde::Serialize;

#[derive(Clone, Debug, Serialize)]
pub struct Plan {
    pub pack: String,
    pub id: String,
    pub name: Text,
    /// What is opened.
    pub flow: Name,
    pub holder: Option<Who>,
    pub starts: Starts,
    /// The plan for one subject ends after so many matters in a row for which this is true.
    pub streak: Option<Streak>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Starts {
    /// At every region of this level.
    Every { every: Every, at: Level },
    /// So long after a matter ended, each counted from that moment.
    After { flow: Name, ended_as: Vec<String>, terms: Vec<Due> },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    Week,
    Month,
    Quarter,
    Year,
}

#[derive(Clone, Debug, Serialize)]
pub struct Streak {
    pub of: u32,
    /// A boolean over the matter that ended.
    #[serde(rename = "if")]
    pub if_: Expr,
}
