//! Reactions: what joins engines.

use super::{At, Name, Who};
use crate::{Expr, Template};
use base::Text;
use indexmap::IndexMap;
use serde::Serialize;

#[derive(Clone, Debug, Serialize)]
pub struct Reaction {
    pub pack: String,
    pub id: String,
    pub name: Option<Text>,
    pub when: When,
    #[serde(rename = "if")]
    pub if_: Option<Expr>,
    #[serde(rename = "do")]
    pub do_: Vec<Verb>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// `{flow: report, is: closed, as: [unanswered]}`.
    Flow { flow: Name, is: FlowEvent },
    /// `{kind: house, is: changed}`.
    Kind { kind: Name, is: KindEvent },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FlowEvent {
    Opened,
    /// Came to this step.
    At {
        step: String,
    },
    /// This move was made in this step.
    Moved {
        step: String,
        r#move: String,
    },
    Late {
        step: Option<String>,
    },
    /// Ended, as one of these words; empty: however it ended.
    Closed {
        ended_as: Vec<String>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KindEvent {
    Added,
    Changed,
    Removed,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// Opens a matter.
    Open { flow: Name, at: At, holder: Option<Who>, form: IndexMap<String, Value> },
    /// Tells seats or the resident, on the page and by the ways they chose.
    Notify { to: Vec<Who>, say: Template },
    /// Writes and sends a letter.
    Letter { letter: Name, to: Vec<Who> },
    /// Adds or changes a thing.
    Thing { kind: Name, key: Option<Expr>, fields: IndexMap<String, Value> },
    /// Posts the event to an address of the configuration.
    Webhook { to: String },
}

/// A value for a form's or a thing's field: words with expressions in braces, or an expression alone.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    Words(Template),
    Expr(Expr),
}
