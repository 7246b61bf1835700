//! `verify`: both chains computed again from their rows, in chunks, and every text an entry names compared with its
//! hash.

use crate::{Checkpoint, Reader, Store, journal, reading, sql, words, words::Standing};
use base::{Home, Result, Text, Time};
use serde::Serialize;
use std::fmt;
use uuid::Uuid;

/// Rows of one look-up: memory stays small, and no reader stands still for long.
const CHUNK: i64 = 2000;

/// Bad texts that are named; all are counted.
const NAMED: usize = 100;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Chain {
    Journal,
    Reading,
}

impl Chain {
    pub const ALL: [Chain; 2] = [Chain::Journal, Chain::Reading];

    pub const fn name(self) -> &'static str {
        match self {
            Chain::Journal => "journal",
            Chain::Reading => "reading",
        }
    }
}

impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What is wrong with a row of a chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Wrong {
    /// The row is missing; the next one there has this sequence.
    Gap { next: i64 },
    /// The row or its hash was changed.
    Changed,
    /// Details of a reading went before their last day.
    DroppedEarly,
    /// Rows were taken from the end: the head or a checkpoint knows of this many.
    Cut { size: i64 },
    /// Rows stand behind the head.
    BehindHead,
    /// The chain is whole, but its head says something else.
    Head,
    /// The chain is whole, but it is not the one that was signed.
    NotAsSigned,
}

/// The first bad row of a chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    pub chain: Chain,
    pub seq: i64,
    pub what: Wrong,
}

