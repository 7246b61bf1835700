//! Leaders and officials from the rows of a spreadsheet: read, checked row by row, tried dry, brought in chunks.

mod apply;
mod plan;
mod read;

pub use apply::{finish_intake, import_leaders, stage_leaders, unfinished_intakes};
pub(crate) use plan::level_zh;
pub use plan::{Outcome, Plan, Post, plan_leaders, posts};
pub use read::{LeaderRow, RowReport, read_leaders};
