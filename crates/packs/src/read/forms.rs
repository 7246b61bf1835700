//! Reads forms and fields.

use super::scope;
use super::who::level;
use super::{Reader, scalar, text, words};
use crate::fault::Noun;
use crate::grammar;
use crate::node::{Data, Key, Node};
use crate::{AreaUnit, Bound, Field, FieldKind, Form, Identity, List, Required, Sensitivity, Type, Val};
use base::Text;
use indexmap::IndexMap;
use std::sync::Arc;

const KEY: Noun = Noun { zh: "键", en: "key", many: "Keys" };
const EVERY: &[&str] = &["type", "name", "help", "required", "personal", "purpose", "sensitivity", "search", "sort", "deprecated"];

/// Keys that a field of this type may have beside those of every field.
fn own_keys(ty: &str) -> &'static [&'static str] {
    match ty {
        "text" => &["min", "max", "speak"],
        "number" => &["min", "max", "unit", "whole"],
        "choice" => &["of", "many"],
        "scale" | "identity" => &["of"],
        "date" => &["min", "max"],
        "region" => &["level"],
        "party" | "unit" => &["many"],
        "thing" => &["kind", "many"],
        "area" => &["unit", "min", "max"],
        "money" => &["min", "max"],
        "media" => &["min", "max", "series"],
        "table" => &["fields", "min", "max"],
        _ => &[],
    }
}

impl Reader {
    pub(super) fn forms(&mut self, root: &Node) {
        for (key, node) in root.get("forms").map(Node::map).unwrap_or_default() {
            let form = Form { pack: self.pack.clone(), id: key.name.clone(), fields: self.fields(Some(node)) };
            self.out.forms.insert(self.name(&key.name), Arc::new(form));
        }
        // Bounds are read last: an expression in them sees the categories of the flows that fill the form in.
        let before = self.faults.0.len();
        let scope = scope::of_forms(self, root);
        // With a list that is not there nothing is known of a category.
        if self.faults.0.len() > before {
            return;
        }
        for (key, node) in root.get("forms").map(Node::map).unwrap_or_default() {
            let name = self.name(&key.name);
            let Some(mut form) = self.out.forms.get(&name).map(|f| Form::clone(f)) else { continue };
            self.bounds(&mut form.fields, node, &scope);
            self.out.forms.insert(name, Arc::new(form));
        }
    }

    /// Also of the columns of tables.
    pub(super) fn bounds(&mut self, fields: &mut IndexMap<String, Field>, node: &Node, scope: &crate::Scope) {
        for (id, spec) in node.map() {
            let Some(field) = fields.get_mut(&id.name) else { continue };
            if let (FieldKind::Table { fields }, Some(columns)) = (&mut field.kind, spec.get("fields")) {
                self.bounds(fields, columns, scope);
            }
            field.min = self.bound(&field.kind, spec.get("min"), scope);
            field.max = self.bound(&field.kind, spec.get("max"), scope);
        }
    }

    pub(super) fn fields(&mut self, node: Option<&Node>) -> IndexMap<String, Field> {
        let mut fields = IndexMap::new();
        for (key, node) in node.map(Node::map).unwrap_or_default() {
            if key.name.starts_with(|c: char| c.is_ascii_digit()) {
                let (zh, en) = ("字段名不能以数字开头", "a field's name does not begin with a digit");
                self.faults.add(&key.at, zh, en);
            }
            if let Some(field) = self.field(&key.name, node) {
                fields.insert(key.name.clone(), field);
            }
        }
        fields
    }

    fn field(&mut self, id: &str, node: &Node) -> Option<Field> {
        let ty = node.str("type")?;
        let kind = self.field_kind(ty, node)?;
        let known_at_all = |k: &Key| grammar::nouns::FIELD.key(&k.name).is_some();
        for (key, _) in node
            .map()
            .iter()
            .filter(|(k, _)| known_at_all(k) && !EVERY.contains(&k.name.as_str()) && !own_keys(ty).contains(&k.name.as_str()))
        {
            let known = EVERY.iter().chain(own_keys(ty)).copied();
            self.faults.unknown(&key.at, KEY, &key.name, ("field of type", ty), known);
        }
        let required = match node.str("required") {
            Some("true") => Required::Yes,
            Some(word) => level(word).map_or(Required::No, Required::Level),
            None => Required::No,
        };
        if let (Required::Level(_), false) = (required, matches!(kind, FieldKind::Place | FieldKind::Region { .. })) {
            let at = node.get("required").map_or(&node.at, |n| &n.at).clone();
            self.faults.add(&at, "只有地点和区划可以要求到哪一级", "only a place or a region is required to a level");
        }
        Some(Field {
            id: id.to_owned(),
            name: words(node, "name"),
            help: node.get("help").map(text),
            kind,
            required,
            min: None,
            max: None,
            speak: node.flag("speak"),
            personal: node.flag("personal"),
            purpose: node.get("purpose").map(text),
            sensitivity: self.sensitivity(node),
            search: node.flag("search"),
            sort: node.flag("sort"),
            deprecated: node.flag("deprecated"),
        })
    }

