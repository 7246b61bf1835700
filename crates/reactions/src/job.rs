//! Everything of a catalogue that follows the journal, each with a cursor of its own.

use packs::{Catalogue, Expr, FlowEvent, KindEvent, Name, Plan, Reaction, Starts, Verb, When, Who};
use std::sync::Arc;
use store::{Actor, By, Recorded};

/// One follower of the journal.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    /// One in the county and kept for good: `direct_line.urgent_hazard`, `plan direct_line.patrol`.
    pub name: String,
    pub pack: String,
    pub when: Occasion,
    pub if_: Option<Expr>,
    pub does: Does,
}

#[derive(Clone, Debug)]
pub(crate) enum Occasion {
    Flow {
        flow: Name,
        is: FlowEvent,
    },
    Kind {
        kind: Name,
        is: KindEvent,
    },
    /// A plan's day has come.
    Due {
        plan: String,
    },
}

#[derive(Clone, Debug)]
pub(crate) enum Does {
    Verbs(Arc<[Verb]>),
    /// A matter ended: sets the timers of what comes after it.
    SetTerms(Arc<Plan>),
    /// Opens the matter of a plan.
    Open(Arc<Plan>),
    /// A plan's matter ended: counts its streak.
    Count(Arc<Plan>),
}

impl Job {
    pub fn by(&self) -> By {
        By { actor: Actor::Pack(self.pack.clone()), seat: None, acting: false, done_at: None }
    }

    /// Whether an entry may be the occasion, as far as the entry itself tells. Whose flow it is, the subject says.
    pub fn may_be(&self, e: &Recorded) -> bool {
        match &self.when {
            Occasion::Flow { is, .. } => e.subject_kind == "matter" && flow_event(is, e),
            Occasion::Kind { kind, is } => {
                let word = match is {
                    KindEvent::Added => "thing.added",
                    KindEvent::Changed => "thing.changed",
                    KindEvent::Removed => "thing.removed",
                };
                let moved = *is == KindEvent::Changed && e.kind == "thing.moved";
                (e.kind == word || moved) && e.payload["kind"] == kind.to_string().as_str()
            }
            Occasion::Due { plan } => e.kind == "plan.due" && e.payload["plan"] == plan.as_str(),
        }
    }
}

fn flow_event(is: &FlowEvent, e: &Recorded) -> bool {
    let says = |key: &str| e.payload[key].as_str();
    let kind = e.kind.as_str();
    match is {
        FlowEvent::Opened => kind == "matter.opened",
        FlowEvent::At { step } => {
            let came = match kind {
                "matter.opened" | "matter.came_back" | "matter.objected" => true,
                // A hand-over inside a step is no coming to it.
                "matter.moved" => says("from") != Some(step) && e.payload.get("child").is_none(),
                _ => false,
            };
            came && says("step") == Some(step)
        }
        FlowEvent::Moved { step, r#move } => {
            matches!(kind, "matter.moved" | "matter.closed") && says("from") == Some(step) && says("move") == Some(r#move)
        }
        // A step that goes on by itself when its time is over is late, too: those entries say `of`.
        FlowEvent::Late { step } => match step {
            Some(step) => (kind == "matter.late" || kind == "matter.closed" && says("of").is_some()) && says("step") == Some(step),
            None => kind == "matter.late" || matches!(kind, "matter.closed" | "matter.moved") && says("of").is_some(),
        },
        FlowEvent::Closed { ended_as } => {
            kind == "matter.closed" && (ended_as.is_empty() || says("ended_as").is_some_and(|end| ended_as.iter().any(|e| e == end)))
        }
    }
}

/// All jobs of a county's packs.
pub(crate) fn of(catalogue: &Catalogue) -> Vec<Job> {
    let mut jobs: Vec<Job> = catalogue.reactions().map(|r| declared(r)).collect();
    for flow in catalogue.flows() {
        // The letter that goes with an end is written by the pack that declares the end.
        for end in flow.ends.values() {
            let Some(letter) = &end.letter else { continue };
            jobs.push(Job {
                name: format!("letter {}.{}", flow.name_of(), end.id),
                pack: flow.pack.clone(),
                when: Occasion::Flow { flow: flow.name_of(), is: FlowEvent::Closed { ended_as: vec![end.id.clone()] } },
                if_: None,
                does: Does::Verbs([Verb::Letter { letter: letter.clone(), to: vec![Who::Resident] }].into()),
            });
        }
    }
    for plan in catalogue.plans() {
        jobs.extend(planned(plan));
    }
    jobs
}

fn declared(r: &Reaction) -> Job {
    let when = match &r.when {
        When::Flow { flow, is } => Occasion::Flow { flow: flow.clone(), is: is.clone() },
        When::Kind { kind, is } => Occasion::Kind { kind: kind.clone(), is: *is },
    };
    Job { name: format!("{}.{}", r.pack, r.id), pack: r.pack.clone(), when, if_: r.if_.clone(), does: Does::Verbs(r.do_.clone().into()) }
}

/// The plan's full name, as timers, entries and rows have it.
pub(crate) fn plan_name(plan: &Plan) -> String {
    format!("{}.{}", plan.pack, plan.id)
}

fn planned(plan: &Arc<Plan>) -> Vec<Job> {
    let name = plan_name(plan);
    let job = |word: &str, when, does| Job { name: format!("{word} {name}"), pack: plan.pack.clone(), when, if_: None, does };
    let mut jobs = vec![job("plan", Occasion::Due { plan: name.clone() }, Does::Open(plan.clone()))];
    if let Starts::After { flow, ended_as, .. } = &plan.starts {
        let when = Occasion::Flow { flow: flow.clone(), is: FlowEvent::Closed { ended_as: ended_as.clone() } };
        jobs.push(job("plan-after", when, Does::SetTerms(plan.clone())));
    }
    if plan.streak.is_some() {
        let when = Occasion::Flow { flow: plan.flow.clone(), is: FlowEvent::Closed { ended_as: Vec::new() } };
        jobs.push(job("plan-streak", when, Does::Count(plan.clone())));
    }
    jobs
}
