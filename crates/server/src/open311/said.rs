//! What a client says, in a report and in a comment alike: the description, pictures and their addresses, and whatever
//! else it sends along.

use super::params::Params;
use crate::{app::App, edge::Who, routes::files::id};
use base::{Error, Result};
use serde_json::{Map, Value, json};
use store::By;
use uuid::Uuid;

/// Characters of a description, as the clients of the specification send it.
const LONGEST: usize = 4000;

/// What has no field of its own is kept up to this: so many attributes, each of so many characters.
const MOST_ATTRIBUTES: usize = 20;
const LONGEST_VALUE: usize = 500;

/// The description with the addresses of pictures below it, as far as they fit; and the addresses that do not.
/// Addresses are kept as the sender wrote them: the server opens none of them.
pub fn words(params: &Params) -> Result<(String, Vec<String>)> {
    let mut words = params.get("description").unwrap_or_default().to_owned();
    let mut length = words.chars().count();
    if length > LONGEST {
        return Err(Error::invalid(
            "description",
            format!("最多 {LONGEST} 字，现在 {length} 字"),
            format!("at most {LONGEST} characters; there are {length}"),
        ));
    }
    let mut left = Vec::new();
    for url in params.all("media_url") {
        let more = url.chars().count() + 1;
        if length + more > LONGEST {
            left.push(url.to_owned());
        } else {
            words += &format!("\n{url}");
            length += more;
        }
    }
    Ok((words.trim().to_owned(), left))
}

/// Uploaded pictures, cleaned and stored before the command that refers to them.
pub async fn photos(app: &App, who: &Who, params: &Params) -> Result<Vec<Uuid>> {
    let mut ids = Vec::new();
    for upload in &params.files {
        let by = who.caller.account.map_or_else(By::nobody, By::account);
        let wrong = |e: Error| {
            Error::invalid("media", format!("{}：{}", upload.name, e.text().zh), format!("{}: {}", upload.name, e.text().en)).caused_by(e)
        };
        let stored = app.files.bring_photo(&app.store, who.home(), by, upload.bytes.clone()).await.map_err(wrong)?;
        ids.push(id::of(&stored.photo.sha256));
    }
    Ok(ids)
}

/// The parameters `names`, attributes that the service does not know, and addresses that had no room: kept with the
/// report's words, shown to nobody by itself.
pub fn beside(params: &Params, names: &[&str], unknown: &[(&str, &str)], urls: &[String]) -> Map<String, Value> {
    let cut = |v: &str| json!(v.chars().take(LONGEST_VALUE).collect::<String>());
    let mut all = Map::new();
    for name in names {
        if let Some(v) = params.get(name) {
            all.insert((*name).to_owned(), cut(v));
        }
    }
    // Pairs: a code may come more than once.
    let pairs: Vec<Value> = unknown.iter().take(MOST_ATTRIBUTES).map(|(code, v)| json!([cut(code), cut(v)])).collect();
    if !pairs.is_empty() {
        all.insert("attributes".into(), json!(pairs));
    }
    if !urls.is_empty() {
        all.insert("media_url".into(), urls.iter().take(MOST_ATTRIBUTES).map(|u| cut(u)).collect());
    }
    all
}

/// The engine names fields of the form; the client knows the parameters of the specification.
pub fn in_their_words(e: Error) -> Error {
    if e.fields().is_empty() {
        return e;
    }
    let mut told = Error::new(e.kind(), e.code(), e.text().zh.clone(), e.text().en.clone());
    for f in e.fields() {
        let field = match f.field.strip_prefix("form.") {
            Some(rest) if rest.starts_with("place") => "address_id".to_owned(),
            Some("words") => "description".to_owned(),
            Some(rest) => format!("attribute[{rest}]"),
            None if f.field == "words" => "description".to_owned(),
            None => f.field.clone(),
        };
        told = told.field(field, f.text.zh.clone(), f.text.en.clone());
    }
    told
}
