//! Reads plans, indicators, reactions and pages.

use super::{MOVE, Reader, STEP, scalar, scope, text, who, words};
use crate::fault::Noun;
use crate::grammar::rules::NO_ENGINE_VERBS;
use crate::node::{Data, Node};
use crate::{At, By, Colour, Console, Every, Figure, Flow, FlowEvent, Indicator, KindEvent, MapPage, Name, Pages, Part, PhonePage, Plan};
use crate::{Points, Purpose, Reaction, Scope, Starts, Streak, Template, Type, Value, Verb, When};
use base::{Level, Rate, Text};
use indexmap::IndexMap;
use std::sync::Arc;

const ENDED: Noun = Noun { zh: "结果", en: "end", many: "Ends" };
const BY: Noun = Noun { zh: "分组", en: "breakdown", many: "Breakdowns" };
const FIELD: Noun = Noun { zh: "字段", en: "field", many: "Fields" };
const PAGE: Noun = Noun { zh: "页面", en: "page", many: "Pages" };

impl Reader {
    pub(super) fn flow_at(&mut self, node: Option<&Node>) -> Option<Arc<Flow>> {
        let name = self.resolve("flows", node?)?;
        self.out.flows.get(&name).cloned()
    }

    /// The names that a reaction to this flow sees.
    fn flow_scope(&mut self, flow: &Flow) -> Scope {
        let steps: Vec<String> = flow.steps.keys().cloned().collect();
        let category = flow.category.as_ref().map(|c| Reader::code_type(&c.list));
        scope::of_flow(self, &flow.id, category, &steps, &flow.endings(), &flow.forms())
    }

    fn ended_as(&mut self, flow: &Flow, node: Option<&Node>) -> Vec<String> {
        let known = flow.endings();
        let mut words = Vec::new();
        for n in node.map(Node::one_or_more).unwrap_or_default() {
            let word = n.text().unwrap_or_default();
            if known.iter().any(|k| k == word) {
                words.push(word.to_owned());
            } else {
                self.faults.unknown(&n.at, ENDED, word, ("flow", &flow.id), known.iter().map(String::as_str));
            }
        }
        words
    }

    pub(super) fn plans(&mut self, root: &Node) {
        for (key, node) in root.get("plans").map(Node::map).unwrap_or_default() {
            if let Some(plan) = self.plan(&key.name, node) {
                self.out.plans.insert(self.name(&key.name), Arc::new(plan));
            }
        }
    }

    fn plan(&mut self, id: &str, node: &Node) -> Option<Plan> {
        let flow = self.flow_at(node.get("flow"))?;
        let scope = self.flow_scope(&flow);
        let starts = match (node.str("every"), node.get("after")) {
            (Some(every), None) => Starts::Every {
                every: match every {
                    "week" => Every::Week,
                    "quarter" => Every::Quarter,
                    "year" => Every::Year,
                    _ => Every::Month,
                },
                at: node.str("at").and_then(who::level).unwrap_or(Level::County),
            },
            (None, Some(after)) => {
                let ended = self.flow_at(after.get("flow"))?;
                let terms = after.get("terms").map(Node::one_or_more).unwrap_or_default();
                Starts::After {
                    flow: ended.name_of(),
                    ended_as: self.ended_as(&ended, after.get("as")),
                    terms: terms.iter().filter_map(|t| self.due(Some(t))).collect(),
                }
            }
            _ => {
                self.faults.add(&node.at, "计划要么写 every，要么写 after", "a plan has either every or after");
                return None;
            }
        };
        let streak = node.get("streak").and_then(|s| {
            let of = s.str("of").and_then(|n| n.parse().ok())?;
            Some(Streak { of, if_: self.truth(s.get("if"), &scope)? })
        });
        let holder = self.who(node.get("holder"), &scope);
        Some(Plan { pack: self.pack.clone(), id: id.to_owned(), name: words(node, "name"), flow: flow.name_of(), holder, starts, streak })
    }

    pub(super) fn indicators(&mut self, root: &Node) {
        if root.get("indicators").is_none() {
            return;
        }
        let scope = scope::of_indicators(self, root);
        for (key, node) in root.get("indicators").map(Node::map).unwrap_or_default() {
            let Some(figure) = self.figure(node, &scope) else { continue };
            let indicator = Indicator {
                pack: self.pack.clone(),
                id: key.name.clone(),
                name: words(node, "name"),
                figure,
                by: node.get("by").map(Node::one_or_more).unwrap_or_default().iter().filter_map(|n| self.by(n)).collect(),
                least: node.str("least").and_then(|n| n.parse().ok()).unwrap_or(1),
                steps: self.steps_of(node),
            };
            self.out.indicators.insert(self.name(&key.name), Arc::new(indicator));
        }
    }

