//! What every verb needs to know of the county: its packs, and how text is cut for search.

use base::{Code, Error, Result};
use packs::{Catalogue, Kind, Name};
use std::sync::Arc;

#[derive(Clone)]
pub struct Register {
    pub catalogue: Catalogue,
    /// Cuts text into search terms, parted by spaces.
    pub terms: fn(&str) -> String,
}

impl Register {
    pub fn kind(&self, name: &Name) -> Result<&Arc<Kind>> {
        self.catalogue.kind(&name.pack, &name.id).ok_or_else(|| {
            Error::invalid("kind", format!("没有“{name}”这一类台账"), format!("there is no kind {name}; see the pack's `kinds`"))
        })
    }

    /// As it holds in a place: with the numbers, names and texts of its township's overlay.
    pub fn kind_at(&self, name: &Name, place: Code) -> Result<&Arc<Kind>> {
        let plain = self.kind(name)?;
        Ok(self.catalogue.at(place).kind(&name.pack, &name.id).unwrap_or(plain))
    }

    /// As it stands in a row: `old_houses.house`.
    pub(crate) fn kind_of(&self, written: &str) -> Result<&Arc<Kind>> {
        self.kind(&name_of(written)).map_err(|_| Error::internal(format!("no pack declares the kind {written} any more")))
    }
}

pub(crate) fn name_of(written: &str) -> Name {
    let (pack, id) = written.split_once('.').unwrap_or((written, ""));
    Name::new(pack, id)
}

pub(crate) fn full(kind: &Kind) -> Name {
    Name::new(kind.pack.clone(), kind.id.clone())
}
