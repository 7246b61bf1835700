//! The two drivers as they come, and a copy of the database for them to work on.

use base::{Error, Result};
use futures_util::future::join_all;
use rusqlite::config::DbConfig;
use std::{collections::HashMap, path::PathBuf, time::Duration};
use store::{Database, Value};
use tokio_postgres::{Client, NoTls, Statement, types::ToSql};

/// A database as it was when the copy was made.
pub struct Copy(pub Database);

impl Copy {
    /// Nobody may be connected to the original.
    pub async fn of(original: &Database) -> Result<Copy> {
        match original {
            Database::Sqlite(path) => {
                let to = path.with_extension("copy");
                for end in ["", "-wal"] {
                    let (from, to) = (with_end(path, end), with_end(&to, end));
                    if from.is_file() {
                        std::fs::copy(from, &to).map_err(Error::internal)?;
                        // Else the first commit that is measured waits for all of it to reach the disk.
                        std::fs::File::open(to).and_then(|f| f.sync_all()).map_err(Error::internal)?;
                    }
                }
                Ok(Copy(Database::Sqlite(to)))
            }
            Database::Postgres(url) => {
                let (cluster, name) = split(url)?;
                let copy = format!("{name}_copy");
                let client = connect(&format!("{cluster}/postgres")).await?;
                client.batch_execute(&format!("drop database if exists {copy}")).await.map_err(Error::internal)?;
                let create = format!("create database {copy} template {name}");
                let mut made = client.batch_execute(&create).await;
                for _ in 0..20 {
                    if made.is_ok() {
                        break;
                    }
                    // The connections of a server that was killed end a moment later.
                    tokio::time::sleep(Duration::from_millis(500)).await;
                    made = client.batch_execute(&create).await;
                }
                made.map_err(Error::internal)?;
                client.batch_execute("checkpoint").await.map_err(Error::internal)?;
                Ok(Copy(Database::Postgres(format!("{cluster}/{copy}"))))
            }
        }
    }

    pub async fn connect(&self) -> Result<Bare> {
        match &self.0 {
            Database::Sqlite(path) => {
                let c = rusqlite::Connection::open(path).map_err(Error::internal)?;
                c.execute_batch(
                    "pragma journal_mode = wal; pragma synchronous = full; pragma cache_size = -32000; pragma temp_store = memory",
                )
                .map_err(Error::internal)?;
                c.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(Error::internal)?;
                c.set_prepared_statement_cache_capacity(1024);
                Ok(Bare::Sqlite(c))
            }
            Database::Postgres(url) => {
                let client = connect(url).await?;
                client.batch_execute("set jit = off").await.map_err(Error::internal)?;
                Ok(Bare::Postgres(client, HashMap::new()))
            }
        }
    }

    pub async fn remove(self) -> Result<()> {
        match &self.0 {
            Database::Sqlite(path) => ["", "-wal", "-shm"]
                .iter()
                .map(|end| with_end(path, end))
                .filter(|p| p.is_file())
                .try_for_each(|p| std::fs::remove_file(p).map_err(Error::internal)),
            Database::Postgres(url) => {
                let (cluster, name) = split(url)?;
                let client = connect(&format!("{cluster}/postgres")).await?;
                client.batch_execute(&format!("drop database {name} with (force)")).await.map_err(Error::internal)
            }
        }
    }
}

fn with_end(path: &std::path::Path, end: &str) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(end);
    path.into()
}

fn split(url: &str) -> Result<(&str, &str)> {
    url.rsplit_once('/').ok_or_else(|| Error::internal("the url names no database"))
}

async fn connect(url: &str) -> Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.map_err(Error::internal)?;
    tokio::spawn(connection);
    Ok(client)
}

pub enum Bare {
    Sqlite(rusqlite::Connection),
    Postgres(Client, HashMap<String, Statement>),
}

impl Bare {
    /// Runs the statements and commits; all rows of all answers are read. PostgreSQL is sent all of them at once.
    pub async fn transaction(&mut self, statements: &[&(String, Vec<Value>)]) -> Result<()> {
        match self {
            Bare::Sqlite(c) => sqlite(c, statements).map_err(Error::internal),
            Bare::Postgres(client, prepared) => postgres(client, prepared, statements).await.map_err(Error::internal),
        }
    }
}

fn sqlite(c: &rusqlite::Connection, statements: &[&(String, Vec<Value>)]) -> rusqlite::Result<()> {
    c.prepare_cached("begin immediate")?.execute([])?;
    for (text, values) in statements {
        let mut statement = c.prepare_cached(text)?;
        let columns = statement.column_count();
        let mut rows = statement.query(rusqlite::params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            for i in 0..columns {
                row.get_ref(i)?;
            }
        }
    }
    c.prepare_cached("commit")?.execute([]).map(drop)
}

async fn postgres(
    client: &Client,
    prepared: &mut HashMap<String, Statement>,
    statements: &[&(String, Vec<Value>)],
) -> Result<(), tokio_postgres::Error> {
    for (text, _) in statements {
        if !prepared.contains_key(text) {
            prepared.insert(text.clone(), client.prepare(text).await?);
        }
    }
    client.batch_execute("begin").await?;
    let asks = statements.iter().filter_map(|(text, values)| {
        let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(|v| v as _).collect();
        let statement = prepared.get(text)?;
        Some(async move { client.query(statement, &values).await })
    });
    for answer in join_all(asks).await {
        answer?;
    }
    client.batch_execute("commit").await
}
