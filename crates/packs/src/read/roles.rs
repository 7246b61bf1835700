//! Reads roles and their rights, departments and ladders.

use super::nouns::entries;
use super::who::level;
use super::{Reader, words};
use crate::fault::Noun;
use crate::node::Node;
use crate::{Action, Grant, Ladder, List, Role, RoleGroup, Rung, Subject, Unit};
use base::Text;
use indexmap::IndexMap;
use std::sync::Arc;

const ACTION: Noun = Noun { zh: "权限", en: "action", many: "Actions" };
const SUBJECT: Noun = Noun { zh: "流程或台账", en: "flow or kind", many: "Flows and kinds" };

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
            independent: node.flag("independent"),
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

    /// `role` is the role of its seat at the county (`department` if not said), `station` that at a township.
    pub(super) fn departments(&mut self, node: &Node, list: &List) {
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
}
