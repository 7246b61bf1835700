//! Kinds of things.

use super::{Field, Sensitivity};
use base::Text;
use indexmap::IndexMap;
use serde::Serialize;

#[derive(Clone, Debug, Serialize)]
pub struct Kind {
    pub pack: String,
    pub id: String,
    pub name: Text,
    pub shape: Shape,
    /// Field whose value is one in the county.
    pub key: Option<String>,
    pub fields: IndexMap<String, Field>,
    pub rights: IndexMap<String, Right>,
    /// Kept for this alone: no reaction of another pack follows it.
    pub purpose: Option<Text>,
    /// Every field of it is at least that.
    #[serde(skip_serializing_if = "Sensitivity::is_internal")]
    pub sensitivity: Sensitivity,
    pub deprecated: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    None,
    Point,
    Line,
    Polygon,
}

/// A right in things of this kind, such as to own or to use.
#[derive(Clone, Debug, Serialize)]
pub struct Right {
    pub id: String,
    pub name: Option<Text>,
    pub many_holders: bool,
    /// Held in shares that sum to one.
    pub shares: bool,
    /// The right it is carved out of.
    pub under: Option<String>,
    /// It ends on a day.
    pub ends: bool,
}
