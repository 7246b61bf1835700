//! Reads stories and follows the matters in them, so that a line that cannot happen is found before it is run.

use super::{MOVE, Reader, STEP, scalar, text};
use crate::fault::Noun;
use crate::node::{Data, Key, Node};
use crate::{Actor, ClockMove, Does, Flow, ForAnother, Form, Gets, Moved, Scope, Sees, Story, StoryStep, Term};
use indexmap::IndexMap;
use std::{collections::BTreeMap, sync::Arc, time::Duration};

const ACTOR: Noun = Noun { zh: "人", en: "actor", many: "Actors" };
const MATTER: Noun = Noun { zh: "事项", en: "matter", many: "Matters" };
const DEED: Noun = Noun { zh: "做法", en: "deed", many: "Deeds" };
const FIELD: Noun = Noun { zh: "字段", en: "field", many: "Fields" };
const ENDED: Noun = Noun { zh: "结果", en: "end", many: "Ends" };
const DEEDS: &[&str] = &["take", "pause", "resume", "approve", "disapprove", "object", "add", "read", "list", "import"];

/// The flow of each matter that the story has met, by its letter.
type Met = BTreeMap<String, Arc<Flow>>;

impl Reader {
    pub(super) fn story(&mut self, id: &str, file: &str, node: &Node) {
        let mut met = Met::new();
        let mut steps = Vec::new();
        for line in node.get("steps").map(Node::list).unwrap_or_default() {
            steps.push(self.line(line, &mut met));
        }
        self.out.stories.push(Arc::new(Story {
            pack: self.pack.clone(),
            id: id.to_owned(),
            name: node.get("story").map(text).unwrap_or_default(),
            county: node.str("county").unwrap_or_default().to_owned(),
            starts: node.str("starts").and_then(|t| t.parse().ok()),
            file: file.to_owned(),
            steps,
        }));
    }

    fn line(&mut self, node: &Node, met: &mut Met) -> StoryStep {
        let mut step = StoryStep { line: node.at.line, ..StoryStep::default() };
        step.as_ = node.get("as").and_then(|n| self.actor(n));
        step.on = node.get("on").and_then(|n| self.letter(n, met));
        step.at = node.str("at").map(str::to_owned);
        step.words = node.str("words").map(str::to_owned);
        step.for_ = node.get("for").and_then(|f| Some(ForAnother { who: self.actor(f.get("who")?)?, by: f.str("by")?.to_owned() }));
        let flow = step.on.as_ref().and_then(|l| met.get(l)).cloned();
        let mut opened = None;
        if let Some(does) = node.get("does") {
            step.does = self.does(does, flow.as_deref());
            let form = self.form_of(step.does.as_ref(), flow.as_deref());
            if let Some(Does::Open(name)) = &step.does {
                opened = self.out.flows.get(name).cloned();
            }
            step.values = self.story_values(node, form.as_deref());
        } else {
            self.no_values(node);
        }
        step.clock = node.get("clock").and_then(|n| self.clock_move(n));
        step.within = node.get("within").and_then(|n| self.within(n));
        step.gets = node
            .get("gets")
            .map(|g| Gets { problem: g.str("problem").unwrap_or_default().to_owned(), field: g.str("field").map(str::to_owned) });
        step.sees = node.get("sees").map(|s| self.sees_what(s, met, opened));
        step
    }

    fn actor(&mut self, node: &Node) -> Option<Actor> {
        let (who, which) = node.text()?.split_once(' ').map_or((node.text()?, None), |(a, b)| (a, Some(b.trim().to_owned())));
        let known: Vec<String> =
            ["resident", "nobody"].map(str::to_owned).into_iter().chain(self.visible_roles()).chain(self.visible_units()).collect();
        if !known.iter().any(|k| k == who) {
            self.faults.unknown(&node.at, ACTOR, who, "this story", known.iter().map(String::as_str));
            return None;
        }
        Some(Actor { who: who.to_owned(), which })
    }

    fn letter(&mut self, node: &Node, met: &Met) -> Option<String> {
        let letter = node.text()?;
        if !met.contains_key(letter) {
            self.faults.unknown(&node.at, MATTER, letter, "this story so far", met.keys().map(String::as_str));
        }
        Some(letter.to_owned())
    }

