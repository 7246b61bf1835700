//! Reactions 联动: what joins the engines, as packs say.
//!
//! A reaction follows the journal. When an entry is what it waits for and its condition holds, it does what its
//! declaration names and nothing else, as `pack:<name>`, in one unit with its cursor: it is done once, whichever
//! server does it and wherever that one stops. Each reaction has a cursor of its own in each county, so a stuck one
//! stops nobody. A run that fails is rolled back and tried again after 1 s, 10 s, 1 min and 10 min; then it is
//! *parked*: in a list that people see, and as a matter of the county's IT where a flow for that is declared. The
//! cursor goes on; a parked run is replayed or dropped with a reason.
//!
//! The same machinery runs what packs say in other words: letters at the end of a matter ([`packs::End::letter`]), and
//! plans ([`packs::Plan`]), whose timers put an entry into the journal that a reaction then answers.

mod act;
mod document;
mod failure;
mod job;
mod notice;
mod plan;
mod position;
mod runner;
mod scene;
mod schema;
mod shown;
mod verb;
pub mod webhook;
mod who;

pub use document::{Document, documents};
pub use failure::{Failed, FailedAt, Standing, drop_run, failures};
pub use notice::{Notice, notices, see};
pub use plan::ring;
pub use position::{Progress, progress};
pub use runner::{RulesOf, Runner};
pub use schema::SCHEMA;

/// What reactions need beside the rules of a county.
#[derive(Clone)]
pub struct Tools {
    /// Opens telephone numbers for those who chose to be told by text message.
    pub keys: access::Keyring,
    /// Cuts text into search terms, parted by spaces.
    pub terms: fn(&str) -> String,
}

/// What a run decides by.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub rules: &'a matters::Rules,
    pub tools: &'a Tools,
}
