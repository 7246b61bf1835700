use super::{CHANGED, LONGEST, Lang, MOST, check_key};
use crate::{
    app::App,
    edge::{Answer, Body, Key, Who},
};
use axum::{extract::State, http::StatusCode};
use base::Error;
use packs::Action;
use serde::Deserialize;
use serde_json::json;
use store::{Entry, Unit, sql};
use utoipa::ToSchema;
use uuid::Uuid;

#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeWords {
    #[schema(max_items = 500)]
    pub changes: Vec<WordChange>,
}

#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WordChange {
    pub lang: Lang,
    #[schema(max_length = 100, pattern = "^[a-z_.0-9]+$")]
    pub key: String,
    /// `null`: as the pages' own list says it.
    #[schema(max_length = 500)]
    pub text: Option<String>,
}

/// Change the county's words
///
/// Open pages are told by the event `words.changed`.
#[utoipa::path(put, path = "/api/words", tag = "platform", request_body = ChangeWords, responses((status = 204)))]
pub async fn change_words(State(app): State<App>, who: Who, key: Key, body: Body<ChangeWords>) -> Answer<StatusCode> {
    who.account()?;
    let once = key.once(&who, "change_words", body.hash);
    let changes = body.value.changes;
    if changes.is_empty() || changes.len() > 500 {
        return Err(Error::invalid("changes", "一次改 1 到 500 条", "1 to 500 changes at once").into());
    }
    for c in &changes {
        check_key(&c.key)?;
        let long = |t: &String| t.trim().is_empty() || t.chars().count() > LONGEST || t.chars().any(|c| c.is_control() && c != '\n');
        if c.text.as_ref().is_some_and(long) {
            let (zh, en) = (format!("“{}”应有 1 到 {LONGEST} 个字", c.key), format!("{} has 1 to {LONGEST} characters", c.key));
            return Err(Error::invalid("changes.text", zh, en).into());
        }
        c.text.as_ref().map_or(Ok(()), |text| check_blanks(&c.key, text))?;
    }
    app.act(&who, once, move |unit, _, caller| {
        let home = unit.home();
        caller.allow(unit, Action::Packs, home.code())?;
        changes.iter().try_for_each(|c| change(unit, c))?;
        if unit.count(sql("select count(*) from page_word where county = $1").bind(home))? > MOST {
            return Err(Error::invalid(
                "changes",
                format!("自定的词条最多 {MOST} 条"),
                format!("a county has at most {MOST} words of its own"),
            ));
        }
        let keys: Vec<_> = changes.iter().map(|c| json!([c.lang.word(), c.key])).collect();
        unit.record(Entry::new(CHANGED, ("county", Uuid::nil()), Some(home.code()), json!({ "keys": keys })));
        Ok(())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A blank is where a number or a name goes: a text that has lost one does not say it, and one that nothing fills shows its
/// braces.
fn check_blanks(key: &str, text: &str) -> base::Result<()> {
    let Some(asked) = faces::blanks_of(key) else { return Ok(()) };
    let here = faces::blanks(text);
    let named = |these: Vec<&String>| these.into_iter().map(String::as_str).collect::<Vec<_>>().join(" ");
    let (lost, extra) = (named(asked.difference(&here).collect()), named(here.difference(asked).collect()));
    let (zh, en) = match (lost.is_empty(), extra.is_empty()) {
        (true, true) => return Ok(()),
        (false, _) => (
            format!("“{key}”里还要有 {lost}，到时候换成实际的内容，请补上"),
            format!("{lost} must stand in {key}, the real thing takes its place; put it back"),
        ),
        (true, false) => (
            format!("“{key}”里没有 {extra}，填不出内容，请去掉"),
            format!("there is no {extra} in {key}, nothing would fill it; take it out"),
        ),
    };
    Err(Error::invalid("changes.text", zh, en))
}

fn change(unit: &mut Unit, c: &WordChange) -> base::Result<()> {
    let (home, now) = (unit.home(), unit.now());
    let Some(text) = &c.text else {
        return unit
            .write(sql("delete from page_word where county = $1 and lang = $2 and key = $3").bind(home).bind(c.lang.word()).bind(&c.key));
    };
    unit.write(
        sql("insert into page_word (county, lang, key, value, at) values ($1, $2, $3, $4, $5)
             on conflict (county, lang, key) do update set value = excluded.value, at = excluded.at")
        .bind(home)
        .bind(c.lang.word())
        .bind(&c.key)
        .bind(text.trim())
        .bind(now),
    )
}
