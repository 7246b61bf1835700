//! Indicators 指标: defined figures, kept up with the journal, each opening to exactly its matters.
//!
//! A matter's part in an indicator is cut into [`Piece`]s (see [`pieces`]): numbers that count for every window which
//! holds certain days. Pieces are summed into cells by place, category, department and handling seat, so that a figure
//! over a million matters is a sum of some thousand cells; and they are kept per matter, so that they can be taken back
//! when it changes. Counting from scratch is the same function run over every matter.
//!
//! **Who sees what.** Figures obey the grants of lists, and reports *about* somebody are subtracted, in the same
//! statement, from the figures of whoever must not meet them.

mod ask;
mod cells;
mod changes;
mod count;
mod days;
mod facts;
mod figure;
mod follow;
mod live;
mod past;
mod rank;
mod rollup;
mod rows;
mod schema;
mod series;

pub use ask::{Ask, Part, Trend, breakdown, figure, trend};
pub use cells::count_soon;
pub use count::{Piece, Tally, pieces};
pub use days::{Days, Every, Pinned};
pub use figure::{Figure, Value, Why, points};
pub use follow::{Counting, catch_up, recount_all, step};
pub use past::figure_as_of;
pub use rank::{Best, Ranked, rank, wilson};
pub use rollup::{Parts, export_parts, merge_parts};
pub use rows::{After, EXPORTED, LISTED, Which, rows};
pub use schema::SCHEMA;
pub use series::declare;
