//! Faults in a pack: each with its place and the mend, all of them and not only the first.

use crate::grammar::Keys;
use base::Text;
use serde::Serialize;
use std::{fmt, sync::Arc};

/// One fault. It is written `direct_line/pack.yaml:41:18 no step "meeting" in flow "report"; did you mean "meet"? …`
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Fault {
    pub file: String,
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
    pub zh: String,
    pub en: String,
    /// What to write instead, in both languages, where it is known.
    pub mend: Option<Mend>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Mend {
    pub zh: String,
    pub en: String,
}

/// All faults, by file and place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Faults(pub Vec<Fault>);

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{} {}", self.file, self.line, self.column, self.en)?;
        match &self.mend {
            Some(mend) => write!(f, "; {}", mend.en),
            None => Ok(()),
        }
    }
}

impl Fault {
    /// The same line in Chinese.
    pub fn zh(&self) -> String {
        let mend = self.mend.as_ref().map(|m| format!("；{}", m.zh)).unwrap_or_default();
        format!("{}:{}:{} {}{mend}", self.file, self.line, self.column, self.zh)
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for fault in &self.0 {
            writeln!(f, "{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

/// Where something is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pos {
    pub file: Arc<str>,
    pub line: u32,
    pub column: u32,
}

/// Collects faults.
#[derive(Debug, Default)]
pub(crate) struct Sink(pub Vec<Fault>);

impl Sink {
    pub fn add(&mut self, at: &Pos, zh: impl Into<String>, en: impl Into<String>) {
        self.push(at, zh.into(), en.into(), None);
    }

    pub fn mend(&mut self, at: &Pos, zh: impl Into<String>, en: impl Into<String>, mend: Text) {
        self.push(at, zh.into(), en.into(), Some(Mend { zh: mend.zh, en: mend.en }));
    }

    /// `no step "meeting" in flow "report"; did you mean "meet"? Steps: sort, help, meet.`
    pub fn unknown<'a>(&mut self, at: &Pos, noun: Noun, word: &str, place: impl Into<Place>, known: impl IntoIterator<Item = &'a str>) {
        let known: Vec<&str> = known.into_iter().collect();
        let Place(place) = place.into();
        let (zh_in, en_in) = match place.en.as_str() {
            "" => (String::new(), String::new()),
            en => (format!("（在{}中）", place.zh), format!(" in {en}")),
        };
        let mend = did_you_mean(noun, word, &known);
        self.mend(at, format!("没有{}“{word}”{zh_in}", noun.zh), format!("no {} \"{word}\"{en_in}", noun.en), mend);
    }

    fn push(&mut self, at: &Pos, zh: String, en: String, mend: Option<Mend>) {
        self.0.push(Fault { file: at.file.to_string(), line: at.line, column: at.column, zh, en, mend });
    }

    pub fn into_faults(mut self) -> Faults {
        self.0.sort();
        self.0.dedup();
        Faults(self.0)
    }
}

/// Where a word was looked for: `flow "report"`, 流程“report”.
pub(crate) struct Place(Text);

impl From<&Keys> for Place {
    fn from(keys: &Keys) -> Self {
        Place(Text::new(keys.zh, keys.en))
    }
}

impl<S: AsRef<str>> From<(&'static str, S)> for Place {
    /// The noun of the language and the name.
    fn from((noun, id): (&'static str, S)) -> Self {
        let id = id.as_ref();
        let zh = match noun {
            "flow" => "流程",
            "step" => "环节",
            "table" => "数表",
            "list" => "清单",
            "kind" => "台账类型",
            "pack" => "应用包",
            "field of type" => "这种字段",
            other => other,
        };
        Place(Text::new(format!("{zh}“{id}”"), format!("{noun} \"{id}\"")))
    }
}

impl From<&str> for Place {
    /// A place that is not a declared noun; empty for none.
    fn from(en: &str) -> Self {
        let zh = match en {
            "this expression" => "这个表达式",
            "this story" => "这个场景",
            "this story so far" => "前面的场景",
            "a line that does nothing" => "没有动作的一行",
            "the folder of packs" => "应用包目录",
            "a letter" => "文书",
            "words" => "中英文",
            "flow" => "流程名",
            "matter" => "事项",
            "form" => "所填的表",
            "thing" => "台账对象",
            "units" => "部门清单",
            "ended_as" => "办结结果",
            other => other,
        };
        Place(Text::new(zh, en))
    }
}

impl From<&String> for Place {
    fn from(s: &String) -> Self {
        s.as_str().into()
    }
}

/// What kind of word is looked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Noun {
    pub zh: &'static str,
    pub en: &'static str,
    /// Heads the list of those there are.
    pub many: &'static str,
}

/// The nearest known word, if one is near, and the list (at most 16).
fn did_you_mean(noun: Noun, word: &str, known: &[&str]) -> Text {
    if known.is_empty() {
        return Text::new(format!("这里还没有声明任何{}", noun.zh), format!("no {} is declared here", noun.en));
    }
    let near = known.iter().map(|k| (distance(word, k), k)).min().filter(|(d, k)| *d <= k.chars().count().max(3) / 2);
    let more = if known.len() > 16 { ", …" } else { "" };
    let list = known.iter().take(16).copied().collect::<Vec<_>>().join(", ");
    let (zh, en) = match near {
        Some((_, k)) => (format!("是不是“{k}”？"), format!("did you mean \"{k}\"? ")),
        None => (String::new(), String::new()),
    };
    Text::new(format!("{zh}可用：{list}{more}"), format!("{en}{}: {list}{more}", noun.many))
}

/// Levenshtein's.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().take(64).enumerate() {
        let mut corner = i;
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let swap = corner + usize::from(ca != *cb);
            corner = row[j + 1];
            row[j + 1] = swap.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}
