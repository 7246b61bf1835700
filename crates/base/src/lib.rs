//! The words everyone uses: region codes, typed ids, quantities, time, the two clocks, one error type,
//! and the checks of identity numbers that the national standards define.
//!
//! Everything else in the workspace stands on this crate; it stands on nothing of ours, knows no database,
//! no network and no file.

mod checks;
mod code;
mod error;
mod ids;
mod quantity;
mod time;

pub use checks::{credit_code, mobile, resident_id};
pub use code::{Code, Home, Level};
pub use error::{Error, Field, Kind, Result, Text};
pub use ids::{AccountId, FileId, GrantId, Id, IdOf, MatterId, PartyId, RegionId, SeatId, SessionId, TaskId, ThingId, WordId};
pub use quantity::{Area, Fen, Rate};
pub use time::{Clock, StoryClock, SystemClock, Time};
