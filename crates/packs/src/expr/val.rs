//! Values and facts.

use crate::{Entry, Term};
use base::{Area, Fen, Rate, Time};
use indexmap::IndexMap;
use serde::{Serialize, Serializer, ser::SerializeMap};
use std::{sync::Arc, time::Duration};

/// A value of an expression. Cheap to clone.
#[derive(Clone, Debug)]
pub enum Val {
    Bool(bool),
    Int(i64),
    Num(f64),
    Str(Arc<str>),
    /// A code with its attributes.
    Entry(Arc<Entry>),
    Time(Time),
    Term(Term),
    Span(Duration),
    Money(Fen),
    Area(Area),
    Rate(Rate),
    /// From, up to and without.
    Window(Time, Time),
    List(Arc<[Val]>),
    Map(Arc<IndexMap<String, Val>>),
}

/// What is known where an expression runs: a tree of names. What is not set is unknown.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    names: Vec<(&'static str, Val)>,
}

impl Facts {
    pub fn new() -> Self {
        Facts::default()
    }

    /// Sets a name at the top: `matter`, `form`, `now`.
    pub fn with(mut self, name: &'static str, val: Val) -> Self {
        self.set(name, val);
        self
    }

    pub fn set(&mut self, name: &'static str, val: Val) {
        match self.names.iter_mut().find(|(n, _)| *n == name) {
            Some(slot) => slot.1 = val,
            None => self.names.push((name, val)),
        }
    }

    pub fn get(&self, name: &str) -> Option<&Val> {
        self.names.iter().find(|(n, _)| *n == name).map(|(_, v)| v)
    }
}

impl Val {
    pub fn str(s: impl Into<Arc<str>>) -> Val {
        Val::Str(s.into())
    }

    /// An object: `Val::map([("urgent", Val::Bool(true))])`. Leave out what is unknown.
    pub fn map<K: Into<String>>(members: impl IntoIterator<Item = (K, Val)>) -> Val {
        Val::Map(Arc::new(members.into_iter().map(|(k, v)| (k.into(), v)).collect()))
    }

    pub fn list(items: impl IntoIterator<Item = Val>) -> Val {
        Val::List(items.into_iter().collect())
    }

    /// The text of a string or a code.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Val::Str(s) => Some(s),
            Val::Entry(e) => Some(&e.code),
            _ => None,
        }
    }

    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Val::Bool(b) => Some(*b),
            _ => None,
        }
    }

    /// A number of any kind as a float: for bounds and figures.
    pub fn as_num(&self) -> Option<f64> {
        match self {
            Val::Int(n) => Some(*n as f64),
            Val::Num(n) => Some(*n),
            Val::Money(Fen(n)) | Val::Area(Area(n)) => Some(*n as f64 / 100.0),
            Val::Rate(Rate(n)) => Some(*n as f64 / 1e6),
            _ => None,
        }
    }
}

/// As JSON people read: codes as strings, money and area as decimal strings, terms as written.
impl Serialize for Val {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self {
            Val::Bool(b) => s.serialize_bool(*b),
            Val::Int(n) => s.serialize_i64(*n),
            Val::Num(n) => s.serialize_f64(*n),
            Val::Str(t) => s.serialize_str(t),
            Val::Entry(e) => s.serialize_str(&e.code),
            Val::Time(t) => t.serialize(s),
            Val::Term(t) => t.serialize(s),
            Val::Span(d) => s.serialize_u64(d.as_millis() as u64),
            Val::Money(Fen(n)) | Val::Area(Area(n)) => {
                let sign = if *n < 0 { "-" } else { "" };
                s.collect_str(&format_args!("{sign}{}.{:02}", n.unsigned_abs() / 100, n.unsigned_abs() % 100))
            }
            Val::Rate(r) => s.collect_str(r),
            Val::Window(from, to) => {
                let mut m = s.serialize_map(Some(2))?;
                m.serialize_entry("from", from)?;
                m.serialize_entry("to", to)?;
                m.end()
            }
            Val::List(items) => s.collect_seq(items.iter()),
            Val::Map(members) => s.collect_map(members.iter()),
        }
    }
}
