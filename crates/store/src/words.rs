//! What people wrote, apart from the journal.
//!
//! Every text that a person wrote, and every personal value, is a row of `word` with a random salt. The journal holds
//! its id and `SHA-256(salt ‖ value)`: an array of the two, wherever in a payload it stands. Erasing takes value and
//! salt away and leaves the row with the sequence of the entry that erased it, so that the chain can still be checked.

use crate::{Entry, Reader, Unit, sql};
use base::{Home, Id, Result, WordId};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use uuid::Uuid;

/// The kind of the entry that erases.
pub const ERASED: &str = "word.erased";

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
        // PostgreSQL keeps no zero byte; the hash is of what is kept.
        let value = value.replace('\0', "");
        let (home, now) = (self.home(), self.now());
        let reference = json!([id, hash(&salt, &value)]);
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
        Ok((id, reference))
    }

    /// Erases all texts that were kept of a subject, and records that as an entry of its own ([`ERASED`]) where there
    /// was something. Gives how many texts went.
    pub fn erase_words(&mut self, subject: Uuid) -> Result<u64> {
        let home = self.home();
        self.conn.overwrite(true)?;
        // 0 until the end of the batch, when the entry has its sequence.
        let gone = self.change(
            sql("update word set value = null, salt = null, erased = 0 where county = $1 and subject = $2 and erased is null")
                .bind(home)
                .bind(subject),
        );
        self.conn.overwrite(false)?;
        let gone = gone?;
        if gone > 0 {
            self.record_then(Entry::new(ERASED, ("word", subject), None, json!({ "texts": gone })), move |seq| {
                sql("update word set erased = $1 where county = $2 and subject = $3 and erased = 0").bind(seq).bind(home).bind(subject)
            });
        }
        Ok(gone)
    }

    /// Erases all that was kept of a subject beside its own rows: texts, search terms, and its use of files (which go
    /// at the next sweep, where nobody else uses them).
    pub fn erase(&mut self, subject: Uuid) -> Result<u64> {
        self.unindex(subject)?;
        self.drop_files(subject)?;
        self.erase_words(subject)
    }
}

/// All texts of a subject, oldest first.
pub fn of(r: &mut Reader, subject: Uuid) -> Result<Vec<Word>> {
    r.many(written_for(r.home(), subject))
}

/// As [`of`] asks it, for [`Reader::ahead`].
pub fn written_for(home: Home, subject: Uuid) -> crate::Sql {
    let mut q = crate::Sql::select::<Word>("from word where county = ");
    q.arg(home).push(" and subject = ").arg(subject).push(" order by at, id");
    q
}

crate::row! {
    /// An entry that erased: all texts of a subject ([`ERASED`]), or a subject whole.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Erasure {
        pub seq: i64,
        pub subject: Uuid,
        /// Of the entry.
        pub kind: String,
    }
}

/// What was erased after entry `seq`. An engine that erases more than texts says so in an entry whose kind ends in
/// `.erased`.
pub fn erasures(r: &mut Reader, seq: i64) -> Result<Vec<Erasure>> {
    let mut q = crate::Sql::select::<Erasure>("from journal where county = ");
    q.arg(r.home()).push(" and seq > ").arg(seq).push(" and kind like '%.erased' order by seq");
    r.many(q)
}

/// How a text that an entry names stands today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// As it was written.
    Right,
    /// Erased by the entry of this sequence.
    Erased { by: i64 },
    /// Its row is gone.
    Missing,
    /// It is not what was written, or was erased by nobody.
    Altered,
}

/// The texts that a payload names, with their hashes.
pub fn named(payload: &Json) -> Vec<(Uuid, String)> {
    let mut found = Vec::new();
    gather(payload, &mut found);
    found
}

/// `[id, 64 hex digits]`, at any depth. Nothing else in a payload has that shape.
fn gather(json: &Json, found: &mut Vec<(Uuid, String)>) {
    match json {
        Json::Array(items) => {
            if let [Json::String(id), Json::String(hash)] = &items[..]
                && hash.len() == 64
                && hash.bytes().all(|b| b.is_ascii_hexdigit())
                && let Ok(id) = Uuid::parse_str(id)
            {
                found.push((id, hash.clone()));
            } else {
                items.iter().for_each(|item| gather(item, found));
            }
        }
        Json::Object(fields) => fields.values().for_each(|field| gather(field, found)),
        _ => {}
    }
}

type Kept = (Uuid, Option<String>, Option<Vec<u8>>, Option<i64>, Option<i64>);

/// How each text of `names` stands, in their order.
pub fn standings(r: &mut Reader, names: &[(Uuid, String)]) -> Result<Vec<Standing>> {
    let mut kept: HashMap<Uuid, Kept> = HashMap::new();
    for some in names.chunks(500) {
        // The entry that erased must be one that erases, and about this subject.
        let mut q = sql(
            "select w.id, w.value, w.salt, w.erased, j.seq from word w left join journal j on j.county = w.county and j.seq = w.erased",
        );
        q.push(" and j.subject = w.subject and j.kind = ").arg(ERASED);
        q.push(" where w.county = ").arg(r.home()).push(" and w.id in ").list(some.iter().map(|(id, _)| *id));
        kept.extend(r.many::<Kept>(q)?.into_iter().map(|row| (row.0, row)));
    }
    Ok(names
        .iter()
        .map(|(id, named)| match kept.get(id) {
            None => Standing::Missing,
            Some((_, Some(value), Some(salt), None, _)) if hash(salt, value) == *named => Standing::Right,
            Some((_, None, None, Some(by), Some(_))) => Standing::Erased { by: *by },
            Some(_) => Standing::Altered,
        })
        .collect())
}

/// Hex of `SHA-256(salt ‖ value)`.
pub(crate) fn hash(salt: &[u8], value: &str) -> String {
    let mut h = Sha256::new();
    h.update(salt);
    h.update(value.as_bytes());
    hex(&h.finalize())
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
