//! What is proved of a flow before a matter is ever opened in it.

use super::Reader;
use crate::fault::{Pos, Sink};
use crate::node::Node;
use crate::{Due, Each, Flow, Opener, Step, Target, Term, Val};
use base::Text;
use calendar::Unit;
use std::collections::BTreeSet;

/// Ways tried in one flow before the search for a longest one gives up.
const WAYS: u32 = 20_000;

/// The place of a step's name, or of the flow.
fn place(node: &Node, step: &str) -> Pos {
    let steps = node.get("steps").map(Node::map).unwrap_or_default();
    steps.iter().find(|(k, _)| k.name == step).map_or_else(|| node.at.clone(), |(k, _)| k.at.clone())
}

fn targets(step: &Step) -> impl Iterator<Item = &Target> {
    step.moves.values().map(|m| &m.to).chain(step.late.to.as_ref())
}

pub(super) fn flow(flow: &Flow, node: &Node, faults: &mut Sink) {
    for step in flow.steps.values() {
        let at = place(node, &step.id);
        if step.moves.is_empty() {
            let declared = node.get("steps").and_then(|s| s.get(&step.id)).and_then(|s| s.get("moves"));
            // A move that was refused has its own message.
            if declared.is_none_or(|m| m.map().is_empty()) {
                faults.mend(
                    &at,
                    format!("环节“{}”没有出路", step.id),
                    format!("step \"{}\" has no way out", step.id),
                    Text::new("请至少写一个动作", "write at least one move"),
                );
            }
        } else if step.moves.values().all(|m| m.if_.is_some()) {
            faults.mend(
                &at,
                format!("环节“{}”的动作都有条件，可能永远出不去", step.id),
                format!("every move of step \"{}\" has a condition: no one might ever leave it", step.id),
                Text::new("请留一个没有 if 的动作", "leave one move without if"),
            );
        }
        if step.late.to.is_some() && step.due.is_none() {
            faults.add(&at, "写了 late.to 就要写 due", "late.to needs a due");
        }
    }
    let passes = faults.0.len();
    ways_out(flow, node, faults);
    if passes == faults.0.len() {
        longest(flow, node, faults);
    }
    let first = flow.first();
    let by_packs_alone = flow.opens.by.iter().all(|b| *b == Opener::Pack);
    if first.holder.is_none() && !by_packs_alone {
        faults.mend(
            &place(node, &first.id),
            format!("第一个环节“{}”没有人办", first.id),
            format!("nobody holds the first step \"{}\"", first.id),
            Text::new("请写 holder", "write holder"),
        );
    }
    climbs(flow, node, faults);
}

/// Every step can be come to, and from every step the matter can close.
fn ways_out(flow: &Flow, node: &Node, faults: &mut Sink) {
    let mut open: BTreeSet<&str> = BTreeSet::new();
    loop {
        let before = open.len();
        for step in flow.steps.values() {
            let leads = targets(step).any(|t| match t {
                Target::Closed { .. } => true,
                Target::Step(to) => open.contains(to.as_str()),
                Target::With(sub) => open.contains(sub.back.as_str()),
            });
            if leads {
                open.insert(&step.id);
            }
        }
        if open.len() == before {
            break;
        }
    }
    for step in flow.steps.values().filter(|s| !s.moves.is_empty() && !open.contains(s.id.as_str())) {
        faults.mend(
            &place(node, &step.id),
            format!("从环节“{}”永远到不了办结", step.id),
            format!("step \"{}\" never comes to an end", step.id),
            Text::new("请让一条路通到 closed", "let some way lead to closed"),
        );
    }
    let mut reached: BTreeSet<&str> = BTreeSet::from([flow.first().id.as_str()]);
    let mut todo = vec![flow.first()];
    while let Some(step) = todo.pop() {
        for to in targets(step) {
            let next = match to {
                Target::Step(to) => flow.step(to),
                Target::With(sub) => flow.step(&sub.back),
                Target::Closed { .. } => None,
            };
            if let Some(next) = next
                && reached.insert(&next.id)
            {
                todo.push(next);
            }
        }
    }
    for step in flow.steps.values().filter(|s| !reached.contains(s.id.as_str())) {
        faults.add(&place(node, &step.id), format!("没有一条路通到环节“{}”", step.id), format!("no move leads to step \"{}\"", step.id));
    }
}

/// No way of work, each step once, takes longer than the matter's own clock. What is told and confirmed afterwards is
/// outside it, and so are matters opened beside this one, which have clocks of their own.
fn longest(flow: &Flow, node: &Node, faults: &mut Sink) {
    let Some(limit) = in_force(&flow.clock.due) else { return };
    let tail = flow.telling();
    let mut search = Search { flow, tail: &tail, way: Vec::new(), worst: (0, Vec::new()), left: WAYS };
    search.walk(flow.first(), 0, None);
    let (minutes, way) = search.worst;
    if minutes > typical(limit) {
        let at = node.get("clock").and_then(|c| c.get("due")).map_or(&node.at, |n| &n.at).clone();
        let (path, days) = (way.join(" → "), (minutes as f64 / typical(Term::new(1, Unit::WorkDays)) as f64 * 10.0).round() / 10.0);
        faults.mend(
            &at,
            format!("走 {path} 约需 {days} 个工作日，超过全程时限 {}", limit.zh()),
            format!("the way {path} takes about {days} work-days, longer than the matter's {limit}"),
            Text::new("请放宽全程时限，或缩短环节时限", "lengthen the matter's clock, or shorten a step"),
        );
    }
}

