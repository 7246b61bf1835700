//! Full text over what people wrote.
//!
//! The caller cuts text into terms (overlapping bigrams for Chinese, words for the rest: FTS5's own trigrams find no
//! word of two characters), separated by spaces. SQLite keeps them in FTS5, PostgreSQL in a `tsvector`. This is one
//! of the few places where the two differ. A term is letters and digits of any script; what else stands in it cuts it.

use crate::{
    Class, Migration, Reader, Sql, Table, Unit,
    conn::{Conn, Driver},
    sql,
};
use base::Result;
use uuid::Uuid;

pub(crate) const SCHEMA: &[Migration] = &[Migration {
    part: "search",
    version: 1,
    tables: &[Table {
        name: "search",
        class: Class::County,
        // id joins the full-text rows of SQLite; PostgreSQL keeps the terms in the row itself (see prepare).
        columns: "county bigint not null, subject uuid not null, kind text not null, id bigint not null, primary key (county, subject)",
        indexes: &[],
    }],
    statements: &[],
}];

pub(crate) fn prepare(conn: &mut Conn) -> Result<()> {
    let ddl = match conn.driver {
        Driver::Sqlite(_) => {
            "create virtual table if not exists search_term using fts5(terms, content = '', contentless_delete = 1, detail = 'none', tokenize = 'ascii');
             create index if not exists search_id on search (id)"
        }
        Driver::Postgres(_) => {
            "alter table search add column if not exists terms tsvector; create index if not exists search_terms on search using gin (terms)"
        }
    };
    Ok(conn.script(ddl)?)
}

impl Unit<'_> {
    /// Makes a subject findable under `terms`, in the place of what it had.
    pub fn index(&mut self, kind: &'static str, subject: Uuid, terms: &str) -> Result<()> {
        let (home, terms) = (self.home(), cut(terms));
        if matches!(self.conn.driver, Driver::Postgres(_)) {
            return self.write(
                sql("insert into search (county, subject, kind, id, terms) values ($1, $2, $3, 0, array_to_tsvector(array_remove(string_to_array($4, ' '), '')))
                     on conflict (county, subject) do update set terms = excluded.terms")
                .bind(home)
                .bind(subject)
                .bind(kind)
                .bind(terms),
            );
        }
        // A row id for FTS5 that needs no sequence: the high bits of a fresh random id, positive.
        let id = (Uuid::now_v7().as_u128() >> 65) as i64 ^ (Uuid::new_v4().as_u128() as i64 & 0xffff_ffff);
        let id = id & i64::MAX;
        self.unindex(subject)?;
        self.write(sql("insert into search_term (rowid, terms) values ($1, $2)").bind(id).bind(terms))?;
        self.write(
            sql("insert into search (county, subject, kind, id) values ($1, $2, $3, $4)").bind(home).bind(subject).bind(kind).bind(id),
        )
    }

    pub fn unindex(&mut self, subject: Uuid) -> Result<()> {
        let home = self.home();
        if matches!(self.conn.driver, Driver::Sqlite(_)) {
            let old: Option<(i64,)> = self.one(sql("select id from search where county = $1 and subject = $2").bind(home).bind(subject))?;
            let Some((id,)) = old else { return Ok(()) };
            self.write(sql("delete from search_term where rowid = $1").bind(id))?;
        }
        self.write(sql("delete from search where county = $1 and subject = $2").bind(home).bind(subject))
    }
}

/// So that both databases see the same terms, and neither an operator of its own query language.
fn cut(terms: &str) -> String {
    terms.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect()
}

impl Reader<'_> {
    /// Appends a condition to `q`: `column` is the id of a subject that holds every one of `terms`; one that ends in
    /// `*` stands for all that begin so. Without any term nothing matches.
    pub fn matching(&self, q: &mut Sql, column: &str, kind: &'static str, terms: &str) {
        let all: Vec<(String, bool)> = terms
            .split_whitespace()
            .map(|t| (cut(t), t.ends_with('*')))
            .flat_map(|(t, prefix)| t.split_whitespace().map(|t| (t.to_owned(), prefix)).collect::<Vec<_>>())
            .collect();
        if all.is_empty() {
            q.push("1 = 0");
            return;
        }
        let each =
            |one: &dyn Fn(&str, bool) -> String, and: &str| all.iter().map(|(t, prefix)| one(t, *prefix)).collect::<Vec<_>>().join(and);
        q.push(column).push(" in (select s.subject from search s");
        if matches!(self.conn.driver, Driver::Postgres(_)) {
            let query = each(&|t, prefix| format!("'{t}'{}", if prefix { ":*" } else { "" }), " & ");
            q.push(" where s.county = ").arg(self.home()).push(" and s.kind = ").arg(kind);
            q.push(" and s.terms @@ cast(cast(").arg(query).push(" as text) as tsquery))");
        } else {
            let query = each(&|t, prefix| format!("\"{t}\"{}", if prefix { "*" } else { "" }), " AND ");
            q.push(" join search_term f on f.rowid = s.id where s.county = ").arg(self.home()).push(" and s.kind = ").arg(kind);
            q.push(" and search_term match ").arg(query).push(")");
        }
    }
}
