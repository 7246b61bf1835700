//! The static checker's functions: on quantities, on lists and texts, and over the items of a list.

use super::check::{Checker, FUNCTION, FUNCTIONS, Typed, plain};
use super::code::{Code, Function, Over};
use super::types::Type;
use super::{Val, eval};
use crate::read::scalar;
use cel::IdedExpr;
use cel::common::ast::Expr as Ast;

impl Checker<'_> {
    /// `money("¥500")`: a constant, read now.
    pub(super) fn quantity(&mut self, e: &IdedExpr, name: &str, text: &IdedExpr) -> Option<Typed> {
        let typed = self.check(text)?;
        let Code::Const(Val::Str(s)) = &typed.code else {
            return self.type_fault(e, name, &[&typed.ty]);
        };
        let read = match name {
            "money" => scalar::money(s).map(|m| (Val::Money(m), Type::Money)),
            "area" => scalar::area(s).map(|a| (Val::Area(a), Type::Area)),
            "rate" => scalar::rate(s).map(|r| (Val::Rate(r), Type::Rate)),
            _ => eval::time(s).map(|t| (Val::Time(t), Type::Time)),
        };
        match read {
            Some((val, ty)) => plain(Code::Const(val), ty),
            None => self.refuse(text, format!("读不懂“{s}”"), format!("cannot read \"{s}\"")),
        }
    }

    pub(super) fn function(&mut self, e: &IdedExpr, name: &str, args: &[IdedExpr]) -> Option<Typed> {
        let typed: Vec<Option<Typed>> = args.iter().map(|a| self.check(a)).collect();
        if !FUNCTIONS.contains(&name) {
            let at = self.pos(e);
            self.faults.unknown(&at, FUNCTION, name, "this expression", FUNCTIONS.iter().copied());
            return None;
        }
        let typed: Vec<Typed> = typed.into_iter().collect::<Option<_>>()?;
        let types: Vec<&Type> = typed.iter().map(|t| &t.ty).collect();
        let (f, ty) = match (name, types.as_slice()) {
            ("during", [Type::Time, Type::Window]) => (Function::During, Type::Bool),
            ("size", [Type::List(_) | Type::Str]) => (Function::Size, Type::Int),
            ("split", [Type::Money, Type::List(of)]) if matches!(**of, Type::Int | Type::Rate | Type::Money | Type::Area) => {
                (Function::Split, Type::List(Box::new(Type::Money)))
            }
            ("hours", [Type::Int]) => (Function::Hours, Type::Span),
            ("days", [Type::Int]) => (Function::Days, Type::Span),
            _ => {
                let (zh, en): (Vec<_>, Vec<_>) = types.iter().map(|t| (t.text().zh, t.text().en)).unzip();
                let (zh, en) = (zh.join("、"), en.join(", "));
                return self.refuse(e, format!("{name}() 不接受（{zh}）"), format!("{name}() does not take ({en})"));
            }
        };
        plain(Code::Call(f, typed.into_iter().map(|t| t.code).collect()), ty)
    }

    pub(super) fn method(&mut self, e: &IdedExpr, name: &str, target: &IdedExpr, args: &[IdedExpr]) -> Option<Typed> {
        let of = self.check(target)?;
        let over = match name {
            "exists" => Some(Over::Exists),
            "all" => Some(Over::All),
            "filter" => Some(Over::Filter),
            "map" => Some(Over::Map),
            _ => None,
        };
        if let (Some(over), [var, body], Type::List(item)) = (over, args, &of.ty) {
            let Ast::Ident(var) = &var.expr else {
                return self.refuse(var, "先写一个变量名", "the first is a variable's name");
            };
            self.locals.push((var.clone(), (**item).clone()));
            let body = if over == Over::Map { self.check(body) } else { self.boolean(body, name) };
            self.locals.pop();
            let body = body?;
            let ty = match over {
                Over::Exists | Over::All => Type::Bool,
                Over::Filter => of.ty.clone(),
                Over::Map => Type::List(Box::new(body.ty)),
            };
            return plain(Code::Over(over, Box::new([of.code, body.code])), ty);
        }
        let f = match name {
            "contains" => Function::Contains,
            "startsWith" => Function::StartsWith,
            "endsWith" => Function::EndsWith,
            "size" if args.is_empty() => return self.function(e, "size", std::slice::from_ref(target)),
            _ if FUNCTIONS.contains(&name) => return self.type_fault(e, name, &[&of.ty]),
            _ => {
                let at = self.pos(e);
                self.faults.unknown(&at, FUNCTION, name, "this expression", FUNCTIONS.iter().copied());
                return None;
            }
        };
        let [arg] = args else {
            return self.refuse(e, format!("{name}() 要一个参数"), format!("{name}() takes one argument"));
        };
        let arg = self.check(arg)?;
        match (&of.ty, &arg.ty) {
            (Type::Str, Type::Str) => plain(Code::Call(f, vec![of.code, arg.code]), Type::Bool),
            (a, b) => {
                let (a, b) = (a.clone(), b.clone());
                self.type_fault(e, name, &[&a, &b])
            }
        }
    }
}
