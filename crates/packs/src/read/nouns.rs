//! Reads lists, tables, kinds and letters.

use super::{Reader, scalar, text, words};
use crate::fault::Noun;
use crate::node::{Data, Node};
use crate::{Attribute, Codes, Column, Entry, Kind, Letter, List, Member, Name, Right, Row};
use crate::{Sensitivity, Shape, Table, Type, Val};
use base::Text;
use indexmap::IndexMap;
use std::sync::Arc;

const ENTRY: Noun = Noun { zh: "条目", en: "entry", many: "Entries" };
const FIELD: Noun = Noun { zh: "字段", en: "field", many: "Fields" };
const COLUMN: Noun = Noun { zh: "列", en: "column", many: "Columns" };

pub(super) fn entries<'n>(root: &'n Node, noun: &str) -> impl Iterator<Item = (&'n crate::node::Key, &'n Node)> + use<'n> {
    root.get(noun).map(Node::map).unwrap_or_default().iter().map(|(k, n)| (k, n))
}

impl Reader {
    pub(super) fn lists(&mut self, root: &Node) {
        // Departments first: other lists name them.
        for (key, node) in entries(root, "lists").filter(|(k, _)| k.name == "units") {
            let list = self.list(&key.name, node);
            self.departments(node, &list);
            self.out.lists.insert(self.name(&key.name), Arc::new(list));
        }
        for (key, node) in entries(root, "lists").filter(|(k, _)| k.name != "units") {
            let list = self.list(&key.name, node);
            self.out.lists.insert(self.name(&key.name), Arc::new(list));
        }
    }

    pub(super) fn list(&mut self, id: &str, node: &Node) -> List {
        let mut list = List { pack: self.pack.clone(), id: id.to_owned(), entries: IndexMap::new(), attributes: IndexMap::new() };
        let codes: Vec<&str> = node.map().iter().map(|(k, _)| k.name.as_str()).collect();
        for (key, entry) in node.map() {
            if let Some(under) = entry.get("under")
                && !codes.contains(&under.text().unwrap_or_default())
            {
                self.faults.unknown(&under.at, ENTRY, under.text().unwrap_or_default(), ("list", id), codes.iter().copied());
            }
            let mut attributes = IndexMap::new();
            for (name, value) in entry.map().iter().filter(|(k, _)| !matches!(k.name.as_str(), "zh" | "en" | "under" | "deprecated")) {
                let Some((val, ty)) = self.attribute(id, &name.name, value) else { continue };
                match list.attributes.get(&name.name) {
                    Some(known) if known.ty != ty => self.faults.add(
                        &value.at,
                        format!("“{}”在别的条目里是{}", name.name, known.ty.text().zh),
                        format!("\"{}\" is {} in other entries", name.name, known.ty.text().en),
                    ),
                    _ => {
                        list.attributes.entry(name.name.clone()).or_insert(Attribute { ty, optional: false });
                        attributes.insert(name.name.clone(), val);
                    }
                }
            }
            let entry = Entry {
                code: key.name.clone(),
                name: text(entry),
                under: entry.str("under").map(str::to_owned),
                deprecated: entry.flag("deprecated"),
                attributes,
            };
            list.entries.insert(key.name.clone(), Arc::new(entry));
        }
        for (name, attribute) in &mut list.attributes {
            attribute.optional = attribute.ty != Type::Bool && list.entries.values().any(|e| !e.attributes.contains_key(name));
        }
        list
    }

    /// The value of an attribute, and its type: a department, a term, a quantity, or what it looks like.
    fn attribute(&mut self, list: &str, name: &str, node: &Node) -> Option<(Val, Type)> {
        let Data::Scalar { text, quoted, .. } = &node.data else { return None };
        if name == "unit" && list != "units" {
            let known = self.visible_units();
            if !known.iter().any(|u| u == text) {
                self.faults.unknown(&node.at, super::UNIT, text, "", known.iter().map(String::as_str));
            }
            return Some((Val::str(text.as_str()), self.unit_type()));
        }
        Some(if *quoted {
            (Val::str(text.as_str()), Type::Str)
        } else if let Ok(b) = text.parse::<bool>() {
            (Val::Bool(b), Type::Bool)
        } else if let Ok(n) = text.parse::<i64>() {
            (Val::Int(n), Type::Int)
        } else if let Some(n) = scalar::number(text) {
            (Val::Num(n), Type::Num)
        } else if let Ok(term) = text.parse::<crate::Term>() {
            (Val::Term(term), Type::Term)
        } else if let Some(m) = scalar::money(text) {
            (Val::Money(m), Type::Money)
        } else if let Some(r) = text.ends_with('%').then(|| scalar::rate(text)).flatten() {
            (Val::Rate(r), Type::Rate)
        } else if let Some(a) = scalar::area(text) {
            (Val::Area(a), Type::Area)
        } else {
            (Val::str(text.as_str()), Type::Str)
        })
    }

