//! Lists: coded choices with typed attributes, and tables: dated rows with their source.

use crate::{Term, Type, Val};
use base::Text;
use indexmap::IndexMap;
use jiff::civil::Date;
use serde::Serialize;
use std::sync::Arc;

/// A coded list such as the categories of a report. Expressions see the code and its attributes.
#[derive(Clone, Debug, Serialize)]
pub struct List {
    pub pack: String,
    pub id: String,
    pub entries: IndexMap<String, Arc<Entry>>,
    /// Types of the attributes, found from the entries; an attribute that some entry lacks is optional, but for
    /// booleans, which are then false.
    pub attributes: IndexMap<String, Attribute>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Attribute {
    #[serde(skip)]
    pub ty: Type,
    pub optional: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    pub code: String,
    pub name: Text,
    /// Code of the entry it belongs under, where the list has two levels.
    pub under: Option<String>,
    /// No longer offered, still shown.
    pub deprecated: bool,
    pub attributes: IndexMap<String, Val>,
}

impl Entry {
    /// Its department, where the list gives one.
    pub fn unit(&self) -> Option<&str> {
        match self.attributes.get("unit") {
            Some(Val::Str(s)) => Some(s),
            _ => None,
        }
    }
}

impl List {
    pub fn entry(&self, code: &str) -> Option<&Entry> {
        self.entries.get(code).map(|e| &**e)
    }

    /// A code as expressions see it: with its attributes.
    pub fn val(&self, code: &str) -> Option<Val> {
        self.entries.get(code).map(|e| Val::Entry(e.clone()))
    }
}

/// Limits, rates, weights, tiers: rows with the day they came in force and their article. "Numbers have a date and a
/// source."
#[derive(Clone, Debug, Serialize)]
pub struct Table {
    pub pack: String,
    pub id: String,
    pub name: Text,
    pub columns: IndexMap<String, Column>,
    /// Rows of one key are in order of their dates and do not overlap.
    pub rows: IndexMap<String, Vec<Row>>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Column {
    pub name: Text,
    #[serde(skip)]
    pub ty: Type,
}

#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// First day in force.
    pub from: Date,
    /// Last day in force, both included; `None`: until the next row of the key.
    pub until: Option<Date>,
    /// Law and article, notice and number.
    pub source: Text,
    pub values: IndexMap<String, Val>,
}

impl Table {
    /// The row of `key` in force on `day`; before the first one, the first.
    pub fn row(&self, key: &str, day: Date) -> Option<&Row> {
        let rows = self.rows.get(key)?;
        rows.iter().rev().find(|r| r.from <= day && r.until.is_none_or(|u| day <= u)).or_else(|| rows.first().filter(|r| day < r.from))
    }

    pub fn value(&self, key: &str, column: &str, day: Date) -> Option<&Val> {
        self.row(key, day)?.values.get(column)
    }

    pub(crate) fn term(&self, key: &str, column: &str, day: Date) -> Option<Term> {
        match self.value(key, column, day) {
            Some(Val::Term(t)) => Some(*t),
            _ => None,
        }
    }
}
