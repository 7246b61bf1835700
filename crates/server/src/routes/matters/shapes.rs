//! Shapes for the document of what is kept as JSON: values of forms, members of the journal's entries.
#![allow(dead_code, reason = "shapes for the document")]

use super::json::SpokenFor;
use base::{MatterId, SeatId, Time};
use utoipa::ToSchema;
use uuid::Uuid;

/// A filled-in value, by its field's type; `null` where it was erased.
#[derive(ToSchema)]
#[serde(untagged)]
pub enum FieldValue {
    Text(String),
    Number(f64),
    Bool(bool),
    Place(PlaceValue),
    Party(PartyValue),
    /// Codes, ids of files.
    Texts(Vec<String>),
    Parties(Vec<PartyValue>),
    /// Of a table, an area, a geometry.
    #[schema(value_type = Object)]
    Other(serde_json::Value),
}

#[derive(ToSchema)]
pub struct PlaceValue {
    /// Code of the region.
    pub region: String,
    /// Longitude and latitude.
    pub point: Option<Vec<f64>>,
    pub words: Option<String>,
}

#[derive(ToSchema)]
pub struct PartyValue {
    /// `person`, `firm` or `unit`.
    pub kind: Option<String>,
    pub name: String,
    pub phone: Option<String>,
}

/// Waits for its approver.
#[derive(ToSchema)]
pub struct Asked {
    /// `pause`, or the id of an end.
    pub what: String,
    /// A code of the declared reasons.
    pub reason: String,
    #[schema(value_type = Option<Uuid>)]
    pub by: Option<base::AccountId>,
    /// The seat that decides.
    #[schema(value_type = Uuid)]
    pub of: SeatId,
    #[schema(value_type = String, format = DateTime)]
    pub at: Time,
    /// The matter that it is to be merged into.
    #[schema(value_type = Option<Uuid>)]
    pub into: Option<MatterId>,
}

/// Codes, numbers, times and seats of one entry; what does not bear on its kind is left out.
#[derive(ToSchema)]
pub struct Facts {
    /// When it was done, where that was a while before it came in, as from a telephone without a network.
    #[schema(format = DateTime)]
    pub done_at: Option<String>,
    /// The same for an opening, by the device's own clock.
    #[schema(format = DateTime)]
    pub told_at: Option<String>,
    pub from: Option<String>,
    pub r#move: Option<String>,
    pub step: Option<String>,
    pub open: Option<bool>,
    pub holder: Option<Uuid>,
    #[schema(format = DateTime)]
    pub due: Option<String>,
    #[schema(format = DateTime)]
    pub clock_due: Option<String>,
    pub category: Option<String>,
    pub was: Option<String>,
    pub suggested: Option<String>,
    pub source: Option<String>,
    pub outer: Option<String>,
    pub offered: Option<Uuid>,
    pub ended_as: Option<String>,
    pub reason: Option<String>,
    pub letter: Option<String>,
    #[schema(format = DateTime)]
    pub objection: Option<String>,
    /// A seat, or a word for what it was about.
    pub of: Option<String>,
    pub child: Option<Uuid>,
    pub instead: Option<String>,
    pub supervisor: Option<Uuid>,
    pub card: Option<i64>,
    pub into: Option<Uuid>,
    pub other: Option<Uuid>,
    pub same: Option<bool>,
    pub late: Option<bool>,
    pub what: Option<String>,
    pub how: Option<String>,
    pub solved: Option<String>,
    pub pleased: Option<i64>,
    pub files: Option<Vec<String>>,
    pub for_another: Option<SpokenFor>,
    pub approved: Option<bool>,
    #[schema(format = DateTime)]
    pub until: Option<String>,
}
