//! The demo county as data: a tree of regions down to the neighbourhood, its three leaders, offices and residents, and
//! a month of their matters with the course that each took.
//!
//! Everything is generated from a seed and the names of real townships and villages, is equal on every machine, and is
//! plainly not real: names begin with 演示, words end with （演示）, and telephone numbers begin with 179, whose
//! first five digits are dialling prefixes of IP telephony (17900 to 17999), so that no subscriber can have one.
//!
//! No database, no network, no clock: the caller loads what it is given, and says when *now* is.

mod accounts;
mod county;
mod course;
mod matters;
mod messages;
mod names;
mod people;
mod rng;
mod rows;
mod sheet;
mod units;
mod words;

#[cfg(test)]
mod tests;

pub use accounts::{Account, PASSWORD};
pub use county::{AreaSet, County, Region, Size, county, county_within};
pub use course::{Actor, Move};
pub use matters::{Door, PlannedMatter, Sender, State, matters};
pub use messages::messages;
pub use people::{Leader, Official, Resident};
pub use rows::{RegionRow, read, sample};
pub use sheet::{leaders as leader_cells, officials as official_cells, xlsx_leaders};
pub use units::{UNITS, Unit};
pub use words::{Affair, CATEGORIES, Category, REPORTS, Report};

/// The seed of the demo county that is shown, and how many matters its month has: as many as a county's hotline gets.
pub const SEED: u64 = 430_903;
pub const MONTH: usize = 1_500;

/// A grey square, for the fields that ask for a photo: a PNG.
pub const PHOTO: &[u8] = include_bytes!("photo.png");
