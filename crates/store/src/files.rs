//! Files: in their county's folder, named by their SHA-256, on disk before the command that refers to them, never
//! overwritten, swept after seven days without a use.
//!
//! A file is a row of `file`; who needs it is a row of `file_use`. Sweeping and bringing the same bytes again may
//! meet: the sweeper first marks the row, and whoever brings the file waits until it is gone and stores it anew.

mod incoming;
#[cfg(feature = "s3")]
mod s3;

pub use incoming::Incoming;
#[cfg(feature = "s3")]
pub use s3::Bucket;

use crate::{By, Reader, Store, Unit, photo, sql, words::hex};
use base::{Error, Home, Kind, Result};
use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use object_store::{ObjectStore, ObjectStoreExt, local::LocalFileSystem, path::Path as Key};
use sha2::{Digest, Sha256};
use std::{collections::HashMap, path::Path, sync::Arc, time::Duration};
use tokio::sync::Semaphore;
use uuid::Uuid;

/// Days that a file without a use is kept: a draft may be sent later than its photo.
pub const UNUSED: u32 = 7;

/// Files of one unit of the sweeper.
const MOST: i64 = 100;

/// Where the bytes are: a folder, or S3 (cargo feature `s3`).
#[derive(Clone)]
pub struct Files {
    objects: Arc<dyn ObjectStore>,
    /// One photo at a time: 50 megapixels are 200 MB while they are looked at.
    decoding: Arc<Semaphore>,
}

crate::row! {
    /// A file that is on disk.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Stored {
        pub sha256: [u8; 32],
        pub size: i64,
        /// Media type, such as `image/jpeg`.
        pub kind: String,
    }
}

crate::row! {
    /// A use of a file: the field of the row that needs it.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Used {
        pub field: String,
        pub sha256: [u8; 32],
        pub size: i64,
        pub kind: String,
    }
}

/// A photo that is on disk, with what its camera said before that was dropped.
#[derive(Clone, Debug)]
pub struct StoredPhoto {
    pub photo: Stored,
    /// At most [`photo::THUMBNAIL`] pixels wide and high, JPEG.
    pub thumbnail: Stored,
    pub facts: photo::Facts,
}

/// A file's id: the first half of its SHA-256. As a subject of uses it stands for a photo that needs its thumbnail.
pub fn id(sha256: &[u8; 32]) -> Uuid {
    let mut half = [0; 16];
    half.copy_from_slice(&sha256[..16]);
    Uuid::from_bytes(half)
}

/// The file that has this id.
pub fn find(r: &mut Reader, id: Uuid) -> Result<Option<[u8; 32]>> {
    let (mut first, mut last) = ([0; 32], [255; 32]);
    first[..16].copy_from_slice(id.as_bytes());
    last[..16].copy_from_slice(id.as_bytes());
    let found: Option<([u8; 32],)> = r.one(
        crate::sql("select sha256 from file where county = $1 and sha256 >= $2 and sha256 <= $3 and state = 0")
            .bind(r.home())
            .bind(first)
            .bind(last),
    )?;
    Ok(found.map(|(name,)| name))
}

/// The field under which a photo needs its thumbnail.
const SMALL: &str = "small";

/// The thumbnail of a photo, where it has one.
pub fn thumbnail(r: &mut Reader, photo: &[u8; 32]) -> Result<Option<Stored>> {
    let mut q = crate::Sql::select::<Stored>("from file where county = ");
    q.arg(r.home()).push(" and state = 0 and sha256 in (select sha256 from file_use where county = ").arg(r.home());
    q.push(" and subject = ").arg(id(photo)).push(" and field = ").arg(SMALL).push(")");
    r.one(q)
}

/// The name of a file from its hex, as it stands in an address.
pub fn name(hex: &str) -> Result<[u8; 32]> {
    let wrong = || Error::invalid("file", "文件名应是 64 位十六进制数", "a file's name has 64 hex digits");
    if hex.len() != 64 || !hex.is_ascii() {
        return Err(wrong());
    }
    let mut out = [0; 32];
    for (byte, i) in out.iter_mut().zip((0..64).step_by(2)) {
        *byte = u8::from_str_radix(&hex[i..i + 2], 16).map_err(|_| wrong())?;
    }
    Ok(out)
}

