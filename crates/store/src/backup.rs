//! Backup beside a running server, and restore.
//!
//! A backup is a folder: the data of one moment (SQLite: one file made by `VACUUM INTO`; PostgreSQL: one file for each
//! table in its binary COPY form, all of one snapshot), then the files that this data names, and last `manifest.json`
//! with counts and hashes. A folder without a manifest, or with one that its contents do not fit, is not restored.
//! Keys are not inside.

mod dump;

use crate::{Checkpoint, Database, Files, Migration, Store, Verified, conn::Driver, files, place, sql, words::hex};
use base::{Clock, Error, Home, Kind, Result, Time};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    fs,
    io::{Read, Write},
    path::Path,
    sync::Arc,
};

const FORMAT: &str = "shuxiang-backup/1";
const MANIFEST: &str = "manifest.json";
/// The files that the data names: county, SHA-256, size, whether something uses it (`used` or `unused`).
const FILES: &str = "files.txt";

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Manifest {
    pub format: String,
    /// `sqlite` or `postgres`.
    pub database: String,
    pub made: Time,
    /// Version of each part's schema.
    pub schema: BTreeMap<String, i64>,
    pub tables: Vec<TableCopy>,
    /// Of every file in the folder but the manifest and the county's files, by name.
    pub sha256: BTreeMap<String, String>,
    /// How many of the county's files are inside.
    pub files: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableCopy {
    pub name: String,
    pub columns: Vec<String>,
    pub rows: u64,
}

fn refused(zh: impl std::fmt::Display, en: impl std::fmt::Display) -> Error {
    Error::new(Kind::Invalid, "backup", format!("备份不能用：{zh}"), format!("the backup cannot be used: {en}"))
}

fn disk(e: std::io::Error) -> Error {
    Error::unavailable(e)
}

/// Makes a backup in a folder that is empty or not there yet.
pub async fn backup(database: &Database, files: Option<&Files>, clock: &dyn Clock, to: &Path) -> Result<Manifest> {
    fs::create_dir_all(to).map_err(disk)?;
    if fs::read_dir(to).map_err(disk)?.next().is_some() {
        return Err(Error::invalid("to", "备份目录不是空的，请换一个", "the folder for the backup is not empty; choose another one"));
    }
    let made = clock.now();
    let (base, target) = (database.clone(), to.to_owned());
    let blocking = tokio::task::spawn_blocking(move || crate::apart(|| dump::dump(&base, &target)));
    let dump::Dumped { schema, tables, named, mut sha256 } = blocking.await.map_err(Error::internal)??;
    let mut copied = 0;
    if let Some(files) = files {
        let copies = Files::folder(&to.join("files"))?;
        for f in &named {
            match files.bytes(f.county, &f.sha256).await {
                Ok(bytes) => copies.put(f.county, &f.sha256, bytes).await?,
                // Swept since the snapshot; nothing in it needed the file.
                Err(e) if e.kind() == Kind::NotFound && !f.used => continue,
                Err(e) => return Err(e),
            }
            copied += 1;
        }
    }
    let mut list = HashedFile::create(&to.join(FILES))?;
    for f in &named {
        let line = format!("{} {} {} {}\n", f.county, hex(&f.sha256), f.size, if f.used { "used" } else { "unused" });
        list.write(line.as_bytes()).map_err(disk)?;
    }
    sha256.insert(FILES.into(), list.finish()?);
    let kind = match database {
        Database::Sqlite(_) => "sqlite",
        Database::Postgres(_) => "postgres",
    };
    let manifest = Manifest { format: FORMAT.into(), database: kind.into(), made, schema, tables, sha256, files: copied };
    let draft = to.join(".manifest");
    fs::write(&draft, serde_json::to_vec_pretty(&manifest).map_err(Error::internal)?).map_err(disk)?;
    fs::File::open(&draft).and_then(|f| f.sync_all()).map_err(disk)?;
    fs::rename(&draft, to.join(MANIFEST)).map_err(disk)?;
    fs::File::open(to).and_then(|f| f.sync_all()).map_err(disk)?;
    Ok(manifest)
}

/// Reads the manifest and compares every hash in it with the folder.
pub fn check(from: &Path) -> Result<Manifest> {
    let bytes = fs::read(from.join(MANIFEST)).map_err(|e| {
        refused(
            format!("{} 里没有 {MANIFEST}，可能没有做完", from.display()),
            format!("no {MANIFEST} in {}, perhaps it was not finished ({e})", from.display()),
        )
    })?;
    let manifest: Manifest =
        serde_json::from_slice(&bytes).map_err(|e| refused(format!("{MANIFEST} 不完整"), format!("{MANIFEST} is not whole ({e})")))?;
    if manifest.format != FORMAT {
        return Err(refused(
            format!("格式 {} 不认识，请换新的程序", manifest.format),
            format!("its format {} is unknown; use a newer program", manifest.format),
        ));
    }
    for (name, wanted) in &manifest.sha256 {
        let mut file = fs::File::open(from.join(name)).map_err(|e| refused(format!("缺少 {name}"), format!("{name} is missing ({e})")))?;
        let mut hash = Sha256::new();
        let mut piece = vec![0; 1 << 18];
        loop {
            match file.read(&mut piece).map_err(disk)? {
                0 => break,
                n => hash.update(&piece[..n]),
            }
        }
        if hex(&hash.finalize()) != *wanted {
            return Err(refused(format!("{name} 不完整或被改动过"), format!("{name} is not whole or was changed")));
        }
    }
    Ok(manifest)
}

/// Puts a backup into a database that is empty (SQLite: a file that is not there), and its files into `files`. The
/// result is held: see [`Store::release`].
pub async fn restore(from: &Path, database: &Database, files: Option<&Files>, parts: &[&'static [Migration]]) -> Result<Manifest> {
    let (source, target, parts) = (from.to_owned(), database.clone(), parts.to_vec());
    let blocking = tokio::task::spawn_blocking(move || {
        crate::apart(|| {
            let manifest = check(&source)?;
            dump::load(&manifest, &source, &target, &parts)?;
            let mut conn = Store::connect(&target, true)?;
            place::settle(&mut conn, &target)?;
            place::hold(&mut conn, "这是从备份恢复的 / this was restored from a backup")?;
            Ok(manifest)
        })
    });
    let manifest = blocking.await.map_err(Error::internal)??;
    if let Some(files) = files {
        restore_files(from, files).await?;
    }
    Ok(manifest)
}

async fn restore_files(from: &Path, files: &Files) -> Result<()> {
    let copies = Files::folder(&from.join("files"))?;
    let list = fs::read_to_string(from.join(FILES)).map_err(disk)?;
    for line in list.lines() {
        let parts: Vec<&str> = line.split(' ').collect();
        let [county, sha256, _, used] = parts[..] else {
            return Err(refused(format!("{FILES} 有错"), format!("{FILES} has a wrong line")));
        };
        let county = Home::new(county.parse().map_err(Error::internal)?)?;
        let sha256 = files::name(sha256)?;
        match copies.bytes(county, &sha256).await {
            Ok(bytes) => files.put(county, &sha256, bytes).await?,
            Err(e) if e.kind() == Kind::NotFound && used == "unused" => {}
            Err(e) => {
                let name = hex(&sha256);
                return Err(refused(format!("文件 {name} 缺失或被改动过"), format!("file {name} is missing or was changed")).caused_by(e));
            }
        }
    }
    Ok(())
}

/// What [`prove`] found.
#[derive(Debug)]
pub struct Proof {
    /// One for each county.
    pub chains: Vec<Verified>,
    /// Tables whose number of rows is not the manifest's: name, rows now, rows then.
    pub rows: Vec<(String, u64, u64)>,
    /// What the database's own check of its pages says; empty where all is well.
    pub pages: Vec<String>,
}

impl Proof {
    pub fn holds(&self) -> bool {
        self.chains.iter().all(Verified::whole) && self.rows.is_empty() && self.pages.is_empty()
    }
}

/// Proves a restored database: its pages, the rows of every table, and the chains of every county against checkpoints
/// from outside.
pub async fn prove(
    manifest: &Manifest,
    database: &Database,
    clock: Arc<dyn Clock>,
    parts: &[&'static [Migration]],
    known: &[Checkpoint],
) -> Result<Proof> {
    let store = Store::open(database, clock, parts)?;
    let tables = manifest.tables.clone();
    let (rows, pages) = store
        .look(move |conn| {
            let mut rows = Vec::new();
            for t in tables {
                let now = dump::count(conn, &t.name)?;
                if now != t.rows && t.name != "place" {
                    rows.push((t.name, now, t.rows));
                }
            }
            let pages: Vec<String> = match conn.driver {
                Driver::Sqlite(_) => conn.query(&sql("pragma integrity_check"))?.iter().map(|row| row.get(0)).collect::<Result<_>>()?,
                Driver::Postgres(_) => Vec::new(),
            };
            Ok((rows, pages.into_iter().filter(|p| p != "ok").collect()))
        })
        .await?;
    let mut chains = Vec::new();
    for home in store.homes().await? {
        // A newer checkpoint than the backup says nothing about it.
        let heads = store
            .read(home, |r| Ok([crate::verify::end(r, crate::Chain::Journal)?.0, crate::verify::end(r, crate::Chain::Reading)?.0]))
            .await?;
        let known: Vec<Checkpoint> =
            known.iter().filter(|c| c.county == home && c.size <= heads[usize::from(c.chain == crate::Chain::Reading)]).cloned().collect();
        chains.push(store.verify(home, &known).await?);
    }
    Ok(Proof { chains, rows, pages })
}

/// A file whose hash is taken while it is written.
struct HashedFile {
    file: std::io::BufWriter<fs::File>,
    hash: Sha256,
}

impl HashedFile {
    fn create(path: &Path) -> Result<HashedFile> {
        Ok(HashedFile { file: std::io::BufWriter::new(fs::File::create_new(path).map_err(disk)?), hash: Sha256::new() })
    }

    fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.hash.update(bytes);
        self.file.write_all(bytes)
    }

    fn finish(self) -> Result<String> {
        let file = self.file.into_inner().map_err(Error::unavailable)?;
        file.sync_all().map_err(disk)?;
        Ok(hex(&self.hash.finalize()))
    }
}
