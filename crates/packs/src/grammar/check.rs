//! Whether what is written has the shape its place asks for.

use super::shape::{Keys, Shape};
use crate::fault::{Noun, Pos, Sink};
use crate::node::{Data, Node};
use crate::read::scalar;
use base::Text;

const KEY: Noun = Noun { zh: "键", en: "key", many: "Keys" };

/// Reports everything under `node` that does not fit.
pub(crate) fn check(node: &Node, shape: &Shape, faults: &mut Sink) {
    match shape {
        Shape::Open => {}
        Shape::Any(shapes) => any(node, shapes, shape, faults),
        Shape::List(of) => match &node.data {
            Data::List(items) => items.iter().for_each(|n| check(n, of, faults)),
            _ => wanted(node, shape, faults),
        },
        Shape::OneOrMore(of) => match &node.data {
            Data::List(items) => items.iter().for_each(|n| check(n, of, faults)),
            _ => check(node, of, faults),
        },
        Shape::Map(of) => match &node.data {
            Data::Map(entries) => {
                for (key, value) in entries {
                    if !scalar::is_id(&key.name) {
                        name_wanted(&key.at, &key.name, faults);
                    }
                    check(value, of, faults);
                }
            }
            _ => wanted(node, shape, faults),
        },
        Shape::Words => words(node, faults),
        Shape::Keys(k) => keys(node, k, shape, faults),
        _ if fits(node, shape) => {}
        _ => wanted(node, shape, faults),
    }
}

/// The first alternative that fits at this level; its inside is then checked.
fn any(node: &Node, shapes: &[Shape], whole: &Shape, faults: &mut Sink) {
    match shapes.iter().find(|s| fits(node, s)) {
        Some(shape) => check(node, shape, faults),
        None => wanted(node, whole, faults),
    }
}

/// Whether a node is of this shape, looked at from outside.
pub(crate) fn fits(node: &Node, shape: &Shape) -> bool {
    let text = node.text();
    match shape {
        Shape::Open => true,
        Shape::List(_) => matches!(node.data, Data::List(_)),
        Shape::OneOrMore(of) => matches!(node.data, Data::List(_)) || fits(node, of),
        Shape::Words => matches!(node.data, Data::Map(_)),
        Shape::Map(_) => matches!(node.data, Data::Map(_)),
        Shape::Keys(k) => matches!(node.data, Data::Map(_)) && k.keys.iter().all(|key| !key.need || node.get(key.name).is_some()),
        Shape::Any(shapes) => shapes.iter().any(|s| fits(node, s)),
        Shape::Word(words) => text.is_some_and(|t| words.iter().any(|w| w.name == t)),
        Shape::Id => text.is_some_and(scalar::is_id),
        Shape::Path => text.is_some_and(|t| t.split('.').all(scalar::is_id)),
        Shape::Str | Shape::Scalar | Shape::Expr => text.is_some(),
        Shape::Flag => matches!(text, Some("true" | "false")),
        Shape::Count => text.is_some_and(|t| t.parse::<u32>().is_ok()),
        Shape::Number => text.is_some_and(|t| scalar::number(t).is_some()),
        Shape::Term => text.is_some_and(|t| t.parse::<crate::Term>().is_ok()),
        Shape::Rate => text.is_some_and(|t| scalar::rate(t).is_some()),
        Shape::Date => text.is_some_and(|t| scalar::date(t).is_some()),
        Shape::Time => text.is_some_and(|t| t.parse::<base::Time>().is_ok()),
    }
}

fn keys(node: &Node, keys: &Keys, shape: &Shape, faults: &mut Sink) {
    let Data::Map(entries) = &node.data else {
        return wanted(node, shape, faults);
    };
    for (key, value) in entries {
        match (keys.key(&key.name), keys.rest) {
            (Some(k), _) => check(value, k.shape, faults),
            (None, Some(rest)) => check(value, rest, faults),
            (None, None) => faults.unknown(&key.at, KEY, &key.name, keys, keys.keys.iter().map(|k| k.name)),
        }
    }
    for missing in keys.keys.iter().filter(|k| k.need && node.get(k.name).is_none()) {
        faults.mend(
            &node.at,
            format!("{}缺少“{}”", keys.zh, missing.name),
            format!("{} needs \"{}\"", keys.en, missing.name),
            Text::new(format!("请加上 {}: …（{}）", missing.name, missing.zh), format!("write {}: … ({})", missing.name, missing.en)),
        );
    }
}

fn words(node: &Node, faults: &mut Sink) {
    for (key, value) in node.map() {
        if !matches!(key.name.as_str(), "zh" | "en") {
            faults.unknown(&key.at, KEY, &key.name, "words", ["zh", "en"]);
        } else if value.text().is_none_or(|t| t.trim().is_empty()) {
            wanted(value, &Shape::Str, faults);
        }
    }
    for (language, zh, en) in [("zh", "中文", "the Chinese"), ("en", "英文", "the English")] {
        if node.get(language).is_none() {
            let mend = Text::new("写成 {zh: 分流, en: Sort}", "write words in both languages, such as {zh: 分流, en: Sort}");
            faults.mend(&node.at, format!("缺{zh}"), format!("{en} is missing"), mend);
        }
    }
}

fn wanted(node: &Node, shape: &Shape, faults: &mut Sink) {
    let (zh, en) = shape.wanted();
    let (seen_zh, seen_en) = match &node.data {
        Data::Null => ("什么也没有".to_owned(), "nothing".to_owned()),
        Data::Scalar { text, .. } => (format!("“{}”", shorten(text)), format!("\"{}\"", shorten(text))),
        Data::List(_) => ("一个列表".to_owned(), "a list".to_owned()),
        Data::Map(_) => ("一组键".to_owned(), "a map".to_owned()),
    };
    faults.mend(
        &node.at,
        format!("这里写的是{seen_zh}"),
        format!("{seen_en} does not fit here"),
        Text::new(format!("应为{zh}"), format!("write {en}")),
    );
}

fn name_wanted(at: &Pos, name: &str, faults: &mut Sink) {
    let (zh, en) = Shape::Id.wanted();
    faults.mend(
        at,
        format!("“{}”不能作名字", shorten(name)),
        format!("\"{}\" is not a name", shorten(name)),
        Text::new(format!("应为{zh}（表达式把连字符读作减号）"), format!("write {en} (expressions read a hyphen as minus)")),
    );
}

fn shorten(s: &str) -> String {
    if s.chars().count() <= 40 { s.to_owned() } else { s.chars().take(40).chain(['…']).collect() }
}
