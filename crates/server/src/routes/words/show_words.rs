use crate::{
    app::App,
    edge::{Answer, Who},
};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base::Error;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use store::sql;
use utoipa::ToSchema;

/// What the county says otherwise than the pages' own list.
#[derive(Default, Serialize, ToSchema)]
pub struct OwnWords {
    pub zh: BTreeMap<String, String>,
    pub en: BTreeMap<String, String>,
}

/// The county's own words
///
/// They go over the pages' list, language by language. For everyone, also before signing in.
#[utoipa::path(
    get, path = "/api/words", tag = "platform",
    responses((status = 200, body = OwnWords), (status = 304, description = "As it was / Unchanged"))
)]
pub async fn show_words(State(app): State<App>, who: Who, headers: HeaderMap) -> Answer<Response> {
    let rows: Vec<(String, String, String)> = app
        .look(&who, |r, _, _| r.many(sql("select lang, key, value from page_word where county = $1 order by lang, key").bind(r.home())))
        .await?;
    let mut words = OwnWords::default();
    for (lang, key, value) in rows {
        let list = if lang == "zh" { &mut words.zh } else { &mut words.en };
        list.insert(key, value);
    }
    let hash = Sha256::digest(serde_json::to_vec(&words).map_err(Error::internal)?);
    let tag = format!("\"{}\"", hash[..12].iter().map(|b| format!("{b:02x}")).collect::<String>());
    let known = headers.get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let same = known.split(',').any(|t| t.trim().trim_start_matches("W/") == tag);
    let mut answer = if same { StatusCode::NOT_MODIFIED.into_response() } else { Json(words).into_response() };
    let h = answer.headers_mut();
    h.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    // Which county it is depends on who asks.
    h.insert(header::VARY, HeaderValue::from_static("authorization, cookie, county"));
    h.insert(header::ETAG, HeaderValue::from_str(&tag).map_err(Error::internal)?);
    Ok(answer)
}