    pub(super) fn tables(&mut self, root: &Node) {
        for (key, node) in entries(root, "tables") {
            let mut table = Table {
                pack: self.pack.clone(),
                id: key.name.clone(),
                name: words(node, "name"),
                columns: IndexMap::new(),
                rows: IndexMap::new(),
            };
            for (column, spec) in entries(node, "columns") {
                let ty = match spec.str("type") {
                    Some("term") => Type::Term,
                    Some("money") => Type::Money,
                    Some("rate") => Type::Rate,
                    Some("area") => Type::Area,
                    Some("text") => Type::Str,
                    Some("bool") => Type::Bool,
                    _ => Type::Num,
                };
                table.columns.insert(column.name.clone(), Column { name: words(spec, "name"), ty });
            }
            for (row, versions) in entries(node, "rows") {
                let mut rows: Vec<Row> = versions.one_or_more().iter().filter_map(|n| self.row(&table, n)).collect();
                if !rows.is_sorted_by(|a, b| a.until.unwrap_or(a.from).max(a.from) < b.from) {
                    self.faults.add(
                        &row.at,
                        format!("“{}”的各版日期没有先后，或者重叠", row.name),
                        format!("the versions of \"{}\" are not in order of their dates, or overlap", row.name),
                    );
                    rows.sort_by_key(|r| r.from);
                }
                table.rows.insert(row.name.clone(), rows);
            }
            self.out.tables.insert(self.name(&key.name), Arc::new(table));
        }
    }

    fn row(&mut self, table: &Table, node: &Node) -> Option<Row> {
        let mut values = IndexMap::new();
        for (key, value) in node.map().iter().filter(|(k, _)| !matches!(k.name.as_str(), "from" | "until" | "source")) {
            let Some(column) = table.columns.get(&key.name) else {
                self.faults.unknown(&key.at, COLUMN, &key.name, ("table", &table.id), table.columns.keys().map(String::as_str));
                continue;
            };
            let raw = value.text()?;
            let val = match column.ty {
                Type::Term => raw.parse().ok().map(Val::Term),
                Type::Money => scalar::money(raw).map(Val::Money),
                Type::Rate => scalar::rate(raw).map(Val::Rate),
                Type::Area => scalar::area(raw).map(Val::Area),
                Type::Bool => raw.parse().ok().map(Val::Bool),
                Type::Num => scalar::number(raw).map(Val::Num),
                _ => Some(Val::str(raw)),
            };
            match val {
                Some(val) => {
                    values.insert(key.name.clone(), val);
                }
                None => {
                    let want = column.ty.text();
                    self.faults.add(&value.at, format!("“{raw}”不是{}", want.zh), format!("\"{raw}\" is not {}", want.en));
                }
            }
        }
        for missing in table.columns.keys().filter(|c| node.get(c).is_none()) {
            self.faults.add(&node.at, format!("这一行缺“{missing}”"), format!("this row has no \"{missing}\""));
        }
        Some(Row {
            from: scalar::date(node.str("from")?)?,
            until: node.str("until").and_then(scalar::date),
            source: words(node, "source"),
            values,
        })
    }

