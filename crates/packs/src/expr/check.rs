//! The static checker: names, members, types of operators and functions, and facts that may be missing.

use super::Val;
use super::code::{Code, Member as Select, Order, Sum};
use super::types::{Member, Scope, Type};
use crate::fault::{Noun, Pos, Sink};
use cel::common::ast::{Expr as Ast, IdedExpr, LiteralValue, SourceInfo, operators as op};
use std::collections::BTreeSet;

pub(crate) const NAME: Noun = Noun { zh: "名字", en: "name", many: "Names" };
const MEMBER: Noun = Noun { zh: "成员", en: "member", many: "Members" };
pub(super) const FUNCTION: Noun = Noun { zh: "函数", en: "function", many: "Functions" };
const CODE: Noun = Noun { zh: "代码", en: "code", many: "Codes" };
pub(super) const FUNCTIONS: &[&str] = &[
    "has",
    "during",
    "size",
    "split",
    "contains",
    "startsWith",
    "endsWith",
    "hours",
    "days",
    "money",
    "area",
    "rate",
    "time",
    "exists",
    "all",
    "filter",
    "map",
];

/// A part that was understood: how it runs, what it gives, and the facts that are there if it is true or false.
pub(super) struct Typed {
    pub code: Code,
    pub ty: Type,
    path: Option<String>,
    if_true: BTreeSet<String>,
    if_false: BTreeSet<String>,
}

pub(super) fn plain(code: Code, ty: Type) -> Option<Typed> {
    Some(Typed { code, ty, path: None, if_true: BTreeSet::new(), if_false: BTreeSet::new() })
}

pub(super) struct Checker<'a> {
    pub scope: &'a Scope,
    pub info: &'a SourceInfo,
    /// The place in the file of a character of the source.
    pub at: &'a dyn Fn(usize) -> Pos,
    pub faults: &'a mut Sink,
    pub locals: Vec<(String, Type)>,
    /// Facts that are known to be there at this point.
    pub known: BTreeSet<String>,
}

