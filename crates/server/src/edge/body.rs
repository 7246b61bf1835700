//! Bodies, queries and path parameters, read so that what is wrong is named by its field.

use super::problem::{Problem, malformed};
use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, RawPathParams, Request},
    http::{HeaderMap, header, request::Parts},
};
use base::{Error, Kind, Text};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::str::FromStr;

/// Largest JSON body.
pub const LARGEST: usize = 2 << 20;

/// A JSON body of the shape `T`, and what identifies it when it comes again.
pub struct Body<T> {
    pub value: T,
    pub hash: [u8; 32],
}

impl<T> Body<T> {
    /// The same body for another row is another request.
    pub fn hash_of(&self, row: impl std::fmt::Display) -> [u8; 32] {
        let mut h = Sha256::new();
        h.update(row.to_string());
        h.update(self.hash);
        h.finalize().into()
    }
}

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(
                Error::new(Kind::UnsupportedMedia, "not_json", "正文应是 application/json", "The body should be application/json").into()
            );
        }
        let bytes = whole(request, LARGEST).await?;
        // serde would take a list for the fields of an object in their order.
        if bytes.trim_ascii_start().starts_with(b"[") {
            return Err(malformed("body", Text::new("正文应是一个对象 {…}", "The body should be an object {…}")).into());
        }
        let value = json(&bytes)?;
        Ok(Body { value, hash: Sha256::digest(&bytes).into() })
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(kind) = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()) else { return false };
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json") || kind.ends_with("+json")
}

/// The whole body, refused early where its length is said and too long.
pub async fn whole(request: Request, most: usize) -> Result<Bytes, Error> {
    let said = request.headers().get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<usize>().ok());
    if said.is_some_and(|n| n > most) {
        return Err(too_large(most));
    }
    axum::body::to_bytes(request.into_body(), most).await.map_err(|e| {
        let cut_off = std::error::Error::source(&e).is_none_or(|s| !s.to_string().contains("limit"));
        if cut_off { malformed("body", Text::new("正文没有收完", "The body ended early")) } else { too_large(most) }
    })
}

pub fn too_large(most: usize) -> Error {
    let mb = most >> 20;
    Error::new(Kind::TooLarge, "too_large", format!("太大了，最多 {mb} MB"), format!("Too large; at most {mb} MB"))
}

pub fn json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    if escapes_nul(bytes) {
        return Err(nul("body"));
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|e| {
        let (path, said) = (e.path().to_string(), e.inner().to_string());
        wrong(&path, &said)
    })?;
    reader.end().map_err(|e| wrong("body", &e.to_string()))?;
    Ok(value)
}

/// No text holds the character U+0000: PostgreSQL keeps none. In JSON it can only stand escaped.
fn escapes_nul(bytes: &[u8]) -> bool {
    bytes.windows(6).enumerate().any(|(i, w)| w == b"\\u0000" && bytes[..i].iter().rev().take_while(|b| **b == b'\\').count() % 2 == 0)
}

fn nul(field: &str) -> Error {
    Error::invalid(field, "文字里不能有空字符（U+0000）", "a text may not hold the character U+0000")
}

/// serde says what is wrong in English alone; the commonest are said in Chinese as well.
fn wrong(path: &str, said: &str) -> Error {
    let at = said.split(" at line ").next().unwrap_or(said);
    let name = || at.split('`').nth(1).unwrap_or_default();
    let beside = |path: &str| if path == "." { name().to_owned() } else { format!("{path}.{}", name()) };
    if at.starts_with("missing field") {
        return malformed(beside(path), Text::new(format!("缺少 {}", name()), format!("{} is missing", name())));
    }
    if at.starts_with("unknown field") {
        // serde's path already ends in the field that is unknown.
        let field = if path == "." { name().to_owned() } else { path.to_owned() };
        return malformed(field, Text::new(format!("没有 {} 这一项", name()), at));
    }
    let field = if path == "." || path == "?" { "body" } else { path };
    if at.starts_with("invalid type: floating point") && at.contains(".0`") {
        // A whole number, for the document as for JSON itself.
        return Error::invalid(field, "整数请不要写小数点", "a whole number is written without a decimal point");
    }
    let zh = if at.starts_with("invalid type") || at.starts_with("invalid value") || at.starts_with("unknown variant") {
        format!("值的类型或取值不对（{at}）")
    } else {
        format!("看不懂（{at}）")
    };
    malformed(field, Text::new(zh, at))
}

