//! The outermost layer: every request passes it once, on the way in and on the way out.

use super::{Lang, problem};
use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use base::{Error, Kind};
use futures_util::FutureExt;
use std::{
    panic::AssertUnwindSafe,
    time::{Duration, Instant},
};

/// No answer takes longer, but for what streams: live events, uploads, imports and exports.
const PATIENCE: Duration = Duration::from_secs(30);

/// A route says so by this extension of its response or by its path.
const STREAMS: [&str; 4] = ["/api/events", "/api/files", "/api/imports", "/api/exports"];

/// What a browser may load, said with every answer.
#[derive(Clone)]
pub struct Guard(HeaderValue);

impl Guard {
    /// Pages load nothing from elsewhere, but tiles of the base map that the county set.
    pub fn new(map_hosts: &[String]) -> Guard {
        let also: String = map_hosts.iter().map(|host| format!(" {host}")).collect();
        let policy = format!(
            "default-src 'self'; img-src 'self' data: blob:{also}; media-src 'self' blob:; connect-src 'self'{also}; worker-src 'self' blob:; \
             style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
        );
        // The configuration was checked: its hosts are plain.
        Guard(HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'self'")))
    }
}

pub async fn outer(State(guarded): State<Guard>, request: Request, next: Next) -> Response {
    let begin = Instant::now();
    let lang = Lang::of(request.headers());
    let method = request.method().clone();
    // The pattern and never the path itself: ids and queries are nobody's business in a log.
    let route = request.extensions().get::<MatchedPath>().map_or("-".to_owned(), |p| p.as_str().to_owned());
    let streams = STREAMS.iter().any(|s| route.starts_with(s)) || route == "/api/story/clock";
    let patience = if streams { Duration::from_secs(3600) } else { PATIENCE };
    let answer = tokio::time::timeout(patience, AssertUnwindSafe(next.run(request)).catch_unwind()).await;
    let mut response = match answer {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => problem::Problem::from(Error::internal("a handler panicked")).into_response(),
        Err(_) => problem::Problem::from(Error::new(Kind::Unavailable, "timeout", "处理超时，请稍后再试", "It took too long; try again"))
            .into_response(),
    };
    if let Some(carried) = response.extensions_mut().remove::<problem::Carried>() {
        let allow = response.headers_mut().remove(header::ALLOW);
        response = problem::render(response.status(), &carried.0, lang);
        if let Some(allow) = allow {
            response.headers_mut().insert(header::ALLOW, allow);
        }
    } else if response.status().is_client_error() && !response.headers().contains_key(header::CONTENT_TYPE) {
        response = problem::render(response.status(), &plain(response.status()), lang);
    }
    guard(response.headers_mut(), guarded.0);
    tracing::info!(%method, route, status = response.status().as_u16(), ms = begin.elapsed().as_millis() as u64, "request");
    response
}

/// What the framework refuses before a handler is asked.
fn plain(status: StatusCode) -> Error {
    let kind = if status == StatusCode::PAYLOAD_TOO_LARGE { Kind::TooLarge } else { Kind::Malformed };
    Error::new(kind, "refused", "请求看不懂", "The request cannot be read")
}

/// Headers that keep a browser from doing more with an answer than is meant.
fn guard(h: &mut HeaderMap, policy: HeaderValue) {
    h.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    let mut set = |name: HeaderName, value: &'static str| {
        h.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::REFERRER_POLICY, "same-origin");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(HeaderName::from_static("permissions-policy"), "camera=(self), microphone=(self), geolocation=(self)");
    set(header::CACHE_CONTROL, "no-store");
}
