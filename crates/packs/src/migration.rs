//! Migration maps: how open matters of an older version move to this one. Declared, checked, tried dry by the engine,
//! on record.

use crate::catalogue::{Catalogue, Source};
use crate::fault::{Noun, Sink};
use crate::grammar::{self, Shape, rules};
use crate::node::Node;
use base::Text;
use indexmap::IndexMap;
use serde::Serialize;

/// `migrations/*.yaml` of a pack: `from: <hash>`, `flows: {report: {steps: {sort: sort, meet: handle}}}`.
#[derive(Clone, Debug, Serialize)]
pub struct Migration {
    pub pack: String,
    /// Hash of the version that matters come from.
    pub from: String,
    /// By flow: old step → new step. A step that is not named keeps its name.
    pub flows: IndexMap<String, IndexMap<String, String>>,
}

static SHAPE: Shape = Shape::Keys(&rules::MIGRATION);
const FLOW: Noun = Noun { zh: "流程", en: "flow", many: "Flows" };
const STEP: Noun = Noun { zh: "环节", en: "step", many: "Steps" };

pub(crate) fn read(pack: &str, source: &Source, node: &Node, root: &Node, faults: &mut Sink) -> Option<Migration> {
    debug_assert!(source.path.starts_with(pack), "a migration lies in its pack's folder");
    grammar::check(node, &SHAPE, faults);
    let from = node.get("from")?;
    if !from.text().is_some_and(|h| h.len() == 64 && h.bytes().all(|b| b.is_ascii_hexdigit())) {
        faults.add(&from.at, "应是 64 位十六进制的版本哈希", "write the version's hash: 64 hexadecimal digits");
    }
    let mut flows = IndexMap::new();
    for (key, map) in node.get("flows")?.map() {
        let declared = root.get("flows").map(Node::map).unwrap_or_default();
        let Some((_, flow)) = declared.iter().find(|(k, _)| k.name == key.name) else {
            faults.unknown(&key.at, FLOW, &key.name, ("pack", pack), declared.iter().map(|(k, _)| k.name.as_str()));
            continue;
        };
        let steps: Vec<&str> = flow.get("steps").map(Node::map).unwrap_or_default().iter().map(|(k, _)| k.name.as_str()).collect();
        let mut moves = IndexMap::new();
        for (old, new) in map.get("steps").map(Node::map).unwrap_or_default() {
            let word = new.text().unwrap_or_default();
            if !steps.contains(&word) {
                faults.unknown(&new.at, STEP, word, ("flow", &key.name), steps.iter().copied());
                continue;
            }
            moves.insert(old.name.clone(), word.to_owned());
        }
        flows.insert(key.name.clone(), moves);
    }
    Some(Migration { pack: pack.to_owned(), from: from.text()?.to_owned(), flows })
}

impl Migration {
    /// Where an open matter at this step of the old version goes; `None`: nowhere, the map is not whole.
    pub fn step(&self, new: &Catalogue, flow: &str, old_step: &str) -> Option<String> {
        let target = new.flow(&self.pack, flow)?;
        let mapped = self.flows.get(flow).and_then(|m| m.get(old_step)).map_or(old_step, String::as_str);
        target.step(mapped).map(|s| s.id.clone())
    }

    /// Whether every step of the old version has a place in the new one, and no step is mapped that was not there.
    /// Empty is right.
    pub fn check(&self, old: &Catalogue, new: &Catalogue) -> Vec<Text> {
        let mut wrong = Vec::new();
        for flow in old.flows().filter(|f| f.pack == self.pack) {
            for step in flow.steps.keys() {
                if self.step(new, &flow.id, step).is_none() {
                    wrong.push(Text::new(
                        format!("流程“{}”的旧环节“{step}”没有去处", flow.id),
                        format!("step \"{step}\" of flow \"{}\" has nowhere to go", flow.id),
                    ));
                }
            }
        }
        for (flow, steps) in &self.flows {
            for step in steps.keys().filter(|s| old.flow(&self.pack, flow).is_none_or(|f| f.step(s).is_none())) {
                wrong.push(Text::new(
                    format!("旧版本的流程“{flow}”没有环节“{step}”"),
                    format!("the old version of flow \"{flow}\" has no step \"{step}\""),
                ));
            }
        }
        wrong
    }
}
