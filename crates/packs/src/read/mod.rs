//! From checked nodes to the declared types: every name is resolved, every expression typed.

mod flows;
pub(crate) mod folder;
mod forms;
mod moves;
mod nouns;
mod overlay;
mod proofs;
mod roles;
mod rules;
pub(crate) mod scalar;
pub(crate) mod scope;
mod stories;
mod who;
mod words;

pub use overlay::Change;
pub(crate) use words::MOVE_WORDS;

use crate::catalogue::{Inner, Pack};
use crate::fault::{Noun, Pos, Sink};
use crate::grammar::rules::NO_ENGINE_NOUNS;
use crate::node::Node;
use crate::{Codes, Expr, Name, Role, Scope, Type, Unit};
use base::Text;
use folder::Folder;
use indexmap::IndexMap;
use std::{collections::BTreeMap, sync::Arc};

pub(crate) const PACK: Noun = Noun { zh: "应用包", en: "pack", many: "Packs" };
pub(crate) const ROLE: Noun = Noun { zh: "角色", en: "role", many: "Roles" };
pub(crate) const UNIT: Noun = Noun { zh: "部门", en: "department", many: "Departments" };
pub(crate) const STEP: Noun = Noun { zh: "环节", en: "step", many: "Steps" };
pub(crate) const MOVE: Noun = Noun { zh: "动作", en: "move", many: "Moves" };

/// Nouns whose members are found by name from other packs: the key in the file, and how messages call one.
const NAMED: &[(&str, Noun)] = &[
    ("lists", Noun { zh: "清单", en: "list", many: "Lists" }),
    ("tables", Noun { zh: "数表", en: "table", many: "Tables" }),
    ("forms", Noun { zh: "表单", en: "form", many: "Forms" }),
    ("flows", Noun { zh: "流程", en: "flow", many: "Flows" }),
    ("kinds", Noun { zh: "台账类型", en: "kind", many: "Kinds" }),
    ("letters", Noun { zh: "文书", en: "letter", many: "Letters" }),
    ("indicators", Noun { zh: "指标", en: "indicator", many: "Indicators" }),
    ("ladders", Noun { zh: "阶梯", en: "ladder", many: "Ladders" }),
    ("plans", Noun { zh: "计划", en: "plan", many: "Plans" }),
    ("reactions", Noun { zh: "联动", en: "reaction", many: "Reactions" }),
];

pub(crate) struct Reader {
    pub faults: Sink,
    pub out: Inner,
    /// Still growing while packs add rights; shared out at the end.
    roles: IndexMap<String, Role>,
    units: IndexMap<String, Unit>,
    names: BTreeMap<&'static str, Vec<Name>>,
    /// The pack that is being read, and those it sees, itself first.
    pack: String,
    sees: Vec<String>,
}

impl Reader {
    /// Reads packs that are in order: what is used comes before what uses it.
    pub fn read(folders: &[Folder], faults: Sink) -> (Inner, Sink) {
        let mut r = Reader {
            faults,
            out: Inner::default(),
            roles: IndexMap::new(),
            units: IndexMap::new(),
            names: BTreeMap::new(),
            pack: String::new(),
            sees: Vec::new(),
        };
        for folder in folders {
            for (noun, _) in NAMED {
                let ids = folder.root.get(noun).map(Node::map).unwrap_or_default();
                r.names.entry(noun).or_default().extend(ids.iter().map(|(k, _)| Name::new(&folder.id, &k.name)));
            }
        }
        for folder in folders {
            r.pack = folder.id.clone();
            r.sees = std::iter::once(folder.id.clone()).chain(folder.sees.iter().cloned()).collect();
            r.one(folder);
        }
        r.out.roles = r.roles.into_iter().map(|(id, role)| (id, Arc::new(role))).collect();
        r.out.units = r.units.into_iter().map(|(id, unit)| (id, Arc::new(unit))).collect();
        (r.out, r.faults)
    }

