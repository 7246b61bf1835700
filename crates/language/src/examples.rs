//! Labelled messages, one JSON object a line.

use base::{Error, Kind, Result};
use serde::Deserialize;
use std::io::BufRead;

/// A message whose label is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    pub id: String,
    pub label: String,
    /// Title and body as [`title_and_body`] joins them, or a body alone.
    pub text: String,
    /// The text came cut into words parted by spaces.
    pub cut: bool,
}

#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    id: serde_json::Value,
    label: String,
    title: Option<String>,
    text: Option<String>,
    tokens: Option<String>,
}

/// One text of a title and a body, for training and for suggesting alike: the title twice, since it says most.
pub fn title_and_body(title: &str, body: &str) -> String {
    format!("{title}\n{title}\n{body}")
}

/// Wrong lines that are named one by one; the rest are counted.
const SHOWN: usize = 20;

/// Reads lines `{"id":…,"label":…,"text":…}`. `tokens` (words parted by spaces) may stand in place of `text`, `title`
/// beside either; other keys are let be. Blank lines are skipped. Every wrong line is named with its number, and
/// nothing is returned unless all are right.
pub fn read_examples(reader: impl BufRead) -> Result<Vec<Example>> {
    let mut examples = Vec::new();
    let mut error =
        Error::new(Kind::Invalid, "examples_wrong", "有的行读不懂，请改正后再试", "Some lines cannot be read; mend them and try again");
    let mut wrong = 0;
    for (i, line) in reader.lines().enumerate() {
        let line = line.map_err(|e| e.to_string());
        if matches!(&line, Ok(l) if l.trim().is_empty()) {
            continue;
        }
        match line.and_then(|l| read_line(l.trim_start_matches('\u{feff}'))) {
            Ok(example) => examples.push(example),
            Err(why) => {
                wrong += 1;
                if wrong <= SHOWN {
                    let mend = r#"{"id":1,"label":"城乡建设","text":"…"}"#;
                    error =
                        error.field(format!("line {}", i + 1), format!("{why}；应如 {mend}"), format!("{why}; a line looks like {mend}"));
                }
            }
        }
    }
    match wrong {
        0 => Ok(examples),
        n if n <= SHOWN => Err(error),
        n => Err(error.field("lines", format!("共 {n} 行有误"), format!("{n} lines are wrong in all"))),
    }
}

fn read_line(line: &str) -> Result<Example, String> {
    let line: Line = serde_json::from_str(line).map_err(|e| e.to_string())?;
    let cut = line.text.is_none() && line.tokens.is_some();
    let body = line.text.or(line.tokens).ok_or("no `text`")?;
    if line.label.trim().is_empty() {
        return Err("empty `label`".into());
    }
    let text = match line.title {
        Some(title) => title_and_body(&title, &body),
        None => body,
    };
    let id = match line.id {
        serde_json::Value::String(s) => s,
        serde_json::Value::Null => String::new(),
        other => other.to_string(),
    };
    Ok(Example { id, label: line.label.trim().to_owned(), text, cut })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_texts_tokens_and_titles() {
        let lines = "\u{feff}{\"id\":1,\"label\":\"a\",\"text\":\"水\"}\n\n{\"id\":\"x\",\"label\":\"b\",\"tokens\":\"停 水\",\"title\":\"急\",\"more\":1}\n";
        let read = read_examples(lines.as_bytes()).expect("right");
        assert_eq!(read[0], Example { id: "1".into(), label: "a".into(), text: "水".into(), cut: false });
        assert_eq!(read[1], Example { id: "x".into(), label: "b".into(), text: "急\n急\n停 水".into(), cut: true });
    }

    #[test]
    fn names_every_wrong_line() {
        let lines = b"{\"label\":\"a\",\"text\":\"x\"}\n{\"label\":\"a\"}\nnot json\n{\"label\":\" \",\"text\":\"x\"}\n\xff\n";
        let error = read_examples(&lines[..]).expect_err("wrong");
        let lines: Vec<&str> = error.fields().iter().map(|f| f.field.as_str()).collect();
        assert_eq!(lines, ["line 2", "line 3", "line 4", "line 5"]);
        assert!(error.fields()[0].text.zh.contains("text"));
    }
}
