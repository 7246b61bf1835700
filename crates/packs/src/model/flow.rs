//! Flows: the declared course of matters.

use super::Sensitivity;
use super::{Due, Form, List, Name, Who};
use crate::{Expr, Term};
use base::{Rate, Text};
use indexmap::IndexMap;
use serde::Serialize;
use std::sync::Arc;

/// A flow with everything it names already resolved: forms and lists are at hand, roles and units exist, steps lead on.
#[derive(Clone, Debug, Serialize)]
pub struct Flow {
    pub pack: String,
    pub id: String,
    pub name: Text,
    pub opens: Opens,
    pub category: Option<Category>,
    pub clock: MatterClock,
    /// Ends that are not *done*, open from every step. Keyed by the end's word.
    pub ends: IndexMap<String, End>,
    /// In the order written; the first is where a matter begins.
    pub steps: IndexMap<String, Step>,
    /// The ladder that `{up: n}` and supervision climb.
    pub ladder: Option<Name>,
    /// Kept apart: rights on `all` do not count for it, and nobody whom a matter is about holds it, not even at the top.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub apart: bool,
    /// Which of its urgent matters are alarms: they concern life, and take the middle of the command screen until somebody has
    /// them in hand. A boolean; `None`: none of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alarm: Option<Expr>,
    /// Of its matters' titles in sheets: sensitive ones are masked, core matters leave in no sheet.
    #[serde(skip_serializing_if = "Sensitivity::is_internal")]
    pub sensitivity: Sensitivity,
}

/// Who may open a matter, with what.
#[derive(Clone, Debug, Serialize)]
pub struct Opens {
    /// Groups of roles (三长) are written out here.
    pub by: Vec<Opener>,
    pub form: Option<Arc<Form>>,
    /// A clerk, official or leader may open it for a person who phones, comes in or is visited.
    pub for_another: bool,
    /// The ways in that are open; where the pack names none, the platform's own pages.
    pub doors: Vec<Door>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Opener {
    Resident,
    Anyone,
    Role(String),
    /// Another flow, a plan or a reaction: `by: [pack]`.
    Pack,
}

/// A way in: it is kept as the matter's source, so nobody may name one that he did not come by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Door {
    /// The phone's page, by the sender himself.
    Page,
    /// The same page inside the WeChat mini-program.
    Miniprogram,
    /// Told on the telephone, written down by another.
    Phone,
    /// Told or seen at the desk, written down there.
    Desk,
    /// Told at the sender's door, written down by another.
    Visit,
    Open311,
    Sheet,
    /// Another system, with its key.
    Connector,
    /// Another matter, a plan or a reaction; open where `by` says `pack`.
    Pack,
}

impl Door {
    /// Where a pack names none.
    pub const PAGES: [Door; 3] = [Door::Page, Door::Miniprogram, Door::Desk];
    /// Those that a pack, a request or a key may name.
    pub const NAMED: [Door; 8] =
        [Door::Page, Door::Miniprogram, Door::Phone, Door::Desk, Door::Visit, Door::Open311, Door::Sheet, Door::Connector];

    pub fn word(self) -> &'static str {
        match self {
            Door::Page => "page",
            Door::Miniprogram => "miniprogram",
            Door::Phone => "phone",
            Door::Desk => "desk",
            Door::Visit => "visit",
            Door::Open311 => "open311",
            Door::Sheet => "sheet",
            Door::Connector => "connector",
            Door::Pack => "pack",
        }
    }

    pub fn named(word: &str) -> Option<Door> {
        Door::NAMED.into_iter().find(|d| d.word() == word)
    }
}

/// Where a matter's category comes from.
#[derive(Clone, Debug, Serialize)]
pub struct Category {
    pub list: Arc<List>,
    /// Suggested by triage; else picked by a person.
    pub from_triage: bool,
    /// Below this confidence a person confirms the suggestion.
    pub confirm_below: Rate,
}