impl Checker<'_> {
    pub fn pos(&self, e: &IdedExpr) -> Pos {
        (self.at)(self.info.offset_for(first(e)).map_or(0, |(start, _)| start as usize))
    }

    pub(super) fn refuse(&mut self, e: &IdedExpr, zh: impl Into<String>, en: impl Into<String>) -> Option<Typed> {
        let at = self.pos(e);
        self.faults.add(&at, zh, en);
        None
    }

    pub(super) fn type_fault(&mut self, e: &IdedExpr, what: &str, got: &[&Type]) -> Option<Typed> {
        let (zh, en): (Vec<_>, Vec<_>) = got.iter().map(|t| (t.text().zh, t.text().en)).unzip();
        self.refuse(e, format!("“{what}”不能用于{}", zh.join("和")), format!("\"{what}\" does not take {}", en.join(" and ")))
    }

    pub fn check(&mut self, e: &IdedExpr) -> Option<Typed> {
        match &e.expr {
            Ast::Literal(l) => self.literal(e, l),
            Ast::Ident(name) => self.name(e, name),
            Ast::Select(s) => self.select(e, &s.operand, &s.field),
            Ast::List(l) => self.list(e, &l.elements),
            Ast::Call(c) => match (&c.target, c.args.as_slice()) {
                (None, args) => self.call(e, &c.func_name, args),
                (Some(target), args) => self.method(e, &c.func_name, target, args),
            },
            _ => self.refuse(e, "这里不能用这种写法", "expressions know no maps, structures or other forms"),
        }
    }

    fn literal(&mut self, e: &IdedExpr, l: &LiteralValue) -> Option<Typed> {
        match l {
            LiteralValue::Boolean(b) => plain(Code::Const(Val::Bool(*b.inner())), Type::Bool),
            LiteralValue::Int(n) => plain(Code::Const(Val::Int(*n.inner())), Type::Int),
            LiteralValue::Double(n) => plain(Code::Const(Val::Num(*n.inner())), Type::Num),
            LiteralValue::String(s) => plain(Code::Const(Val::str(s.inner())), Type::Str),
            _ => self.refuse(e, "这里不能用 null、无符号数或字节", "no null, unsigned numbers or bytes; ask has(…)"),
        }
    }

    fn name(&mut self, e: &IdedExpr, name: &str) -> Option<Typed> {
        if let Some(i) = self.locals.iter().rposition(|(n, _)| n == name) {
            return plain(Code::Local(i), self.locals[i].1.clone());
        }
        match self.scope.names.get(name).cloned() {
            Some(member) => {
                self.guard(e, name, &member)?;
                let typed = plain(Code::Name(name.to_owned()), member.ty)?;
                Some(Typed { path: Some(name.to_owned()), ..typed })
            }
            None => {
                let at = self.pos(e);
                let known: Vec<&str> =
                    self.locals.iter().map(|(n, _)| n.as_str()).chain(self.scope.names.keys().map(String::as_str)).collect();
                self.faults.unknown(&at, NAME, name, "this expression", known);
                None
            }
        }
    }

    /// A fact that may be missing is used only where it is known to be there.
    fn guard(&mut self, e: &IdedExpr, path: &str, member: &Member) -> Option<()> {
        if !member.optional || self.known.contains(path) {
            return Some(());
        }
        let at = self.pos(e);
        let mend = base::Text::new(format!("先问 has({path}) && …"), format!("ask first: has({path}) && …"));
        self.faults.mend(&at, format!("“{path}”可能没有"), format!("{path} may be missing"), mend);
        None
    }

    fn select(&mut self, e: &IdedExpr, operand: &IdedExpr, field: &str) -> Option<Typed> {
        let of = self.check(operand)?;
        let (members, owner) = match &of.ty {
            Type::Object(o) => (&o.members, o.name.clone()),
            Type::Code(c) => (&c.attributes, c.name.clone()),
            other => {
                let t = other.text();
                return self.refuse(e, format!("{}没有成员“{field}”", t.zh), format!("{} has no member \"{field}\"", t.en));
            }
        };
        let Some(member) = members.get(field).cloned() else {
            let at = self.pos_after(operand, e);
            self.faults.unknown(&at, MEMBER, field, &owner, members.keys().map(String::as_str));
            return None;
        };
        let path = of.path.as_ref().map(|p| format!("{p}.{field}"));
        let shown = path.clone().unwrap_or_else(|| field.to_owned());
        if let Some(purpose) = &member.purpose {
            let at = self.pos_after(operand, e);
            purpose.refuse(&at, &shown, self.faults);
            return None;
        }
        // A flag that an entry of a list does not have is false.
        let absent = (member.ty == Type::Bool && matches!(of.ty, Type::Code(_))).then_some(Val::Bool(false));
        if absent.is_none() {
            self.guard(e, &shown, &member)?;
        }
        let typed = plain(Code::Member(Box::new(Select { of: of.code, name: field.to_owned(), path: shown, absent })), member.ty)?;
        Some(Typed { path, ..typed })
    }

    /// A member stands after its dot, where the parser's own offset is.
    fn pos_after(&self, operand: &IdedExpr, e: &IdedExpr) -> Pos {
        match self.info.offset_for(e.id) {
            Some((start, _)) => {
                let dot = self.info.source.chars().nth(start as usize) == Some('.');
                (self.at)(start as usize + usize::from(dot))
            }
            None => self.pos(operand),
        }
    }

    fn list(&mut self, e: &IdedExpr, items: &[IdedExpr]) -> Option<Typed> {
        let mut codes = Vec::new();
        let mut ty: Option<Type> = None;
        for item in items {
            let typed = self.check(item)?;
            let joined = match ty {
                None => typed.ty,
                Some(t) => match t.join(&typed.ty) {
                    Some(j) => j,
                    None => return self.type_fault(item, "[ … ]", &[&t, &typed.ty]),
                },
            };
            ty = Some(joined);
            codes.push(typed.code);
        }
        match ty {
            Some(ty) => plain(Code::List(codes), Type::List(Box::new(ty))),
            None => self.refuse(e, "空的列表没有意义", "an empty list says nothing"),
        }
    }

    fn call(&mut self, e: &IdedExpr, name: &str, args: &[IdedExpr]) -> Option<Typed> {
        match (name, args) {
            (op::LOGICAL_AND, [a, b]) => self.logic(e, a, b, true),
            (op::LOGICAL_OR, [a, b]) => self.logic(e, a, b, false),
            (op::LOGICAL_NOT, [a]) => {
                let a = self.boolean(a, "!")?;
                Some(Typed { code: Code::Not(Box::new(a.code)), ty: Type::Bool, path: None, if_true: a.if_false, if_false: a.if_true })
            }
            (op::CONDITIONAL, [c, a, b]) => self.conditional(e, c, a, b),
            (op::EQUALS, [a, b]) => self.compare(e, Order::Equal, "==", a, b),
            (op::NOT_EQUALS, [a, b]) => self.compare(e, Order::Unequal, "!=", a, b),
            (op::LESS, [a, b]) => self.compare(e, Order::Less, "<", a, b),
            (op::LESS_EQUALS, [a, b]) => self.compare(e, Order::AtMost, "<=", a, b),
            (op::GREATER, [a, b]) => self.compare(e, Order::More, ">", a, b),
            (op::GREATER_EQUALS, [a, b]) => self.compare(e, Order::AtLeast, ">=", a, b),
            (op::ADD, [a, b]) => self.sum(e, Sum::Add, "+", a, b),
            (op::SUBSTRACT, [a, b]) => self.sum(e, Sum::Subtract, "-", a, b),
            (op::MULTIPLY, [a, b]) => self.sum(e, Sum::Multiply, "*", a, b),
            (op::DIVIDE, [a, b]) => self.sum(e, Sum::Divide, "/", a, b),
            (op::MODULO, [a, b]) => self.sum(e, Sum::Remainder, "%", a, b),
            (op::NEGATE, [a]) => {
                let t = self.check(a)?;
                match t.ty {
                    Type::Int | Type::Num | Type::Money => plain(Code::Negate(Box::new(t.code)), t.ty),
                    other => self.type_fault(e, "-", &[&other]),
                }
            }
            (op::IN, [a, b]) => self.within(e, a, b),
            (op::INDEX, [a, b]) => {
                let (a, b) = (self.check(a)?, self.check(b)?);
                match (a.ty, &b.ty) {
                    (Type::List(of), Type::Int) => plain(Code::Index(Box::new([a.code, b.code])), *of),
                    (other, _) => self.type_fault(e, "[ ]", &[&other, &b.ty]),
                }
            }
            ("has", [path]) => self.has(path),
            ("money" | "area" | "rate" | "time", [text]) => self.quantity(e, name, text),
            _ => self.function(e, name, args),
        }
    }

    pub(super) fn boolean(&mut self, e: &IdedExpr, what: &str) -> Option<Typed> {
        let typed = self.check(e)?;
        if typed.ty == Type::Bool { Some(typed) } else { self.type_fault(e, what, &[&typed.ty]) }
    }

    fn logic(&mut self, _e: &IdedExpr, a: &IdedExpr, b: &IdedExpr, and: bool) -> Option<Typed> {
        let sign = if and { "&&" } else { "||" };
        let a = self.boolean(a, sign);
        let before = self.known.clone();
        if let Some(a) = &a {
            self.known.extend(if and { a.if_true.clone() } else { a.if_false.clone() });
        }
        let b = self.boolean(b, sign);
        self.known = before;
        let (mut a, b) = (a?, b?);
        let code = Box::new([a.code, b.code]);
        if and {
            a.if_true.extend(b.if_true);
            Some(Typed { code: Code::And(code), ty: Type::Bool, path: None, if_true: a.if_true, if_false: BTreeSet::new() })
        } else {
            a.if_false.extend(b.if_false);
            Some(Typed { code: Code::Or(code), ty: Type::Bool, path: None, if_true: BTreeSet::new(), if_false: a.if_false })
        }
    }

    fn conditional(&mut self, e: &IdedExpr, c: &IdedExpr, a: &IdedExpr, b: &IdedExpr) -> Option<Typed> {
        let c = self.boolean(c, "?:")?;
        let before = self.known.clone();
        self.known.extend(c.if_true);
        let a = self.check(a);
        self.known = before.clone();
        self.known.extend(c.if_false);
        let b = self.check(b);
        self.known = before;
        let (a, b) = (a?, b?);
        match a.ty.join(&b.ty) {
            Some(ty) => plain(Code::If(Box::new([c.code, a.code, b.code])), ty),
            None => self.type_fault(e, "?:", &[&a.ty, &b.ty]),
        }
    }

    /// `has(a.b.c)`: all of the path is there.
    fn has(&mut self, path: &IdedExpr) -> Option<Typed> {
        let Some(there) = prefixes(path) else {
            return self.refuse(path, "has() 只问名字，如 has(resolved_at)", "has() asks for a name, such as has(resolved_at)");
        };
        let before = self.known.clone();
        self.known.extend(there.iter().cloned());
        let typed = self.check(path);
        self.known = before;
        Some(Typed { code: Code::Has(Box::new(typed?.code)), ty: Type::Bool, path: None, if_true: there, if_false: BTreeSet::new() })
    }

    /// A text beside a code must be one of its codes.
    fn code_beside(&mut self, code: &Type, text: &Typed, e: &IdedExpr) -> bool {
        if let (Type::Code(codes), Code::Const(Val::Str(s))) = (code, &text.code)
            && !codes.codes.iter().any(|c| **c == **s)
        {
            let at = self.pos(e);
            self.faults.unknown(&at, CODE, s, &codes.name, codes.codes.iter().map(String::as_str));
            return false;
        }
        true
    }

    fn compare(&mut self, e: &IdedExpr, order: Order, sign: &str, ae: &IdedExpr, be: &IdedExpr) -> Option<Typed> {
        let (a, b) = (self.check(ae), self.check(be));
        let (a, b) = (a?, b?);
        let equality = matches!(order, Order::Equal | Order::Unequal);
        if !a.ty.comparable(&b.ty, equality) {
            return self.type_fault(e, sign, &[&a.ty, &b.ty]);
        }
        if !self.code_beside(&a.ty, &b, be) || !self.code_beside(&b.ty, &a, ae) {
            return None;
        }
        plain(Code::Compare(order, Box::new([a.code, b.code])), Type::Bool)
    }

    fn within(&mut self, e: &IdedExpr, ae: &IdedExpr, be: &IdedExpr) -> Option<Typed> {
        let (a, b) = (self.check(ae), self.check(be));
        let (a, b) = (a?, b?);
        let Type::List(of) = &b.ty else {
            return self.refuse(be, "in 右边应是列表", "\"in\" takes a list on its right");
        };
        if !a.ty.comparable(of, true) {
            return self.type_fault(e, "in", &[&a.ty, &b.ty]);
        }
        if let (Ast::List(items), Code::List(codes)) = (&be.expr, &b.code) {
            for (item, code) in items.elements.iter().zip(codes) {
                let typed = plain(code.clone(), Type::Str)?;
                if !self.code_beside(&a.ty, &typed, item) {
                    return None;
                }
            }
        }
        plain(Code::In(Box::new([a.code, b.code])), Type::Bool)
    }

    fn sum(&mut self, e: &IdedExpr, sum: Sum, sign: &str, a: &IdedExpr, b: &IdedExpr) -> Option<Typed> {
        let (a, b) = (self.check(a), self.check(b));
        let (a, b) = (a?, b?);
        let additive = matches!(sum, Sum::Add | Sum::Subtract);
        let ty = match (&a.ty, &b.ty) {
            (Type::Int, Type::Int) => Type::Int,
            (Type::Int | Type::Num, Type::Int | Type::Num) => Type::Num,
            (Type::Money, Type::Money) if additive => Type::Money,
            (Type::Area, Type::Area) if additive => Type::Area,
            (Type::Rate, Type::Rate) if additive => Type::Rate,
            (Type::Money, Type::Rate | Type::Int) | (Type::Rate | Type::Int, Type::Money) if sum == Sum::Multiply => Type::Money,
            (Type::Area, Type::Int) | (Type::Int, Type::Area) if sum == Sum::Multiply => Type::Area,
            (Type::Time, Type::Time) if sum == Sum::Subtract => Type::Span,
            (Type::Time, Type::Span) if additive => Type::Time,
            (Type::Str, Type::Str) if sum == Sum::Add => Type::Str,
            _ => return self.type_fault(e, sign, &[&a.ty, &b.ty]),
        };
        plain(Code::Arithmetic(sum, Box::new([a.code, b.code])), ty)
    }
}

/// `a.b.c` gives `a`, `a.b`, `a.b.c`; `None` for what is no path of names.
fn prefixes(e: &IdedExpr) -> Option<BTreeSet<String>> {
    match &e.expr {
        Ast::Ident(name) => Some(BTreeSet::from([name.clone()])),
        Ast::Select(s) => {
            let mut all = prefixes(&s.operand)?;
            let longest = all.iter().max_by_key(|p| p.len())?.clone();
            all.insert(format!("{longest}.{}", s.field));
            Some(all)
        }
        _ => None,
    }
}

/// The id of the leftmost part: an operator's own offset is that of its sign.
fn first(e: &IdedExpr) -> u64 {
    match &e.expr {
        Ast::Select(s) => first(&s.operand),
        Ast::Call(c) if c.func_name.contains('_') || c.func_name == op::IN => match (&c.target, c.args.first()) {
            (Some(t), _) => first(t),
            (None, Some(a)) if !c.func_name.ends_with('_') || c.func_name.starts_with('_') => first(a),
            _ => e.id,
        },
        _ => e.id,
    }
}
