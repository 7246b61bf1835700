//! Letters as they were written: kept, numbered without gaps, erased with the words of their subject.

use crate::scene::Scene;
use base::{Error, Result, Text, Time, WordId};
use minijinja::{Environment, UndefinedBehavior};
use packs::{Letter, Name};
use serde::Serialize;
use serde_json::{Value as Json, json};
use std::collections::HashMap;
use store::{Reader, Unit, sql, words};
use uuid::Uuid;

/// Stands for the number in a text that is written before the number is given out (at the end of its batch).
pub(crate) const NUMBER: &str = "\u{FFFC}";

/// Steps that a letter's text may take: more is no letter.
const FUEL: u64 = 100_000;

/// A letter that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Document {
    pub id: Uuid,
    pub at: Time,
    /// `direct_line.not_accepted`.
    pub letter: String,
    /// `不受告〔2026〕3号`; none where the letter has no series.
    pub number: Option<String>,
    /// None once it was erased.
    pub text: Option<Text>,
}

pub(crate) fn render(body: &str, sees: &Json) -> Result<String> {
    let wrong =
        |e: minijinja::Error| Error::conflict("letter_text", format!("文书的文字有误：{e}"), format!("the letter's text is wrong: {e}"));
    let mut env = Environment::new();
    env.set_fuel(Some(FUEL));
    // A name that does not exist is a mistake of the letter; a hole in it would be sent to a resident.
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.render_str(body, minijinja::value::Serde(sees)).map_err(wrong)
}

pub(crate) struct Writing<'a> {
    pub scene: &'a Scene,
    pub letter: &'a Letter,
    pub name: &'a Name,
    pub text: &'a Text,
}

/// Keeps a letter; gives its id and what the journal holds of its words.
pub(crate) fn write(unit: &mut Unit, w: &Writing) -> Result<(Uuid, Json)> {
    let (home, now, id) = (unit.home(), unit.now(), Uuid::now_v7());
    let (kind, subject) = w.scene.subject.named();
    let (zh, zh_ref) = unit.word(subject, "letter.zh", &w.text.zh)?;
    let (en, en_ref) = unit.word(subject, "letter.en", &w.text.en)?;
    unit.write(
        sql("insert into document (county, id, at, subject_kind, subject, letter, zh, en) values ($1, $2, $3, $4, $5, $6, $7, $8)")
            .bind(home)
            .bind(id)
            .bind(now)
            .bind(kind)
            .bind(subject)
            .bind(w.name.to_string())
            .bind(zh)
            .bind(en),
    )?;
    if let Some(series) = w.letter.series.clone() {
        let year = now.date().year();
        unit.number(format!("letter/{series}/{year}"), move |n| {
            sql("update document set number = $1 where county = $2 and id = $3")
                .bind(format!("{series}〔{year}〕{n}号"))
                .bind(home)
                .bind(id)
        });
    }
    Ok((id, json!({ "zh": zh_ref, "en": en_ref })))
}

type Row = (Uuid, Time, String, Option<String>, WordId, WordId);

/// The letters about a subject that the caller has looked up, oldest first.
pub fn documents(r: &mut Reader, subject: Uuid) -> Result<Vec<Document>> {
    let rows: Vec<Row> = r.many(
        sql("select id, at, letter, number, zh, en from document where county = $1 and subject = $2 order by id")
            .bind(r.home())
            .bind(subject),
    )?;
    let kept: HashMap<WordId, String> =
        if rows.is_empty() { HashMap::new() } else { words::of(r, subject)?.into_iter().filter_map(|w| Some((w.id, w.value?))).collect() };
    Ok(rows
        .into_iter()
        .map(|(id, at, letter, number, zh, en)| {
            let text = |word: WordId| kept.get(&word).map(|t| t.replace(NUMBER, number.as_deref().unwrap_or_default()));
            let text = text(zh).zip(text(en)).map(|(zh, en)| Text { zh, en });
            Document { id, at, letter, number, text }
        })
        .collect())
}
