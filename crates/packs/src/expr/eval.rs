//! Runs a checked expression.

use super::code::{Code, Function, Member, Order, Over, Sum};
use super::{Facts, Stopped, Val};
use base::{Area, Fen, Rate, Time};
use std::{cmp::Ordering, time::Duration};

/// Steps of one evaluation.
const COST: u32 = 10_000;

pub(super) struct Run<'f> {
    facts: &'f Facts,
    locals: Vec<Val>,
    left: u32,
}

type Out = Result<Val, Stopped>;

impl<'f> Run<'f> {
    pub fn new(facts: &'f Facts) -> Self {
        Run { facts, locals: Vec::new(), left: COST }
    }

    pub fn eval(&mut self, code: &Code) -> Out {
        self.left = self.left.checked_sub(1).ok_or(Stopped::Cost)?;
        match code {
            Code::Const(v) => Ok(v.clone()),
            Code::Name(name) => self.facts.get(name).cloned().ok_or_else(|| Stopped::Missing(name.clone())),
            Code::Local(i) => self.locals.get(*i).cloned().ok_or(Stopped::Cost),
            Code::Member(m) => self.member(m),
            Code::Has(path) => match self.eval(path) {
                Ok(_) => Ok(Val::Bool(true)),
                Err(Stopped::Missing(_)) => Ok(Val::Bool(false)),
                Err(other) => Err(other),
            },
            Code::Not(a) => self.truth(a).map(|b| Val::Bool(!b)),
            Code::And(ab) => self.both(ab, false),
            Code::Or(ab) => self.both(ab, true),
            Code::If(abc) => {
                let [cond, a, b] = &**abc;
                if self.truth(cond)? { self.eval(a) } else { self.eval(b) }
            }
            Code::Compare(order, ab) => {
                let (a, b) = (self.eval(&ab[0])?, self.eval(&ab[1])?);
                compare(*order, &a, &b).map(Val::Bool)
            }
            Code::Arithmetic(sum, ab) => {
                let (a, b) = (self.eval(&ab[0])?, self.eval(&ab[1])?);
                arithmetic(*sum, &a, &b)
            }
            Code::Negate(a) => negate(self.eval(a)?),
            Code::In(ab) => {
                let (a, b) = (self.eval(&ab[0])?, self.eval(&ab[1])?);
                let items = self.items(&b)?;
                Ok(Val::Bool(items.iter().any(|i| same(&a, i))))
            }
            Code::List(items) => items.iter().map(|i| self.eval(i)).collect::<Result<Vec<_>, _>>().map(|v| Val::List(v.into())),
            Code::Index(ab) => {
                let (a, b) = (self.eval(&ab[0])?, self.eval(&ab[1])?);
                match (&a, b) {
                    (Val::List(l), Val::Int(i)) => {
                        usize::try_from(i).ok().and_then(|i| l.get(i)).cloned().ok_or_else(|| Stopped::Missing(format!("[{i}]")))
                    }
                    _ => Err(wrong("[]", &a)),
                }
            }
            Code::Call(f, args) => {
                let args = args.iter().map(|a| self.eval(a)).collect::<Result<Vec<_>, _>>()?;
                call(*f, &args)
            }
            Code::Over(over, ab) => self.over(*over, ab),
        }
    }

    fn member(&mut self, m: &Member) -> Out {
        let missing = || m.absent.clone().ok_or_else(|| Stopped::Missing(m.path.clone()));
        match self.eval(&m.of)? {
            Val::Map(members) => members.get(&m.name).cloned().map_or_else(missing, Ok),
            Val::Entry(e) => e.attributes.get(&m.name).cloned().map_or_else(missing, Ok),
            other => Err(wrong(&m.path, &other)),
        }
    }

    fn truth(&mut self, code: &Code) -> Result<bool, Stopped> {
        match self.eval(code)? {
            Val::Bool(b) => Ok(b),
            other => Err(wrong("condition", &other)),
        }
    }

    /// Either side decides alone where it is `decides`, also when the other cannot be known.
    fn both(&mut self, ab: &[Code; 2], decides: bool) -> Out {
        match self.truth(&ab[0]) {
            Ok(a) if a == decides => Ok(Val::Bool(decides)),
            Ok(_) => self.truth(&ab[1]).map(Val::Bool),
            Err(unknown @ (Stopped::Missing(_) | Stopped::Arithmetic)) => match self.truth(&ab[1]) {
                Ok(b) if b == decides => Ok(Val::Bool(decides)),
                Ok(_) => Err(unknown),
                Err(other) => Err(other),
            },
            Err(other) => Err(other),
        }
    }

