//! A file on its way in: written part by part under a name of its own while its hash is computed, then given the name
//! of its content. However large it is, one part of it is in memory. What does not come to its end is taken away.

use super::{Files, LOOKED_AT, Source, Stored, inert};
use crate::{By, Store};
use base::{Error, Home, Result};
use bytes::Bytes;
use object_store::{MultipartUpload, ObjectStore, ObjectStoreExt, path::Path as Key};
use sha2::{Digest, Sha256};
use std::{
    path::Path,
    sync::Arc,
    time::{Duration, SystemTime},
};
use uuid::Uuid;

const FOLDER: &str = "incoming";

/// Bytes of a part: the smallest that S3 takes.
const PART: usize = 5 << 20;

/// What a server left behind that was stopped in the middle goes when one starts a day later.
const FORGOTTEN: Duration = Duration::from_secs(24 * 3600);

pub struct Incoming {
    files: Files,
    /// Removed when this goes, whatever happened.
    place: Place,
    part: Vec<u8>,
    hash: Sha256,
    size: u64,
    start: Vec<u8>,
}

struct Place {
    objects: Arc<dyn ObjectStore>,
    key: Key,
    /// Until it is complete. S3 keeps the parts of one that nobody ends, and lets them be paid for.
    upload: Option<Box<dyn MultipartUpload>>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let (objects, key, upload) = (self.objects.clone(), self.key.clone(), self.upload.take());
        // Outside a runtime there is nobody left to serve: the next start clears it.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                match upload {
                    Some(mut unfinished) => unfinished.abort().await,
                    None => objects.delete(&key).await,
                }
            });
        }
    }
}

impl Files {
    /// Begins a file of which nothing is known yet.
    pub async fn receive(&self) -> Result<Incoming> {
        let key = Key::from(format!("{FOLDER}/{}", Uuid::new_v4()));
        let upload = self.objects.put_multipart(&key).await.map_err(Error::unavailable)?;
        let place = Place { objects: self.objects.clone(), key, upload: Some(upload) };
        Ok(Incoming { files: self.clone(), place, part: Vec::new(), hash: Sha256::new(), size: 0, start: Vec::new() })
    }
}

impl Incoming {
    pub async fn write(&mut self, bytes: &Bytes) -> Result<()> {
        if self.start.len() < LOOKED_AT {
            let more = LOOKED_AT - self.start.len();
            self.start.extend_from_slice(&bytes[..bytes.len().min(more)]);
        }
        self.hash.update(bytes);
        self.size += bytes.len() as u64;
        self.part.extend_from_slice(bytes);
        if self.part.len() >= PART { self.put().await } else { Ok(()) }
    }

    /// Bytes written so far.
    pub fn size(&self) -> u64 {
        self.size
    }

    async fn put(&mut self) -> Result<()> {
        let part = std::mem::replace(&mut self.part, Vec::with_capacity(PART));
        match &mut self.place.upload {
            Some(upload) => upload.put_part(part.into()).await.map_err(Error::unavailable),
            None => Err(Error::internal("a file is written after its end")),
        }
    }

    /// All is here: as [`Files::bring`].
    pub async fn finish(mut self, store: &Store, home: Home, by: By, kind: &str) -> Result<Stored> {
        inert(&self.start)?;
        if !self.part.is_empty() || self.size == 0 {
            self.put().await?;
        }
        if let Some(mut upload) = self.place.upload.take() {
            // Where this fails nobody knows whether it is there: both ways of taking it away.
            if let Err(e) = upload.complete().await {
                let _ = upload.abort().await;
                return Err(Error::unavailable(e));
            }
        }
        let stored = Stored { sha256: self.hash.finalize().into(), size: self.size as i64, kind: kind.to_owned() };
        self.files.settle(store, home, by, stored, Source::Object(self.place.key.clone())).await
    }
}

/// Takes away what was left in the middle.
pub(super) fn clear_folder(files: &Path) -> Result<()> {
    let entries = match std::fs::read_dir(files.join(FOLDER)) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(Error::unavailable(e)),
    };
    let before = SystemTime::now() - FORGOTTEN;
    for entry in entries.filter_map(|e| e.ok()) {
        if entry.metadata().and_then(|m| m.modified()).is_ok_and(|t| t < before) {
            std::fs::remove_file(entry.path()).map_err(Error::unavailable)?;
        }
    }
    Ok(())
}

/// The same in a bucket. Parts of an upload that never came to its end are no objects: the bucket's own rule removes them.
#[cfg(feature = "s3")]
pub(super) async fn clear_bucket(objects: &dyn ObjectStore) -> object_store::Result<()> {
    use futures_util::TryStreamExt;
    let before = SystemTime::now() - FORGOTTEN;
    let mut left = objects.list(Some(&Key::from(FOLDER)));
    while let Some(object) = left.try_next().await? {
        if SystemTime::from(object.last_modified) < before {
            objects.delete(&object.location).await?;
        }
    }
    Ok(())
}

/// Writes, reads and removes as every upload will, so that what cannot work is said at the start.
#[cfg(feature = "s3")]
pub(super) async fn probe(objects: &dyn ObjectStore) -> object_store::Result<()> {
    let key = Key::from(format!("{FOLDER}/{}", Uuid::new_v4()));
    objects.put(&key, Bytes::from_static(b"shuxiang").into()).await?;
    objects.get(&key).await?.bytes().await?;
    objects.delete(&key).await
}
