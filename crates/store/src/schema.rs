//! Tables, their classes, and the runner of migrations.
//!
//! Every table belongs to one of four classes; the runner turns the class into nothing, or into Citus's calls where
//! that extension is loaded. The DDL is one text: SQLite is given `blob` for PostgreSQL's `uuid` and `bytea`.

use crate::{
    conn::{Conn, DbError, Driver},
    sql,
};
use base::{Error, Result};

/// How rows spread over a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// By county: `county` is first in every key.
    County,
    /// By a hash of its own first key column: phone, session, API key → home and account.
    Directory,
    /// A copy on every node: few rows, slow to change.
    Shared,
    /// On the node that made it.
    Node,
}

/// One table with its indexes. `columns` is the inside of `create table (…)`.
pub struct Table {
    pub name: &'static str,
    pub class: Class,
    pub columns: &'static str,
    /// Bodies of `create index`: `(county, due)`, or `unique (county, code)`.
    pub indexes: &'static [&'static str],
}

/// One step of one part's schema. Steps are only ever added; each expands first and contracts a release later.
pub struct Migration {
    /// The crate that owns the tables.
    pub part: &'static str,
    /// 1, 2, 3 … within the part.
    pub version: i64,
    pub tables: &'static [Table],
    /// Statements both databases understand, after the tables.
    pub statements: &'static [&'static str],
}

fn types(conn: &Conn, ddl: &str) -> String {
    match conn.driver {
        Driver::Postgres(_) => ddl.to_owned(),
        Driver::Sqlite(_) => ddl.replace(" uuid", " blob").replace(" bytea", " blob").replace(" double precision", " real"),
    }
}

