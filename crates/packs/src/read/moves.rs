//! Reads moves: where they lead, who may make them, what they open beside the matter.

use super::flows::{Cx, join};
use super::scope;
use super::words::of_move;
use super::{MOVE, Reader, STEP, text};
use crate::node::{Key, Node};
use crate::read::scalar;
use crate::{Form, Late, Move, Sub, Target};
use base::Text;
use std::sync::Arc;

impl Reader {
    pub(super) fn one_move(&mut self, cx: &Cx, step: &str, key: &Key, node: &Node, names: &[&str]) -> Option<Move> {
        let form = self.form_at(node.get("form"));
        let scope = match &form {
            Some(f) => scope::with_form(self, &cx.scope, f),
            None => cx.scope.clone(),
        };
        let name = match node.get("name") {
            Some(n) => text(n),
            None => of_move(&key.name).unwrap_or_else(|| {
                self.faults.mend(
                    &key.at,
                    format!("动作“{}”要有名称", key.name),
                    format!("move \"{}\" needs a name", key.name),
                    Text::new("请写 name: {zh: …, en: …}", "write name: {zh: …, en: …}"),
                );
                Text::default()
            }),
        };
        let to = match (node.get("to"), node.get("with")) {
            (Some(to), None) => self.target(cx, to, node.str("as")),
            (None, Some(with)) => self.sub(cx, step, with, node),
            _ => {
                let (zh, en) = ("动作要么写 to，要么写 with", "a move has either to or with");
                self.faults.add(&node.at, zh, en);
                None
            }
        };
        let then = node.get("then").and_then(|t| {
            let word = t.text()?;
            if word == key.name || !names.contains(&word) {
                let others = names.iter().copied().filter(|n| *n != key.name);
                self.faults.unknown(&t.at, MOVE, word, ("step", step), others);
                return None;
            }
            Some(word.to_owned())
        });
        let most = node.str("most").and_then(|m| m.parse::<u32>().ok());
        if let (true, Some(t)) = (most.is_none(), node.get("then")) {
            self.faults.add(&t.at, "写了 then 就要写 most", "then needs most: how often before it");
        }
        if node.get("with").is_none() {
            for (k, _) in node.map().iter().filter(|(k, _)| matches!(k.name.as_str(), "lead" | "assist" | "join" | "back")) {
                let (zh, en) = (format!("只有写了 with 才写 {}", k.name), format!("{} belongs to with alone", k.name));
                self.faults.add(&k.at, zh, en);
            }
        }
        // What `with` opens is led, not held, where the pack says lead.
        let holder = if node.get("with").is_some() { None } else { self.holder(node.get("holder"), &scope) };
        Some(Move {
            id: key.name.clone(),
            name,
            to: to?,
            resolves: false,
            form,
            holder,
            offer: self.who(node.get("offer"), &scope),
            due: self.due(node.get("due")),
            most,
            then,
            by: self.who(node.get("by"), &scope),
            if_: self.truth(node.get("if"), &scope),
        })
    }

    fn target(&mut self, cx: &Cx, to: &Node, ended_as: Option<&str>) -> Option<Target> {
        let word = to.text()?;
        if word == "closed" {
            return Some(Target::Closed { ended_as: ended_as.unwrap_or("done").to_owned() });
        }
        if !cx.steps.iter().any(|s| s == word) {
            self.unknown_step(cx, to);
            return None;
        }
        if ended_as.is_some() {
            self.faults.add(&to.at, "只有到 closed 才写 as", "as belongs to closed alone");
        }
        Some(Target::Step(word.to_owned()))
    }

    fn unknown_step(&mut self, cx: &Cx, node: &Node) {
        let known = cx.steps.iter().map(String::as_str).chain(["closed"]);
        self.faults.unknown(&node.at, STEP, node.text().unwrap_or_default(), ("flow", &cx.id), known);
    }

    fn sub(&mut self, cx: &Cx, step: &str, with: &Node, node: &Node) -> Option<Target> {
        let flow = self.resolve("flows", with)?;
        let back = match node.get("back") {
            None => step.to_owned(),
            Some(b) => {
                let place = b.get("step").unwrap_or(b);
                let word = place.text()?;
                if !cx.steps.iter().any(|s| s == word) {
                    self.unknown_step(cx, place);
                    return None;
                }
                word.to_owned()
            }
        };
        // `form` is what the other matter ended with: of this pack it may not be read yet, so it is looked up by node.
        let back_holder = node.get("back").and_then(|b| b.get("holder")).and_then(|h| {
            let scope = match self.closing_form(&flow) {
                Some(form) => scope::with_form(self, &cx.scope, &form),
                None => cx.scope.clone(),
            };
            self.who(Some(h), &scope)
        });
        Some(Target::With(Box::new(Sub {
            flow,
            lead: self.who(node.get("lead").or_else(|| node.get("holder")), &cx.scope),
            assist: self.whos(node.get("assist"), &cx.scope),
            join: node.get("join").map(|n| join(Some(n))),
            back,
            back_holder,
        })))
    }

    /// The form of a move that closes that flow, if it has been read.
    fn closing_form(&self, flow: &crate::Name) -> Option<Arc<Form>> {
        let flow = self.out.flows.get(flow)?;
        let moves = flow.steps.values().flat_map(|s| s.moves.values());
        moves.filter(|m| matches!(m.to, Target::Closed { .. })).find_map(|m| m.form.clone())
    }

    pub(super) fn late(&mut self, cx: &Cx, node: Option<&Node>) -> Late {
        let Some(node) = node else { return Late::default() };
        Late {
            take: node.flag("take"),
            to: node.get("to").and_then(|t| self.target(cx, t, node.str("as"))),
            revisit: node.str("revisit").and_then(scalar::rate),
        }
    }
}