    fn items(&mut self, list: &Val) -> Result<std::sync::Arc<[Val]>, Stopped> {
        match list {
            Val::List(items) => {
                self.left = self.left.checked_sub(u32::try_from(items.len()).unwrap_or(u32::MAX)).ok_or(Stopped::Cost)?;
                Ok(items.clone())
            }
            other => Err(wrong("list", other)),
        }
    }

    fn over(&mut self, over: Over, ab: &[Code; 2]) -> Out {
        let list = self.eval(&ab[0])?;
        let items = self.items(&list)?;
        let mut kept = Vec::new();
        for item in items.iter() {
            self.locals.push(item.clone());
            let got = self.eval(&ab[1]);
            self.locals.pop();
            match (over, got?) {
                (Over::Exists, Val::Bool(true)) => return Ok(Val::Bool(true)),
                (Over::All, Val::Bool(false)) => return Ok(Val::Bool(false)),
                (Over::Filter, Val::Bool(true)) => kept.push(item.clone()),
                (Over::Map, v) => kept.push(v),
                _ => {}
            }
        }
        Ok(match over {
            Over::Exists => Val::Bool(false),
            Over::All => Val::Bool(true),
            Over::Filter | Over::Map => Val::List(kept.into()),
        })
    }
}

fn wrong(place: &str, val: &Val) -> Stopped {
    Stopped::Type(format!("{place}: {val:?}"))
}

fn order(a: &Val, b: &Val) -> Option<Ordering> {
    match (a, b) {
        (Val::Int(a), Val::Int(b)) => Some(a.cmp(b)),
        (Val::Int(_) | Val::Num(_), Val::Int(_) | Val::Num(_)) => a.as_num()?.partial_cmp(&b.as_num()?),
        (Val::Time(a), Val::Time(b)) => Some(a.cmp(b)),
        (Val::Span(a), Val::Span(b)) => Some(a.cmp(b)),
        (Val::Money(a), Val::Money(b)) => Some(a.cmp(b)),
        (Val::Area(a), Val::Area(b)) => Some(a.cmp(b)),
        (Val::Rate(a), Val::Rate(b)) => Some(a.cmp(b)),
        (Val::Bool(a), Val::Bool(b)) => Some(a.cmp(b)),
        (Val::Term(a), Val::Term(b)) => (a == b).then_some(Ordering::Equal),
        _ => Some(a.as_str()?.cmp(b.as_str()?)),
    }
}

fn same(a: &Val, b: &Val) -> bool {
    order(a, b) == Some(Ordering::Equal)
}

fn compare(how: Order, a: &Val, b: &Val) -> Result<bool, Stopped> {
    let found = order(a, b);
    Ok(match (how, found) {
        (Order::Equal, f) => f == Some(Ordering::Equal),
        (Order::Unequal, f) => f != Some(Ordering::Equal),
        (_, None) => return Err(wrong("comparison", a)),
        (Order::Less, Some(f)) => f.is_lt(),
        (Order::AtMost, Some(f)) => f.is_le(),
        (Order::More, Some(f)) => f.is_gt(),
        (Order::AtLeast, Some(f)) => f.is_ge(),
    })
}

/// On whole numbers of the smallest unit; out of range is an error, never a wrap.
fn whole(sum: Sum, a: i64, b: i64) -> Result<i64, Stopped> {
    match sum {
        Sum::Add => a.checked_add(b),
        Sum::Subtract => a.checked_sub(b),
        Sum::Multiply => a.checked_mul(b),
        Sum::Divide => a.checked_div(b),
        Sum::Remainder => a.checked_rem(b),
    }
    .ok_or(Stopped::Arithmetic)
}

