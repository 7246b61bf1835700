//! What the engine decides by: the packs as they are now, the versions that open matters keep, and the calendar.

use crate::Matter;
use base::{Error, Result};
use calendar::Calendar;
use packs::{Catalogue, Flow, Name, Source};
use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};
use store::{Reader, Unit, sql};

/// One county's rules at one moment. The server makes a new one when a pack or a year table changes.
pub struct Rules {
    pub catalogue: Catalogue,
    pub calendar: Calendar,
    /// Names of the county's places and seats.
    pub directory: access::Directory,
    older: RwLock<HashMap<(String, String), Catalogue>>,
}

impl Rules {
    pub fn new(catalogue: Catalogue, calendar: Calendar) -> Rules {
        Rules { catalogue, calendar, directory: access::Directory::default(), older: RwLock::default() }
    }

    /// The flow as it is declared today, at a place that may have overlays of its own.
    pub fn flow(&self, name: &Name, place: base::Code) -> Result<Arc<Flow>> {
        self.catalogue.at(place).flow(&name.pack, &name.id).cloned().ok_or_else(|| no_flow(name))
    }

    /// Stores every loaded pack's version whole, before any matter is pinned to it.
    pub fn keep(&self, unit: &mut Unit) -> Result<()> {
        let (home, now) = (unit.home(), unit.now());
        for pack in self.catalogue.packs() {
            let bundle: Vec<_> = pack.bundle.iter().map(|s| (&s.path, &s.text)).collect();
            let bundle = serde_json::to_string(&bundle).map_err(Error::internal)?;
            unit.write(
                sql("insert into pack_version (county, pack, hash, at, bundle) values ($1, $2, $3, $4, $5) on conflict (county, pack, hash) do nothing")
                    .bind(home)
                    .bind(&pack.id)
                    .bind(&pack.hash)
                    .bind(now)
                    .bind(bundle),
            )?;
        }
        Ok(())
    }

    /// Hash of the version that a new matter of this flow is pinned to.
    pub(crate) fn version(&self, flow: &Flow) -> Result<String> {
        self.catalogue.pack(&flow.pack).map(|p| p.hash.clone()).ok_or_else(|| no_flow(&flow.name_of()))
    }

    /// The flow under which a matter was opened.
    pub fn flow_of(&self, r: &mut Reader, m: &Matter) -> Result<Arc<Flow>> {
        let catalogue = self.catalogue_of(r, m)?;
        catalogue.at(m.region).flow(&m.pack, &m.flow).cloned().ok_or_else(|| no_flow(&m.flow_name()))
    }

    fn catalogue_of(&self, r: &mut Reader, m: &Matter) -> Result<Catalogue> {
        if self.catalogue.pack(&m.pack).is_some_and(|p| p.hash == m.version) {
            return Ok(self.catalogue.clone());
        }
        let key = (m.pack.clone(), m.version.clone());
        if let Some(c) = self.older.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(c.clone());
        }
        let bundle: Option<(String,)> = r.one(
            sql("select bundle from pack_version where county = $1 and pack = $2 and hash = $3")
                .bind(r.home())
                .bind(&m.pack)
                .bind(&m.version),
        )?;
        let (bundle,) =
            bundle.ok_or_else(|| Error::internal(format!("version {} of pack {} is not in the database", m.version, m.pack)))?;
        let files: Vec<(String, String)> = serde_json::from_str(&bundle).map_err(Error::internal)?;
        let sources: Vec<Source> = files.into_iter().map(|(path, text)| Source { path, text }).collect();
        let catalogue = Catalogue::read(&sources, Some(r.home())).map_err(|faults| Error::internal(faults.to_string()))?;
        self.older.write().unwrap_or_else(PoisonError::into_inner).insert(key, catalogue.clone());
        Ok(catalogue)
    }
}

fn no_flow(name: &Name) -> Error {
    Error::new(base::Kind::NotFound, "no_flow", format!("没有“{name}”这个流程"), format!("there is no flow {name}"))
}
