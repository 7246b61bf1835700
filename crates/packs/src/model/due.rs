//! How long a step or a matter may take: a term, or a dated row of a table with its article.

use super::Table;
use crate::Term;
use base::Time;
use serde::Serialize;
use std::sync::Arc;

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Due {
    Fixed(Term),
    /// `{table: limits, row: keeping, column: due}`: the row in force on the day the clock starts.
    Table {
        table: Arc<Table>,
        row: String,
        column: String,
    },
}

impl Due {
    /// The term for a clock that starts at `t`. A checked table has a row for every day since its first; before that
    /// the first one holds.
    pub fn on(&self, t: Time) -> Term {
        match self {
            Due::Fixed(term) => *term,
            Due::Table { table, row, column } => table
                .term(row, column, t.date())
                .expect("the checker refuses a due whose table has no such row or whose column holds no terms"),
        }
    }
}
