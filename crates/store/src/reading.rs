//! The chain of readings: who looked at whose data without a mask, for what, kept until a day of its own.
//!
//! A link holds the hash of the one before, its sequence, its last day and a salted hash (`leaf`) of the rest. When
//! the last day has passed, the rest goes and leaf and hash stay: the chain can still be checked, and nobody can
//! guess from it who looked.

use crate::conn::{Conn, DbError};
use crate::{Reader, journal, sql, unit::By};
use base::{Home, Result, Time};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Who looked at what.
#[derive(Clone, Debug)]
pub struct Reading {
    pub subject: (&'static str, Uuid),
    /// Whose data it is, so that she can be told.
    pub of: Option<Uuid>,
    /// The fields that were shown without a mask.
    pub fields: Vec<String>,
    /// Code of the declared purpose.
    pub purpose: String,
    pub kept_until: Time,
    pub(crate) by: Option<By>,
}

impl Reading {
    pub fn new(
        subject: (&'static str, Uuid),
        of: Option<Uuid>,
        fields: Vec<String>,
        purpose: impl Into<String>,
        kept_until: Time,
    ) -> Reading {
        Reading { subject, of, fields, purpose: purpose.into(), kept_until, by: None }
    }
}

crate::row! {
    /// A reading as it stands. Where its last day has passed, only `seq`, `kept_until`, `leaf` and `hash` are left.
    #[derive(Clone, Debug)]
    pub struct Looked {
        pub seq: i64,
        pub kept_until: Time,
        pub at: Option<Time>,
        pub actor: Option<String>,
        pub seat: Option<Uuid>,
        pub acting: Option<bool>,
        pub subject_kind: Option<String>,
        pub subject: Option<Uuid>,
        /// Whose data was shown.
        pub person: Option<Uuid>,
        /// The fields shown, with commas between.
        pub fields: Option<String>,
        pub purpose: Option<String>,
        pub salt: Option<Vec<u8>>,
        pub leaf: [u8; 32],
        pub hash: [u8; 32],
    }
}

impl Looked {
    /// The hash that the details must have; `None` where they are gone.
    pub(crate) fn leaf_of_details(&self) -> Option<[u8; 32]> {
        let mut h = Sha256::new();
        h.update(self.salt.as_ref()?);
        let mut part = |bytes: &[u8]| {
            h.update((bytes.len() as u64).to_be_bytes());
            h.update(bytes);
        };
        part(&self.at?.0.to_be_bytes());
        part(self.actor.as_ref()?.as_bytes());
        part(self.seat.as_ref().map_or(&[][..], |s| s.as_bytes()));
        part(&[u8::from(self.acting?)]);
        part(self.subject_kind.as_ref()?.as_bytes());
        part(self.subject.as_ref()?.as_bytes());
        part(self.person.as_ref().map_or(&[][..], |p| p.as_bytes()));
        part(self.fields.as_ref()?.as_bytes());
        part(self.purpose.as_ref()?.as_bytes());
        Some(h.finalize().into())
    }

    pub(crate) fn link(&self, before: &[u8; 32]) -> [u8; 32] {
        let mut h = Sha256::new();
        h.update(before);
        h.update(self.seq.to_be_bytes());
        h.update(self.kept_until.0.to_be_bytes());
        h.update(self.leaf);
        h.finalize().into()
    }
}

/// Who looked at a person's data, the latest first.
pub fn of(r: &mut Reader, person: Uuid, most: i64) -> Result<Vec<Looked>> {
    let mut q = crate::Sql::select::<Looked>("from reading where county = ");
    q.arg(r.home()).push(" and person = ").arg(person).push(" order by seq desc limit ").arg(most);
    r.many(q)
}

/// Readings before `seq` whose last day has not passed, the latest first.
pub fn before(r: &mut Reader, seq: i64, most: i64) -> Result<Vec<Looked>> {
    let mut q = crate::Sql::select::<Looked>("from reading where county = ");
    q.arg(r.home()).push(" and salt is not null and seq < ").arg(seq);
    q.push(" order by seq desc limit ").arg(most);
    r.many(q)
}

/// Readings after `seq`, oldest first.
pub fn after(r: &mut Reader, seq: i64, most: i64) -> Result<Vec<Looked>> {
    let mut q = crate::Sql::select::<Looked>("from reading where county = ");
    q.arg(r.home()).push(" and seq > ").arg(seq).push(" order by seq limit ").arg(most);
    r.many(q)
}

pub(crate) fn append(conn: &mut Conn, home: Home, at: Time, readings: Vec<Reading>) -> std::result::Result<(), DbError> {
    let (mut seq, mut hash) = journal::lock_head(conn, home, "reading")?;
    for r in readings {
        seq += 1;
        let by = r.by.unwrap_or_else(|| By::system("store"));
        let mut row = Looked {
            seq,
            kept_until: r.kept_until,
            at: Some(at),
            actor: Some(by.actor.to_string()),
            seat: by.seat.map(|s| s.uuid()),
            acting: Some(by.acting),
            subject_kind: Some(r.subject.0.to_owned()),
            subject: Some(r.subject.1),
            person: r.of,
            fields: Some(r.fields.join(",")),
            purpose: Some(r.purpose),
            salt: Some(Uuid::new_v4().as_bytes().to_vec()),
            leaf: [0; 32],
            hash: [0; 32],
        };
        row.leaf = row.leaf_of_details().unwrap_or_default();
        hash = row.link(&hash);
        row.hash = hash;
        conn.defer(
            sql("insert into reading (county, seq, kept_until, at, actor, seat, acting, subject_kind, subject, person, fields, purpose, salt, leaf, hash)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)")
            .bind(home)
            .bind(row.seq)
            .bind(row.kept_until)
            .bind(row.at)
            .bind(row.actor)
            .bind(row.seat)
            .bind(row.acting)
            .bind(row.subject_kind)
            .bind(row.subject)
            .bind(row.person)
            .bind(row.fields)
            .bind(row.purpose)
            .bind(row.salt)
            .bind(row.leaf)
            .bind(row.hash),
        )?;
    }
    journal::move_head(conn, home, "reading", seq, hash)
}
