//! `pack docs`: the language as Markdown, from the shapes that the checker uses; the packs of a county as a page each,
//! and their flows as diagrams.

use crate::grammar::{Keys, Shape, nouns, rules, story};
use crate::read::{MOVE_WORDS, scope};
use crate::{Action, Catalogue, Flow, Member, Target, Type};
use crate::{Field, Sensitivity};
use std::fmt::Write;

/// The whole language, Chinese beside English.
pub fn language() -> String {
    let mut out = String::from("# 应用包的语言 · The language of packs\n\n");
    out.push_str("时长 · how long: `4 work-hours`, `2 urgent-hours`, `5 work-days`, `7 days`, `1 month`, `60 s`. ");
    out.push_str("多少 · how much: `10 %`, `¥500`, `50 mu`. 给人看的都写 `{zh: …, en: …}`。\n\n");
    let mut seen = Vec::new();
    for root in [&rules::PACK, &story::STORY, &rules::MIGRATION] {
        keys(root, 2, &mut seen, &mut out);
    }
    out.push_str("## 字段类型 · Types of fields\n\n| | 中文 | English |\n|---|---|---|\n");
    for w in nouns::FIELD_TYPES {
        row(&mut out, w.name, w.zh, w.en);
    }
    out.push_str("\n## 权限 · What a role may do\n\n| | 中文 | English |\n|---|---|---|\n");
    for a in Action::ALL {
        row(&mut out, a.word(), &a.text().zh, &a.text().en);
    }
    out.push_str("\n## 常用动作（名称可省） · Usual moves (their names may be left out)\n\n| | 中文 | English |\n|---|---|---|\n");
    for (name, zh, en) in MOVE_WORDS {
        row(&mut out, name, zh, en);
    }
    expressions(&mut out);
    out
}

fn row(out: &mut String, name: &str, zh: &str, en: &str) {
    let _ = writeln!(out, "| `{name}` | {zh} | {en} |");
}

fn keys(k: &'static Keys, depth: usize, seen: &mut Vec<*const Keys>, out: &mut String) {
    if seen.contains(&std::ptr::from_ref(k)) {
        return;
    }
    seen.push(k);
    let _ = writeln!(out, "{} {} · {}\n\n| | | 中文 | English | 写法 · how |\n|---|---|---|---|---|", "#".repeat(depth), k.zh, k.en);
    for key in k.keys {
        let need = if key.need { "必填 · needed" } else { "" };
        let (how, _) = key.shape.wanted();
        let _ = writeln!(out, "| `{}` | {need} | {} | {} | {how} |", key.name, key.zh, key.en);
    }
    out.push('\n');
    for key in k.keys {
        below(key.shape, depth, seen, out);
    }
    if let Some(rest) = k.rest {
        below(rest, depth, seen, out);
    }
}

fn below(shape: &'static Shape, depth: usize, seen: &mut Vec<*const Keys>, out: &mut String) {
    match shape {
        Shape::Keys(k) => keys(k, (depth + 1).min(4), seen, out),
        Shape::List(of) | Shape::OneOrMore(of) | Shape::Map(of) => below(of, depth, seen, out),
        Shape::Any(shapes) => shapes.iter().for_each(|s| below(s, depth, seen, out)),
        _ => {}
    }
}

const FUNCTIONS: &[(&str, &str, &str)] = &[
    ("has(x)", "x 有没有", "whether x is known"),
    ("during(t, window)", "t 在统计期内", "whether t lies in the window"),
    ("size(x)", "列表几项，文字几字", "items of a list, characters of a text"),
    ("split(money, weights)", "按权重分到分，最大余数法", "shares to the fen by largest remainder"),
    ("hours(n), days(n)", "时间差", "a span of time"),
    ("money(\"¥500\"), area(\"50 mu\"), rate(\"10 %\"), time(\"2026-09-30\")", "常量", "constants"),
    ("x.contains(y), x.startsWith(y), x.endsWith(y)", "文字", "of texts"),
    ("l.exists(x, …), l.all(x, …), l.filter(x, …), l.map(x, …)", "列表", "of lists"),
];

