//! Stories: who does what through which door, and what each sees afterwards. Read and checked here; run elsewhere.

use super::{Name, Who};
use crate::Term;
use base::{Text, Time};
use indexmap::IndexMap;
use serde::Serialize;
use std::time::Duration;

#[derive(Clone, Debug, Serialize)]
pub struct Story {
    pub pack: String,
    /// The file's name without its ending.
    pub id: String,
    pub name: Text,
    /// The county it runs in: `demo`.
    pub county: String,
    /// Where the story's clock stands at the beginning; `None`: 09:00 of the demo's next working day.
    pub starts: Option<Time>,
    pub file: String,
    pub steps: Vec<StoryStep>,
}

/// One line: somebody does something, sees something, or the clock moves. Parts are tried in this order: clock, does,
/// gets, sees.
#[derive(Clone, Debug, Default, Serialize)]
pub struct StoryStep {
    /// For the message when it fails.
    pub line: u32,
    #[serde(rename = "as")]
    pub as_: Option<Actor>,
    pub does: Option<Does>,
    /// The matter (by the letter the story gave it) that it is done to.
    pub on: Option<String>,
    /// `village 石桥 group 4`.
    pub at: Option<String>,
    /// For whom a clerk or leader writes it down, and how the person spoke: `{who: resident 4-9, by: phone}`.
    pub for_: Option<ForAnother>,
    /// Free words: the form's first text field unless `values` has it.
    pub words: Option<String>,
    /// The rest: values of the form, by field.
    pub values: IndexMap<String, serde_json::Value>,
    pub clock: Option<ClockMove>,
    /// Real time in which `sees` must come true.
    pub within: Option<Duration>,
    pub gets: Option<Gets>,
    pub sees: Option<Sees>,
}

/// `resident 4-9` (household 9 of group 4), `village_duty 石桥`, `group_leader 4`, `water`, `nobody`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Actor {
    /// `resident`, `nobody`, a role, or a department.
    pub who: String,
    /// The words after it: which household, village, group, town.
    pub which: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Does {
    /// Opens a matter of the flow.
    Open(Name),
    Move(Moved),
    /// Asks for an end that is not *done*: `ends.withdrawn`.
    End(String),
    /// Answers as one of several side by side: `opine.answer`.
    Answer {
        step: String,
    },
    /// Takes what was offered.
    Take,
    /// Asks for a pause, ends it.
    Pause,
    Resume,
    /// Approves or refuses an end or a pause that was asked for.
    Approve,
    Disapprove,
    /// Objects to an end.
    Object,
    /// Adds words to a matter.
    Add,
    /// Looks it up, or its list.
    Read,
    List,
    /// Loads a sheet: `values: {file: …}`.
    Import,
}

/// `sort.neighbours`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Moved {
    pub flow: Name,
    pub step: String,
    pub r#move: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct ForAnother {
    pub who: Actor,
    /// phone | desk | visit.
    pub by: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockMove {
    /// `+4 work-days +1 s`, one after the other.
    By(Vec<Term>),
    To(Time),
}

/// `{problem: forbidden}`: the code of the problem detail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Gets {
    pub problem: String,
    /// Field that it names.
    pub field: Option<String>,
}

/// What must be seen. `receipt`, `matter` and `opened` also give the matter its letter.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Sees {
    /// The sender's receipt; names the matter.
    pub receipt: Option<String>,
    /// A matter in the actor's list; names it if the story has not met it.
    pub matter: Option<String>,
    /// A matter that another one opened: `{opened: consultation, of: A, matter: B}`.
    pub opened: Option<Name>,
    pub of: Option<String>,
    /// Time left as shown: `4 work-hours`.
    pub left: Option<Term>,
    /// The last journal entry of the matter is of this kind: `late`, `moved`, `closed`.
    pub journal: Option<String>,
    pub step: Option<String>,
    pub holder: Option<Who>,
    pub supervisor: Option<Who>,
    /// yellow | red | none.
    pub card: Option<String>,
    pub closed: Option<String>,
    /// The matter is not to be found.
    pub nothing: bool,
    /// How many matters the list has.
    pub count: Option<u64>,
    /// The returns so far.
    pub returns: Option<u32>,
    /// Indicators as shown: `{on_time: "93.72 %"}`; `—` is no figure.
    pub figures: IndexMap<String, String>,
}