fn key(home: Home, sha256: &[u8; 32]) -> Key {
    let hex = hex(sha256);
    Key::from(format!("{home}/{}/{hex}", &hex[..2]))
}

/// Refuses markup that a browser would run in our name, by how the file begins.
fn inert(bytes: &[u8]) -> Result<()> {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(LOOKED_AT)]).to_ascii_lowercase();
    if !["<svg", "<html", "<!doctype html", "<script"].iter().any(|tag| start.contains(tag)) {
        return Ok(());
    }
    Err(Error::new(
        Kind::UnsupportedMedia,
        "file_kind",
        "不接受 SVG 和网页文件，请改用图片（JPEG、PNG、WebP）或 PDF",
        "SVG and web pages are not accepted; use a picture (JPEG, PNG, WebP) or a PDF",
    ))
}

/// Bytes at a file's beginning that tell markup.
const LOOKED_AT: usize = 1024;

/// Where the bytes of a file are before they have its name.
enum Source {
    Memory(Bytes),
    Object(Key),
}

impl Files {
    pub fn folder(path: &Path) -> Result<Files> {
        std::fs::create_dir_all(path).map_err(Error::unavailable)?;
        incoming::clear_folder(path)?;
        let folder = LocalFileSystem::new_with_prefix(path).map_err(Error::unavailable)?.with_fsync(true);
        Ok(Files::on(Arc::new(folder)))
    }

    fn on(objects: Arc<dyn ObjectStore>) -> Files {
        Files { objects, decoding: Arc::new(Semaphore::new(1)) }
    }

    /// Stores bytes and their row. The same bytes again are the same file. A command may refer to it from here on, and
    /// says so with [`Unit::use_file`].
    pub async fn bring(&self, store: &Store, home: Home, by: By, kind: &str, bytes: Bytes) -> Result<Stored> {
        inert(&bytes)?;
        let stored = Stored { sha256: Sha256::digest(&bytes).into(), size: bytes.len() as i64, kind: kind.to_owned() };
        self.settle(store, home, by, stored, Source::Memory(bytes)).await
    }

