//! Reads flows.

use super::scope;
use super::{Reader, proofs, text, words};
use crate::grammar::flow::END_WORDS;
use crate::node::{Data, Key, Node};
use crate::read::scalar;
use crate::{Category, Door, Each, EachOver, End, EndKind, Flow, Form, Join, MatterClock, Opener, Opens, Pause, Scope, Step};
use crate::{WaitFor, Who};
use base::{Rate, Text};
use indexmap::IndexMap;
use std::sync::Arc;

/// What one flow's parts are read with.
pub(super) struct Cx<'n> {
    pub id: &'n str,
    pub scope: Scope,
    pub steps: Vec<String>,
}

impl Reader {
    pub(super) fn flows(&mut self, root: &Node) {
        let flows = root.get("flows").map(Node::map).unwrap_or_default();
        for (key, node) in flows {
            if let Some(flow) = self.flow(key, node) {
                // Of what was refused already nothing more is said.
                let wrong = self.faults.0.iter().any(|f| *f.file == *node.at.file && (key.at.line..=node.last_line()).contains(&f.line));
                if !wrong {
                    proofs::flow(&flow, node, &mut self.faults);
                }
                self.out.flows.insert(self.name(&key.name), Arc::new(flow));
            }
        }
        proofs::subs(self, root);
    }

    fn flow(&mut self, key: &Key, node: &Node) -> Option<Flow> {
        let steps_node = node.get("steps")?;
        let category = self.category(node.get("category"));
        if category.is_none() && node.get("category").is_some() {
            return None;
        }
        let steps: Vec<String> = steps_node.map().iter().map(|(k, _)| k.name.clone()).collect();
        let forms = self.forms_of(node);
        let known_ends = endings(node);
        let category_type = category.as_ref().map(|c| Reader::code_type(&c.list));
        let scope = scope::of_flow(self, &key.name, category_type, &steps, &known_ends, &forms);
        let cx = Cx { id: &key.name, scope, steps };

        let opens = self.opens(node.get("opens")?);
        let clock = self.clock(node.get("clock"), &cx)?;
        let ends = self.ends(node.get("ends"), &cx);
        let ladder = self.ladder(node.get("ladder"));
        let alarm = self.truth(node.get("alarm"), &cx.scope);
        let sensitivity = self.sensitivity(node);
        let mut steps = IndexMap::new();
        for (id, step) in steps_node.map() {
            if let Some(step) = self.step(&cx, id, step) {
                steps.insert(id.name.clone(), step);
            }
        }
        if steps.is_empty() {
            self.faults.add(&steps_node.at, "流程至少要有一个环节", "a flow needs a step");
            return None;
        }
        let mut flow = Flow {
            pack: self.pack.clone(),
            id: key.name.clone(),
            name: words(node, "name"),
            opens,
            category,
            clock,
            ends,
            steps,
            ladder,
            apart: node.flag("apart"),
            alarm,
            sensitivity,
        };
        flow.mark_resolving();
        Some(flow)
    }

    fn category(&mut self, node: Option<&Node>) -> Option<Category> {
        let node = node?;
        let name = self.resolve("lists", node.get("list")?)?;
        Some(Category {
            list: self.out.lists.get(&name)?.clone(),
            from_triage: node.str("from") == Some("triage"),
            confirm_below: node.str("confirm_below").and_then(scalar::rate).unwrap_or(Rate::ONE),
        })
    }

    /// Every form that is filled in somewhere in the flow, by the names its expressions use.
    fn forms_of(&mut self, node: &Node) -> Vec<Arc<Form>> {
        let mut found: Vec<&Node> = node.get("opens").and_then(|o| o.get("form")).into_iter().collect();
        for (_, step) in node.get("steps").map(Node::map).unwrap_or_default() {
            for (_, mv) in step.get("moves").map(Node::map).unwrap_or_default() {
                found.extend(mv.get("form"));
            }
        }
        let mut forms: Vec<Arc<Form>> = Vec::new();
        for node in found {
            // Refused, if need be, where the form itself is read.
            let before = self.faults.0.len();
            if let Some(form) = self.form_at(Some(node))
                && !forms.iter().any(|f| Arc::ptr_eq(f, &form))
            {
                forms.push(form);
            }
            self.faults.0.truncate(before);
        }
        forms
    }

    pub(super) fn form_at(&mut self, node: Option<&Node>) -> Option<Arc<Form>> {
        let name = self.resolve("forms", node?)?;
        self.out.forms.get(&name).cloned()
    }