pub(crate) fn migrate(conn: &mut Conn, parts: &[&'static [Migration]]) -> Result<()> {
    migrate_to(conn, parts, |_| i64::MAX)
}

/// Brings each part no further than `upto` its version, as a backup of then needs it.
pub(crate) fn migrate_to(conn: &mut Conn, parts: &[&'static [Migration]], upto: impl Fn(&str) -> i64) -> Result<()> {
    conn.script("create table if not exists schema_version (part text not null primary key, version bigint not null)")?;
    conn.begin()?;
    let outcome = run(conn, parts, upto);
    match outcome {
        Ok(()) => Ok(conn.commit()?),
        Err(e) => {
            conn.rollback();
            Err(e)
        }
    }
}

fn run(conn: &mut Conn, parts: &[&'static [Migration]], upto: impl Fn(&str) -> i64) -> Result<()> {
    if matches!(conn.driver, Driver::Postgres(_)) {
        // Two servers that start at once: the second waits here. Advisory locks are per node, and all DDL goes to one.
        conn.execute(&sql("lock table schema_version in exclusive mode"))?;
    }
    let spread =
        matches!(conn.driver, Driver::Postgres(_)) && !conn.query(&sql("select 1 from pg_extension where extname = 'citus'"))?.is_empty();
    for part in parts {
        let Some(last) = part.last() else { continue };
        let upto = upto(last.part);
        let have: i64 = match conn.query(&sql("select version from schema_version where part = $1").bind(last.part))?.first() {
            Some(row) => row.get(0)?,
            None => 0,
        };
        if have > last.version {
            return Err(Error::new(
                base::Kind::Unavailable,
                "schema_newer",
                format!("数据库比程序新（{} 是第 {have} 版，程序只到第 {} 版），请换新的程序", last.part, last.version),
                format!(
                    "the database is newer than this program ({} is at {have}, the program at {}); use the newer program",
                    last.part, last.version
                ),
            ));
        }
        for m in part.iter().filter(|m| m.version > have && m.version <= upto) {
            apply(conn, m, spread)?;
        }
        conn.execute(
            &sql("insert into schema_version (part, version) values ($1, $2) on conflict (part) do update set version = excluded.version")
                .bind(last.part)
                .bind(last.version.min(upto)),
        )?;
    }
    Ok(())
}

fn apply(conn: &mut Conn, m: &Migration, spread: bool) -> Result<(), DbError> {
    for t in m.tables {
        let ddl = types(conn, &format!("create table {} ({})", t.name, t.columns));
        conn.script(&ddl)?;
        for (i, index) in t.indexes.iter().enumerate() {
            let (unique, body) = match index.strip_prefix("unique ") {
                Some(body) => ("unique ", body),
                None => ("", *index),
            };
            conn.script(&format!("create {unique}index {}_{} on {} {body}", t.name, i + 1, t.name))?;
        }
        if spread {
            let first = t.columns.split_whitespace().next().unwrap_or_default();
            match t.class {
                Class::County => conn.script(&format!("select create_distributed_table('{}', 'county')", t.name))?,
                Class::Directory => {
                    conn.script(&format!("select create_distributed_table('{}', '{first}', colocate_with => 'none')", t.name))?
                }
                Class::Shared => conn.script(&format!("select create_reference_table('{}')", t.name))?,
                Class::Node => {}
            }
        }
    }
    for s in m.statements {
        let ddl = types(conn, s);
        conn.script(&ddl)?;
    }
    Ok(())
}

/// The store's own parts before the others'.
pub(crate) fn all(parts: &[&'static [Migration]]) -> Vec<&'static [Migration]> {
    let mut all = vec![STORE, crate::search::SCHEMA];
    all.extend_from_slice(parts);
    all
}

/// The store's own tables.
pub(crate) const STORE: &[Migration] = &[Migration {
    part: "store",
    version: 1,
    tables: &[
        Table {
            name: "head",
            class: Class::County,
            // The last sequence and hash of a county's chain (journal, reading); locked while entries are appended.
            columns: "county bigint not null, chain text not null, seq bigint not null, hash bytea not null, primary key (county, chain)",
            indexes: &[],
        },
        Table {
            name: "journal",
            class: Class::County,
            // hash = SHA-256 of the hash before and all the rest of the row.
            columns: "county bigint not null, seq bigint not null, at bigint not null, actor text not null, seat uuid, acting bigint not null,
                region bigint, kind text not null, subject_kind text not null, subject uuid not null, payload text not null,
                cause bigint, depth bigint not null, hash bytea not null, primary key (county, seq)",
            indexes: &["(county, subject, seq)"],
        },
        Table {
            name: "reading",
            class: Class::County,
            // person: whose data was shown, so that she can ask. After kept_until all goes but leaf and hash.
            columns: "county bigint not null, seq bigint not null, kept_until bigint not null, at bigint, actor text, seat uuid, acting bigint,
                subject_kind text, subject uuid, person uuid, fields text, purpose text, salt bytea, leaf bytea not null,
                hash bytea not null, primary key (county, seq)",
            indexes: &["(county, person, seq)", "(county, kept_until)"],
        },
        Table {
            name: "counter",
            class: Class::County,
            // Numbers that people see, without gaps.
            columns: "county bigint not null, series text not null, n bigint not null, primary key (county, series)",
            indexes: &[],
        },
        Table {
            name: "timer",
            class: Class::County,
            // id is the setter's: setting it again moves it. tries counts failures.
            columns: "county bigint not null, id uuid not null, due bigint not null, kind text not null, subject uuid not null,
                payload text not null, tries bigint not null, primary key (county, id)",
            indexes: &["(county, due, id)"],
        },
        Table {
            name: "outbox",
            class: Class::County,
            // What has an effect outside. state: 0 waiting, 1 sent, 2 given up.
            columns: "county bigint not null, id uuid not null, kind text not null, payload text not null, made bigint not null, due bigint not null,
                tries bigint not null, state bigint not null, error text, primary key (county, id)",
            indexes: &["(county, state, due, id)"],
        },
        Table {
            name: "idempotency",
            class: Class::County,
            // The answer to a request that may arrive again.
            columns: "county bigint not null, who text not null, route text not null, key text not null, at bigint not null, body bytea not null,
                answer text not null, primary key (county, who, route, key)",
            indexes: &["(county, at)"],
        },
        Table {
            name: "word",
            class: Class::County,
            // What a person wrote, apart from the journal: value and salt go when it is erased, the hash stays there.
            // erased: sequence of the entry that erased it.
            columns: "county bigint not null, id uuid not null, subject uuid not null, field text not null, at bigint not null,
                value text, salt bytea, erased bigint, primary key (county, id)",
            indexes: &["(county, subject)"],
        },
        Table {
            name: "cursor",
            class: Class::County,
            // How far a reader of the journal has come.
            columns: "county bigint not null, reader text not null, seq bigint not null, primary key (county, reader)",
            indexes: &[],
        },
        Table {
            name: "checkpoint",
            class: Class::County,
            // What was signed of a chain. closes: number of the segment that ends here, 0 for one in between.
            columns: "county bigint not null, chain text not null, size bigint not null, closes bigint not null, at bigint not null,
                note text not null, primary key (county, chain, size)",
            indexes: &["(county, chain, closes)"],
        },
        Table {
            name: "file",
            class: Class::County,
            // touched: last time that someone brought or used it. state: 0 here, 1 being swept.
            columns: "county bigint not null, sha256 bytea not null, size bigint not null, kind text not null, made bigint not null,
                actor text not null, touched bigint not null, state bigint not null, primary key (county, sha256)",
            indexes: &["(county, state, touched)"],
        },
        Table {
            name: "file_use",
            class: Class::County,
            // Who needs a file: a row's id and the field it stands in.
            columns: "county bigint not null, subject uuid not null, field text not null, sha256 bytea not null,
                primary key (county, subject, field, sha256)",
            indexes: &["(county, sha256)"],
        },
        Table {
            name: "place",
            class: Class::Node,
            // One row: which file or database this is, so that a copy is known as one; held says why all stands still.
            columns: "id bigint not null primary key, mark text not null, held text",
            indexes: &[],
        },
        Table {
            name: "home",
            class: Class::Shared,
            // The counties (cities, provinces) that keep their journal in this database.
            columns: "county bigint not null primary key, name text not null",
            indexes: &[],
        },
    ],
    statements: &[],
}];
