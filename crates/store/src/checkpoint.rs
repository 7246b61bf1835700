//! Segments and signed checkpoints.
//!
//! A checkpoint says: at this size, the chain's last hash is this. It is signed and goes where the keeper of the
//! database has no hand: a folder outside the data folder, an address (an outbox letter of kind `checkpoint`), the
//! well-known page. Whoever kept one can prove later that nothing before it was changed and nothing was cut off. The
//! journal falls into segments of a month or [`SEGMENT`] entries; each is closed by a checkpoint.
//!
//! The shape is C2SP tlog-checkpoint in a signed note: origin, size, base64 of the hash. The hash is the chain's, not
//! that of a Merkle tree.

use crate::{
    By, Reader, Store, Unit, journal,
    signing::{Signer, Verifier},
    sql,
    verify::{Chain, Fault, Link, Wrong, end, walk},
    words::{self, Erasure},
};
use base::{Error, Home, Kind, Result, Time};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::watch;
use uuid::Uuid;

/// Entries of a segment at most.
pub const SEGMENT: i64 = 1_000_000;

const CHUNK: i64 = 2000;

/// What was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    pub county: Home,
    pub chain: Chain,
    pub size: i64,
    pub hash: [u8; 32],
    /// The whole signed note.
    pub note: String,
}

impl Checkpoint {
    /// Reads a note that one of `keys` signed.
    pub fn read(keys: &[Verifier], note: &str) -> Result<Checkpoint> {
        let wrong = || {
            Error::new(
                Kind::Invalid,
                "checkpoint",
                "这不是可信的检查点：签名不对，或内容不完整",
                "this checkpoint cannot be trusted: the signature is wrong or the text is not whole",
            )
        };
        Verifier::check(keys, note).ok_or_else(wrong)?;
        Checkpoint::parse(note).ok_or_else(wrong)
    }

    /// Reads without a look at the signature.
    fn parse(note: &str) -> Option<Checkpoint> {
        let mut lines = note.lines();
        let (origin, size, hash) = (lines.next()?, lines.next()?, lines.next()?);
        let mut origin = origin.rsplit('/');
        let chain = origin.next()?;
        Some(Checkpoint {
            chain: Chain::ALL.into_iter().find(|c| c.name() == chain)?,
            county: Home::new(origin.next()?.parse().ok()?).ok()?,
            size: size.parse().ok().filter(|n| *n >= 0)?,
            hash: BASE64.decode(hash).ok()?.try_into().ok()?,
            note: note.to_owned(),
        })
    }

    fn sign(signer: &Signer, county: Home, chain: Chain, size: i64, hash: [u8; 32]) -> Checkpoint {
        let text = format!("{}/{county}/{chain}\n{size}\n{}\n", signer.name(), BASE64.encode(hash));
        Checkpoint { county, chain, size, hash, note: signer.sign(&text) }
    }
}

/// Name of the file of erasures beside a county's checkpoints: sequence, subject and kind of entry a line.
const ERASURES: &str = "erasures.txt";

/// At the latest after this time an erasure lies outside.
const ERASURES_KEPT: Duration = Duration::from_secs(60);

/// The erasures of a county that lie in a folder of a [`Witness`].
pub fn erasures(folder: &Path, home: Home) -> Result<Vec<Erasure>> {
    let text = match fs::read_to_string(folder.join(home.to_string()).join(ERASURES)) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        text => text.map_err(Error::unavailable)?,
    };
    // A last line that was cut short by a crash is written again at the next checkpoint.
    let line = |line: &str| {
        let [seq, subject, kind] = line.split(' ').collect::<Vec<_>>()[..] else { return None };
        let whole = kind.ends_with(".erased");
        whole.then_some(Erasure { seq: seq.parse().ok()?, subject: Uuid::parse_str(subject).ok()?, kind: kind.to_owned() })
    };
    Ok(text.lines().filter_map(line).collect())
}

/// Who signs, and where the signed goes.
pub struct Witness {
    signer: Signer,
    folder: Option<PathBuf>,
    /// Whether each checkpoint is also a letter in the outbox.
    send: bool,
}