/// The resident's clock. It starts when the report is received; only an approved pause lengthens it.
#[derive(Clone, Debug, Serialize)]
pub struct MatterClock {
    pub due: Due,
    /// In place of `due` for a matter marked urgent.
    pub urgent: Option<Due>,
    pub pause: Option<Pause>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Pause {
    /// All pauses of one matter together.
    pub most: Term,
    pub approved_by: Who,
    /// Coded reasons; `None` is free text.
    pub reasons: Option<Arc<List>>,
}

/// An end that is not *done*.
#[derive(Clone, Debug, Serialize)]
pub struct End {
    pub id: String,
    pub kind: EndKind,
    pub name: Text,
    /// Coded reasons; `None` is free text.
    pub reasons: Option<Arc<List>>,
    /// Never the handler himself. `None` where the resident ends it (withdrawn).
    pub approved_by: Option<Who>,
    pub letter: Option<Name>,
    /// How long the resident may object.
    pub objection: Option<Term>,
}

/// What the engine must know of an end, whatever a pack calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EndKind {
    NotAccepted,
    /// Court, arbitration, petition, police.
    OtherWay,
    Withdrawn,
    Merged,
    /// Three tries at different hours.
    NotReached,
}

/// One state of a matter.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    pub id: String,
    pub name: Text,
    /// Who holds a matter that comes here; `None`: the holder stays. A move's own holder goes before it.
    pub holder: Option<Who>,
    /// An unpaid leader who is asked first. Who takes it holds it; untaken it stays with the holder and leaves no mark.
    pub offer: Option<Who>,
    /// How long the offer stands; `None`: as long as the step.
    pub offer_for: Option<Term>,
    /// The step's own time; the deadline is the earlier of this and the matter's.
    pub due: Option<Due>,
    /// The step waits for somebody who is not the holder.
    pub wait_for: Option<WaitFor>,
    /// One task for each party, side by side, each with this step's clock.
    pub each: Option<Each>,
    /// Never empty.
    pub moves: IndexMap<String, Move>,
    pub late: Late,
}

/// `wait_for: {resident: true, else: {up: 1}}`.
#[derive(Clone, Debug, Serialize)]
pub struct WaitFor {
    pub who: Who,
    /// Who confirms when there is nobody to ask. Never the doer, nor one under him.
    pub or_else: Option<Who>,
}