impl Fault {
    pub fn text(&self) -> Text {
        let (zh, en) = match &self.what {
            Wrong::Gap { next } => (format!("缺失，下一条是第 {next} 条"), format!("is missing; the next one is {next}")),
            Wrong::Changed => ("被改动过".into(), "was changed".into()),
            Wrong::DroppedEarly => ("的内容在保存期满之前被去掉".into(), "lost its details before their last day".into()),
            Wrong::Cut { size } => (format!("起的末尾被截去，原有 {size} 条"), format!("and what follows was cut off; there were {size}")),
            Wrong::BehindHead => ("在链头之后，不该存在".into(), "stands behind the head and should not exist".into()),
            Wrong::Head => ("与链头记录不符".into(), "does not agree with the head".into()),
            Wrong::NotAsSigned => ("与已签名的检查点不符".into(), "does not agree with the signed checkpoint".into()),
        };
        Text::new(format!("{} 链第 {} 条{zh}", self.chain, self.seq), format!("{} entry {} {en}", self.chain, self.seq))
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Texts {
    pub right: u64,
    pub erased: u64,
    pub missing: u64,
    pub altered: u64,
}

/// What was found. Memory does not grow with the journal.
#[derive(Clone, Debug, Serialize)]
pub struct Verified {
    #[serde(serialize_with = "home_as_text")]
    pub county: Home,
    /// Links that were computed again, of both chains.
    pub entries: i64,
    pub readings: i64,
    /// The first bad row of each chain.
    pub faults: Vec<Fault>,
    pub texts: Texts,
    /// Sequence of the entry, id of the text: the first that are missing or altered.
    pub bad_texts: Vec<(i64, Uuid)>,
    /// Signed checkpoints that were met and agree. 0: only the database speaks for itself.
    pub witnessed: u64,
}

fn home_as_text<S: serde::Serializer>(home: &Home, s: S) -> std::result::Result<S::Ok, S::Error> {
    s.collect_str(home)
}

impl Verified {
    pub fn whole(&self) -> bool {
        self.faults.is_empty() && self.texts.missing == 0 && self.texts.altered == 0
    }
}

/// A link of a chain, as far as others need it.
pub(crate) struct Link {
    pub seq: i64,
    pub at: Option<Time>,
    pub hash: [u8; 32],
    names: Vec<(Uuid, String)>,
}

/// The next links after `at`, up to sequence `upto`, computed again; ends at the first fault.
pub(crate) fn walk(r: &mut Reader, chain: Chain, at: (i64, [u8; 32]), upto: i64, most: i64) -> Result<(Vec<Link>, Option<Fault>)> {
    let (mut seq, mut hash) = at;
    let mut links = Vec::new();
    let most = most.min(upto - seq);
    let now = r.now();
    let rows: Vec<(Link, Option<Wrong>)> = match chain {
        Chain::Journal => journal::after(r, seq, most)?
            .into_iter()
            .map(|row| {
                let wrong = (row.link(&hash) != row.hash).then_some(Wrong::Changed);
                hash = row.hash;
                (Link { seq: row.seq, at: Some(row.at), hash, names: words::named(&row.payload) }, wrong)
            })
            .collect(),
        Chain::Reading => reading::after(r, seq, most)?
            .into_iter()
            .map(|row| {
                let leaf = row.leaf_of_details();
                let wrong = if row.link(&hash) != row.hash || leaf.is_some_and(|l| l != row.leaf) {
                    Some(Wrong::Changed)
                } else if leaf.is_none() && row.kept_until >= now {
                    Some(Wrong::DroppedEarly)
                } else {
                    None
                };
                hash = row.hash;
                (Link { seq: row.seq, at: row.at, hash, names: Vec::new() }, wrong)
            })
            .collect(),
    };
    for (link, wrong) in rows {
        let gap = (link.seq != seq + 1).then_some(Wrong::Gap { next: link.seq });
        seq += 1;
        if let Some(what) = gap.or(wrong) {
            return Ok((links, Some(Fault { chain, seq, what })));
        }
        links.push(link);
    }
    if (links.len() as i64) < most {
        return Ok((links, Some(Fault { chain, seq: seq + 1, what: Wrong::Cut { size: upto } })));
    }
    Ok((links, None))
}

/// Where a chain ends: sequence and hash of the head, and the largest sequence of a row, in one snapshot.
pub(crate) fn end(r: &mut Reader, chain: Chain) -> Result<(i64, [u8; 32], i64)> {
    let home = r.home();
    let mut q = sql("select h.seq, h.hash, (select coalesce(max(c.seq), 0) from ");
    q.push(chain.name())
        .push(" c where c.county = h.county) from head h where h.county = ")
        .arg(home)
        .push(" and h.chain = ")
        .arg(chain.name());
    if let Some(end) = r.one(q)? {
        return Ok(end);
    }
    // No head: right where nothing was ever recorded.
    let mut q = sql("select coalesce(max(seq), 0) from ");
    q.push(chain.name()).push(" where county = ").arg(home);
    Ok((0, journal::genesis(home, chain.name()), r.count(q)?))
}

impl Store {
    /// Checks a county's chains from the beginning. `known` are checkpoints from outside, whose signatures were
    /// checked when they were read.
    pub async fn verify(&self, home: Home, known: &[Checkpoint]) -> Result<Verified> {
        self.verify_from(home, None, known).await
    }

    /// Checks what came after a checkpoint, and that the journal at the checkpoint is the one that was signed.
    pub async fn verify_since(&self, since: &Checkpoint, known: &[Checkpoint]) -> Result<Verified> {
        self.verify_from(since.county, Some(since), known).await
    }

    async fn verify_from(&self, home: Home, since: Option<&Checkpoint>, known: &[Checkpoint]) -> Result<Verified> {
        let mut found = Verified {
            county: home,
            entries: 0,
            readings: 0,
            faults: Vec::new(),
            texts: Texts::default(),
            bad_texts: Vec::new(),
            witnessed: 0,
        };
        for chain in Chain::ALL {
            let mine = |c: &&Checkpoint| c.chain == chain && c.county == home;
            let start = since.filter(mine);
            let signed: Vec<&Checkpoint> = known.iter().filter(mine).chain(start).collect();
            if let Some(fault) = self.verify_chain(home, chain, start, &signed, &mut found).await? {
                found.faults.push(fault);
            }
        }
        Ok(found)
    }

    async fn verify_chain(
        &self,
        home: Home,
        chain: Chain,
        start: Option<&Checkpoint>,
        signed: &[&Checkpoint],
        found: &mut Verified,
    ) -> Result<Option<Fault>> {
        let fault = |seq, what| Ok(Some(Fault { chain, seq, what }));
        let (head, head_hash, last) = self.read(home, move |r| end(r, chain)).await?;
        let mut at = start.map_or((0, journal::genesis(home, chain.name())), |c| (c.size, c.hash));
        if let Some(c) = start.filter(|c| c.size > 0) {
            let size = c.size;
            let there: Option<([u8; 32],)> = self
                .read(home, move |r| {
                    let mut q = sql("select hash from ");
                    q.push(chain.name()).push(" where county = ").arg(home).push(" and seq = ").arg(size);
                    r.one(q)
                })
                .await?;
            match there {
                Some((hash,)) if hash == c.hash => found.witnessed += 1,
                Some(_) => return fault(size, Wrong::NotAsSigned),
                None => return fault(head.min(last) + 1, Wrong::Cut { size }),
            }
        }
        while at.0 < head {
            let from = at;
            let (links, bad, texts) = self
                .read(home, move |r| {
                    let (links, bad) = walk(r, chain, from, head, CHUNK)?;
                    let names: Vec<(Uuid, String)> = links.iter().flat_map(|l| l.names.iter().cloned()).collect();
                    let standings = words::standings(r, &names)?;
                    Ok((links, bad, standings))
                })
                .await?;
            let mut texts = texts.into_iter();
            for link in &links {
                for ((id, _), standing) in link.names.iter().zip(&mut texts) {
                    found.texts.note(standing);
                    if matches!(standing, Standing::Missing | Standing::Altered) && found.bad_texts.len() < NAMED {
                        found.bad_texts.push((link.seq, *id));
                    }
                }
                if let Some(c) = signed.iter().find(|c| c.size == link.seq) {
                    if c.hash != link.hash {
                        return fault(link.seq, Wrong::NotAsSigned);
                    }
                    found.witnessed += 1;
                }
                at = (link.seq, link.hash);
            }
            match chain {
                Chain::Journal => found.entries += links.len() as i64,
                Chain::Reading => found.readings += links.len() as i64,
            }
            if bad.is_some() {
                return Ok(bad);
            }
        }
        if at.1 != head_hash {
            return fault(head, Wrong::Head);
        }
        if last > head {
            return fault(head + 1, Wrong::BehindHead);
        }
        match signed.iter().map(|c| c.size).max() {
            Some(size) if size > head => fault(head + 1, Wrong::Cut { size }),
            _ => Ok(None),
        }
    }
}

impl Texts {
    fn note(&mut self, standing: Standing) {
        match standing {
            Standing::Right => self.right += 1,
            Standing::Erased { .. } => self.erased += 1,
            Standing::Missing => self.missing += 1,
            Standing::Altered => self.altered += 1,
        }
    }
}
