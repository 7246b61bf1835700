//! The shape of a kind as packs declare it, for the document: the value itself is written by `packs`. A test reads what is served
//! by it.
#![allow(dead_code, reason = "shapes for the document")]

use crate::routes::{
    platform::declared::{Field, Sensitivity},
    session::json::Words,
};
use std::collections::BTreeMap;
use utoipa::ToSchema;

#[derive(ToSchema)]
pub struct Kind {
    pub pack: String,
    pub id: String,
    pub name: Words,
    pub shape: KindShape,
    /// Field whose value is one in the county.
    pub key: Option<String>,
    /// In the order in which they are asked.
    pub fields: BTreeMap<String, Field>,
    pub rights: BTreeMap<String, Right>,
    /// Kept for this alone.
    pub purpose: Option<Words>,
    /// Every field of it is at least that. Left out: internal.
    pub sensitivity: Option<Sensitivity>,
    pub deprecated: bool,
}

#[derive(ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum KindShape {
    None,
    Point,
    Line,
    Polygon,
}

/// A right in things of a kind, such as to own or to use.
#[derive(ToSchema)]
#[schema(as = RightDeclared)]
pub struct Right {
    pub id: String,
    pub name: Option<Words>,
    pub many_holders: bool,
    /// Held in shares that sum to one.
    pub shares: bool,
    /// The right it is carved out of.
    pub under: Option<String>,
    /// It ends on a day.
    pub ends: bool,
}
