//! Overlays: a county or township changes numbers, names, holders and texts of a pack in a file of its own. Structure
//! only by a pack.

use crate::fault::{Noun, Sink};
use crate::grammar::common::{DUE, SOME, WHO};
use crate::grammar::{Shape, fits};
use crate::node::{Data, Node};
use base::Text;
use serde::Serialize;

/// One difference that an overlay makes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    pub pack: String,
    /// Where: `flows.report.clock.due`.
    pub path: String,
    /// As the pack has it; `None`: it says nothing.
    pub from: Option<String>,
    pub to: String,
    pub file: String,
    pub line: u32,
}

pub(super) struct Overlay<'s> {
    pub pack: &'s str,
    pub faults: &'s mut Sink,
    pub changes: &'s mut Vec<Change>,
}

impl Overlay<'_> {
    /// Lays `over` on `base`, both of this shape.
    pub fn apply(&mut self, base: &mut Node, over: &Node, shape: &Shape, path: &str) {
        if changeable(shape, over) {
            return self.replace(Some(base), over, path).into_iter().for_each(|n| *base = n);
        }
        match (shape, &mut base.data, &over.data) {
            (Shape::Keys(keys), Data::Map(entries), Data::Map(changes)) => {
                for (key, value) in changes {
                    let below = format!("{path}{}{}", if path.is_empty() { "" } else { "." }, key.name);
                    let Some(inner) = keys.key(&key.name).map(|k| k.shape).or(keys.rest) else {
                        let noun = Noun { zh: "键", en: "key", many: "Keys" };
                        self.faults.unknown(&key.at, noun, &key.name, *keys, keys.keys.iter().map(|k| k.name));
                        continue;
                    };
                    match entries.iter_mut().find(|(k, _)| k.name == key.name) {
                        Some((_, node)) => self.apply(node, value, inner, &below),
                        None if changeable(inner, value) => {
                            let node = self.replace(None, value, &below);
                            entries.extend(node.map(|n| (key.clone(), n)));
                        }
                        None => self.structure(value, &below),
                    }
                }
            }
            (Shape::Map(inner), Data::Map(entries), Data::Map(changes)) => {
                for (key, value) in changes {
                    let below = format!("{path}.{}", key.name);
                    match entries.iter_mut().find(|(k, _)| k.name == key.name) {
                        Some((_, node)) => self.apply(node, value, inner, &below),
                        None => {
                            let known: Vec<String> = entries.iter().map(|(k, _)| k.name.clone()).collect();
                            let noun = Noun { zh: "名字", en: "name", many: "Names" };
                            self.faults.unknown(
                                &key.at,
                                noun,
                                &key.name,
                                &format!("{path} ({})", self.pack),
                                known.iter().map(String::as_str),
                            );
                        }
                    }
                }
            }
            (Shape::Any(shapes), _, _) => match shapes.iter().find(|s| fits(base, s) && fits(over, s)) {
                Some(inner) => self.apply(base, over, inner, path),
                None => self.structure(over, path),
            },
            _ => self.structure(over, path),
        }
    }

    fn replace(&mut self, base: Option<&Node>, over: &Node, path: &str) -> Option<Node> {
        let (from, to) = (base.map(short), short(over));
        if from.as_ref() == Some(&to) {
            return None;
        }
        self.changes.push(Change {
            pack: self.pack.to_owned(),
            path: path.to_owned(),
            from,
            to,
            file: over.at.file.to_string(),
            line: over.at.line,
        });
        Some(over.clone())
    }

    fn structure(&mut self, over: &Node, path: &str) {
        self.faults.mend(
            &over.at,
            format!("覆盖文件不能改 {path}"),
            format!("an overlay does not change {path}"),
            Text::new(
                "只能改数字、名称、岗位和文字；结构请写成应用包",
                "it changes numbers, names, holders and texts; for structure write a pack",
            ),
        );
    }
}

/// Numbers, names, holders and texts.
fn changeable(shape: &Shape, over: &Node) -> bool {
    let is = |known: &'static Shape| std::ptr::eq(shape, known);
    match shape {
        Shape::Words | Shape::Term | Shape::Rate | Shape::Number | Shape::Count | Shape::Scalar | Shape::Str => true,
        Shape::Any(shapes) => is(&WHO) || is(&DUE) || shapes.iter().any(|s| matches!(s, Shape::Number | Shape::Count) && fits(over, s)),
        Shape::OneOrMore(_) => is(&SOME),
        _ => false,
    }
}

/// A node on one line.
fn short(node: &Node) -> String {
    match &node.data {
        Data::Null => "null".into(),
        Data::Scalar { text, .. } => text.clone(),
        Data::List(items) => format!("[{}]", items.iter().map(short).collect::<Vec<_>>().join(", ")),
        Data::Map(m) => format!("{{{}}}", m.iter().map(|(k, v)| format!("{}: {}", k.name, short(v))).collect::<Vec<_>>().join(", ")),
    }
}