fn expressions(out: &mut String) {
    out.push_str("\n## 表达式 · Expressions\n\nCEL。可能没有的名字先问 `has()`；`money * rate` 四舍五入到分；`in` 右边是列表。\n");
    out.push_str(
        "A name that may be missing is asked for with `has()` first; `money * rate` rounds half up to the fen; `in` takes a list.\n\n",
    );
    out.push_str("| | 中文 | English |\n|---|---|---|\n");
    for (name, zh, en) in FUNCTIONS {
        row(out, name, zh, en);
    }
    out.push_str("\n写了 `purpose` 的字段和台账，别的应用包的表达式、联动、文书和 webhook 都读不到；指标只看下面这些名字，看不到表单。\n");
    out.push_str(
        "A field or kind with a `purpose` is read by no expression, reaction, letter or webhook of another pack; indicators see the names below, and no forms.\n",
    );
    out.push_str("\n`sensitivity`：internal 内部（不写就是它）；sensitive 敏感，像个人信息一样隐去，写明用途才打开，不能查找、排序，联动读不到；core 核心，同敏感，而且不能导出。台账、字段、流程都可写，字段不低于整类。哪些算哪一级由县里定。\n");
    out.push_str(
        "`sensitivity`: internal (where nothing is said); sensitive is masked as personal values are, opened for a purpose on record, neither searched nor sorted by, read by no rule of things; core is that and leaves in no sheet. Kinds, fields and flows may say it, a field never less than its kind. The county decides what is which.\n",
    );
    out.push_str("\n### 看得到的名字 · What an expression can see\n\n");
    out.push_str("流程里：`matter.…`、`now`，动作的 `holder`、`if` 还有 `form`（所填的表）。指标里：直接写名字，还有 `window`。台账联动里：`thing`、`before`。\n");
    out.push_str("In flows `matter.…` and `now`, in a move also `form`; in indicators the bare names and `window`; in reactions to things `thing` and `before`.\n\n");
    out.push_str("| | 类型 · type | 中文 | English |\n|---|---|---|---|\n");
    for (name, member) in scope::names_of_a_matter() {
        member_row(out, name, &member);
    }
}

fn member_row(out: &mut String, name: &str, m: &Member) {
    let ty = m.ty.text();
    let maybe = if m.optional { "（可能没有 · may be missing）" } else { "" };
    let _ = writeln!(out, "| `{name}` | {} · {}{maybe} | {} | {} |", ty.zh, ty.en, m.doc.zh, m.doc.en);
    if let Type::Object(o) = &m.ty {
        for (inner, member) in &o.members {
            member_row(out, &format!("{name}.{inner}"), member);
        }
    }
}

fn field_row(out: &mut String, field: &Field) {
    let (mut zh, mut en) = (field.name.zh.clone(), field.name.en.clone());
    if let Some(p) = &field.purpose {
        zh += &format!("（只用于{}）", p.zh);
        en += &format!(" (for {} alone)", p.en);
    }
    let (level_zh, level_en) = field.sensitivity.said();
    row(out, &field.id, &(zh + level_zh), &(en + level_en));
}

impl Sensitivity {
    /// As it stands behind a name.
    fn said(self) -> (&'static str, &'static str) {
        match self {
            Sensitivity::Internal => ("", ""),
            Sensitivity::Sensitive => ("（敏感）", " (sensitive)"),
            Sensitivity::Core => ("（核心）", " (core)"),
        }
    }
}

impl Catalogue {
    /// One pack as a page: its flows as diagrams, its forms, indicators and roles.
    pub fn page(&self, pack: &str) -> Option<String> {
        let p = self.pack(pack)?;
        let mut out = format!("# {} · {}\n\n", p.name.zh, p.name.en);
        if let Some(about) = &p.about {
            let _ = writeln!(out, "{}\n{}\n", about.zh, about.en);
        }
        for flow in self.flows().filter(|f| f.pack == pack) {
            let _ = writeln!(out, "## {} · {} `{}`\n\n```mermaid\n{}```\n", flow.name.zh, flow.name.en, flow.id, flow.mermaid());
        }
        for form in self.0.forms.values().filter(|f| f.pack == pack) {
            let _ = writeln!(out, "## 表单 · form `{}`\n\n| | 中文 | English |\n|---|---|---|", form.id);
            for field in form.fields.values() {
                field_row(&mut out, field);
            }
            out.push('\n');
        }
        for kind in self.kinds().filter(|k| k.pack == pack) {
            let (zh, en) = kind.sensitivity.said();
            let _ = writeln!(
                out,
                "## 台账 · kind {}{zh} · {}{en} `{}`\n\n| | 中文 | English |\n|---|---|---|",
                kind.name.zh, kind.name.en, kind.id
            );
            kind.fields.values().for_each(|f| field_row(&mut out, f));
            out.push('\n');
        }
        for i in self.indicators().filter(|i| i.pack == pack) {
            let _ = writeln!(out, "- 指标 · indicator `{}`: {} · {}", i.id, i.name.zh, i.name.en);
        }
        Some(out)
    }
}

impl Flow {
    /// The flow as a Mermaid state diagram, in Chinese.
    pub fn mermaid(&self) -> String {
        let mut out = String::from("stateDiagram-v2\n");
        for step in self.steps.values() {
            let _ = writeln!(out, "  {}: {}", step.id, step.name.zh);
        }
        let _ = writeln!(out, "  [*] --> {}", self.first().id);
        for step in self.steps.values() {
            for mv in step.moves.values() {
                match &mv.to {
                    Target::Step(to) => {
                        let _ = writeln!(out, "  {} --> {to}: {}", step.id, mv.name.zh);
                    }
                    Target::Closed { .. } => {
                        let _ = writeln!(out, "  {} --> [*]: {}", step.id, mv.name.zh);
                    }
                    Target::With(sub) => {
                        let _ = writeln!(out, "  {} --> {}: {}（{}）", step.id, sub.back, mv.name.zh, sub.flow.id);
                    }
                }
            }
            if let Some(Target::Closed { ended_as }) = &step.late.to {
                let _ = writeln!(out, "  {} --> [*]: 逾期 {ended_as}", step.id);
            }
        }
        out
    }
}
