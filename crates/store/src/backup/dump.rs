//! The data of one moment, out of either database and back.

use super::{HashedFile, Manifest, TableCopy, disk, refused};
use crate::{
    Database, Migration, Row, Store,
    conn::{Conn, Driver},
    postgres::Postgres,
    schema, search, sql,
};
use base::{Error, Home, Result};
use std::{collections::BTreeMap, fs, path::Path};

/// The one file of a SQLite backup.
const DATA: &str = "data.sqlite";

pub(super) struct Dumped {
    pub schema: BTreeMap<String, i64>,
    pub tables: Vec<TableCopy>,
    pub named: Vec<Named>,
    pub sha256: BTreeMap<String, String>,
}

/// A file that the data names.
pub(super) struct Named {
    pub county: Home,
    pub sha256: [u8; 32],
    pub size: i64,
    pub used: bool,
}

pub(super) fn dump(database: &Database, to: &Path) -> Result<Dumped> {
    let mut sha256 = BTreeMap::new();
    match database {
        Database::Sqlite(path) => {
            let data = to.join(DATA);
            let mut live = Conn::new(Driver::Sqlite(crate::sqlite::Sqlite::reader(path)?));
            // Writing the copy is no write to what is read.
            live.script("pragma query_only = off")?;
            live.execute(&sql("vacuum into $1").bind(data.to_string_lossy().into_owned()))?;
            let mut copy = Conn::new(Driver::Sqlite(crate::sqlite::Sqlite::reader(&data)?));
            let (schema, tables, named) = describe(&mut copy)?;
            drop(copy);
            let mut hash = sha2::Sha256::default();
            let mut file = fs::File::open(&data).map_err(disk)?;
            file.sync_all().map_err(disk)?;
            std::io::copy(&mut file, &mut Hashing(&mut hash)).map_err(disk)?;
            sha256.insert(DATA.to_owned(), crate::words::hex(&sha2::Digest::finalize(hash)));
            Ok(Dumped { schema, tables, named, sha256 })
        }
        Database::Postgres(url) => {
            let mut conn = Conn::new(Driver::Postgres(Box::new(Postgres::reader(url)?)));
            conn.script("set statement_timeout = 0; begin isolation level repeatable read, read only")?;
            let (schema, tables, named) = describe(&mut conn)?;
            for t in &tables {
                let file = format!("{}.copy", t.name);
                let mut out = HashedFile::create(&to.join(&file))?;
                let statement = format!("copy {} ({}) to stdout (format binary)", t.name, t.columns.join(", "));
                if let Driver::Postgres(c) = &mut conn.driver {
                    c.copy_out(&statement, |piece| out.write(piece))?;
                }
                sha256.insert(file, out.finish()?);
            }
            Ok(Dumped { schema, tables, named, sha256 })
        }
    }
}

struct Hashing<'h>(&'h mut sha2::Sha256);

