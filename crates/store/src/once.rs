//! The same request twice is one command: `Idempotency-Key`.

use crate::{Unit, sql};
use base::{Error, Kind, Result};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

/// A request that may arrive again. Kept 45 days.
#[derive(Clone, Debug)]
pub struct Once {
    /// The account or device.
    pub who: String,
    pub route: &'static str,
    pub key: String,
    /// SHA-256 of the request's body.
    pub body: [u8; 32],
}

impl Once {
    pub fn new(who: impl Into<String>, route: &'static str, key: impl Into<String>, body: &[u8]) -> Once {
        Once { who: who.into(), route, key: key.into(), body: Sha256::digest(body).into() }
    }
}

impl Unit<'_> {
    /// Runs `f` unless this request was answered before; then gives that answer. Another body under the same key is
    /// refused.
    pub fn once<T: Serialize + DeserializeOwned>(&mut self, once: Option<&Once>, f: impl FnOnce(&mut Unit) -> Result<T>) -> Result<T> {
        let Some(once) = once else { return f(self) };
        let home = self.home();
        let before: Option<([u8; 32], String)> = self.one(
            sql("select body, answer from idempotency where county = $1 and who = $2 and route = $3 and key = $4")
                .bind(home)
                .bind(&once.who)
                .bind(once.route)
                .bind(&once.key),
        )?;
        if let Some((body, answer)) = before {
            if body != once.body {
                return Err(Error::new(
                    Kind::Invalid,
                    "idempotency_key_reused",
                    "同一个 Idempotency-Key 已用于另一份内容，请换一个新的",
                    "this Idempotency-Key was used for another body; use a fresh one",
                ));
            }
            return serde_json::from_str(&answer).map_err(Error::internal);
        }
        let value = f(self)?;
        let answer = serde_json::to_string(&value).map_err(Error::internal)?;
        let now = self.now();
        self.write(
            sql("insert into idempotency (county, who, route, key, at, body, answer) values ($1, $2, $3, $4, $5, $6, $7)")
                .bind(home)
                .bind(&once.who)
                .bind(once.route)
                .bind(&once.key)
                .bind(now)
                .bind(once.body)
                .bind(answer),
        )?;
        Ok(value)
    }
}