    /// What is masked is not found by its value either.
    pub(super) fn sensitivity(&mut self, node: &Node) -> Sensitivity {
        let level = match node.str("sensitivity") {
            Some("sensitive") => Sensitivity::Sensitive,
            Some("core") => Sensitivity::Core,
            _ => Sensitivity::Internal,
        };
        for key in ["search", "sort"] {
            if let (false, true, Some(at)) = (level.is_internal(), node.flag(key), node.get(key)) {
                let mend = Text::new(format!("去掉 {key}，或改为 internal"), format!("take {key} away, or make it internal"));
                self.faults.mend(
                    &at.at,
                    "敏感和核心的字段不能查找、排序",
                    "a sensitive or core field is neither searched nor sorted by",
                    mend,
                );
            }
        }
        level
    }

    fn field_kind(&mut self, ty: &str, node: &Node) -> Option<FieldKind> {
        let many = node.flag("many");
        Some(match ty {
            "text" => FieldKind::Text,
            "number" => FieldKind::Number { unit: node.str("unit").map(str::to_owned), whole: node.flag("whole") },
            "bool" => FieldKind::Bool,
            "choice" => FieldKind::Choice { of: self.choices(node)?, many },
            "scale" => {
                let of = node.str("of").and_then(|n| n.parse().ok()).filter(|n| (2..=100).contains(n));
                FieldKind::Scale { of: self.wanted_of(node, of, "of: 5")? }
            }
            "date" => FieldKind::Date,
            "time" => FieldKind::Time,
            "term" => FieldKind::Term,
            "region" => FieldKind::Region { level: node.str("level").and_then(level) },
            "person" => FieldKind::Person,
            "firm" => FieldKind::Firm,
            "party" => FieldKind::Party { many },
            "identity" => {
                let words = node.get("of").map(Node::list).unwrap_or_default();
                let of: Option<Vec<Identity>> = words.iter().map(|n| identity(n.text()?)).collect();
                FieldKind::Identity { of: self.wanted_of(node, of.filter(|l| !l.is_empty()), "of: [named, sealed, anonymous]")? }
            }
            "unit" => FieldKind::Unit { many },
            "thing" => {
                let Some(kind) = node.get("kind") else {
                    self.wanted_of(node, None::<()>, "kind: camera");
                    return None;
                };
                FieldKind::Thing { kind: self.resolve("kinds", kind)?, many }
            }
            "plot" => FieldKind::Plot,
            "area" => FieldKind::Area { unit: if node.str("unit") == Some("mu") { AreaUnit::Mu } else { AreaUnit::M2 } },
            "money" => FieldKind::Money,
            "media" => {
                let series = node.get("series").map(Node::one_or_more).unwrap_or_default();
                FieldKind::Media { series: series.iter().filter_map(|n| n.text().map(str::to_owned)).collect() }
            }
            "place" => FieldKind::Place,
            "point" => FieldKind::Point,
            "line" => FieldKind::Line,
            "polygon" => FieldKind::Polygon,
            "signature" => FieldKind::Signature,
            "table" => {
                let fields = self.fields(node.get("fields"));
                FieldKind::Table { fields: self.wanted_of(node, (!fields.is_empty()).then_some(fields), "fields: {…}")? }
            }
            _ => return None,
        })
    }

    fn wanted_of<T>(&mut self, node: &Node, got: Option<T>, example: &str) -> Option<T> {
        if got.is_none() {
            let at = node.get("of").unwrap_or(node).at.clone();
            let ty = node.str("type").unwrap_or_default();
            let mend = Text::new(format!("例如 {example}"), format!("such as {example}"));
            self.faults.mend(&at, format!("类型 {ty} 的字段还要写明"), format!("a field of type {ty} needs more"), mend);
        }
        got
    }

    /// A list by name, or written here.
    fn choices(&mut self, node: &Node) -> Option<Arc<List>> {
        let of = node.get("of");
        match of.map(|n| &n.data) {
            Some(Data::Scalar { .. }) => {
                let name = self.resolve("lists", of?)?;
                self.out.lists.get(&name).cloned()
            }
            Some(Data::Map(entries)) if !entries.is_empty() => Some(Arc::new(self.list("", of?))),
            _ => self.wanted_of(node, None, "of: {yes: {zh: 是, en: Yes}}"),
        }
    }

    fn bound(&mut self, kind: &FieldKind, node: Option<&Node>, scope: &crate::Scope) -> Option<Bound> {
        let node = node?;
        let raw = node.text()?;
        let (literal, ty) = match kind {
            FieldKind::Money => (scalar::money(raw).map(Val::Money), Type::Money),
            FieldKind::Area { .. } => (scalar::area(raw).map(Val::Area), Type::Area),
            FieldKind::Date => (scalar::date(raw).and_then(|_| raw.parse().ok()).map(Val::Time), Type::Time),
            FieldKind::Number { .. } => (scalar::number(raw).map(Val::Num), Type::Num),
            _ => (raw.parse().ok().map(Val::Int), Type::Int),
        };
        match literal {
            Some(val) => Some(Bound::Value(val)),
            None => self.expr(node, scope, &ty).map(Bound::Expr),
        }
    }
}

fn identity(word: &str) -> Option<Identity> {
    Some(match word {
        "named" => Identity::Named,
        "sealed" => Identity::Sealed,
        "anonymous" => Identity::Anonymous,
        _ => return None,
    })
}
