//! Expressions: CEL, typed against what is declared, without side effects, with a cost limit.
//!
//! The `cel` crate parses. Types are checked and values computed here, because its interpreter knows neither our
//! quantities (money, area, rate, term) nor what a name may be, and accepts a wrong one until it runs.

mod call;
mod check;
mod code;
mod eval;
mod turns;
mod types;
mod val;

use crate::fault::{Pos, Sink};
use check::Checker;
pub(crate) use check::NAME;
use code::Code;

pub use turns::Now;
pub use types::{Codes, Member, Object, Purpose, Scope, Type};
pub use val::{Facts, Val};

use serde::Serialize;
use std::{fmt, sync::Arc};

/// A checked expression.
#[derive(Clone)]
pub struct Expr(Arc<Checked>);

struct Checked {
    source: String,
    ty: Type,
    code: Code,
    /// The first argument of every `during(…, window)`.
    moments: Vec<String>,
}

impl Expr {
    /// As it was written.
    pub fn source(&self) -> &str {
        &self.0.source
    }

    /// What it gives.
    pub fn ty(&self) -> &Type {
        &self.0.ty
    }

    /// Its value over these facts.
    pub fn eval(&self, facts: &Facts) -> Result<Val, Stopped> {
        eval::Run::new(facts).eval(&self.0.code)
    }

    /// The facts that a `during(…, window)` lays the window over: `due_at`.
    pub fn moments(&self) -> &[String] {
        &self.0.moments
    }

    /// Reads and checks `source`; `at` gives the place of its characters. What is wrong goes to `faults`.
    pub(crate) fn read(source: &str, at: &dyn Fn(usize) -> Pos, scope: &Scope, wanted: Option<&Type>, faults: &mut Sink) -> Option<Expr> {
        let (ast, info) = parse(source, at, faults)?;
        let mut checker = Checker { scope, info: &info, at, faults, locals: Vec::new(), known: Default::default() };
        let typed = checker.check(&ast)?;
        let pos = checker.pos(&ast);
        if let Some(wanted) = wanted
            && !typed.ty.serves(wanted)
        {
            let (got, want) = (typed.ty.text(), wanted.text());
            let mend = base::Text::new(format!("应得出{}", want.zh), format!("it must give {}", want.en));
            faults.mend(&pos, format!("这个表达式得出{}", got.zh), format!("this expression gives {}", got.en), mend);
            return None;
        }
        let mut moments = Vec::new();
        collect_moments(&typed.code, &mut moments);
        Some(Expr(Arc::new(Checked { source: source.to_owned(), ty: typed.ty, code: typed.code, moments })))
    }

    /// A condition over these facts: true, false, or unknown for want of a fact. Unknown is never false.
    pub fn test(&self, facts: &Facts) -> Result<Truth, Stopped> {
        match self.eval(facts) {
            Ok(Val::Bool(true)) => Ok(Truth::True),
            Ok(_) => Ok(Truth::False),
            Err(Stopped::Missing(path)) => Ok(Truth::Unknown(path)),
            Err(other) => Err(other),
        }
    }
}

/// Characters of one expression, and how deep it may nest: more is no rule that can be read aloud.
const LONGEST: usize = 1_000;
const DEEPEST: u16 = 24;

fn parse(source: &str, at: &dyn Fn(usize) -> Pos, faults: &mut Sink) -> Option<(cel::IdedExpr, cel::common::ast::SourceInfo)> {
    if source.chars().count() > LONGEST {
        faults.add(&at(0), "表达式太长（最多 1000 字）", "the expression is too long (at most 1,000 characters)");
        return None;
    }
    // Without the standard macros `has`, `exists` and the rest stay calls, which the checker understands itself.
    let parser = cel::Env::default().with_optional_support(false).parser().max_recursion_depth(DEEPEST);
    match parser.parse_with_source_info(source) {
        Ok(parsed) => Some(parsed),
        Err(errors) => {
            let (column, why) = errors
                .errors
                .first()
                .map_or((1, String::new()), |e| (e.pos.1, e.msg.split(" expecting ").next().unwrap_or_default().to_owned()));
            let place = at(usize::try_from(column - 1).unwrap_or(0));
            faults.add(&place, format!("读不懂这个表达式：{why}"), format!("cannot read this expression: {why}"));
            None
        }
    }
}

fn collect_moments(code: &Code, out: &mut Vec<String>) {
    match code {
        Code::Call(code::Function::During, args) => match args.first() {
            Some(Code::Name(n)) => out.push(n.clone()),
            Some(Code::Member(m)) => out.push(m.path.clone()),
            _ => {}
        },
        Code::And(ab) | Code::Or(ab) => ab.iter().for_each(|c| collect_moments(c, out)),
        Code::Not(a) => collect_moments(a, out),
        Code::If(abc) => abc.iter().for_each(|c| collect_moments(c, out)),
        _ => {}
    }
}

/// Three values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Truth {
    True,
    False,
    /// This fact is missing: `matter.category`.
    Unknown(String),
}

/// Why an expression gave no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// A fact is not there, and `has()` was not asked.
    Missing(String),
    /// A number left its range, or was divided by nothing.
    Arithmetic,
    /// More steps than the limit.
    Cost,
    /// The facts are not of the declared types: a fault of the caller.
    Type(String),
}

impl fmt::Debug for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.0.source)
    }
}

impl Serialize for Expr {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.0.source)
    }
}