    fn figure(&mut self, node: &Node, scope: &Scope) -> Option<Figure> {
        if let Some(sum) = node.get("sum") {
            let mut parts = Vec::new();
            for part in sum.list() {
                let of = self.resolve("indicators", part.get("of")?)?;
                parts.push(Part { of, weight: part.str("weight").and_then(scalar::rate)? });
            }
            let total: i64 = parts.iter().map(|p| p.weight.0).sum();
            if total != Rate::ONE.0 {
                let shown = Rate(total);
                self.faults.add(&sum.at, format!("权重合计 {shown}，应为 100 %"), format!("the weights sum to {shown}, not to 100 %"));
            }
            return Some(Figure::Sum { parts });
        }
        if node.get("of").is_none() {
            self.faults.mend(
                &node.at,
                "指标缺少分母 of",
                "an indicator needs \"of\"",
                Text::new("写 of: 哪些事项算在内；或写 sum", "write of: which matters count; or sum"),
            );
        }
        let of = self.truth(node.get("of"), scope)?;
        let hit = self.truth(node.get("hit"), scope);
        let value = node.get("value").and_then(|v| self.expr(v, scope, &Type::Num));
        let out = self.truth(node.get("out"), scope);
        let mut window: Vec<String> = Vec::new();
        for moment in of.moments().iter().chain(hit.iter().flat_map(|h| h.moments())) {
            if !window.contains(moment) {
                window.push(moment.clone());
            }
        }
        match (node.get("hit").is_some(), node.get("value").is_some()) {
            (true, true) => {
                self.faults.add(&node.at, "hit 和 value 只能写一个", "write hit or value, not both");
                None
            }
            (true, false) => Some(Figure::Share { of, hit: hit?, out, window }),
            (false, true) => Some(Figure::Mean { of, value: value?, out, window }),
            (false, false) => Some(Figure::Count { of, out, window }),
        }
    }

    fn by(&mut self, node: &Node) -> Option<By> {
        let word = node.text()?;
        match word {
            "category" => Some(By::Category),
            "unit" => Some(By::Unit),
            "handler" => Some(By::Handler),
            _ => {
                let level = who::level(word);
                if level.is_none() {
                    let known = ["county", "township", "village", "group", "category", "unit", "handler"];
                    self.faults.unknown(&node.at, BY, word, "", known);
                }
                level.map(By::Level)
            }
        }
    }

    fn steps_of(&mut self, node: &Node) -> Vec<Points> {
        let slope = node.flag("slope");
        let mut steps: Vec<Points> = Vec::new();
        for s in node.get("steps").map(Node::list).unwrap_or_default() {
            let Some(from) = s.str("from").and_then(scalar::rate) else { continue };
            let Some(points) = s.str("points").and_then(|p| scalar::decimal(p, 1_000)) else {
                self.faults.add(&s.at, "分数最多三位小数", "points have at most 3 decimals");
                continue;
            };
            if steps.last().is_some_and(|last| last.from >= from) {
                self.faults.add(&s.at, "分档要由低到高", "steps go from low to high");
            }
            steps.push(Points { from, points, slope });
        }
        if let (Some(first), Some(node)) = (steps.first(), node.get("steps"))
            && first.from != Rate(0)
        {
            self.faults.add(&node.at, "第一档要从 0 % 起，否则低分没有着落", "the first step starts at 0 %, or low figures have no points");
        }
        steps
    }

    pub(super) fn reactions(&mut self, root: &Node) {
        for (key, node) in root.get("reactions").map(Node::map).unwrap_or_default() {
            if let Some(reaction) = self.reaction(&key.name, node) {
                self.out.reactions.insert(self.name(&key.name), Arc::new(reaction));
            }
        }
    }