/// The query string as `T`.
pub struct Query<T>(pub T);

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Query(query(parts.uri.query().unwrap_or_default())?))
    }
}

pub fn query<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(text).map_err(|e| wrong("query", &e.to_string()))?;
    for (name, value) in &pairs {
        if name.contains('\0') || value.contains('\0') {
            return Err(nul(name));
        }
        // Taken as absent, a filter that came out empty by mistake would show everything.
        if value.is_empty() {
            return Err(malformed(name, Text::new("值是空的；不需要就不要写这一项", "is empty; leave it out if it is not needed")));
        }
    }
    let reader = serde_urlencoded::Deserializer::new(form_urlencoded::parse(text.as_bytes()));
    serde_path_to_error::deserialize(reader).map_err(|e| {
        let (path, said) = (e.path().to_string(), e.inner().to_string());
        wrong(&path, &said)
    })
}

/// The path's only parameter, such as an id.
pub struct Path<T>(pub T);

impl<S: Sync + Send, T: FromStr> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let params = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|_| malformed("path", Text::new("地址里的百分号编码不对", "The address is not percent-encoded UTF-8")))?;
        let (name, value) = params.iter().last().ok_or_else(|| Error::internal("the route has no parameter"))?;
        value.parse().map(Path).map_err(|_| malformed(name, Text::new("编号的格式不对", format!("{name} has another form"))).into())
    }
}

/// The path's two parameters.
pub struct Path2<A, B>(pub A, pub B);

impl<S: Sync + Send, A: FromStr, B: FromStr> FromRequestParts<S> for Path2<A, B> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let unreadable = |_| malformed("path", Text::new("地址里的百分号编码不对", "The address is not percent-encoded UTF-8"));
        let params = RawPathParams::from_request_parts(parts, state).await.map_err(unreadable)?;
        let all: Vec<(&str, &str)> = params.iter().collect();
        let [(a, va), (b, vb)] = all[..] else { return Err(Error::internal("the route has not two parameters").into()) };
        let wrong = |name: &str| malformed(name, Text::new("编号的格式不对", format!("{name} has another form")));
        Ok(Path2(va.parse().map_err(|_| wrong(a))?, vb.parse().map_err(|_| wrong(b))?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Place {
        #[allow(dead_code)]
        region: base::Code,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Report {
        #[allow(dead_code)]
        place: Place,
        #[allow(dead_code)]
        n: Option<u32>,
    }

    fn field(e: Error) -> String {
        e.fields()[0].field.clone()
    }

    #[test]
    fn the_field_is_named() {
        for (body, at) in [
            ("{}", "place"),
            ("{\"place\": {}}", "place.region"),
            ("{\"place\": {\"region\": \"x\"}}", "place.region"),
            ("{\"place\": {\"region\": \"430903\"}, \"n\": -1}", "n"),
            ("{\"place\": {\"region\": \"430903\", \"to\": 1}}", "place.to"),
            ("{\"place\"", "body"),
            ("{\"place\": {\"region\": \"430903\"}} {}", "body"),
            ("", "body"),
        ] {
            assert_eq!(field(json::<Report>(body.as_bytes()).expect_err(body)), at, "{body}");
        }
        assert!(json::<Report>(b"{\"place\": {\"region\": \"430903\"}}").is_ok());
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct List {
        most: Option<u32>,
    }

    #[test]
    fn a_query_is_read_alike() {
        assert_eq!(query::<List>("most=5").expect("reads").most, Some(5));
        assert_eq!(field(query::<List>("most=").expect_err("refused")), "most");
        assert_eq!(field(query::<List>("most=x").expect_err("refused")), "most");
        assert_eq!(field(query::<List>("mots=5").expect_err("refused")), "mots");
    }
}
