//! Messages from sheets become matters: 留言 with their answers, as another system gave them out.
//!
//! [`check`] is the dry run: it reads the file (XLSX, CSV or JSON lines), says of each row what is wrong and what would
//! be right, finds what is known already and what is the same message again, lets triage suggest a category, and stages
//! the rest in order of time. [`commit`] opens the matters, a chunk a unit with one entry of the journal beside the
//! matters' own, hidden until the last chunk is in and shown by one flip. [`drop_file`] takes back what is not shown. One that was cut off goes on where it stopped, and the same file twice doubles nothing: a message is
//! known by its source and number.

mod check;
mod columns;
mod commit;
mod read;
mod report;
mod schema;
pub mod twins;

pub use check::{Upload, check};
pub use commit::{commit, drop_file, receipts, step};
pub use report::{Alike, Intake, Report, State, find, unfinished};
pub use schema::SCHEMA;