fn arithmetic(sum: Sum, a: &Val, b: &Val) -> Out {
    Ok(match (a, b) {
        (Val::Int(a), Val::Int(b)) => Val::Int(whole(sum, *a, *b)?),
        (Val::Int(_) | Val::Num(_), Val::Int(_) | Val::Num(_)) => {
            let (x, y) = a.as_num().zip(b.as_num()).ok_or(Stopped::Arithmetic)?;
            let n = match sum {
                Sum::Add => x + y,
                Sum::Subtract => x - y,
                Sum::Multiply => x * y,
                Sum::Divide => x / y,
                Sum::Remainder => x % y,
            };
            if !n.is_finite() {
                return Err(Stopped::Arithmetic);
            }
            Val::Num(n)
        }
        (Val::Money(Fen(a)), Val::Money(Fen(b))) => Val::Money(Fen(whole(sum, *a, *b)?)),
        (Val::Money(Fen(a)), Val::Int(b)) | (Val::Int(b), Val::Money(Fen(a))) => Val::Money(Fen(whole(sum, *a, *b)?)),
        (Val::Money(m), Val::Rate(r)) | (Val::Rate(r), Val::Money(m)) => Val::Money(r.times(*m)),
        (Val::Area(Area(a)), Val::Area(Area(b))) => Val::Area(Area(whole(sum, *a, *b)?)),
        (Val::Area(Area(a)), Val::Int(b)) | (Val::Int(b), Val::Area(Area(a))) => Val::Area(Area(whole(sum, *a, *b)?)),
        (Val::Rate(Rate(a)), Val::Rate(Rate(b))) => Val::Rate(Rate(whole(sum, *a, *b)?)),
        (Val::Time(a), Val::Time(b)) => Val::Span(a.saturating_since(*b)),
        (Val::Time(t), Val::Span(d)) => Val::Time(if sum == Sum::Add { *t + *d } else { *t - *d }),
        (Val::Str(a), Val::Str(b)) => Val::str(format!("{a}{b}")),
        _ => return Err(wrong("arithmetic", a)),
    })
}

fn negate(a: Val) -> Out {
    Ok(match a {
        Val::Int(n) => Val::Int(n.checked_neg().ok_or(Stopped::Arithmetic)?),
        Val::Num(n) => Val::Num(-n),
        Val::Money(Fen(n)) => Val::Money(Fen(-n)),
        other => return Err(wrong("-", &other)),
    })
}

fn call(f: Function, args: &[Val]) -> Out {
    Ok(match (f, args) {
        (Function::During, [Val::Time(t), Val::Window(from, to)]) => Val::Bool(from <= t && t < to),
        (Function::Size, [Val::List(l)]) => Val::Int(l.len() as i64),
        (Function::Size, [s]) => Val::Int(s.as_str().ok_or_else(|| wrong("size", s))?.chars().count() as i64),
        (Function::Split, [Val::Money(m), Val::List(weights)]) => split(*m, weights)?,
        (Function::Contains, [a, b]) => Val::Bool(texts(a, b)?.0.contains(texts(a, b)?.1)),
        (Function::StartsWith, [a, b]) => Val::Bool(texts(a, b)?.0.starts_with(texts(a, b)?.1)),
        (Function::EndsWith, [a, b]) => Val::Bool(texts(a, b)?.0.ends_with(texts(a, b)?.1)),
        (Function::Hours, [Val::Int(n)]) => span(*n, 3_600)?,
        (Function::Days, [Val::Int(n)]) => span(*n, 86_400)?,
        _ => return Err(Stopped::Type(format!("{f:?}{args:?}"))),
    })
}

fn texts<'v>(a: &'v Val, b: &'v Val) -> Result<(&'v str, &'v str), Stopped> {
    a.as_str().zip(b.as_str()).ok_or_else(|| wrong("text", a))
}

fn span(n: i64, seconds: u64) -> Out {
    let n = u64::try_from(n).map_err(|_| Stopped::Arithmetic)?;
    Ok(Val::Span(Duration::from_secs(n.checked_mul(seconds).ok_or(Stopped::Arithmetic)?)))
}

/// Largest remainder: shares sum to the whole, ties go to the heavier weight, then to the one that stands first.
fn split(money: Fen, weights: &[Val]) -> Out {
    let weights: Vec<i128> = weights
        .iter()
        .map(|w| match w {
            Val::Int(n) | Val::Rate(Rate(n)) | Val::Money(Fen(n)) | Val::Area(Area(n)) if *n >= 0 => Ok(*n as i128),
            other => Err(wrong("split", other)),
        })
        .collect::<Result<_, _>>()?;
    let total: i128 = weights.iter().sum();
    if total == 0 || money.0 < 0 {
        return Err(Stopped::Arithmetic);
    }
    let whole = money.0 as i128;
    let mut shares: Vec<i128> = weights.iter().map(|w| whole * w / total).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|i| (std::cmp::Reverse((whole * weights[*i] % total, weights[*i])), *i));
    let rest = whole - shares.iter().sum::<i128>();
    for i in order.into_iter().take(rest as usize) {
        shares[i] += 1;
    }
    Ok(Val::List(shares.into_iter().map(|s| Val::Money(Fen(s as i64))).collect()))
}

/// A moment as `time("…")` writes it.
pub(super) fn time(s: &str) -> Option<Time> {
    s.parse().ok()
}