    fn opens(&mut self, node: &Node) -> Opens {
        let mut by = Vec::new();
        for word in node.get("by").map(Node::one_or_more).unwrap_or_default() {
            match word.text().unwrap_or_default() {
                "resident" => by.push(Opener::Resident),
                "anyone" => by.push(Opener::Anyone),
                "pack" => by.push(Opener::Pack),
                id => match self.out.groups.get(id) {
                    Some(group) => by.extend(group.roles.iter().cloned().map(Opener::Role)),
                    None => by.extend(self.role(word).map(Opener::Role)),
                },
            }
        }
        if by.is_empty() {
            self.faults.add(&node.at, "没有人能登记", "nobody can open it");
        }
        let doors = match node.get("doors").map(Node::one_or_more) {
            Some(named) => named.iter().filter_map(|n| Door::named(n.text()?)).collect(),
            None => Door::PAGES.to_vec(),
        };
        Opens { by, form: self.form_at(node.get("form")), for_another: node.flag("for_another"), doors }
    }

    fn clock(&mut self, node: Option<&Node>, cx: &Cx) -> Option<MatterClock> {
        let node = node?;
        let pause = node.get("pause").and_then(|p| {
            Some(Pause {
                most: self.term(p.get("most"))?,
                approved_by: self.who(p.get("approved_by"), &cx.scope)?,
                reasons: self.list_at(p.get("reasons")),
            })
        });
        Some(MatterClock { due: self.due(node.get("due"))?, urgent: self.due(node.get("urgent")), pause })
    }

    fn list_at(&mut self, node: Option<&Node>) -> Option<Arc<crate::List>> {
        let name = self.resolve("lists", node?)?;
        self.out.lists.get(&name).cloned()
    }

    fn ends(&mut self, node: Option<&Node>, cx: &Cx) -> IndexMap<String, End> {
        let mut ends = IndexMap::new();
        let Some(node) = node else { return ends };
        for word in node.list() {
            let Some(word) = word.text() else { continue };
            ends.extend(self.end(word, None, cx).map(|e| (word.to_owned(), e)));
        }
        for (key, spec) in node.map() {
            if end_kind(&key.name).is_none() {
                let noun = crate::fault::Noun { zh: "终止方式", en: "end", many: "Ends" };
                self.faults.unknown(&key.at, noun, &key.name, ("flow", &cx.id), END_WORDS.iter().map(|w| w.name));
            }
            ends.extend(self.end(&key.name, Some(spec), cx).map(|e| (key.name.clone(), e)));
        }
        ends
    }

    /// What is not said has a safe default: the list `<end>_reasons` where one is seen, the next rung up approves, and
    /// only the resident withdraws.
    fn end(&mut self, word: &str, node: Option<&Node>, cx: &Cx) -> Option<End> {
        let kind = end_kind(word)?;
        let usual = END_WORDS.iter().find(|w| w.name == word)?;
        let reasons = match node.and_then(|n| n.get("reasons")) {
            Some(n) => self.list_at(Some(n)),
            None => {
                let id = format!("{word}_reasons");
                self.sees.iter().find_map(|p| self.out.lists.get(&crate::Name::new(p.as_str(), id.as_str())).cloned())
            }
        };
        let approver = self.who(node.and_then(|n| n.get("approved_by")), &cx.scope);
        if let (Some(Who::Holder | Who::Resident | Who::Anyone), Some(n)) = (&approver, node.and_then(|n| n.get("approved_by"))) {
            self.faults.add(&n.at, "批准人不能是办理人自己、群众或任何人", "the approver is not the handler, the resident or anyone");
        }
        let letter = node.and_then(|n| n.get("letter")).and_then(|n| self.resolve("letters", n));
        Some(End {
            id: word.to_owned(),
            kind,
            name: node.and_then(|n| n.get("name")).map_or_else(|| Text::new(usual.zh, usual.en), text),
            reasons,
            approved_by: approver.or((kind != EndKind::Withdrawn).then_some(Who::Up(1))),
            letter,
            objection: node.and_then(|n| self.term(n.get("object_within"))),
        })
    }

