//! Several walks along indexes, each in the order (due, id), merged into one list.

use crate::{Reader, Sql, conn::Driver, sql};
use base::Result;
use uuid::Uuid;

type Write<'a> = Box<dyn Fn(&Reader, &mut Sql) + 'a>;

/// One walk: it appends `select <due>, <id> from … where …`, without order or limit.
pub struct Walk<'a> {
    due: &'static str,
    id: &'static str,
    write: Write<'a>,
}

impl<'a> Walk<'a> {
    /// `due` and `id` are the columns of the order, which an index has after those compared with `=`.
    pub fn new(due: &'static str, id: &'static str, write: impl Fn(&Reader, &mut Sql) + 'a) -> Walk<'a> {
        Walk { due, id, write: Box::new(write) }
    }

    fn order(&self, q: &mut Sql, most: usize) {
        // In the text, so that the plan is made for so few.
        q.push(&format!(" order by {}, {} limit {most}", self.due, self.id));
    }
}

impl Reader<'_> {
    /// The first `most` of all walks, each once. SQLite walks one after the other, each no further than a full page;
    /// PostgreSQL merges them in one statement and takes of each no more than the page needs.
    pub fn walk(&mut self, walks: &[Walk], most: usize) -> Result<Vec<Uuid>> {
        let mut found: Vec<(i64, Uuid)> = Vec::new();
        if matches!(self.conn.driver, Driver::Sqlite(_)) {
            for walk in walks {
                let mut q = sql("");
                (walk.write)(self, &mut q);
                if let Some((due, id)) = most.checked_sub(1).and_then(|last| found.get(last)) {
                    q.push(&format!(" and ({}, {}) < (", walk.due, walk.id)).arg(*due).push(", ").arg(*id).push(")");
                }
                walk.order(&mut q, most);
                found.extend(self.many::<(i64, Uuid)>(q)?);
                found.sort_unstable();
                found.dedup();
                found.truncate(most);
            }
        } else if !walks.is_empty() {
            // What two walks meet is there twice: where that leaves too few, further.
            let mut take = most.saturating_mul(2);
            loop {
                found = self.many::<(i64, Uuid)>(self.merged(walks, take))?;
                let whole = found.len() < take || most == 0;
                found.dedup();
                if whole || found.len() >= most {
                    break;
                }
                take *= 2;
            }
            found.truncate(most);
        }
        Ok(found.into_iter().map(|(_, id)| id).collect())
    }

    fn merged(&self, walks: &[Walk], take: usize) -> Sql {
        let mut q = sql("");
        // Every walk has its index whatever the values are; planning some forty of them anew costs 25 times the walk.
        q.planned_once = true;
        if let [one] = walks {
            (one.write)(self, &mut q);
            one.order(&mut q, take);
            return q;
        }
        for (i, walk) in walks.iter().enumerate() {
            q.push(if i == 0 { "(" } else { " union all (" });
            (walk.write)(self, &mut q);
            walk.order(&mut q, take);
            q.push(")");
        }
        q.push(&format!(" order by 1, 2 limit {take}"));
        q
    }
}
