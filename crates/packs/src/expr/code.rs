//! A checked expression in the form in which it runs.

use super::Val;

#[derive(Clone, Debug)]
pub(super) enum Code {
    Const(Val),
    /// A fact at the top.
    Name(String),
    /// The variable of the list functions, counted from the outside.
    Local(usize),
    Member(Box<Member>),
    /// `has(path)`: the path, without its own check.
    Has(Box<Code>),
    Not(Box<Code>),
    And(Box<[Code; 2]>),
    Or(Box<[Code; 2]>),
    If(Box<[Code; 3]>),
    Compare(Order, Box<[Code; 2]>),
    Arithmetic(Sum, Box<[Code; 2]>),
    Negate(Box<Code>),
    In(Box<[Code; 2]>),
    List(Vec<Code>),
    Index(Box<[Code; 2]>),
    Call(Function, Vec<Code>),
    Over(Over, Box<[Code; 2]>),
}

#[derive(Clone, Debug)]
pub(super) struct Member {
    pub of: Code,
    pub name: String,
    /// For the message when it is missing: `matter.category`.
    pub path: String,
    /// What an absent attribute is: `false` for a flag of a list's entry.
    pub absent: Option<Val>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Order {
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Sum {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Function {
    During,
    Size,
    Split,
    Contains,
    StartsWith,
    EndsWith,
    Hours,
    Days,
}

/// Functions over the items of a list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Over {
    Exists,
    All,
    Filter,
    Map,
}
