//! The session's cookie: out of scripts' reach, sent to this site alone.

use super::json::Session;
use crate::{app::App, edge::COOKIES};
use axum::{
    Json,
    http::{HeaderMap, HeaderName, header},
    response::AppendHeaders,
};

pub type WithCookie<T> = (AppendHeaders<[(HeaderName, String); 1]>, Json<T>);

/// Over HTTPS with the prefix that browsers bind to host, path and transport; on a plain loopback without.
fn value(app: &App, token: &str, age: u32) -> String {
    let secure = app.config.public_url().starts_with("https://");
    let (name, mark) = if secure { (COOKIES[0], "; Secure") } else { (COOKIES[1], "") };
    format!("{name}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{mark}")
}

/// The server ends the session; the cookie only has to live as long as the longest.
pub fn set(app: &App, session: Session) -> WithCookie<Session> {
    (AppendHeaders([header(app, &session)]), Json(session))
}

pub fn header(app: &App, session: &Session) -> (HeaderName, String) {
    (header::SET_COOKIE, value(app, &session.token, 90 * 24 * 3600))
}

pub fn cleared(app: &App) -> AppendHeaders<[(HeaderName, String); 1]> {
    AppendHeaders([(header::SET_COOKIE, value(app, "", 0))])
}

/// What the person's device calls itself.
pub fn device(headers: &HeaderMap) -> access::Device {
    access::Device(headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned())
}
