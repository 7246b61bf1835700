//! Who may do what: accounts, seats in regions, sessions, one model of grants and exclusions, masking.

mod caller;
mod regions;
mod schema;
mod seats;

pub use caller::{Basis, Caller, CallerKind, Grant, Object, Slice};
pub use regions::{Region, region};
pub use schema::SCHEMA;
pub use seats::{Holder, HolderKind, Seat, SeatAt, find_seat, holders, seat};