    async fn settle(&self, store: &Store, home: Home, by: By, stored: Stored, source: Source) -> Result<Stored> {
        for _ in 0..100 {
            match &source {
                Source::Memory(bytes) => self.put(home, &stored.sha256, bytes.clone()).await?,
                Source::Object(from) => self.link(from, home, &stored.sha256).await?,
            }
            let row = stored.clone();
            let here = store.command(home, by.clone(), move |unit| bring(unit, &row)).await?.value;
            if here && self.there(home, &stored.sha256).await? {
                return Ok(stored);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Err(Error::unavailable("a file is being swept and does not come to an end"))
    }

    /// Checks and cleans a photo (see [`photo::clean`]) beside the commands, and stores it with its thumbnail.
    pub async fn bring_photo(&self, store: &Store, home: Home, by: By, bytes: Bytes) -> Result<StoredPhoto> {
        let turn = self.decoding.clone().acquire_owned().await.map_err(Error::internal)?;
        let clean = tokio::task::spawn_blocking(move || {
            let clean = photo::clean(&bytes);
            drop(turn);
            clean
        });
        let photo::Photo { bytes, kind, thumbnail, facts } = clean.await.map_err(Error::internal)??;
        let photo = self.bring(store, home, by.clone(), kind, bytes.into()).await?;
        let thumbnail = self.bring(store, home, by.clone(), "image/jpeg", thumbnail.into()).await?;
        let (of, small) = (id(&photo.sha256), thumbnail.sha256);
        store.command(home, by, move |unit| unit.use_file(&small, of, SMALL)).await?;
        Ok(StoredPhoto { photo, thumbnail, facts })
    }

    /// The bytes, which are what their name says or an error. Whoever asks must have looked up a use that he may see.
    pub async fn bytes(&self, home: Home, sha256: &[u8; 32]) -> Result<Bytes> {
        let got = match self.objects.get(&key(home, sha256)).await {
            Ok(got) => got.bytes().await.map_err(Error::unavailable)?,
            Err(object_store::Error::NotFound { .. }) => return Err(Error::not_found()),
            Err(e) => return Err(Error::unavailable(e)),
        };
        if Sha256::digest(&got)[..] != sha256[..] {
            return Err(Error::internal(format!("file {} of {home} is not what was stored", hex(sha256))));
        }
        Ok(got)
    }

    /// The same for a large file, chunk by chunk. The last chunk is given only if all are what the name says: a reader
    /// never gets to the end of a wrong file.
    pub async fn stream(&self, home: Home, sha256: &[u8; 32]) -> Result<impl Stream<Item = Result<Bytes>> + Send + use<>> {
        let got = match self.objects.get(&key(home, sha256)).await {
            Ok(got) => got.into_stream(),
            Err(object_store::Error::NotFound { .. }) => return Err(Error::not_found()),
            Err(e) => return Err(Error::unavailable(e)),
        };
        let (name, begin) = (*sha256, (got, Sha256::new(), None::<Bytes>));
        Ok(stream::try_unfold(begin, move |(mut got, mut hash, mut held)| async move {
            loop {
                match (got.next().await.transpose().map_err(Error::unavailable)?, held.take()) {
                    (Some(next), before) => {
                        hash.update(&next);
                        held = Some(next);
                        if let Some(before) = before {
                            return Ok(Some((before, (got, hash, held))));
                        }
                    }
                    (None, None) => return Ok(None),
                    (None, Some(last)) if hash.clone().finalize()[..] == name[..] => return Ok(Some((last, (got, hash, None)))),
                    (None, Some(_)) => {
                        return Err(Error::internal(format!("file {} of {home} is not what was stored", hex(&name))));
                    }
                }
            }
        }))
    }

    /// Asking first saves sending what is there. Two that do it at once write the same bytes: the name is theirs. Not
    /// every S3 knows "only where nothing is".
    pub(crate) async fn put(&self, home: Home, sha256: &[u8; 32], bytes: Bytes) -> Result<()> {
        if self.there(home, sha256).await? {
            return Ok(());
        }
        self.objects.put(&key(home, sha256), bytes.into()).await.map(drop).map_err(Error::unavailable)
    }

    async fn link(&self, from: &Key, home: Home, sha256: &[u8; 32]) -> Result<()> {
        if self.there(home, sha256).await? {
            return Ok(());
        }
        self.objects.copy(from, &key(home, sha256)).await.map_err(Error::unavailable)
    }

    async fn there(&self, home: Home, sha256: &[u8; 32]) -> Result<bool> {
        match self.objects.head(&key(home, sha256)).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(e) => Err(Error::unavailable(e)),
        }
    }

    async fn remove(&self, home: Home, sha256: &[u8; 32]) -> Result<()> {
        match self.objects.delete(&key(home, sha256)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(e) => Err(Error::unavailable(e)),
        }
    }
}

/// False while the same bytes are being swept.
fn bring(unit: &mut Unit, f: &Stored) -> Result<bool> {
    let (home, now, actor) = (unit.home(), unit.now(), unit.by().actor.to_string());
    let rows = unit.change(
        sql("insert into file (county, sha256, size, kind, made, actor, touched, state) values ($1, $2, $3, $4, $5, $6, $7, 0)
             on conflict (county, sha256) do update set touched = excluded.touched where file.state = 0")
        .bind(home)
        .bind(f.sha256)
        .bind(f.size)
        .bind(&f.kind)
        .bind(now)
        .bind(actor)
        .bind(now),
    )?;
    Ok(rows == 1)
}

impl Unit<'_> {
    /// `subject` needs a file in its `field` from now on.
    pub fn use_file(&mut self, sha256: &[u8; 32], subject: Uuid, field: &str) -> Result<()> {
        let (home, now) = (self.home(), self.now());
        // Touching the row settles who was first, this unit or the sweeper.
        let here = self.change(
            sql("update file set touched = $1 where county = $2 and sha256 = $3 and state = 0").bind(now).bind(home).bind(*sha256),
        )?;
        if here == 0 {
            return Err(Error::invalid(field, "文件不在了，请重新上传", "the file is not there (any more); upload it again"));
        }
        self.write(
            sql("insert into file_use (county, subject, field, sha256) values ($1, $2, $3, $4)
                 on conflict (county, subject, field, sha256) do nothing")
            .bind(home)
            .bind(subject)
            .bind(field)
            .bind(*sha256),
        )
    }

    /// `subject` needs none of its files any more. Those that nobody else needs go at the next sweep.
    pub fn drop_files(&mut self, subject: Uuid) -> Result<()> {
        let home = self.home();
        self.write(
            sql("update file set touched = 0 where county = $1 and sha256 in (select sha256 from file_use where county = $2 and subject = $3)")
                .bind(home)
                .bind(home)
                .bind(subject),
        )?;
        self.write(sql("delete from file_use where county = $1 and subject = $2").bind(home).bind(subject))
    }
}

/// How many files each of these subjects has; those that have none are left out.
pub fn counted(r: &mut Reader, subjects: &[Uuid]) -> Result<HashMap<Uuid, i64>> {
    if subjects.is_empty() {
        return Ok(HashMap::new());
    }
    let mut q = sql("select subject, count(distinct sha256) from file_use where county = ");
    q.arg(r.home()).push(" and subject in ").list(subjects.iter().copied()).push(" group by subject");
    Ok(r.many::<(Uuid, i64)>(q)?.into_iter().collect())
}

/// The files of a subject.
pub fn of(r: &mut Reader, subject: Uuid) -> Result<Vec<Used>> {
    r.many(used_by(r.home(), subject))
}

/// As [`of`] asks it, for [`Reader::ahead`].
pub fn used_by(home: Home, subject: Uuid) -> crate::Sql {
    sql("select u.field, u.sha256, f.size, f.kind from file_use u join file f on f.county = u.county and f.sha256 = u.sha256
         where u.county = $1 and u.subject = $2 order by f.made, u.field, u.sha256")
    .bind(home)
    .bind(subject)
}

impl Store {
    /// Removes files that nothing has used for [`UNUSED`] days, or whose last use was dropped; answers how many.
    pub async fn sweep_files(&self, home: Home, files: &Files) -> Result<u64> {
        let mut swept = 0;
        loop {
            let going = self.command(home, By::system("sweep"), mark).await?.value;
            if going.is_empty() {
                return Ok(swept);
            }
            for sha256 in &going {
                files.remove(home, sha256).await?;
            }
            swept += going.len() as u64;
            self.command(home, By::system("sweep"), move |unit| {
                let mut q = sql("delete from file where county = ");
                q.arg(unit.home()).push(" and state = 1 and sha256 in ").list(going.iter().copied());
                unit.write(q)?;
                // A thumbnail goes with its photo: in the next round.
                going.iter().try_for_each(|sha256| unit.drop_files(id(sha256)))
            })
            .await?;
        }
    }
}

/// Marks what will go, with what an interrupted sweep left marked.
fn mark(unit: &mut Unit) -> Result<Vec<[u8; 32]>> {
    let (home, before) = (unit.home(), unit.now() - Duration::from_secs(86_400) * UNUSED);
    unit.write(
        sql("update file set state = 1 where county = $1 and state = 0 and touched < $2 and sha256 in
             (select f.sha256 from file f where f.county = $3 and f.state = 0 and f.touched < $4
              and not exists (select 1 from file_use u where u.county = f.county and u.sha256 = f.sha256) limit $5)")
        .bind(home)
        .bind(before)
        .bind(home)
        .bind(before)
        .bind(MOST),
    )?;
    let marked: Vec<([u8; 32],)> =
        unit.many(sql("select sha256 from file where county = $1 and state = 1 limit $2").bind(home).bind(MOST))?;
    Ok(marked.into_iter().map(|(s,)| s).collect())
}