    fn one(&mut self, folder: &Folder) {
        let root = &folder.root;
        for (key, _) in root.map().iter().filter(|(k, _)| NO_ENGINE_NOUNS.contains(&k.name.as_str())) {
            self.no_engine(&key.at, "名词", "noun", &key.name);
        }
        self.roles(root);
        self.lists(root);
        self.tables(root);
        self.ladders(root);
        self.kinds(root);
        self.forms(root);
        self.letters(root);
        self.flows(root);
        self.rights(root);
        self.plans(root);
        self.indicators(root);
        self.reactions(root);
        self.pages(root);
        for (id, file, story) in &folder.stories {
            self.story(id, file, story);
        }
        let pack = Pack {
            id: folder.id.clone(),
            name: words(root, "name"),
            about: root.get("about").map(|_| words(root, "about")),
            uses: folder.uses.clone(),
            hash: folder.hash.clone(),
            bundle: folder.bundle.clone(),
        };
        self.out.packs.insert(folder.id.clone(), pack);
    }

    pub(super) fn no_engine(&mut self, at: &Pos, zh: &str, en: &str, word: &str) {
        self.faults.add(at, format!("{zh} `{word}` 的引擎还不在这个版本里"), format!("{en} `{word}` has no engine in this version"));
    }

    /// The full name of what `node` names: of this pack, of a pack it uses, or `pack.id`.
    fn resolve(&mut self, noun: &'static str, node: &Node) -> Option<Name> {
        let text = node.text()?;
        let known = self.names.get(noun).map(Vec::as_slice).unwrap_or_default();
        let wanted = text.split_once('.');
        let found = match wanted {
            Some((pack, id)) => known.iter().find(|n| n.pack == pack && n.id == id && self.sees.contains(&n.pack)),
            None => self.sees.iter().find_map(|pack| known.iter().find(|n| n.pack == *pack && n.id == text)),
        };
        if let Some(name) = found {
            return Some(name.clone());
        }
        let words = NAMED.iter().find(|(n, _)| *n == noun).map_or(PACK, |(_, w)| *w);
        let visible: Vec<&str> = known.iter().filter(|n| self.sees.contains(&n.pack)).map(|n| n.id.as_str()).collect();
        self.faults.unknown(&node.at, words, text, "", visible);
        None
    }

    fn name(&self, id: &str) -> Name {
        Name::new(&self.pack, id)
    }

    /// A role that seats can have: not a group of roles.
    fn role(&mut self, node: &Node) -> Option<String> {
        let id = node.text()?;
        if self.roles.get(id).is_some_and(|r| self.sees.contains(&r.pack)) {
            return Some(id.to_owned());
        }
        if self.out.groups.contains_key(id) {
            self.faults.add(
                &node.at,
                format!("“{id}”是一组角色，没有人坐这个岗位"),
                format!("\"{id}\" is a group of roles: nobody can hold it"),
            );
            return None;
        }
        let known: Vec<String> = self.visible_roles();
        self.faults.unknown(&node.at, ROLE, id, "", known.iter().map(String::as_str));
        None
    }

    fn visible_roles(&self) -> Vec<String> {
        self.roles.values().filter(|r| self.sees.contains(&r.pack)).map(|r| r.id.clone()).collect()
    }

    fn visible_units(&self) -> Vec<String> {
        self.units.values().filter(|u| self.sees.contains(&u.pack)).map(|u| u.id.clone()).collect()
    }

    /// The type of a department's id.
    fn unit_type(&self) -> Type {
        Type::Code(Arc::new(Codes { name: "units".into(), codes: self.visible_units(), attributes: IndexMap::new() }))
    }

    fn expr(&mut self, node: &Node, scope: &Scope, wanted: &Type) -> Option<Expr> {
        Expr::read(node.text()?, &|n| node.inside(n), scope, Some(wanted), &mut self.faults)
    }

    fn truth(&mut self, node: Option<&Node>, scope: &Scope) -> Option<Expr> {
        self.expr(node?, scope, &Type::Bool)
    }
}

/// The words under a key; empty where the checker has already spoken.
pub(super) fn words(node: &Node, key: &str) -> Text {
    node.get(key).map(text).unwrap_or_default()
}

pub(super) fn text(node: &Node) -> Text {
    Text::new(node.str("zh").unwrap_or_default(), node.str("en").unwrap_or_default())
}
