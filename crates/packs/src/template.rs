//! Words with expressions in braces: `{matter.number} 已办好`.

use crate::fault::{Pos, Sink};
use crate::{Expr, Facts, Scope, Stopped, Val};
use base::{Text, Time};
use serde::Serialize;

/// In both languages. `{{` is a brace.
#[derive(Clone, Debug, Serialize)]
pub struct Template {
    pub zh: Vec<Part>,
    pub en: Vec<Part>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Part {
    Words(String),
    Expr(Expr),
}

impl Template {
    /// Cuts words at their braces and checks what is inside them.
    pub(crate) fn parts(text: &str, at: &dyn Fn(usize) -> Pos, scope: &Scope, faults: &mut Sink) -> Option<Vec<Part>> {
        let chars: Vec<char> = text.chars().collect();
        let (mut parts, mut words, mut i) = (Vec::new(), String::new(), 0);
        while i < chars.len() {
            match (chars[i], chars.get(i + 1)) {
                ('{', Some('{')) | ('}', Some('}')) => {
                    words.push(chars[i]);
                    i += 2;
                }
                ('{', _) => {
                    let Some(end) = chars[i..].iter().position(|c| *c == '}') else {
                        faults.add(&at(i), "花括号没有合上", "the brace is not closed");
                        return None;
                    };
                    let inside: String = chars[i + 1..i + end].iter().collect();
                    let start = i + 1;
                    let expr = Expr::read(&inside, &|n| at(start + n), scope, None, faults)?;
                    parts.push(Part::Words(std::mem::take(&mut words)));
                    parts.push(Part::Expr(expr));
                    i += end + 1;
                }
                (c, _) => {
                    words.push(c);
                    i += 1;
                }
            }
        }
        parts.push(Part::Words(words));
        Some(parts)
    }

    pub fn fill(&self, facts: &Facts) -> Result<Text, Stopped> {
        Ok(Text::new(fill(&self.zh, facts)?, fill(&self.en, facts)?))
    }
}

fn fill(parts: &[Part], facts: &Facts) -> Result<String, Stopped> {
    let mut out = String::new();
    for part in parts {
        match part {
            Part::Words(w) => out.push_str(w),
            Part::Expr(e) => out.push_str(&shown(&e.eval(facts)?)),
        }
    }
    Ok(out)
}

/// As people read it.
fn shown(val: &Val) -> String {
    match val {
        Val::Bool(true) => "是".into(),
        Val::Bool(false) => "否".into(),
        Val::Int(n) => n.to_string(),
        Val::Num(n) => n.to_string(),
        Val::Str(s) => s.to_string(),
        Val::Entry(e) => e.name.zh.clone(),
        Val::Time(t) => minutes(*t),
        Val::Term(t) => t.zh(),
        Val::Span(d) => format!("{} 分钟", d.as_secs() / 60),
        Val::Money(m) => m.to_string(),
        Val::Area(a) => a.to_string(),
        Val::Rate(r) => r.to_string(),
        Val::Window(from, to) => format!("{}—{}", from.date(), to.date()),
        Val::List(items) => items.iter().map(shown).collect::<Vec<_>>().join("、"),
        Val::Map(_) => String::new(),
    }
}

fn minutes(t: Time) -> String {
    let c = t.civil();
    format!("{} {:02}:{:02}", c.date(), c.hour(), c.minute())
}
