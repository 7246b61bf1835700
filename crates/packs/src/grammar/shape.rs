//! How the shape of a pack is described. One description serves the checker, the editors' JSON Schema and
//! `pack docs`, so that they cannot differ.

/// What may stand at a place.
#[derive(Debug)]
pub(crate) enum Shape {
    /// A name of a noun, snake_case.
    Id,
    /// A name, or several names joined by dots: `three_leaders.reason`, `sort.neighbours`.
    Path,
    /// Free text.
    Str,
    /// `{zh: …, en: …}`: a person sees it.
    Words,
    Flag,
    /// A whole number, 0 or more.
    Count,
    /// Any number.
    Number,
    /// `5 work-days`.
    Term,
    /// `10 %`, or a share such as `0.8`.
    Rate,
    /// `2026-09-30`.
    Date,
    /// `2026-09-30T16:20+08:00`.
    Time,
    /// CEL.
    Expr,
    /// A number, a date, a term, a word or true/false.
    Scalar,
    /// One of these words.
    Word(&'static [Word]),
    List(&'static Shape),
    /// One, or a list of them.
    OneOrMore(&'static Shape),
    /// Keys are names that the pack gives.
    Map(&'static Shape),
    Keys(&'static Keys),
    /// The first that fits.
    Any(&'static [Shape]),
    /// Not looked at: the noun has no engine in this version, or the values are a form's.
    Open,
}

/// A map with known keys.
#[derive(Debug)]
pub(crate) struct Keys {
    /// As messages name it: `a step`.
    pub en: &'static str,
    pub zh: &'static str,
    pub keys: &'static [Key],
    /// Other keys may stand here, of this shape.
    pub rest: Option<&'static Shape>,
}

#[derive(Debug)]
pub(crate) struct Key {
    pub name: &'static str,
    pub shape: &'static Shape,
    pub need: bool,
    pub zh: &'static str,
    pub en: &'static str,
}

/// A word of the language.
#[derive(Debug)]
pub(crate) struct Word {
    pub name: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
}

pub(super) const fn key(name: &'static str, shape: &'static Shape, zh: &'static str, en: &'static str) -> Key {
    Key { name, shape, need: false, zh, en }
}

pub(super) const fn need(name: &'static str, shape: &'static Shape, zh: &'static str, en: &'static str) -> Key {
    Key { name, shape, need: true, zh, en }
}

pub(super) const fn word(name: &'static str, zh: &'static str, en: &'static str) -> Word {
    Word { name, zh, en }
}

impl Keys {
    pub fn key(&self, name: &str) -> Option<&Key> {
        self.keys.iter().find(|k| k.name == name)
    }
}

impl Shape {
    /// As a message asks for it.
    pub fn wanted(&self) -> (String, String) {
        let (zh, en) = match self {
            Shape::Id => ("一个小写名字，如 group_leader", "a name in snake_case, such as group_leader"),
            Shape::Path => ("一个名字，如 three_leaders.reason", "a name, such as three_leaders.reason"),
            Shape::Str => ("文字", "text"),
            Shape::Words => ("中英文，如 {zh: 分流, en: Sort}", "words in both languages, such as {zh: 分流, en: Sort}"),
            Shape::Flag => ("true 或 false", "true or false"),
            Shape::Count => ("一个整数", "a whole number"),
            Shape::Number => ("一个数", "a number"),
            Shape::Term => ("时长，如 5 work-days", "a time, such as 5 work-days"),
            Shape::Rate => ("比例，如 10 %", "a share, such as 10 %"),
            Shape::Date => ("日期，如 2026-09-30", "a date, such as 2026-09-30"),
            Shape::Time => ("时刻，如 2026-09-30T16:20+08:00", "a moment, such as 2026-09-30T16:20+08:00"),
            Shape::Expr => ("一个表达式", "an expression"),
            Shape::Scalar => ("一个值", "a value"),
            Shape::List(_) => ("一个列表 […]", "a list […]"),
            Shape::OneOrMore(_) => ("一个或一列", "one, or a list"),
            Shape::Map(_) => ("一组“名字: 内容”", "a map of name: content"),
            Shape::Open => ("任意内容", "anything"),
            Shape::Keys(k) => return (format!("一个{}，含 {}", k.zh, first_keys(k)), format!("{}, with {}", k.en, first_keys(k))),
            Shape::Word(words) => {
                let list = words.iter().map(|w| w.name).collect::<Vec<_>>().join(", ");
                return (format!("其中一个词：{list}"), format!("one of {list}"));
            }
            Shape::Any(shapes) => {
                let (zh, en): (Vec<_>, Vec<_>) = shapes.iter().map(Shape::wanted).unzip();
                return (zh.join("；或"), en.join("; or "));
            }
        };
        (zh.into(), en.into())
    }
}

fn first_keys(keys: &Keys) -> String {
    let mut names: Vec<&str> = keys.keys.iter().filter(|k| k.need).map(|k| k.name).collect();
    if names.is_empty() {
        names = keys.keys.iter().take(3).map(|k| k.name).collect();
    }
    names.join(", ")
}