impl Witness {
    /// The folder must lie outside the data folder: what can be changed together proves nothing.
    pub fn new(signer: Signer, folder: Option<PathBuf>, data: Option<&Path>, send: bool) -> Result<Witness> {
        if let Some(folder) = &folder {
            fs::create_dir_all(folder).map_err(Error::unavailable)?;
            if let Some(data) = data
                && fs::canonicalize(folder).map_err(Error::unavailable)?.starts_with(fs::canonicalize(data).map_err(Error::unavailable)?)
            {
                return Err(Error::invalid(
                    "checkpoints",
                    "检查点目录不能放在数据目录里，请换一个目录（最好在另一台机器上）",
                    "the folder for checkpoints must not lie inside the data folder; choose another one, best on another machine",
                ));
            }
        }
        Ok(Witness { signer, folder, send })
    }

    pub fn verifier(&self) -> Verifier {
        self.signer.verifier()
    }

    /// All checkpoints in the folder, the smallest first in each chain.
    pub fn kept(&self) -> Result<Vec<Checkpoint>> {
        self.folder.as_deref().map_or(Ok(Vec::new()), kept)
    }

    /// Puts those erasures beside the checkpoints that do not lie there yet.
    fn keep_erasures(&self, home: Home, erasures: &[Erasure]) -> Result<()> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let there = self::erasures(folder, home)?;
        let new: Vec<&Erasure> = erasures.iter().filter(|e| !there.contains(e)).collect();
        if new.is_empty() {
            return Ok(());
        }
        let folder = folder.join(home.to_string());
        let write = || {
            fs::create_dir_all(&folder)?;
            let mut file = fs::OpenOptions::new().create(true).append(true).open(folder.join(ERASURES))?;
            // A line that a crash cut short ends here, and is told again below.
            let mut lines = String::from(if file.metadata()?.len() > 0 { "\n" } else { "" });
            for e in new {
                lines.push_str(&format!("{} {} {}\n", e.seq, e.subject, e.kind));
            }
            file.write_all(lines.as_bytes())?;
            file.sync_all()
        };
        write().map_err(Error::unavailable)
    }

    fn keep(&self, c: &Checkpoint) -> Result<()> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let folder = folder.join(c.county.to_string());
        let write = || {
            fs::create_dir_all(&folder)?;
            let path = folder.join(format!("{}-{:012}.note", c.chain, c.size));
            if path.exists() {
                return Ok(());
            }
            let draft = folder.join(format!(".{}", Uuid::now_v7()));
            fs::write(&draft, &c.note)?;
            fs::File::open(&draft)?.sync_all()?;
            fs::rename(&draft, &path)?;
            fs::File::open(&folder)?.sync_all()
        };
        write().map_err(Error::unavailable)
    }
}

/// All checkpoints that lie in a folder of a [`Witness`]. Signatures are not looked at: a reader does that with
/// [`Checkpoint::read`] and the keys that it trusts.
pub fn kept(folder: &Path) -> Result<Vec<Checkpoint>> {
    let mut all = Vec::new();
    for county in fs::read_dir(folder).map_err(Error::unavailable)? {
        let county = county.map_err(Error::unavailable)?.path();
        if !county.is_dir() {
            continue;
        }
        for file in fs::read_dir(county).map_err(Error::unavailable)? {
            let path = file.map_err(Error::unavailable)?.path();
            if path.extension().is_some_and(|e| e == "note") {
                all.extend(fs::read_to_string(&path).ok().as_deref().and_then(Checkpoint::parse));
            }
        }
    }
    all.sort_by_key(|c| (c.county, c.chain, c.size));
    Ok(all)
}

/// The latest checkpoint of each chain of this county, as notes: the well-known page.
pub fn checkpoints(r: &mut Reader) -> Result<Vec<Checkpoint>> {
    let mut latest = Vec::new();
    for chain in Chain::ALL {
        latest.extend(last(r, chain)?);
    }
    Ok(latest)
}

fn last(r: &mut Reader, chain: Chain) -> Result<Option<Checkpoint>> {
    let home = r.home();
    let note: Option<(String,)> = r.one(
        sql("select note from checkpoint where county = $1 and chain = $2 order by size desc limit 1").bind(home).bind(chain.name()),
    )?;
    Ok(note.and_then(|(n,)| Checkpoint::parse(&n)))
}

