//! Engine: things 台账, registered objects of kinds that packs declare.
//!
//! A thing has a region, the values of its kind's fields and, where the kind has a shape, a geometry. Every revision is
//! kept in two times, *when it was so* and *when we knew it*, so that a figure can be asked as of a day, as known on
//! another. Each verb is a function of the unit of work: it finds the thing and the caller's permission, checks,
//! changes, and records one entry. Personal values are rows of `word`, masked for whoever has not asked for them by
//! name; the journal holds hashes alone.
//!
//! Sheets come in by [`import`], in two steps: a dry run that says what is wrong in which row and what would be right,
//! then a commit that shows all at once; they go out by [`export`]. [`sheet`] reads CSV and XLSX for anyone.

mod add;
mod change;
mod check;
mod erase;
pub mod export;
mod geometry;
mod history;
pub mod import;
mod label;
mod list;
mod look;
pub mod map;
mod mask;
mod named;
mod put;
mod recode;
mod register;
mod schema;
pub mod sheet;

pub use add::{Given, add};
pub use change::{Patch, change, move_to, remove};
pub use erase::erase;
pub use geometry::{Geometry, MOST_VERTICES, check as check_geometry};
pub use history::{AsOf, History, Version, as_of, history};
pub use list::{After, Filter, Sort, Test, count, list};
pub use look::{Thing, look, look_unmasked};
pub use named::shows_file;
pub use recode::recode;
pub use register::Register;
pub use schema::{HOLDS, SCHEMA};
