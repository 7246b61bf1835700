//! Letters: what is printed and handed over.

use base::Text;
use serde::Serialize;

#[derive(Clone, Debug, Serialize)]
pub struct Letter {
    pub pack: String,
    pub id: String,
    pub name: Text,
    /// Series of numbers it takes its own from, such as `调解字`; `None`: no number.
    pub series: Option<String>,
    /// minijinja; sees `matter`, `form`, `county`, `number`, `today`.
    pub body: Text,
}

impl Letter {
    /// The names that a letter's text may use.
    pub const SEES: &'static [&'static str] = &["matter", "form", "county", "number", "today"];
}
