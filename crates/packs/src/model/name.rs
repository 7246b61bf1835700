//! The full name of a declared noun: its pack and its id there.

use serde::Serialize;
use std::fmt;

/// `direct_line.report`. Ordered by pack, then id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name {
    pub pack: String,
    pub id: String,
}

impl Name {
    pub fn new(pack: impl Into<String>, id: impl Into<String>) -> Self {
        Name { pack: pack.into(), id: id.into() }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.pack, self.id)
    }
}

impl Serialize for Name {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