    fn reaction(&mut self, id: &str, node: &Node) -> Option<Reaction> {
        let when_node = node.get("when")?;
        let verbs = node.get("do").map(Node::one_or_more).unwrap_or_default();
        for (key, _) in verbs.iter().flat_map(Node::map).filter(|(k, _)| NO_ENGINE_VERBS.contains(&k.name.as_str())) {
            self.no_engine(&key.at, "动词", "verb", &key.name);
        }
        for (key, _) in when_node.map().iter().filter(|(k, _)| matches!(k.name.as_str(), "alarm" | "deal")) {
            self.no_engine(&key.at, "名词", "noun", &format!("{}s", key.name));
        }
        let (when, scope, apart) = if let Some(flow) = when_node.get("flow") {
            let flow = self.flow_at(Some(flow))?;
            let is = self.flow_event(&flow, when_node)?;
            let scope = self.flow_scope(&flow);
            let apart =
                flow.forms().iter().find_map(|f| scope::kept_apart(self, &f.pack, &f.fields).map(|(id, p)| (format!("{}.{id}", f.id), p)));
            (When::Flow { flow: flow.name_of(), is }, scope, apart)
        } else if let Some(kind) = when_node.get("kind") {
            let name = self.resolve("kinds", kind)?;
            let at = kind.at.clone();
            let kind = self.out.kinds.get(&name)?.clone();
            if let (Some(words), true) = (&kind.purpose, kind.pack != self.pack) {
                Purpose { pack: kind.pack.clone(), words: words.clone() }.refuse(&at, &kind.id, &mut self.faults);
                return None;
            }
            let apart = scope::kept_apart(self, &kind.pack, &kind.fields).map(|(id, p)| (format!("{}.{id}", kind.id), p));
            let is = match when_node.str("is") {
                Some("added") => KindEvent::Added,
                Some("removed") => KindEvent::Removed,
                Some("changed") => KindEvent::Changed,
                _ => return self.wrong_event(when_node, "added, changed, removed"),
            };
            (When::Kind { kind: name, is }, scope::of_kind(self, &kind), apart)
        } else {
            if !when_node.map().iter().any(|(k, _)| matches!(k.name.as_str(), "alarm" | "deal")) {
                self.faults.add(&when_node.at, "没写是哪个流程或台账", "it names no flow or kind");
            }
            return None;
        };
        // A webhook hands over the whole entry, and a letter sees every field of the form.
        for (key, _) in verbs.iter().flat_map(Node::map).filter(|(k, _)| matches!(k.name.as_str(), "webhook" | "letter")) {
            if let Some((what, purpose)) = &apart {
                purpose.refuse(&key.at, what, &mut self.faults);
            }
        }
        let if_ = self.truth(node.get("if"), &scope);
        let do_ = verbs.iter().flat_map(Node::map).filter_map(|(k, v)| self.verb(&k.name, v, &scope)).collect();
        Some(Reaction { pack: self.pack.clone(), id: id.to_owned(), name: node.get("name").map(text), when, if_, do_ })
    }

    fn wrong_event<T>(&mut self, node: &Node, known: &str) -> Option<T> {
        let at = node.get("is").map_or(&node.at, |n| &n.at).clone();
        let mend = Text::new(format!("可用：{known}"), format!("write {known}"));
        self.faults.mend(&at, "这里不会发生这样的事", "that does not happen to it", mend);
        None
    }