/// Tasks side by side, as in a consultation.
#[derive(Clone, Debug, Serialize)]
pub struct Each {
    pub over: EachOver,
    /// What each answers with.
    pub form: Option<Arc<Form>>,
    /// When the step's own moves may be made.
    pub join: Join,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EachOver {
    /// The assisting units that the opening move named.
    Assist,
    /// The parties of the matter.
    Parties,
    Who(Vec<Who>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Join {
    /// The lead may go on at any time; what came by then is on record.
    LeadDecides,
    All,
    Quorum(u32),
}

/// A way from a step.
#[derive(Clone, Debug, Serialize)]
pub struct Move {
    pub id: String,
    pub name: Text,
    pub to: Target,
    /// This is "done" in the resident's eyes: the answer stands from here until he refuses it, and the matter's clock is
    /// kept or broken by it. Found from the flow: such a move leads from work to where the matter only waits, is told and
    /// confirmed, or closes.
    pub resolves: bool,
    /// Filled in by the one who makes the move.
    pub form: Option<Arc<Form>>,
    /// Holder and offer of the next step, before that step's own.
    pub holder: Option<Who>,
    pub offer: Option<Who>,
    /// Due of the next step (or of the matter opened by `with`), before that step's own.
    pub due: Option<Due>,
    /// How often it may be made in one matter; the time after that makes the move `then` of the same step instead.
    pub most: Option<u32>,
    pub then: Option<String>,
    /// Who may make it; `None`: the holder (and who took the offer), or whom the step waits for.
    pub by: Option<Who>,
    /// The move is open only while this is true. A boolean.
    #[serde(rename = "if")]
    pub if_: Option<Expr>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    Step(String),
    /// The matter ends; `ended_as` is `done` unless the pack says otherwise.
    Closed {
        ended_as: String,
    },
    /// Opens a matter of another flow, waits for it, and comes back.
    With(Box<Sub>),
}

/// `with: consultation, lead: …, assist: chosen, join: lead_decides, back: handle`.
#[derive(Clone, Debug, Serialize)]
pub struct Sub {
    pub flow: Name,
    /// Holder of the matter that is opened. `None`: as that flow's first step says.
    pub lead: Option<Who>,
    pub assist: Vec<Who>,
    /// When the other flow's step in which they answer may go on; `None`: as that step says.
    pub join: Option<Join>,
    /// Step of this flow to come back to.
    pub back: String,
    /// Who holds it then; sees `form`, what the other matter ended with. `None`: whoever held it before.
    pub back_holder: Option<Who>,
}

/// What a passed deadline does, beside the entry on record. The default: the next rung up becomes supervisor, the holder
/// stays, gets a yellow, then a red card (if paid), and half the step's time again, at least 4 work-hours.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Late {
    /// The next rung takes the matter over.
    pub take: bool,
    /// The matter goes on by itself: `late: {to: closed, as: unanswered}`.
    pub to: Option<Target>,
    /// Share of the matters so closed that are revisited.
    pub revisit: Option<Rate>,
}

impl Flow {
    /// Where a matter begins. A checked flow has at least one step.
    pub fn first(&self) -> &Step {
        &self.steps[0]
    }

    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps.get(id)
    }

    pub fn name_of(&self) -> Name {
        Name::new(&self.pack, &self.id)
    }

    /// Every word that `ended_as` can be: `open`, `done`, the ends, and what moves and lateness say.
    pub fn endings(&self) -> Vec<String> {
        let mut words = vec!["open".to_owned(), "done".to_owned()];
        let late = self.steps.values().filter_map(|s| s.late.to.as_ref());
        let moves = self.steps.values().flat_map(|s| s.moves.values()).map(|m| &m.to);
        let closings = moves.chain(late).filter_map(|t| match t {
            Target::Closed { ended_as } => Some(ended_as),
            _ => None,
        });
        for word in self.ends.keys().chain(closings) {
            if !words.contains(word) {
                words.push(word.clone());
            }
        }
        words
    }

    /// Every form that is filled in somewhere in it, each once.
    pub fn forms(&self) -> Vec<Arc<Form>> {
        let steps = self.steps.values();
        let moves =
            steps.flat_map(|s| s.moves.values().filter_map(|m| m.form.as_ref()).chain(s.each.as_ref().and_then(|e| e.form.as_ref())));
        let mut forms: Vec<Arc<Form>> = Vec::new();
        for form in self.opens.form.iter().chain(moves) {
            if !forms.iter().any(|f| f.pack == form.pack && f.id == form.id) {
                forms.push(form.clone());
            }
        }
        forms
    }

    /// Steps after the work: they wait for somebody, or lead only to such steps. There the answer is told and confirmed.
    pub fn telling(&self) -> Vec<&str> {
        let mut tail: Vec<&str> = self.steps.values().filter(|s| s.wait_for.is_some()).map(|s| s.id.as_str()).collect();
        loop {
            let before = tail.len();
            for step in self.steps.values().filter(|s| s.each.is_none()) {
                let inside = |m: &Move| matches!(&m.to, Target::Step(to) if tail.contains(&to.as_str()));
                if !tail.contains(&step.id.as_str()) && step.moves.values().all(inside) {
                    tail.push(&step.id);
                }
            }
            if tail.len() == before {
                return self.steps.keys().map(String::as_str).filter(|id| tail.contains(id)).collect();
            }
        }
    }

    pub(crate) fn mark_resolving(&mut self) {
        let tail: Vec<String> = self.telling().into_iter().map(str::to_owned).collect();
        for step in self.steps.values_mut().filter(|s| !tail.contains(&s.id)) {
            for mv in step.moves.values_mut() {
                mv.resolves = match &mv.to {
                    Target::Step(to) => tail.contains(to),
                    Target::Closed { .. } => true,
                    Target::With(_) => false,
                };
            }
        }
    }
}

impl Each {
    /// Those who answer were named by the move that opened the matter.
    pub fn of_the_named(&self) -> bool {
        matches!(self.over, EachOver::Assist | EachOver::Parties)
    }
}

impl Step {
    pub fn find(&self, id: &str) -> Option<&Move> {
        self.moves.get(id)
    }
}
