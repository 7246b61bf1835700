//! Problem details (RFC 9457): what every error becomes at the edge.
//!
//! A handler answers with an [`Error`]; it becomes a [`Problem`], which carries the error to the outermost layer
//! ([`super::outer`]). There the caller's language is known, the chain of causes is logged once, and the body is
//! written.

use super::Lang;
use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base::{Error, Kind, Result, Text};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

pub struct Problem {
    pub status: StatusCode,
    pub error: Error,
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let status = StatusCode::from_u16(error.kind().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Problem { status, error }
    }
}

/// On its way from the handler to the outermost layer.
#[derive(Clone)]
pub(super) struct Carried(pub Arc<Error>);

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(Carried(Arc::new(self.error)));
        response
    }
}

/// The body, as `application/problem+json`.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct Details {
    /// A name for this kind of problem: `urn:shuxiang:problem:<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// In the caller's language; Chinese if he says nothing.
    pub title: String,
    /// What is wrong in this case and how to mend it, where there is more to say than the title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    pub status: u16,
    /// For programs: never changes its meaning.
    pub code: String,
    /// The title in the other language.
    pub title_zh: String,
    pub title_en: String,
    /// Each wrong value of the request.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<WrongField>,
    /// Names this one occurrence in the server's log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct WrongField {
    /// Path in the body or name of the parameter, such as `place.region`.
    pub field: String,
    pub zh: String,
    pub en: String,
}

/// Writes the body, and logs what is our fault with the whole chain of causes.
pub(super) fn render(status: StatusCode, error: &Error, lang: Lang) -> Response {
    let instance = status.is_server_error().then(|| format!("urn:uuid:{}", Uuid::new_v4()));
    if let Some(instance) = &instance {
        tracing::error!(instance, error = ?error, "a request failed");
    }
    let text = error.text();
    let fields: Vec<WrongField> =
        error.fields().iter().map(|f| WrongField { field: f.field.clone(), zh: f.text.zh.clone(), en: f.text.en.clone() }).collect();
    let detail = error.fields().iter().map(|f| lang.pick(&f.text)).collect::<Vec<_>>();
    let details = Details {
        kind: format!("urn:shuxiang:problem:{}", error.code()),
        title: lang.pick(text).to_owned(),
        detail: (!detail.is_empty()).then(|| detail.join(if lang == Lang::Zh { "；" } else { "; " })),
        status: status.as_u16(),
        code: error.code().to_owned(),
        title_zh: text.zh.clone(),
        title_en: text.en.clone(),
        fields,
        instance,
    };
    let body = serde_json::to_vec(&details).unwrap_or_default();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let h = response.headers_mut();
    h.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    h.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(if lang == Lang::Zh { "zh" } else { "en" }));
    h.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    match error.kind() {
        Kind::Unauthenticated => drop(h.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))),
        Kind::RateLimited | Kind::Unavailable => drop(h.insert(header::RETRY_AFTER, HeaderValue::from_static("10"))),
        _ => {}
    }
    response
}

/// A request that cannot be read, with the place in it.
pub fn malformed(field: impl Into<String>, text: Text) -> Error {
    Error::new(Kind::Malformed, "malformed", "请求看不懂", "The request cannot be read").field(field, text.zh, text.en)
}

/// How many rows are answered: what was asked for, from 1 to `limit`; `unless` where nothing was.
pub fn most(asked: Option<usize>, unless: usize, limit: usize) -> Result<usize> {
    match asked {
        None => Ok(unless),
        Some(n) if (1..=limit).contains(&n) => Ok(n),
        Some(_) => Err(malformed("most", Text::new(format!("应在 1 到 {limit} 之间"), format!("should be from 1 to {limit}")))),
    }
}

pub async fn no_such_route() -> Problem {
    Error::new(Kind::NotFound, "no_such_route", "没有这个地址，请看 /api/openapi.json", "There is no such address; see /api/openapi.json")
        .into()
}

pub async fn no_such_method() -> Problem {
    let error = Error::new(
        Kind::Malformed,
        "no_such_method",
        "这个地址不能这样用（看 Allow）",
        "This address does not take that method; see Allow",
    );
    Problem { status: StatusCode::METHOD_NOT_ALLOWED, error }
}
