//! Reads roles, lists, tables, ladders, kinds and letters.

use super::who::level;
use super::{Reader, scalar, text, words};
use crate::fault::Noun;
use crate::node::{Data, Node};
use crate::{Action, Attribute, Codes, Column, Entry, Grant, Kind, Ladder, Letter, List, Member, Name, Right, Role, RoleGroup, Row, Rung};
use crate::{Shape, Subject, Table, Type, Unit, Val};
use base::Text;
use indexmap::IndexMap;
use std::sync::Arc;

const ENTRY: Noun = Noun { zh: "条目", en: "entry", many: "Entries" };
const FIELD: Noun = Noun { zh: "字段", en: "field", many: "Fields" };
const COLUMN: Noun = Noun { zh: "列", en: "column", many: "Columns" };
const ACTION: Noun = Noun { zh: "权限", en: "action", many: "Actions" };
const SUBJECT: Noun = Noun { zh: "流程或台账", en: "flow or kind", many: "Flows and kinds" };

fn entries<'n>(root: &'n Node, noun: &str) -> impl Iterator<Item = (&'n crate::node::Key, &'n Node)> + use<'n> {
    root.get(noun).map(Node::map).unwrap_or_default().iter().map(|(k, n)| (k, n))
}

impl Reader {
    pub(super) fn roles(&mut self, root: &Node) {
        for (key, node) in entries(root, "roles") {
            let id = &key.name;
            let known = self.roles.get(id).map(|r| r.pack.clone()).or_else(|| self.out.groups.get(id).map(|g| g.pack.clone()));
            match (node.get("name"), known) {
                (Some(_), Some(pack)) => self.faults.mend(
                    &key.at,
                    format!("角色“{id}”在应用包 {pack} 里已经有了"),
                    format!("role \"{id}\" is already declared by pack {pack}"),
                    Text::new("要给它加权限，只写 may，不写 name", "to add rights to it, write may without a name"),
                ),
                (None, None) => {
                    let known = self.visible_roles();
                    self.faults.unknown(&key.at, super::ROLE, id, "", known.iter().map(String::as_str));
                }
                (None, Some(_)) => {}
                (Some(_), None) => self.new_role(id, node),
            }
        }
        // Groups are made of roles of this pack too, so they are read after them.
        for (key, node) in entries(root, "roles").filter(|(_, n)| n.get("any").is_some() && n.get("name").is_some()) {
            let roles = node.get("any").map(Node::one_or_more).unwrap_or_default();
            let roles = roles.iter().filter_map(|n| self.role(n)).collect();
            let group = RoleGroup { id: key.name.clone(), pack: self.pack.clone(), name: words(node, "name"), roles };
            self.out.groups.insert(key.name.clone(), Arc::new(group));
        }
    }

    fn new_role(&mut self, id: &str, node: &Node) {
        if node.get("any").is_some() {
            return;
        }
        let level = node.str("level").and_then(level);
        if level.is_none() {
            self.faults.mend(
                &node.at,
                format!("角色“{id}”没有写 level，没有人能坐这个岗位"),
                format!("role \"{id}\" has no level: nobody can hold it"),
                Text::new("请写 level: village 等", "write level: village, or another"),
            );
        }
        let role = Role {
            id: id.to_owned(),
            pack: self.pack.clone(),
            name: words(node, "name"),
            level: level.unwrap_or(base::Level::Village),
            paid: node.str("paid") != Some("false"),
            of_unit: node.flag("of_unit"),
            may: Vec::new(),
        };
        self.roles.insert(id.to_owned(), role);
    }

    /// After the flows and kinds are known: what each role may do.
    pub(super) fn rights(&mut self, root: &Node) {
        for (key, node) in entries(root, "roles") {
            let grants: Vec<Grant> = entries(node, "may").filter_map(|(on, actions)| self.grant(on, actions)).collect();
            if let Some(role) = self.roles.get_mut(&key.name) {
                role.may.extend(grants);
            } else if let Some(group) = self.out.groups.get(&key.name) {
                for id in &group.roles {
                    if let Some(role) = self.roles.get_mut(id) {
                        role.may.extend(grants.iter().cloned());
                    }
                }
            }
        }
    }