struct Search<'f> {
    flow: &'f Flow,
    tail: &'f [&'f str],
    way: Vec<&'f str>,
    worst: (u64, Vec<&'f str>),
    left: u32,
}

impl<'f> Search<'f> {
    fn walk(&mut self, step: &'f Step, so_far: u64, due: Option<&'f Due>) {
        if self.left == 0 || self.way.contains(&step.id.as_str()) || self.tail.contains(&step.id.as_str()) {
            return;
        }
        self.left -= 1;
        let here = due.or(step.due.as_ref()).and_then(in_force).map_or(0, typical);
        let sum = so_far + here;
        self.way.push(&step.id);
        if sum > self.worst.0 {
            self.worst = (sum, self.way.clone());
        }
        for mv in step.moves.values() {
            if let Target::Step(to) = &mv.to
                && let Some(next) = self.flow.step(to)
            {
                self.walk(next, sum, mv.due.as_ref());
            }
        }
        self.way.pop();
    }
}

/// Of a table the row that came last.
fn in_force(due: &Due) -> Option<Term> {
    match due {
        Due::Fixed(term) => Some(*term),
        Due::Table { table, row, column } => match table.rows.get(row)?.last()?.values.get(column)? {
            Val::Term(term) => Some(*term),
            _ => None,
        },
    }
}

/// Minutes on the wall that a term takes in an ordinary week: five working days of seven, eight hours each.
fn typical(term: Term) -> u64 {
    let one = match term.unit {
        Unit::Seconds => return u64::from(term.amount) / 60,
        Unit::UrgentHours => 60,
        Unit::WorkHours => 252,
        Unit::WorkDays => 2_016,
        Unit::Days => 1_440,
        Unit::Months => 43_200,
    };
    one * u64::from(term.amount)
}

/// `{up: 1}` needs a ladder.
fn climbs(flow: &Flow, node: &Node, faults: &mut Sink) {
    if flow.ladder.is_some() {
        return;
    }
    let mut found = None;
    find_up(node, &mut found);
    if let Some(at) = found {
        faults.mend(
            &at,
            "没有阶梯，不知道上一级是谁",
            "there is no ladder to climb",
            Text::new("请声明 ladders，或写明 ladder: 名字", "declare ladders, or say ladder: name"),
        );
    }
}

fn find_up(node: &Node, found: &mut Option<Pos>) {
    for (key, value) in node.map() {
        if key.name == "up" && value.text().is_some_and(|t| t.parse::<u32>().is_ok()) {
            found.get_or_insert_with(|| key.at.clone());
        }
        find_up(value, found);
    }
    node.list().iter().for_each(|n| find_up(n, found));
}

/// What a move opens beside this matter has somebody to hold it, and those it waits for have a step to answer in.
pub(super) fn subs(r: &mut Reader, root: &Node) {
    for (key, node) in root.get("flows").map(Node::map).unwrap_or_default() {
        let Some(flow) = r.out.flows.get(&crate::Name::new(&*r.pack, &*key.name)).cloned() else { continue };
        for step in flow.steps.values() {
            for mv in step.moves.values() {
                let Target::With(sub) = &mv.to else { continue };
                let Some(other) = r.out.flows.get(&sub.flow) else { continue };
                let said = node.get("steps").and_then(|s| s.get(&step.id)).and_then(|s| s.get("moves")).and_then(|m| m.get(&mv.id));
                if sub.lead.is_none() && other.first().holder.is_none() {
                    r.faults.mend(
                        said.map_or(&key.at, |n| &n.at),
                        format!("流程“{}”没有人办", sub.flow.id),
                        format!("nobody holds the first step of flow \"{}\"", sub.flow.id),
                        Text::new("请写 lead", "write lead"),
                    );
                }
                let answered = other.steps.values().any(|s| s.each.as_ref().is_some_and(Each::of_the_named));
                for word in ["assist", "join"].into_iter().filter(|_| !answered) {
                    let Some(at) = said.and_then(|n| n.get(word)).map(|n| &n.at) else { continue };
                    r.faults.mend(
                        at,
                        format!("流程“{}”没有各方答复的环节，{word} 落不到实处", sub.flow.id),
                        format!("flow \"{}\" has no step in which those named answer, so {word} says nothing", sub.flow.id),
                        Text::new(
                            format!("请在那个流程的环节里写 each: {{over: assist}}，或去掉 {word}"),
                            format!("write each: {{over: assist}} in a step of that flow, or leave {word} out"),
                        ),
                    );
                }
            }
        }
    }
}