crate::row! {
    /// A part of a chain that is closed.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Segment {
        /// 1, 2, 3 …
        pub closes: i64,
        /// Sequence of its last entry.
        pub size: i64,
        pub at: Time,
        pub note: String,
    }
}

/// The closed segments of a chain, oldest first.
pub fn segments(r: &mut Reader, chain: Chain) -> Result<Vec<Segment>> {
    let mut q = crate::Sql::select::<Segment>("from checkpoint where county = ");
    q.arg(r.home()).push(" and chain = ").arg(chain.name()).push(" and closes > 0 order by closes");
    r.many(q)
}

/// Where segments end, seen from the open one.
struct Cutter {
    number: i64,
    first: i64,
    month: Option<(i16, i8)>,
    most: i64,
}

impl Cutter {
    /// Number of the segment that ended before `link`, or ends with it.
    fn cut(&mut self, link: &Link) -> (Option<i64>, Option<i64>) {
        let month = link.at.map(|t| (t.date().year(), t.date().month()));
        let mut ended = (None, None);
        if self.month.is_some() && month > self.month {
            ended.0 = Some(self.number);
            (self.number, self.first, self.month) = (self.number + 1, link.seq, month);
        }
        self.month = self.month.or(month);
        if link.seq + 1 - self.first >= self.most {
            ended.1 = Some(self.number);
            (self.number, self.first, self.month) = (self.number + 1, link.seq + 1, None);
        }
        ended
    }
}

fn refused(fault: &Fault) -> Error {
    let text = fault.text();
    Error::new(
        Kind::Conflict,
        "checkpoint_inconsistent",
        format!("不能签新的检查点：{}。请立即核查，不要改动数据", text.zh),
        format!("no new checkpoint is signed: {}. Look into it at once and change nothing", text.en),
    )
}

impl Store {
    /// Signs how far a chain has come, closing segments on the way; `None` where nothing was added. Reads again what
    /// was added since the last checkpoint, and never signs what is inconsistent with one that it or the folder knows.
    pub async fn checkpoint(&self, home: Home, chain: Chain, witness: &Witness) -> Result<Option<Checkpoint>> {
        self.checkpoint_by(home, chain, witness, SEGMENT).await
    }

    /// Puts what was erased since the last checkpoint beside the checkpoints, so that a backup from before can be made to
    /// forget it again.
    pub async fn keep_erasures(&self, home: Home, witness: &Witness) -> Result<()> {
        let erasures = self
            .read(home, |r| {
                let since = last(r, Chain::Journal)?.map_or(0, |c| c.size);
                words::erasures(r, since)
            })
            .await?;
        witness.keep_erasures(home, &erasures)
    }

    pub(crate) async fn checkpoint_by(&self, home: Home, chain: Chain, witness: &Witness, most: i64) -> Result<Option<Checkpoint>> {
        let (mine, (head, head_hash, _), closed) = self
            .read(home, move |r| {
                let closed: Option<(i64, i64)> = r.one(
                    sql("select closes, size from checkpoint where county = $1 and chain = $2 and closes > 0 order by size desc limit 1")
                        .bind(home)
                        .bind(chain.name()),
                )?;
                Ok((last(r, chain)?, end(r, chain)?, closed.unwrap_or((0, 0))))
            })
            .await?;
        let outside = witness.kept()?.into_iter().rfind(|c| c.county == home && c.chain == chain);
        let fault = |seq, what| Err(refused(&Fault { chain, seq, what }));
        for known in mine.iter().chain(&outside) {
            if known.size > head {
                return fault(head + 1, Wrong::Cut { size: known.size });
            }
            if !self.stands(known).await? {
                return fault(known.size, Wrong::NotAsSigned);
            }
        }
        if head == mine.as_ref().map_or(0, |c| c.size) {
            return Ok(None);
        }
        // From the last one of our own, and the last closed segment tells where the open one began.
        let mut at = mine.as_ref().map_or((0, journal::genesis(home, chain.name())), |c| (c.size, c.hash));
        let mut cutter = Cutter { number: closed.0 + 1, first: closed.1 + 1, month: self.month_of(home, chain, closed.1 + 1).await?, most };
        let mut signed: Vec<(i64, Checkpoint)> = Vec::new();
        while at.0 < head {
            let from = at;
            let (links, bad) = self.read(home, move |r| walk(r, chain, from, head, CHUNK)).await?;
            for link in &links {
                let (before, with) = cutter.cut(link);
                let sign = |at: (i64, [u8; 32])| Checkpoint::sign(&witness.signer, home, chain, at.0, at.1);
                if let Some(number) = before {
                    signed.push((number, sign(at)));
                }
                at = (link.seq, link.hash);
                if let Some(number) = with {
                    signed.push((number, sign(at)));
                }
            }
            if let Some(bad) = bad {
                return Err(refused(&bad));
            }
        }
        if at.1 != head_hash {
            return fault(head, Wrong::Head);
        }
        let newest = Checkpoint::sign(&witness.signer, home, chain, at.0, at.1);
        if signed.last().is_none_or(|(_, c)| c.size < newest.size) {
            signed.push((0, newest.clone()));
        }
        if chain == Chain::Journal {
            self.keep_erasures(home, witness).await?;
        }
        for (_, c) in &signed {
            witness.keep(c)?;
        }
        let send = witness.send;
        self.command(home, By::system("checkpoint"), move |unit| signed.iter().try_for_each(|(closes, c)| note(unit, *closes, c, send)))
            .await?;
        Ok(Some(newest))
    }