    fn flow_event(&mut self, flow: &Flow, node: &Node) -> Option<FlowEvent> {
        let step = match node.get("step") {
            Some(s) => {
                let word = s.text()?;
                if flow.step(word).is_none() {
                    self.faults.unknown(&s.at, STEP, word, ("flow", &flow.id), flow.steps.keys().map(String::as_str));
                    return None;
                }
                Some(word.to_owned())
            }
            None => None,
        };
        match node.str("is")? {
            "opened" => Some(FlowEvent::Opened),
            "late" => Some(FlowEvent::Late { step }),
            "closed" => Some(FlowEvent::Closed { ended_as: self.ended_as(flow, node.get("as")) }),
            "at" => Some(FlowEvent::At { step: step? }),
            "moved" => {
                let (step, mv) = (step?, node.get("move")?);
                let word = mv.text()?;
                let moves = &flow.step(&step)?.moves;
                if !moves.contains_key(word) {
                    self.faults.unknown(&mv.at, MOVE, word, ("step", step), moves.keys().map(String::as_str));
                    return None;
                }
                Some(FlowEvent::Moved { step, r#move: word.to_owned() })
            }
            _ => self.wrong_event(node, "opened, at, moved, late, closed"),
        }
    }

    fn verb(&mut self, word: &str, node: &Node, scope: &Scope) -> Option<Verb> {
        match word {
            "open" => {
                let flow = self.flow_at(node.get("flow"))?;
                let at = match node.get("at") {
                    Some(at) => self.at(at)?,
                    None => At::Place,
                };
                let holder = self.who(node.get("holder"), scope);
                let fields: Vec<&str> = flow.opens.form.iter().flat_map(|f| f.fields.keys()).map(String::as_str).collect();
                let form = self.values(node.get("form"), &fields, scope);
                Some(Verb::Open { flow: flow.name_of(), at, holder, form })
            }
            "notify" => Some(Verb::Notify { to: self.whos(node.get("to"), scope), say: self.template_at(node.get("say")?, scope)? }),
            "letter" => Some(Verb::Letter { letter: self.resolve("letters", node.get("letter")?)?, to: self.whos(node.get("to"), scope) }),
            "thing" => {
                let kind = self.resolve("kinds", node.get("kind")?)?;
                let fields: Vec<String> = self.out.kinds.get(&kind)?.fields.keys().cloned().collect();
                let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
                let key = node.get("key").and_then(|k| self.expr(k, scope, &Type::Str));
                Some(Verb::Thing { key, fields: self.values(node.get("fields"), &fields, scope), kind })
            }
            "webhook" => Some(Verb::Webhook { to: node.str("to")?.to_owned() }),
            _ => None,
        }
    }

    /// `{words: "…{matter.number}…"}` as words, anything else as an expression.
    fn values(&mut self, node: Option<&Node>, fields: &[&str], scope: &Scope) -> IndexMap<String, Value> {
        let mut values = IndexMap::new();
        for (key, node) in node.map(Node::map).unwrap_or_default() {
            if !fields.contains(&key.name.as_str()) {
                self.faults.unknown(&key.at, FIELD, &key.name, "", fields.iter().copied());
                continue;
            }
            let value = match &node.data {
                Data::Map(_) => self.template_at(node, scope).map(Value::Words),
                _ => {
                    crate::Expr::read(node.text().unwrap_or_default(), &|n| node.inside(n), scope, None, &mut self.faults).map(Value::Expr)
                }
            };
            values.extend(value.map(|v| (key.name.clone(), v)));
        }
        values
    }

    fn template_at(&mut self, node: &Node, scope: &Scope) -> Option<Template> {
        let mut read = |language: &str| {
            let n = node.get(language)?;
            Template::parts(n.text()?, &|i| n.inside(i), scope, &mut self.faults)
        };
        Some(Template { zh: read("zh")?, en: read("en")? })
    }

    pub(super) fn pages(&mut self, root: &Node) {
        let Some(node) = root.get("pages") else { return };
        let mut pages = Pages { pack: self.pack.clone(), ..Pages::default() };
        for (key, list) in node.get("phone").map(Node::map).unwrap_or_default() {
            let known = self.visible_roles();
            if key.name != "resident" && !known.contains(&key.name) && !self.out.groups.contains_key(&key.name) {
                let words = known.iter().map(String::as_str).chain(["resident"]);
                self.faults.unknown(&key.at, super::ROLE, &key.name, "", words.collect::<Vec<_>>());
                continue;
            }
            let found = list.one_or_more().iter().filter_map(|n| self.phone_page(n)).collect();
            pages.phone.insert(key.name.clone(), found);
        }
        if let Some(console) = node.get("console") {
            pages.console = Console {
                desk: console.flag("desk"),
                map: console.get("map").and_then(|m| self.map_page(m)),
                screen: self.names_of("indicators", console.get("screen")),
                registers: self.names_of("kinds", console.get("registers")),
            };
        }
        self.out.pages.push(Arc::new(pages));
    }

    fn names_of(&mut self, noun: &'static str, node: Option<&Node>) -> Vec<Name> {
        node.map(Node::one_or_more).unwrap_or_default().iter().filter_map(|n| self.resolve(noun, n)).collect()
    }

    fn phone_page(&mut self, node: &Node) -> Option<PhonePage> {
        Some(match node.text()? {
            "mine" => PhonePage::Mine,
            "today" => PhonePage::Today,
            "households" => PhonePage::Households,
            "month" => PhonePage::Month,
            word => {
                let flows: Vec<String> = self.names["flows"].iter().filter(|n| self.sees.contains(&n.pack)).map(|n| n.id.clone()).collect();
                if !flows.iter().any(|f| f == word) && !word.contains('.') {
                    let known = flows.iter().map(String::as_str).chain(["mine", "today", "households", "month"]);
                    self.faults.unknown(&node.at, PAGE, word, "", known);
                    return None;
                }
                PhonePage::Open(self.resolve("flows", node)?)
            }
        })
    }

    fn map_page(&mut self, node: &Node) -> Option<MapPage> {
        let layer = node.get("layer")?;
        let known_kind = self.names["kinds"].iter().any(|n| layer.text() == Some(n.id.as_str()) && self.sees.contains(&n.pack));
        let layer = self.resolve(if known_kind { "kinds" } else { "flows" }, layer)?;
        let colour = match node.str("colour") {
            Some("category") => Colour::Category,
            Some("step") => Colour::Step,
            _ => Colour::Clock,
        };
        Some(MapPage { layer, colour })
    }
}
