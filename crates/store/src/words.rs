//! What people wrote, apart from the journal.
//!
//! Every text that a person wrote, and every personal value, is a row of `word` with a random salt. The journal holds
//! its id and `SHA-256(salt ‖ value)`. Erasing takes value and salt away and leaves the row, so that the chain can
//! still be checked and says which entry erased it.

use crate::{Reader, Unit, sql};
use base::{Id, Result, WordId};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

crate::row! {
    #[derive(Clone, Debug)]
    pub struct Word {
        pub id: WordId,
        pub field: String,
        pub value: Option<String>,
    }
}

impl Unit<'_> {
    /// Keeps a text and gives what the journal may hold of it: `[id, hash]`.
    pub fn word(&mut self, subject: Uuid, field: &str, value: &str) -> Result<(WordId, Json)> {
        let id: WordId = Id::fresh();
        let salt = *Uuid::new_v4().as_bytes();
        let (home, now) = (self.home(), self.now());
        self.write(
            sql("insert into word (county, id, subject, field, at, value, salt) values ($1, $2, $3, $4, $5, $6, $7)")
                .bind(home)
                .bind(id)
                .bind(subject)
                .bind(field)
                .bind(now)
                .bind(value)
                .bind(&salt[..]),
        )?;
        Ok((id, json!([id, hash(&salt, value)])))
    }

    /// Erases all that was kept of a subject; `erased` says when. Gives how many texts went.
    pub fn erase_words(&mut self, subject: Uuid) -> Result<u64> {
        let (home, now) = (self.home(), self.now());
        self.change(
            sql("update word set value = null, salt = null, erased = $1 where county = $2 and subject = $3 and erased is null")
                .bind(now)
                .bind(home)
                .bind(subject),
        )
    }
}

/// All texts of a subject, oldest first.
pub fn of(r: &mut Reader, subject: Uuid) -> Result<Vec<Word>> {
    let mut q = crate::Sql::select::<Word>("from word where county = ");
    q.arg(r.home()).push(" and subject = ").arg(subject).push(" order by at, id");
    r.many(q)
}

/// Hex of `SHA-256(salt ‖ value)`.
pub(crate) fn hash(salt: &[u8], value: &str) -> String {
    let mut h = Sha256::new();
    h.update(salt);
    h.update(value.as_bytes());
    h.finalize().iter().map(|b| format!("{b:02x}")).collect()
}
