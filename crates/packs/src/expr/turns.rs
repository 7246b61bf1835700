//! When the answer of an expression that looks at `now` may change while its facts stay as they are.
//!
//! `now` may stand in comparisons of moments and of spans between them (`due_at < now`, `now - received_at > days(30)`):
//! each side is then a straight line over time, and an answer changes only where two lines cross. Any other use (in a
//! function, in a list) has no such moments.

use super::code::{Code, Sum};
use super::eval::Run;
use super::{Expr, Facts, Val};
use base::Time;

const NOW: &str = "now";

/// How an expression uses the present moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Now {
    Unused,
    /// Only in comparisons: [`Expr::turns`] says when its answer may change.
    Compared,
    Otherwise,
}

impl Expr {
    pub fn now(&self) -> Now {
        if !mentions(&self.0.code) {
            return Now::Unused;
        }
        // Without facts every comparison is passed over; what remains is where `now` stands.
        match walk(&self.0.code, &Facts::new(), &mut Vec::new()) {
            Some(()) => Now::Compared,
            None => Now::Otherwise,
        }
    }

    /// The moments after `at` at which the answer over these facts may change, in order. Between two of them it does not.
    pub fn turns(&self, facts: &Facts, at: Time) -> Vec<Time> {
        let mut found = Vec::new();
        let known = walk(&self.0.code, facts, &mut found).is_some();
        found.retain(|t| known && *t > at);
        found.sort_unstable();
        found.dedup();
        found
    }
}

fn mentions(code: &Code) -> bool {
    match code {
        Code::Const(_) | Code::Local(_) => false,
        Code::Name(name) => name == NOW,
        Code::Member(m) => mentions(&m.of),
        Code::Has(a) | Code::Not(a) | Code::Negate(a) => mentions(a),
        Code::And(ab)
        | Code::Or(ab)
        | Code::Compare(_, ab)
        | Code::Arithmetic(_, ab)
        | Code::In(ab)
        | Code::Index(ab)
        | Code::Over(_, ab) => ab.iter().any(mentions),
        Code::If(abc) => abc.iter().any(mentions),
        Code::List(items) | Code::Call(_, items) => items.iter().any(mentions),
    }
}

/// `None` where `now` stands elsewhere than in a comparison.
fn walk(code: &Code, facts: &Facts, found: &mut Vec<Time>) -> Option<()> {
    if !mentions(code) {
        return Some(());
    }
    match code {
        Code::Compare(_, ab) => {
            let (a, b) = (line(&ab[0], facts, found)?, line(&ab[1], facts, found)?);
            if let (Some(a), Some(b)) = (a, b) {
                crossing(a, b, found);
            }
            Some(())
        }
        Code::Not(a) => walk(a, facts, found),
        Code::And(ab) | Code::Or(ab) => ab.iter().try_for_each(|c| walk(c, facts, found)),
        Code::If(abc) => abc.iter().try_for_each(|c| walk(c, facts, found)),
        _ => None,
    }
}

/// `base + slope × now`, in milliseconds.
#[derive(Clone, Copy)]
struct Line {
    base: i128,
    slope: i128,
    span: bool,
}

/// One side of a comparison. `Some(None)`: a fact is missing, so the comparison is unknown at every moment.
fn line(code: &Code, facts: &Facts, found: &mut Vec<Time>) -> Option<Option<Line>> {
    if !mentions(code) {
        return match Run::new(facts).eval(code) {
            Ok(Val::Time(t)) => Some(Some(Line { base: t.0.into(), slope: 0, span: false })),
            Ok(Val::Span(d)) => Some(Some(Line { base: i128::try_from(d.as_millis()).ok()?, slope: 0, span: true })),
            Ok(_) => None,
            Err(_) => Some(None),
        };
    }
    match code {
        Code::Name(_) => Some(Some(Line { base: 0, slope: 1, span: false })),
        Code::Arithmetic(sum @ (Sum::Add | Sum::Subtract), ab) => {
            let (Some(a), Some(b)) = (line(&ab[0], facts, found)?, line(&ab[1], facts, found)?) else { return Some(None) };
            let sign = if *sum == Sum::Add { 1 } else { -1 };
            let line = Line { base: a.base + sign * b.base, slope: a.slope + sign * b.slope, span: !a.span && !b.span };
            match (a.span, b.span) {
                // A span is never negative: before the two moments meet it stands at nothing.
                (false, false) => crossing(a, b, found),
                (false, true) => {}
                _ => return None,
            }
            Some(Some(line))
        }
        _ => None,
    }
}

/// The moments around which one line passes the other: on it, and just after it, since `<` and `<=` turn apart.
fn crossing(a: Line, b: Line, found: &mut Vec<Time>) {
    let (slope, base) = (a.slope - b.slope, b.base - a.base);
    if slope == 0 {
        return;
    }
    let at = base.div_euclid(slope);
    found.extend([at, at + 1].into_iter().filter_map(|t| i64::try_from(t).ok()).map(Time));
}