    pub(super) fn kinds(&mut self, root: &Node) {
        for (key, node) in entries(root, "kinds") {
            let mut fields = self.fields(node.get("fields"));
            if let Some(spec) = node.get("fields") {
                self.bounds(&mut fields, spec, &super::scope::of_things());
            }
            if let Some(field) = node.get("key")
                && !fields.contains_key(field.text().unwrap_or_default())
            {
                let known = fields.keys().map(String::as_str);
                self.faults.unknown(&field.at, FIELD, field.text().unwrap_or_default(), ("kind", &key.name), known);
            }
            let sensitivity = self.sensitivity(node);
            self.at_least(&mut fields, node, sensitivity);
            if let Some(at) = node.get("key")
                && fields.get(at.text().unwrap_or_default()).is_some_and(|f| !f.sensitivity.is_internal() && sensitivity.is_internal())
            {
                let (zh, en) = ("编号到处都看得到，不能是敏感字段", "the key is shown everywhere, so it cannot be a sensitive field");
                self.faults.add(&at.at, zh, en);
            }
            let names: Vec<&str> = entries(node, "rights").map(|(k, _)| k.name.as_str()).collect();
            let mut rights = IndexMap::new();
            for (id, right) in entries(node, "rights") {
                if let Some(under) = right.get("under")
                    && !names.contains(&under.text().unwrap_or_default())
                {
                    let noun = Noun { zh: "权利", en: "right", many: "Rights" };
                    self.faults.unknown(&under.at, noun, under.text().unwrap_or_default(), "", names.iter().copied());
                }
                let right = Right {
                    id: id.name.clone(),
                    name: right.get("name").map(text),
                    many_holders: right.str("holders") == Some("many"),
                    shares: right.flag("shares"),
                    under: right.str("under").map(str::to_owned),
                    ends: right.flag("ends"),
                };
                rights.insert(id.name.clone(), right);
            }
            let shape = match node.str("shape") {
                Some("point") => Shape::Point,
                Some("line") => Shape::Line,
                Some("polygon") => Shape::Polygon,
                _ => Shape::None,
            };
            let kind = Kind {
                pack: self.pack.clone(),
                id: key.name.clone(),
                name: words(node, "name"),
                shape,
                key: node.str("key").map(str::to_owned),
                fields,
                rights,
                purpose: node.get("purpose").map(text),
                sensitivity,
                deprecated: node.flag("deprecated"),
            };
            self.out.kinds.insert(self.name(&key.name), Arc::new(kind));
        }
    }

    /// No field is less than its kind. The kind's key stays as it is: by it a thing is named.
    fn at_least(&mut self, fields: &mut IndexMap<String, crate::Field>, kind: &Node, least: Sensitivity) {
        for (id, spec) in kind.get("fields").map(Node::map).unwrap_or_default() {
            let Some(field) = fields.get_mut(&id.name) else { continue };
            if let Some(said) = spec.get("sensitivity").filter(|_| field.sensitivity < least) {
                let (zh, en) = ("字段的级别不能低于整类台账", "a field cannot be less sensitive than its kind");
                self.faults.add(&said.at, zh, en);
            }
            if kind.str("key") != Some(&id.name) {
                field.sensitivity = field.sensitivity.max(least);
            }
            for key in ["search", "sort"] {
                if let (false, true, Some(at)) = (field.sensitivity.is_internal(), spec.get("sensitivity").is_none(), spec.get(key)) {
                    let (zh, en) =
                        ("敏感和核心的台账，字段不能查找、排序", "fields of a sensitive or core kind are neither searched nor sorted by");
                    self.faults.add(&at.at, zh, en);
                }
            }
        }
    }

    pub(super) fn letters(&mut self, root: &Node) {
        for (key, node) in entries(root, "letters") {
            for language in ["zh", "en"] {
                let Some(body) = node.get("body").and_then(|b| b.get(language)) else { continue };
                self.template(body);
            }
            let letter = Letter {
                pack: self.pack.clone(),
                id: key.name.clone(),
                name: words(node, "name"),
                series: node.str("series").map(str::to_owned),
                body: words(node, "body"),
            };
            self.out.letters.insert(self.name(&key.name), Arc::new(letter));
        }
    }

    fn template(&mut self, body: &Node) {
        let mut env = minijinja::Environment::new();
        env.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
        match env.template_from_str(body.text().unwrap_or_default()) {
            Err(e) => self.faults.add(&body.at, format!("文书模板写错了：{e}"), format!("the letter's template is wrong: {e}")),
            Ok(t) => {
                let mut unknown: Vec<String> =
                    t.undeclared_variables(false).into_iter().filter(|v| !crate::Letter::SEES.contains(&v.as_str())).collect();
                unknown.sort();
                for name in unknown {
                    self.faults.unknown(&body.at, crate::expr::NAME, &name, "a letter", crate::Letter::SEES.iter().copied());
                }
            }
        }
    }

    /// The type of a code of this list.
    pub(super) fn code_type(list: &List) -> Type {
        let attributes = list
            .attributes
            .iter()
            .map(|(k, a)| {
                (k.clone(), Member { ty: a.ty.clone(), optional: a.optional, doc: Text::new(k.as_str(), k.as_str()), purpose: None })
            })
            .collect();
        let name = if list.id.is_empty() { "choice".to_owned() } else { Name::new(&list.pack, &list.id).to_string() };
        Type::Code(Arc::new(Codes { name, codes: list.entries.keys().cloned().collect(), attributes }))
    }
}
