//! YAML with positions. Plain data only: no anchors, aliases, tags, or several documents in a file, so that what is
//! read aloud is what is there.

use crate::fault::{Pos, Sink};
use saphyr_parser::{Event, Parser, ScalarStyle};
use std::sync::Arc;

/// Deeper is no pack.
const DEPTH: usize = 40;
/// Characters of one file.
pub(crate) const LARGEST: usize = 2_000_000;

#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub at: Pos,
    pub data: Data,
}

#[derive(Clone, Debug)]
pub(crate) enum Data {
    Null,
    Scalar {
        text: String,
        /// Characters between the node's position and the text's first: 1 for a quote. `None`: the text was folded or escaped.
        inset: Option<u32>,
        quoted: bool,
    },
    List(Vec<Node>),
    Map(Vec<(Key, Node)>),
}

#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub at: Pos,
    pub name: String,
}

impl Node {
    pub fn map(&self) -> &[(Key, Node)] {
        match &self.data {
            Data::Map(m) => m,
            _ => &[],
        }
    }

    pub fn list(&self) -> &[Node] {
        match &self.data {
            Data::List(l) => l,
            _ => &[],
        }
    }

    /// The items of a list, or the one thing that is there.
    pub fn one_or_more(&self) -> &[Node] {
        match &self.data {
            Data::List(l) => l,
            Data::Null => &[],
            _ => std::slice::from_ref(self),
        }
    }

    pub fn text(&self) -> Option<&str> {
        match &self.data {
            Data::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    pub fn get(&self, key: &str) -> Option<&Node> {
        self.map().iter().find(|(k, _)| k.name == key).map(|(_, n)| n)
    }

    /// The text under a key.
    pub fn str(&self, key: &str) -> Option<&str> {
        self.get(key)?.text()
    }

    pub fn flag(&self, key: &str) -> bool {
        self.str(key) == Some("true")
    }

    /// Of everything under it.
    pub fn last_line(&self) -> u32 {
        let below = self.list().iter().chain(self.map().iter().map(|(_, n)| n));
        below.map(Node::last_line).max().unwrap_or(0).max(self.at.line)
    }

    /// The place of the `n`th character of its text.
    pub fn inside(&self, n: usize) -> Pos {
        match &self.data {
            Data::Scalar { inset: Some(inset), .. } => Pos { column: self.at.column + inset + n as u32, ..self.at.clone() },
            _ => self.at.clone(),
        }
    }
}

/// The one document of a file. What is wrong goes to the sink.
pub(crate) fn parse(file: &Arc<str>, text: &str, faults: &mut Sink) -> Option<Node> {
    let start = Pos { file: file.clone(), line: 1, column: 1 };
    if text.len() > LARGEST {
        faults.add(&start, "文件太大：一个应用包文件不超过 2 MB", "the file is too large: a pack's file has at most 2 MB");
        return None;
    }
    match build(file, text) {
        Ok(Some(node)) => Some(node),
        Ok(None) => {
            faults.add(&start, "文件是空的", "the file is empty");
            None
        }
        Err((at, zh, en)) => {
            faults.add(&at, zh, en);
            None
        }
    }
}

type Refusal = (Pos, String, String);

/// A collection that is still open.
enum Open {
    List(Pos, Vec<Node>),
    Map(Pos, Vec<(Key, Node)>, Option<Key>),
}

fn build(file: &Arc<str>, text: &str) -> Result<Option<Node>, Refusal> {
    let mut stack: Vec<Open> = Vec::new();
    let mut root = None;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|e| {
            let at = Pos { file: file.clone(), line: e.marker().line() as u32, column: e.marker().col() as u32 + 1 };
            (at, format!("不是正确的 YAML：{}", e.info()), format!("not YAML: {}", e.info()))
        })?;
        let at = Pos { file: file.clone(), line: span.start.line() as u32, column: span.start.col() as u32 + 1 };
        let done = match event {
            Event::Alias(_) => return Err((at, "不能用 * 引用，请写全".into(), "no aliases (*): write it out".into())),
            Event::Scalar(_, _, anchor, _) | Event::SequenceStart(anchor, _) | Event::MappingStart(anchor, _) if anchor != 0 => {
                return Err((at, "不能用 & 锚点，请写全".into(), "no anchors (&): write it out".into()));
            }
            Event::Scalar(_, _, _, Some(_)) | Event::SequenceStart(_, Some(_)) | Event::MappingStart(_, Some(_)) => {
                return Err((at, "不能用 ! 标签".into(), "no tags (!)".into()));
            }
            Event::DocumentStart(_) if root.is_some() => {
                return Err((at, "一个文件只写一份".into(), "one document a file".into()));
            }
            Event::SequenceStart(..) => {
                stack.push(Open::List(at.clone(), Vec::new()));
                None
            }
            Event::MappingStart(..) => {
                stack.push(Open::Map(at.clone(), Vec::new(), None));
                None
            }
            Event::Scalar(value, style, _, _) => Some(scalar(at.clone(), &value, style, span.end.index() - span.start.index())),
            Event::SequenceEnd | Event::MappingEnd => match stack.pop() {
                Some(Open::List(at, items)) => Some(Node { at, data: Data::List(items) }),
                Some(Open::Map(at, entries, _)) => Some(Node { at, data: Data::Map(entries) }),
                None => None,
            },
            _ => None,
        };
        if stack.len() > DEPTH {
            return Err((at, format!("嵌套超过 {DEPTH} 层"), format!("nested deeper than {DEPTH} levels")));
        }
        if let Some(node) = done {
            place(&mut stack, &mut root, node)?;
        }
    }
    Ok(root)
}

fn place(stack: &mut [Open], root: &mut Option<Node>, node: Node) -> Result<(), Refusal> {
    match stack.last_mut() {
        None => *root = Some(node),
        Some(Open::List(_, items)) => items.push(node),
        Some(Open::Map(_, entries, key @ None)) => {
            let Some(name) = node.text() else {
                return Err((node.at, "键应是一个词".into(), "a key is a word".into()));
            };
            if entries.iter().any(|(k, _)| k.name == name) {
                let (zh, en) = (format!("“{name}”写了两次"), format!("\"{name}\" is written twice"));
                return Err((node.at, zh, en));
            }
            *key = Some(Key { at: node.at.clone(), name: name.to_owned() });
        }
        Some(Open::Map(_, entries, key)) => entries.extend(key.take().map(|k| (k, node))),
    }
    Ok(())
}

fn scalar(at: Pos, value: &str, style: ScalarStyle, width: usize) -> Node {
    let chars = value.chars().count();
    let (quoted, inset) = match style {
        ScalarStyle::Plain => (false, (width == chars).then_some(0)),
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => (true, (width == chars + 2).then_some(1)),
        ScalarStyle::Literal | ScalarStyle::Folded => (true, None),
    };
    let null = !quoted && matches!(value, "" | "~" | "null");
    Node { at, data: if null { Data::Null } else { Data::Scalar { text: value.to_owned(), inset, quoted } } }
}