impl std::io::Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        sha2::Digest::update(self.0, bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

type Described = (BTreeMap<String, i64>, Vec<TableCopy>, Vec<Named>);

fn describe(conn: &mut Conn) -> Result<Described> {
    let schema =
        conn.query(&sql("select part, version from schema_version"))?.iter().map(|r| Ok((r.get(0)?, r.get(1)?))).collect::<Result<_>>()?;
    let mut tables = Vec::new();
    for name in names(conn)? {
        let rows = count(conn, &name)?;
        let columns = columns(conn, &name)?;
        tables.push(TableCopy { name, columns, rows });
    }
    let used = "exists (select 1 from file_use u where u.county = f.county and u.sha256 = f.sha256)";
    let mut q = sql("select f.county, f.sha256, f.size, case when ");
    q.push(used).push(" then 1 else 0 end from file f where f.state = 0 order by f.county, f.sha256");
    let read = |r: &Row| Ok(Named { county: r.get(0)?, sha256: r.get(1)?, size: r.get(2)?, used: r.get(3)? });
    let named = conn.query(&q)?.iter().map(read).collect::<Result<_>>()?;
    Ok((schema, tables, named))
}

/// All tables but the inner ones of full text.
fn names(conn: &mut Conn) -> Result<Vec<String>> {
    let q = match conn.driver {
        Driver::Sqlite(_) => sql("select name from sqlite_schema where type = 'table' and name not like 'sqlite\\_%' escape '\\'
             and name not like 'search\\_term%' escape '\\' order by name"),
        Driver::Postgres(_) => sql(
            "select cast(table_name as text) from information_schema.tables where table_schema = current_schema() and table_type = 'BASE TABLE' order by 1",
        ),
    };
    conn.query(&q)?.iter().map(|r| r.get(0)).collect()
}

fn columns(conn: &mut Conn, table: &str) -> Result<Vec<String>> {
    let q = match conn.driver {
        Driver::Sqlite(_) => sql("select name from pragma_table_info($1) order by cid"),
        Driver::Postgres(_) => sql("select cast(column_name as text) from information_schema.columns
             where table_schema = current_schema() and cast(table_name as text) = $1 order by ordinal_position"),
    };
    conn.query(&q.bind(table))?.iter().map(|r| r.get(0)).collect()
}

pub(super) fn count(conn: &mut Conn, table: &str) -> Result<u64> {
    let mut q = sql("select count(*) from ");
    q.push(table);
    let n: i64 = conn.query(&q)?.first().ok_or_else(|| Error::internal("a count without an answer"))?.get(0)?;
    Ok(n as u64)
}

pub(super) fn load(manifest: &Manifest, from: &Path, database: &Database, parts: &[&'static [Migration]]) -> Result<()> {
    match (database, manifest.database.as_str()) {
        (Database::Sqlite(path), "sqlite") => load_sqlite(from, path),
        (Database::Postgres(_), "postgres") => load_postgres(manifest, from, database, parts),
        (_, kind) => Err(refused(
            format!("它来自 {kind}，只能恢复到同一种数据库"),
            format!("it was made from {kind} and can only be restored into the same kind of database"),
        )),
    }
}

fn load_sqlite(from: &Path, path: &Path) -> Result<()> {
    if path.exists() {
        return Err(not_empty());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(disk)?;
    }
    let draft = path.with_extension("restoring");
    fs::copy(from.join(DATA), &draft).map_err(disk)?;
    fs::File::open(&draft).and_then(|f| f.sync_all()).map_err(disk)?;
    fs::rename(&draft, path).map_err(disk)
}

fn load_postgres(manifest: &Manifest, from: &Path, database: &Database, parts: &[&'static [Migration]]) -> Result<()> {
    let mut conn = Store::connect(database, true)?;
    if !names(&mut conn)?.is_empty() {
        return Err(not_empty());
    }
    schema::migrate_to(&mut conn, &schema::all(parts), |part| manifest.schema.get(part).copied().unwrap_or(0))?;
    search::prepare(&mut conn)?;
    conn.script("set statement_timeout = 0; begin")?;
    // A table that was made empty in this transaction needs no log of its rows' old state.
    for t in &manifest.tables {
        let mut file = fs::File::open(from.join(format!("{}.copy", t.name))).map_err(disk)?;
        conn.script(&format!("truncate {}", t.name))?;
        let statement = format!("copy {} ({}) from stdin (format binary)", t.name, t.columns.join(", "));
        let Driver::Postgres(c) = &mut conn.driver else { continue };
        let rows = c.copy_in(&statement, &mut file)?;
        if rows != t.rows {
            return Err(refused(
                format!("表 {} 应有 {} 行，实有 {rows} 行", t.name, t.rows),
                format!("table {} should have {} rows and has {rows}", t.name, t.rows),
            ));
        }
    }
    Ok(conn.script("commit; analyze")?)
}

fn not_empty() -> Error {
    Error::invalid(
        "database",
        "目标数据库不是空的，为免覆盖，请换一个空的",
        "the database to restore into is not empty; nothing is overwritten, choose an empty one",
    )
}
