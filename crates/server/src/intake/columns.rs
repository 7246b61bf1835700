//! Which column holds what.

use base::{Error, Result};
use std::collections::BTreeMap;

/// What a column says of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    Number,
    Sender,
    Title,
    At,
    Words,
    Answer,
    AnsweredAt,
    Against,
    Support,
}

/// Each field by its name on the command line, and the headings that mean it.
const FIELDS: &[(Field, &str, &[&str])] = &[
    (Field::Number, "number", &["留言编号", "编号", "工单编号", "工单号"]),
    (Field::Sender, "sender", &["留言用户", "用户", "留言人"]),
    (Field::Title, "title", &["留言主题", "主题", "标题"]),
    (Field::At, "at", &["留言时间", "来件时间", "受理时间"]),
    (Field::Words, "words", &["留言详情", "详情", "内容", "留言内容"]),
    (Field::Answer, "answer", &["答复意见", "答复", "答复内容"]),
    (Field::AnsweredAt, "answered_at", &["答复时间", "办结时间"]),
    (Field::Against, "against", &["反对数"]),
    (Field::Support, "support", &["点赞数"]),
];

impl Field {
    pub fn name(self) -> &'static str {
        FIELDS.iter().find(|(f, _, _)| *f == self).map_or("", |(_, name, _)| name)
    }

    fn of(name: &str) -> Option<Field> {
        FIELDS.iter().find(|(_, n, _)| *n == name).map(|(f, _, _)| *f)
    }
}

/// Heading → field: as the sender of the file says, else as the heading says.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    said: BTreeMap<String, Field>,
}

impl Columns {
    /// From `heading=field`, separated by commas or given one by one.
    pub fn said<'a>(pairs: impl IntoIterator<Item = &'a str>) -> Result<Columns> {
        let mut said = BTreeMap::new();
        for pair in pairs.into_iter().flat_map(|p| p.split(',')).filter(|p| !p.trim().is_empty()) {
            let known = FIELDS.iter().map(|(_, n, _)| *n).collect::<Vec<_>>().join(", ");
            let wrong = || {
                Error::invalid(
                    "map",
                    format!("“{pair}”应写成 列名=字段，字段有：{known}"),
                    format!("{pair} should be heading=field; fields: {known}"),
                )
            };
            let (heading, field) = pair.split_once('=').ok_or_else(wrong)?;
            said.insert(heading.trim().to_owned(), Field::of(field.trim()).ok_or_else(wrong)?);
        }
        Ok(Columns { said })
    }

    pub fn field(&self, heading: &str) -> Option<Field> {
        let heading = heading.trim();
        let known = || FIELDS.iter().find(|(_, name, all)| *name == heading || all.contains(&heading)).map(|(f, _, _)| *f);
        self.said.get(heading).copied().or_else(known)
    }

    /// The field of each heading, by its place; the first of several that mean the same counts.
    pub fn of(&self, headings: &[String]) -> Result<BTreeMap<Field, usize>> {
        let mut found = BTreeMap::new();
        for (i, heading) in headings.iter().enumerate() {
            if let Some(field) = self.field(heading) {
                found.entry(field).or_insert(i);
            }
        }
        let needed = [Field::Number, Field::At, Field::Words];
        let missing: Vec<(&str, &str)> =
            FIELDS.iter().filter(|(f, _, _)| needed.contains(f) && !found.contains_key(f)).map(|(_, n, all)| (all[0], *n)).collect();
        if missing.is_empty() {
            return Ok(found);
        }
        let (zh, en): (Vec<&str>, Vec<&str>) = missing.into_iter().unzip();
        Err(Error::invalid(
            "file",
            format!("缺少列：{}。表头有：{}。名称不同的列用 map 指明，例如 来信内容=words", zh.join("、"), headings.join("、")),
            format!("columns are missing: {}; name them by map, such as 来信内容=words", en.join(", ")),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_known_or_said() {
        let own: Vec<String> = ["编号", "来信内容", "留言时间"].map(str::to_owned).to_vec();
        assert!(Columns::default().of(&own).expect_err("words are missing").to_string().contains("words"));
        let said = Columns::said(["来信内容=words"]).expect("reads");
        assert_eq!(said.of(&own).expect("complete")[&Field::Words], 1);
        assert!(Columns::said(["来信内容=word"]).is_err() && Columns::said(["来信内容"]).is_err());
    }
}
