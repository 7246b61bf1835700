//! Things from sheets: CSV, XLSX and GeoJSON, in two steps.
//!
//! [`check`] is the dry run: it reads the file row by row, says of each what is wrong and what would be right, and
//! stages what would be done. [`commit`] does exactly that, a chunk a unit with one entry of the journal each, hidden
//! until the last chunk is in and shown by one flip. A commit that was cut off goes on where it stopped; [`cancel`] takes
//! back what is not shown. The same file twice changes nothing: a row is known by its kind's key, or by its hash.
//!
//! An empty cell leaves what is there as it is; a sheet takes nothing away.

mod build;
mod cancel;
mod check;
mod columns;
mod commit;
mod features;
mod judge;
mod places;
mod read;
mod report;

pub(crate) use columns::{MASKED, parts};

pub use cancel::{cancel, expire};
pub use check::{Upload, check};
pub use commit::{commit, step, tidy};
pub use report::{Import, Report, RowFault, find, latest};

/// Where an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Being read; a check that was cut off is done again from the file.
    Checking = 0,
    /// Staged, waiting for a person's word.
    Checked = 1,
    /// Chunks go in; nobody sees them.
    Committing = 2,
    Shown = 3,
    Cancelled = 4,
}

impl State {
    pub(crate) fn of(code: i64) -> State {
        match code {
            0 => State::Checking,
            1 => State::Checked,
            2 => State::Committing,
            3 => State::Shown,
            _ => State::Cancelled,
        }
    }
}