    /// Whether the chain still has the entry that a checkpoint ends with.
    pub(crate) async fn stands(&self, c: &Checkpoint) -> Result<bool> {
        let (chain, size, hash) = (c.chain, c.size, c.hash);
        if size == 0 {
            return Ok(true);
        }
        self.read(c.county, move |r| {
            let mut q = sql("select count(*) from ");
            q.push(chain.name()).push(" where county = ").arg(r.home()).push(" and seq = ").arg(size).push(" and hash = ").arg(hash);
            Ok(r.count(q)? == 1)
        })
        .await
    }

    async fn month_of(&self, home: Home, chain: Chain, seq: i64) -> Result<Option<(i16, i8)>> {
        let at: Option<(Option<Time>,)> = self
            .read(home, move |r| {
                let mut q = sql("select at from ");
                q.push(chain.name()).push(" where county = ").arg(home).push(" and seq = ").arg(seq);
                r.one(q)
            })
            .await?;
        Ok(at.and_then(|(t,)| t).map(|t| (t.date().year(), t.date().month())))
    }

    /// Signs both chains of every county now and then every `every`, until `stop`; between, what was erased is put beside
    /// them every minute.
    pub async fn run_checkpoints(&self, witness: Arc<Witness>, every: Duration, mut stop: watch::Receiver<bool>) -> Result<()> {
        let mut signed: Option<Instant> = None;
        while !*stop.borrow() {
            let due = signed.is_none_or(|at| at.elapsed() >= every);
            for home in self.homes().await.unwrap_or_default() {
                for chain in Chain::ALL.into_iter().filter(|_| due) {
                    if let Err(e) = self.checkpoint(home, chain, &witness).await {
                        tracing::error!(county = %home, %chain, error = ?e, "no checkpoint was signed");
                    }
                }
                if let Err(e) = self.keep_erasures(home, &witness).await {
                    tracing::error!(county = %home, error = ?e, "what was erased is not kept outside");
                }
            }
            if due {
                signed = Some(Instant::now());
            }
            tokio::select! {
                _ = tokio::time::sleep(every.min(ERASURES_KEPT)) => {}
                _ = stop.changed() => {}
            }
        }
        Ok(())
    }
}

fn note(unit: &mut Unit, closes: i64, c: &Checkpoint, send: bool) -> Result<()> {
    let (home, now) = (unit.home(), unit.now());
    let new = unit.change(
        sql("insert into checkpoint (county, chain, size, closes, at, note) values ($1, $2, $3, $4, $5, $6)
             on conflict (county, chain, size) do update set closes = excluded.closes where checkpoint.closes = 0 and excluded.closes > 0")
        .bind(home)
        .bind(c.chain.name())
        .bind(c.size)
        .bind(closes)
        .bind(now)
        .bind(&c.note),
    )?;
    if send && new > 0 {
        unit.send("checkpoint", &serde_json::json!({ "note": c.note }))?;
    }
    Ok(())
}
