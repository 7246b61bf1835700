//! The journal: one entry per decision, in the transaction of the change, chained by hash, without gaps.
//!
//! Words stay out of it: a payload holds ids, codes, numbers and times, and for every text a person wrote the id and
//! salted hash of the row that holds it (see [`crate::words`]). So entries can be shown, sent and kept for ever, and
//! erasing a person's words leaves the chain whole.
//!
//! The chain of readings ([`crate::reading`]) has the same shape.

use crate::{
    FromRow, Reader, Row,
    conn::{Conn, DbError},
    sql,
    unit::By,
};
use base::{Code, Home, Result, Time};
use serde::Serialize;
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// What a command decided.
#[derive(Clone, Debug)]
pub struct Entry {
    /// `<engine>.<what happened>`, such as `matter.opened`.
    pub kind: &'static str,
    /// What it is about: a kind of row and its id.
    pub subject: (&'static str, Uuid),
    pub region: Option<Code>,
    /// Ids, codes, numbers, times; never words.
    pub payload: Json,
    pub(crate) by: Option<By>,
    pub(crate) cause: Option<i64>,
    pub(crate) depth: i64,
}

impl Entry {
    pub fn new(kind: &'static str, subject: (&'static str, Uuid), region: Option<Code>, payload: Json) -> Entry {
        Entry { kind, subject, region, payload, by: None, cause: None, depth: 0 }
    }
}

/// An entry as it stands.
#[derive(Clone, Debug, Serialize)]
pub struct Recorded {
    pub seq: i64,
    pub at: Time,
    pub actor: String,
    pub seat: Option<Uuid>,
    pub acting: bool,
    pub region: Option<Code>,
    pub kind: String,
    pub subject_kind: String,
    pub subject: Uuid,
    pub payload: Json,
    pub cause: Option<i64>,
    pub depth: i64,
    #[serde(skip)]
    pub(crate) payload_text: String,
    #[serde(skip)]
    pub hash: [u8; 32],
}

impl FromRow for Recorded {
    fn from_row(row: &Row) -> Result<Self> {
        let payload_text: String = row.get(9)?;
        Ok(Recorded {
            seq: row.get(0)?,
            at: row.get(1)?,
            actor: row.get(2)?,
            seat: row.get(3)?,
            acting: row.get(4)?,
            region: row.get(5)?,
            kind: row.get(6)?,
            subject_kind: row.get(7)?,
            subject: row.get(8)?,
            payload: serde_json::from_str(&payload_text).unwrap_or(Json::Null),
            cause: row.get(10)?,
            depth: row.get(11)?,
            hash: row.get(12)?,
            payload_text,
        })
    }
}

impl Recorded {
    /// Length before every part, so that no two entries share a preimage.
    pub(crate) fn link(&self, before: &[u8; 32]) -> [u8; 32] {
        let mut h = Sha256::new();
        h.update(before);
        let mut part = |bytes: &[u8]| {
            h.update((bytes.len() as u64).to_be_bytes());
            h.update(bytes);
        };
        part(&self.seq.to_be_bytes());
        part(&self.at.0.to_be_bytes());
        part(self.actor.as_bytes());
        part(self.seat.as_ref().map_or(&[][..], |s| s.as_bytes()));
        part(&[u8::from(self.acting)]);
        part(&self.region.map_or(0, Code::get).to_be_bytes());
        part(self.kind.as_bytes());
        part(self.subject_kind.as_bytes());
        part(self.subject.as_bytes());
        part(self.payload_text.as_bytes());
        part(&self.cause.unwrap_or(0).to_be_bytes());
        part(&self.depth.to_be_bytes());
        h.finalize().into()
    }
}

const ENTRY: &str = "seq, at, actor, seat, acting, region, kind, subject_kind, subject, payload, cause, depth, hash";

/// Entries after `seq`, oldest first.
pub fn after(r: &mut Reader, seq: i64, most: i64) -> Result<Vec<Recorded>> {
    let mut q = sql("");
    q.push("select ").push(ENTRY).push(" from journal where county = ").arg(r.home());
    q.push(" and seq > ").arg(seq).push(" order by seq limit ").arg(most);
    r.many(q)
}

/// Entries before `seq`, newest first; of one subject where it is named.
pub fn before(r: &mut Reader, seq: i64, subject: Option<Uuid>, most: i64) -> Result<Vec<Recorded>> {
    let mut q = sql("");
    q.push("select ").push(ENTRY).push(" from journal where county = ").arg(r.home()).push(" and seq < ").arg(seq);
    if let Some(subject) = subject {
        q.push(" and subject = ").arg(subject);
    }
    q.push(" order by seq desc limit ").arg(most);
    r.many(q)
}

/// Everything that happened to one subject, oldest first.
pub fn of(r: &mut Reader, subject: Uuid) -> Result<Vec<Recorded>> {
    let mut q = sql("");
    q.push("select ").push(ENTRY).push(" from journal where county = ").arg(r.home());
    q.push(" and subject = ").arg(subject).push(" order by seq");
    r.many(q)
}

/// The last sequence given out.
pub fn head(r: &mut Reader) -> Result<i64> {
    r.count(sql("select seq from head where county = $1 and chain = $2").bind(r.home()).bind("journal"))
}

