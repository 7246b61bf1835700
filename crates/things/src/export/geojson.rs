//! GeoJSON: a feature for each thing, its values under the ids of their fields.

use super::{Clear, Sink, failed, table::heading};
use crate::Thing;
use base::Result;
use packs::Kind;
use serde_json::{Map, Value as Json, json};
use std::{
    collections::{HashMap, HashSet},
    io::Write,
};

pub(super) struct GeoJson<'w> {
    out: &'w mut (dyn Write + Send),
    names: HashMap<String, String>,
    /// Fields that leave in no sheet.
    core: HashSet<String>,
    first: bool,
}

impl<'w> GeoJson<'w> {
    pub fn begin(kind: &Kind, clear: Option<&Clear>, out: &'w mut (dyn Write + Send)) -> Result<GeoJson<'w>> {
        out.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[").map_err(failed)?;
        let stays = |f: &&packs::Field| f.sensitivity == packs::Sensitivity::Core;
        let core = kind.fields.values().filter(stays).map(|f| f.id.clone()).collect();
        let names = kind.fields.values().map(|f| (f.id.clone(), heading(f, clear, &f.id))).collect();
        Ok(GeoJson { out, names, core, first: true })
    }
}

impl Sink for GeoJson<'_> {
    fn row(&mut self, thing: &Thing) -> Result<()> {
        let mut properties = Map::new();
        properties.insert("region".into(), json!(thing.region));
        for (id, v) in thing.values.iter().filter(|(id, _)| !self.core.contains(*id)) {
            properties.insert(self.names.get(id).unwrap_or(id).clone(), v.clone());
        }
        let feature = json!({"type": "Feature", "id": thing.id, "geometry": thing.geometry, "properties": Json::Object(properties)});
        let comma = if std::mem::take(&mut self.first) { "\n" } else { ",\n" };
        write!(self.out, "{comma}{feature}").map_err(failed)
    }

    fn end(self: Box<Self>) -> Result<()> {
        self.out.write_all(b"\n]}\n").map_err(failed)
    }
}
