//! Engine: matters 事项, the closed loop of cases.
//!
//! A matter is opened under a flow that a pack declares, is always held by one seat, always has a next deadline, and
//! ends by somebody's word who is not its handler. Each verb is a function of the unit of work: it locks the matter,
//! finds the caller's permission, checks the flow, changes, and records one entry.
//!
//! **Invariants.** An open matter has a holder (a seat, even where nobody sits in it) and exactly one timer at its
//! `due`. The resident's clock starts at the receipt and is lengthened by approved pauses alone. No step of the engine
//! looks at a pack's name: what is special is declared.

mod about;
mod add;
mod alarm;
mod bring;
mod clock;
mod course;
mod door;
mod end;
mod facts;
mod form;
mod handed;
mod hidden;
mod late;
mod list;
mod make;
pub mod map;
mod matter;
mod may;
pub mod month;
mod open;
mod part;
mod pause;
mod rules;
mod schema;
mod sub;
mod task;
#[cfg(feature = "testing")]
pub mod testing;
mod versions;
mod who;
mod year;

/// The outbox's channel to the systems that orders came from: receipts, answers, returns and extensions, by `source` and
/// `number`.
pub const OUTER: &str = "outer";

pub use add::{add, categorise, press, revisit, vote};
pub use alarm::alarms;
pub use bring::{ANSWERED, Answered, Past, bring};
pub(crate) use course::Course;
pub use door::by_seat;
pub use end::{ask as ask_end, merge, object, relate, tried};
pub use facts::{matter as matter_facts, unit};
pub use handed::{InHand, close_seat, in_hand};
pub use hidden::{reveal, take_back};
pub use late::{Next, next, ring, take};
pub use list::{After, Filter, Listed, Part, Said, among, count, list, look};
pub use make::{Moving, make};
pub use matter::{Identity, Matter, Waits, load, needs, needs_shown};
pub use may::{May, may};
pub use open::{ForAnother, Opened, Opening, Outer, Spoke, open, open_by_pack, place_of, receipt_hash};
pub use part::seats;
pub use pause::{Asked, ask as ask_pause, decide, resume};
pub use rules::Rules;
pub use schema::SCHEMA;
pub use task::{Task, answer, of as tasks};
pub use versions::{Moved, move_versions};
pub use who::{Chosen, Found, NO_SEAT, NOBODY_FREE, Seek, about, concerns};
pub use year::{calendar, enter_year, recount};
