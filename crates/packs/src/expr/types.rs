//! What a name may be, and what is known of it before anything runs.

use crate::fault::{Pos, Sink};
use base::Text;
use indexmap::IndexMap;
use std::sync::Arc;

/// The type of an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    Bool,
    /// A whole number.
    Int,
    Num,
    Str,
    /// A code of a closed set; its attributes are members.
    Code(Arc<Codes>),
    /// A moment.
    Time,
    /// A length of time as terms are written.
    Term,
    /// A span of plain time: the difference of two moments.
    Span,
    Money,
    Area,
    Rate,
    /// The span of dates that a figure is asked for; only for `during()`.
    Window,
    List(Box<Type>),
    Object(Arc<Object>),
}

/// A closed set of codes, such as the entries of a list.
#[derive(Debug, PartialEq)]
pub struct Codes {
    /// As it is named in messages: `direct_line.categories`.
    pub name: String,
    pub codes: Vec<String>,
    pub attributes: IndexMap<String, Member>,
}

/// A value with members, such as `matter`.
#[derive(Debug, PartialEq)]
pub struct Object {
    pub name: String,
    pub members: IndexMap<String, Member>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    pub ty: Type,
    /// It may be missing: `has()` must be asked first.
    pub optional: bool,
    pub doc: Text,
    /// Another pack collected it for something else: it may not be read here.
    pub purpose: Option<Purpose>,
}

/// What a pack collected something for.
#[derive(Clone, Debug, PartialEq)]
pub struct Purpose {
    pub pack: String,
    pub words: Text,
}

/// Everything an expression at some place can see.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    pub names: IndexMap<String, Member>,
}

impl Purpose {
    /// Says that `what` may not be read here, and what to do instead.
    pub(crate) fn refuse(&self, at: &Pos, what: &str, faults: &mut Sink) {
        let Purpose { pack, words } = self;
        faults.mend(
            at,
            format!("“{what}”只为“{}”收集，别的应用包的规则不能读", words.zh),
            format!("{what} was collected for \"{}\" alone: no rule of another pack may read it", words.en),
            Text::new(format!("请去掉，或把这条规则写进应用包“{pack}”"), format!("leave it out, or write this rule in pack \"{pack}\"")),
        );
    }
}

impl Type {
    /// As messages name it.
    pub fn text(&self) -> Text {
        let (zh, en) = match self {
            Type::Bool => ("是否", "true/false"),
            Type::Int => ("整数", "a whole number"),
            Type::Num => ("数", "a number"),
            Type::Str => ("文字", "text"),
            Type::Code(c) => return Text::new(format!("代码（{}）", c.name), format!("a code of {}", c.name)),
            Type::Time => ("时刻", "a moment"),
            Type::Term => ("时长", "a term"),
            Type::Span => ("时间差", "a span of time"),
            Type::Money => ("金额", "money"),
            Type::Area => ("面积", "an area"),
            Type::Rate => ("比例", "a rate"),
            Type::Window => ("统计期", "the window"),
            Type::List(of) => return Text::new(format!("列表（{}）", of.text().zh), format!("a list of {}", of.text().en)),
            Type::Object(o) => return Text::new(format!("“{}”整体", o.name), format!("{} as a whole", o.name)),
        };
        Text::new(zh, en)
    }

    /// The type of either.
    pub(super) fn join(&self, other: &Type) -> Option<Type> {
        match (self, other) {
            (a, b) if a == b => Some(a.clone()),
            (Type::Int | Type::Num, Type::Int | Type::Num) => Some(Type::Num),
            (Type::Code(_) | Type::Str, Type::Code(_) | Type::Str) => Some(Type::Str),
            _ => None,
        }
    }

    /// Whether two may stand on both sides of a comparison.
    pub(super) fn comparable(&self, other: &Type, equality: bool) -> bool {
        match (self, other) {
            (Type::Object(_) | Type::List(_) | Type::Window, _) => false,
            (Type::Code(_) | Type::Bool | Type::Term, _) | (_, Type::Code(_)) if !equality => false,
            (Type::Code(a), Type::Code(b)) => a.name == b.name,
            (a, b) => a.join(b).is_some(),
        }
    }

    /// Whether a value of this type can stand where `wanted` is asked for.
    pub(super) fn serves(&self, wanted: &Type) -> bool {
        match (self, wanted) {
            (Type::Int, Type::Num) => true,
            (Type::Code(_), Type::Str) => true,
            (Type::Code(a), Type::Code(b)) => a.codes.iter().all(|c| b.codes.contains(c)),
            (a, b) => a == b,
        }
    }
}