    fn grant(&mut self, on: &crate::node::Key, actions: &Node) -> Option<Grant> {
        let subject = match on.name.as_str() {
            "all" => Subject::All,
            "platform" => Subject::Platform,
            id => {
                let find = |noun: &str| {
                    let known = self.names.get(noun).map(Vec::as_slice).unwrap_or_default();
                    self.sees.iter().find_map(|p| known.iter().find(|n| n.pack == *p && n.id == id)).cloned()
                };
                match (find("flows"), find("kinds")) {
                    (Some(flow), _) => Subject::Flow(flow),
                    (None, Some(kind)) => Subject::Kind(kind),
                    (None, None) => {
                        let names = [self.names.get("flows"), self.names.get("kinds")];
                        let known = names.into_iter().flatten().flatten().filter(|n| self.sees.contains(&n.pack)).map(|n| n.id.as_str());
                        let known: Vec<&str> = known.chain(["all", "platform"]).collect();
                        self.faults.unknown(&on.at, SUBJECT, id, "", known);
                        return None;
                    }
                }
            }
        };
        let mut set = std::collections::BTreeSet::new();
        for node in actions.one_or_more() {
            match node.text().unwrap_or_default().parse::<Action>() {
                Ok(action) => {
                    set.insert(action);
                }
                Err(()) => self.faults.unknown(&node.at, ACTION, node.text().unwrap_or_default(), "", Action::WORDS.iter().copied()),
            }
        }
        Some(Grant { on: subject, actions: set })
    }

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

    /// `role` is the role of its seat at the county (`department` if not said), `station` that at a township.
    fn departments(&mut self, node: &Node, list: &List) {
        for (key, entry) in node.map() {
            if let Some(other) = self.units.get(&key.name) {
                let pack = other.pack.clone();
                self.faults.add(
                    &key.at,
                    format!("部门“{}”在应用包 {pack} 里已经有了", key.name),
                    format!("department \"{}\" is already declared by pack {pack}", key.name),
                );
                continue;
            }
            let mut roles = IndexMap::new();
            for (word, fallback) in [("role", Some("department")), ("station", None)] {
                let id = match entry.get(word) {
                    Some(n) => self.role(n),
                    None => fallback.map(str::to_owned),
                };
                if let Some(role) = id.as_deref().and_then(|id| self.roles.get(id)) {
                    roles.insert(role.level, role.id.clone());
                }
            }
            if roles.is_empty() {
                self.faults.mend(
                    &key.at,
                    format!("部门“{}”没有岗位", key.name),
                    format!("department \"{}\" has no seat: nobody can hold it", key.name),
                    Text::new("请写 role: 一个 of_unit 的角色", "write role: a role with of_unit"),
                );
            }
            let name = list.entries.get(&key.name).map(|e| e.name.clone()).unwrap_or_default();
            self.units.insert(key.name.clone(), Unit { id: key.name.clone(), pack: self.pack.clone(), name, roles });
        }
    }

    pub(super) fn tables(&mut self, root: &Node) {
        for (key, node) in entries(root, "tables") {
            let mut table =
                Table { pack: self.pack.clone(), id: key.name.clone(), name: words(node, "name"), columns: IndexMap::new(), rows: IndexMap::new() };
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
        Some(Row { from: scalar::date(node.str("from")?)?, until: node.str("until").and_then(scalar::date), source: words(node, "source"), values })
    }

    pub(super) fn ladders(&mut self, root: &Node) {
        for (key, node) in entries(root, "ladders") {
            let mut rungs = Vec::new();
            for rung in node.get("rungs").map(Node::list).unwrap_or_default() {
                match rung.text() {
                    Some(_) => rungs.extend(self.role(rung).map(Rung::Role)),
                    None => rungs.push(Rung::Unit),
                }
            }
            let ladder = Ladder { pack: self.pack.clone(), id: key.name.clone(), name: words(node, "name"), rungs };
            self.out.ladders.insert(self.name(&key.name), Arc::new(ladder));
        }
    }

    pub(super) fn kinds(&mut self, root: &Node) {
        for (key, node) in entries(root, "kinds") {
            let fields = self.fields(node.get("fields"));
            if let Some(field) = node.get("key")
                && !fields.contains_key(field.text().unwrap_or_default())
            {
                let known = fields.keys().map(String::as_str);
                self.faults.unknown(&field.at, FIELD, field.text().unwrap_or_default(), ("kind", &key.name), known);
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
                deprecated: node.flag("deprecated"),
            };
            self.out.kinds.insert(self.name(&key.name), Arc::new(kind));
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
            .map(|(k, a)| (k.clone(), Member { ty: a.ty.clone(), optional: a.optional, doc: Text::new(k.as_str(), k.as_str()) }))
            .collect();
        let name = if list.id.is_empty() { "choice".to_owned() } else { Name::new(&list.pack, &list.id).to_string() };
        Type::Code(Arc::new(Codes { name, codes: list.entries.keys().cloned().collect(), attributes }))
    }
}