    /// The one that is named; else the only one in sight.
    fn ladder(&mut self, node: Option<&Node>) -> Option<crate::Name> {
        if let Some(node) = node {
            return self.resolve("ladders", node);
        }
        let mut seen = self.sees.iter().flat_map(|p| self.names["ladders"].iter().filter(move |n| n.pack == *p));
        match (seen.next(), seen.next()) {
            (Some(one), None) => Some(one.clone()),
            _ => None,
        }
    }

    fn step(&mut self, cx: &Cx, key: &Key, node: &Node) -> Option<Step> {
        let mut moves = IndexMap::new();
        let names: Vec<&str> = node.get("moves").map(Node::map).unwrap_or_default().iter().map(|(k, _)| k.name.as_str()).collect();
        for (id, mv) in node.get("moves").map(Node::map).unwrap_or_default() {
            if let Some(mv) = self.one_move(cx, &key.name, id, mv, &names) {
                moves.insert(id.name.clone(), mv);
            }
        }
        let wait_for = node.get("wait_for").and_then(|w| {
            let who = if w.flag("resident") { Some(Who::Resident) } else { self.who(w.get("who"), &cx.scope) };
            if who.is_none() {
                self.faults.add(&w.at, "没写等谁", "it says nobody to wait for; write resident: true or who: …");
            }
            Some(WaitFor { who: who?, or_else: self.who(w.get("else"), &cx.scope) })
        });
        let each = node.get("each").map(|e| Each {
            over: match e.get("over").map(|o| (&o.data, o)) {
                Some((Data::Scalar { text, .. }, _)) if text == "parties" => EachOver::Parties,
                Some((Data::List(_), o)) => EachOver::Who(self.whos(Some(o), &cx.scope)),
                _ => EachOver::Assist,
            },
            form: self.form_at(e.get("form")),
            join: join(e.get("join")),
        });
        Some(Step {
            id: key.name.clone(),
            name: words(node, "name"),
            holder: self.holder(node.get("holder"), &cx.scope),
            offer: self.who(node.get("offer"), &cx.scope),
            offer_for: self.term(node.get("offer_for")),
            due: self.due(node.get("due")),
            wait_for,
            each,
            moves,
            late: self.late(cx, node.get("late")),
        })
    }

    /// An unpaid leader is asked, never made to hold.
    pub(super) fn holder(&mut self, node: Option<&Node>, scope: &Scope) -> Option<Who> {
        let who = self.who(node, scope)?;
        if let (Who::Seat { role, .. } | Who::Nearest { role, .. }, Some(node)) = (&who, node)
            && self.roles.get(role).is_some_and(|r| !r.paid)
        {
            self.faults.mend(
                &node.at,
                format!("“{role}”不是领工资的公职岗位，不能指定他办"),
                format!("\"{role}\" is unpaid: it cannot be made to hold"),
                Text::new("改写 offer（先问他，不接则由公职岗位办）", "write offer instead: asked first, a paid seat holds"),
            );
        }
        Some(who)
    }
}

/// Every word that a matter of this flow can have in `ended_as`.
fn endings(flow: &Node) -> Vec<String> {
    let mut words = vec!["open".to_owned(), "done".to_owned()];
    let ends = flow.get("ends");
    let mut add = |w: &str| {
        if !words.iter().any(|known| known == w) {
            words.push(w.to_owned());
        }
    };
    ends.map(Node::list).unwrap_or_default().iter().filter_map(Node::text).for_each(&mut add);
    ends.map(Node::map).unwrap_or_default().iter().for_each(|(k, _)| add(&k.name));
    for (_, step) in flow.get("steps").map(Node::map).unwrap_or_default() {
        step.get("late").and_then(|l| l.str("as")).into_iter().for_each(&mut add);
        for (_, mv) in step.get("moves").map(Node::map).unwrap_or_default() {
            mv.str("as").into_iter().for_each(&mut add);
        }
    }
    words
}

pub(super) fn join(node: Option<&Node>) -> Join {
    match node {
        Some(n) if n.text() == Some("all") => Join::All,
        Some(n) => n.str("quorum").and_then(|q| q.parse().ok()).map_or(Join::LeadDecides, Join::Quorum),
        None => Join::LeadDecides,
    }
}

pub(super) fn end_kind(word: &str) -> Option<EndKind> {
    Some(match word {
        "not_accepted" => EndKind::NotAccepted,
        "other_way" => EndKind::OtherWay,
        "withdrawn" => EndKind::Withdrawn,
        "merged" => EndKind::Merged,
        "not_reached" => EndKind::NotReached,
        _ => return None,
    })
}