    fn does(&mut self, node: &Node, flow: Option<&Flow>) -> Option<Does> {
        let word = node.text()?;
        let Some((step, rest)) = word.split_once('.') else {
            return self.deed(node, word);
        };
        let flow = flow.or_else(|| {
            self.faults.add(&node.at, "没写对哪件事（on: A）", "it does not say to which matter (on: A)");
            None
        })?;
        if step == "ends" {
            if !flow.ends.contains_key(rest) {
                self.faults.unknown(&node.at, ENDED, rest, ("flow", &flow.id), flow.ends.keys().map(String::as_str));
            }
            return Some(Does::End(rest.to_owned()));
        }
        let Some(found) = flow.step(step) else {
            self.faults.unknown(&node.at, STEP, step, ("flow", &flow.id), flow.steps.keys().map(String::as_str));
            return None;
        };
        if found.each.is_some() && rest == "answer" && !found.moves.contains_key("answer") {
            return Some(Does::Answer { step: step.to_owned() });
        }
        if !found.moves.contains_key(rest) {
            let at = node.inside(step.chars().count() + 1);
            self.faults.unknown(&at, MOVE, rest, ("step", step), found.moves.keys().map(String::as_str));
            return None;
        }
        Some(Does::Move(Moved { flow: flow.name_of(), step: step.to_owned(), r#move: rest.to_owned() }))
    }

    fn deed(&mut self, node: &Node, word: &str) -> Option<Does> {
        Some(match word {
            "take" => Does::Take,
            "pause" => Does::Pause,
            "resume" => Does::Resume,
            "approve" => Does::Approve,
            "disapprove" => Does::Disapprove,
            "object" => Does::Object,
            "add" => Does::Add,
            "read" => Does::Read,
            "list" => Does::List,
            "import" => Does::Import,
            flow => {
                let known: Vec<String> = self.names["flows"].iter().filter(|n| self.sees.contains(&n.pack)).map(|n| n.id.clone()).collect();
                if !known.iter().any(|k| k == flow) {
                    let words = known.iter().map(String::as_str).chain(DEEDS.iter().copied());
                    self.faults.unknown(&node.at, DEED, word, "this story", words);
                    return None;
                }
                Does::Open(self.resolve("flows", node)?)
            }
        })
    }

    fn form_of(&self, does: Option<&Does>, flow: Option<&Flow>) -> Option<Arc<Form>> {
        match does? {
            Does::Open(name) => self.out.flows.get(name)?.opens.form.clone(),
            Does::Move(m) => flow?.step(&m.step)?.find(&m.r#move)?.form.clone(),
            Does::Answer { step } => flow?.step(step)?.each.as_ref()?.form.clone(),
            _ => None,
        }
    }

    fn own(node: &Node) -> impl Iterator<Item = &(Key, Node)> {
        const LINE: &[&str] = &["as", "does", "on", "at", "for", "words", "clock", "within", "gets", "sees"];
        node.map().iter().filter(|(k, _)| !LINE.contains(&k.name.as_str()))
    }

    fn story_values(&mut self, node: &Node, form: Option<&Form>) -> IndexMap<String, serde_json::Value> {
        let free = matches!(node.str("does"), Some("import" | "list" | "add" | "read" | "object" | "pause" | "approve" | "disapprove"))
            || node.str("does").is_some_and(|d| d.starts_with("ends."));
        let mut values = IndexMap::new();
        for (key, value) in Self::own(node) {
            // A move that opens another matter names those who assist it.
            let known = form.is_some_and(|f| f.fields.contains_key(&key.name))
                || matches!(key.name.as_str(), "assist" | "holder" | "category" | "urgent");
            if !known && !free {
                let fields = form.map(|f| f.fields.keys().map(String::as_str).collect::<Vec<_>>()).unwrap_or_default();
                self.faults.unknown(&key.at, FIELD, &key.name, "", fields);
                continue;
            }
            values.insert(key.name.clone(), json(value));
        }
        values
    }

    fn no_values(&mut self, node: &Node) {
        for (key, _) in Self::own(node) {
            let noun = Noun { zh: "键", en: "key", many: "Keys" };
            let known = ["as", "does", "on", "at", "for", "words", "clock", "within", "gets", "sees"];
            self.faults.unknown(&key.at, noun, &key.name, "a line that does nothing", known);
        }
    }

    fn clock_move(&mut self, node: &Node) -> Option<ClockMove> {
        let raw = node.text()?;
        let terms = raw.strip_prefix('+').and_then(|s| s.split('+').map(|t| t.trim().parse().ok()).collect::<Option<Vec<Term>>>());
        match (terms, raw.parse()) {
            (Some(terms), _) => Some(ClockMove::By(terms)),
            (None, Ok(time)) => Some(ClockMove::To(time)),
            (None, Err(_)) => {
                self.faults.add(
                    &node.at,
                    format!("读不懂“{raw}”；如 +4 work-days +1 s"),
                    format!("cannot read \"{raw}\"; write +4 work-days +1 s, or a moment"),
                );
                None
            }
        }
    }

    fn within(&mut self, node: &Node) -> Option<Duration> {
        let term: Term = node.text()?.parse().ok()?;
        if term.unit != calendar::Unit::Seconds {
            self.faults.add(&node.at, "within 是真实时间，写几秒，如 5 s", "within is real time: write seconds, such as 5 s");
            return None;
        }
        Some(Duration::from_secs(u64::from(term.amount)))
    }

    fn sees_what(&mut self, node: &Node, met: &mut Met, opened: Option<Arc<Flow>>) -> Sees {
        let of = node.get("of").and_then(|n| self.letter(n, met));
        let opened_name = node.get("opened").and_then(|n| self.resolve("flows", n));
        let born = opened_name.as_ref().and_then(|n| self.out.flows.get(n).cloned()).or(opened);
        for key in ["receipt", "matter"] {
            let Some(n) = node.get(key) else { continue };
            let Some(letter) = n.text() else { continue };
            match (&born, met.contains_key(letter)) {
                (_, true) => {}
                (Some(flow), false) => {
                    met.insert(letter.to_owned(), flow.clone());
                }
                (None, false) => {
                    self.faults.unknown(&n.at, MATTER, letter, "this story so far", met.keys().map(String::as_str));
                }
            }
        }
        let subject = of.as_deref().or_else(|| node.str("matter")).or_else(|| node.str("receipt"));
        let flow = subject.and_then(|l| met.get(l)).cloned();
        if let (Some(flow), Some(step)) = (&flow, node.get("step"))
            && flow.step(step.text().unwrap_or_default()).is_none()
        {
            let known = flow.steps.keys().map(String::as_str);
            self.faults.unknown(&step.at, STEP, step.text().unwrap_or_default(), ("flow", &flow.id), known);
        }
        if let (Some(flow), Some(end)) = (&flow, node.get("closed"))
            && !flow.endings().iter().any(|e| Some(e.as_str()) == end.text())
        {
            let known = flow.endings();
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            self.faults.unknown(&end.at, ENDED, end.text().unwrap_or_default(), ("flow", &flow.id), known);
        }
        let none = Scope::default();
        let word = |k: &str| node.str(k).map(str::to_owned);
        let figures = node.get("figures").map(Node::map).unwrap_or_default();
        let mut shown = IndexMap::new();
        for (key, value) in figures {
            let id = Node { at: key.at.clone(), data: Data::Scalar { text: key.name.clone(), inset: Some(0), quoted: false } };
            if self.resolve("indicators", &id).is_some() {
                shown.insert(key.name.clone(), value.text().unwrap_or_default().to_owned());
            }
        }
        Sees {
            receipt: word("receipt"),
            matter: word("matter"),
            opened: opened_name,
            of,
            left: self.term(node.get("left")),
            journal: word("journal"),
            step: word("step"),
            holder: self.who(node.get("holder"), &none),
            supervisor: self.who(node.get("supervisor"), &none),
            card: word("card"),
            closed: word("closed"),
            nothing: node.flag("nothing"),
            count: node.str("count").and_then(|c| c.parse().ok()),
            returns: node.str("returns").and_then(|c| c.parse().ok()),
            figures: shown,
        }
    }
}

/// A value as a form would have it: plain scalars by their look.
pub(crate) fn json(node: &Node) -> serde_json::Value {
    match &node.data {
        Data::Null => serde_json::Value::Null,
        Data::Scalar { text, quoted: true, .. } => text.clone().into(),
        Data::Scalar { text, .. } => match text.as_str() {
            "true" => true.into(),
            "false" => false.into(),
            t => match (t.parse::<i64>(), scalar::number(t)) {
                (Ok(n), _) => n.into(),
                (_, Some(n)) => n.into(),
                _ => t.into(),
            },
        },
        Data::List(items) => items.iter().map(json).collect(),
        Data::Map(entries) => entries.iter().map(|(k, v)| (k.name.clone(), json(v))).collect::<serde_json::Map<_, _>>().into(),
    }
}