/// Sequence and hash of a link.
pub(crate) type End = (i64, [u8; 32]);

/// What the first link of a chain is chained to. Names the county, so that no chain passes for another's.
pub(crate) fn genesis(home: Home, chain: &str) -> [u8; 32] {
    Sha256::digest(format!("shuxiang/{home}/{chain}")).into()
}

/// Whether the journal holds this very entry. Waits for a writer that is still at it.
pub(crate) fn holds(conn: &mut Conn, home: Home, seq: i64, hash: &[u8; 32]) -> Result<bool, DbError> {
    conn.begin()?;
    lock_head(conn, home, "journal")?;
    let rows = conn.query(&sql("select 1 from journal where county = $1 and seq = $2 and hash = $3").bind(home).bind(seq).bind(*hash))?;
    Ok(!rows.is_empty())
}

pub(crate) fn head_row(home: Home, chain: &str, lock: &str) -> crate::Sql {
    let mut q = sql("select seq, hash from head where county = $1 and chain = $2").bind(home).bind(chain);
    q.push(lock);
    q
}

/// Locks the head row of a chain and gives its last sequence and hash.
pub(crate) fn lock_head(conn: &mut Conn, home: Home, chain: &str) -> Result<(i64, [u8; 32]), DbError> {
    loop {
        let q = head_row(home, chain, conn.for_update());
        if let Some(row) = conn.query(&q)?.first() {
            let broken = |e: base::Error| DbError { fate: crate::conn::Fate::Command, unique: false, cause: e.into() };
            return Ok((row.get(0).map_err(broken)?, row.get(1).map_err(broken)?));
        }
        conn.execute(
            &sql("insert into head (county, chain, seq, hash) values ($1, $2, 0, $3) on conflict (county, chain) do nothing")
                .bind(home)
                .bind(chain)
                .bind(genesis(home, chain)),
        )?;
    }
}

pub(crate) fn move_head(conn: &mut Conn, home: Home, chain: &str, seq: i64, hash: [u8; 32]) -> Result<(), DbError> {
    conn.defer(sql("update head set seq = $1, hash = $2 where county = $3 and chain = $4").bind(seq).bind(hash).bind(home).bind(chain))
}

fn insert(home: Home, rows: impl Iterator<Item = Recorded>) -> crate::Sql {
    let mut q = sql("");
    q.push("insert into journal (county, ").push(ENTRY).push(") values ");
    for (i, r) in rows.enumerate() {
        q.push(if i > 0 { ", (" } else { "(" }).arg(home).push(", ").arg(r.seq).push(", ").arg(r.at);
        q.push(", ").arg(r.actor).push(", ").arg(r.seat).push(", ").arg(r.acting).push(", ").arg(r.region).push(", ").arg(r.kind);
        q.push(", ").arg(r.subject_kind).push(", ").arg(r.subject).push(", ").arg(r.payload_text).push(", ").arg(r.cause);
        q.push(", ").arg(r.depth).push(", ").arg(r.hash).push(")");
    }
    q
}

/// Appends entries; gives the sequence of the first, and sequence and hash of the last.
pub(crate) fn append(conn: &mut Conn, home: Home, at: Time, entries: Vec<Entry>) -> Result<(i64, Option<End>), DbError> {
    let (mut seq, mut hash) = lock_head(conn, home, "journal")?;
    let first = seq + 1;
    let mut rows = Vec::with_capacity(entries.len());
    for e in entries {
        seq += 1;
        let by = e.by.unwrap_or_else(|| By::system("store"));
        let mut r = Recorded {
            seq,
            at,
            actor: by.actor.to_string(),
            seat: by.seat.map(|s| s.uuid()),
            acting: by.acting,
            region: e.region,
            kind: e.kind.to_owned(),
            subject_kind: e.subject.0.to_owned(),
            subject: e.subject.1,
            payload_text: e.payload.to_string(),
            payload: Json::Null,
            cause: e.cause,
            depth: e.depth,
            hash: [0; 32],
        };
        hash = r.link(&hash);
        r.hash = hash;
        rows.push(r);
    }
    // Many rows a statement, of few lengths, so that few texts are kept prepared.
    let mut rows = rows.into_iter();
    while rows.len() > 0 {
        let n = [16, 8, 4, 2, 1].into_iter().find(|n| *n <= rows.len()).unwrap_or(1);
        conn.defer(insert(home, rows.by_ref().take(n)))?;
    }
    move_head(conn, home, "journal", seq, hash)?;
    Ok((first, Some((seq, hash))))
}

/// Takes `n` numbers of a series; gives the last of them.
pub(crate) fn take_numbers(conn: &mut Conn, home: Home, series: &str, n: i64) -> Result<i64, DbError> {
    let rows = conn.query(
        &sql("insert into counter (county, series, n) values ($1, $2, $3)
              on conflict (county, series) do update set n = counter.n + excluded.n returning n")
        .bind(home)
        .bind(series)
        .bind(n),
    )?;
    let last = rows.first().and_then(|r| r.get::<i64>(0).ok());
    last.ok_or_else(|| DbError { fate: crate::conn::Fate::Command, unique: false, cause: "the counter gave no number".into() })
}
