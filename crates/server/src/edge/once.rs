//! `Idempotency-Key`: the same request twice is one command.

use super::problem::{Problem, malformed};
use axum::{extract::FromRequestParts, http::request::Parts};
use base::Text;
use store::Once;

/// The header, where there is one: 1 to 200 visible ASCII characters. A UUID is a good one; an offline draft's id is
/// its key.
pub struct Key(Option<String>);

impl Key {
    /// What the command runs under. `who` is the account or device, `route` the operation's id.
    pub fn once(&self, who: &super::Who, route: &'static str, body: [u8; 32]) -> Option<Once> {
        self.0.as_ref().map(|key| Once { who: who.device.clone(), route, key: key.clone(), body })
    }

    /// For a write without a body, on this row.
    pub fn once_on(&self, who: &super::Who, route: &'static str, row: impl std::fmt::Display) -> Option<Once> {
        self.0.as_ref().map(|key| Once::new(who.device.clone(), route, key.clone(), row.to_string().as_bytes()))
    }
}

impl<S: Sync> FromRequestParts<S> for Key {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(key) = parts.headers.get("idempotency-key") else { return Ok(Key(None)) };
        match key.to_str() {
            Ok(key) if (1..=200).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic()) => Ok(Key(Some(key.to_owned()))),
            _ => {
                let text = Text::new("应是 1 到 200 个可见的 ASCII 字符", "should be 1 to 200 visible ASCII characters");
                Err(malformed("Idempotency-Key", text).into())
            }
        }
    }
}
