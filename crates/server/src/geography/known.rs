//! The centres of a county, remembered by the process under the county's `access_version`, as names of places are.

use access::Caller;
use base::{Code, Home, Result};
use geo::{Point, Spot};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use store::{Reader, sql};

#[derive(Default)]
pub struct Geography(Mutex<HashMap<Home, (i64, Arc<Centres>)>>);

#[derive(Default)]
pub struct Centres(HashMap<Code, Centre>);

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Centre {
    pub region: Code,
    pub at: Point,
    /// [`geo::Spot`] of the point.
    pub spot: i64,
    pub generated: bool,
}

impl Geography {
    pub fn centres(&self, r: &mut Reader, caller: &Caller) -> Result<Arc<Centres>> {
        let (home, version) = (r.home(), caller.version);
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, centres)) = known().get(&home).filter(|(v, _)| version > 0 && *v == version) {
            return Ok(centres.clone());
        }
        let rows: Vec<(Code, f64, f64, bool)> =
            r.many(sql("select region, lat, long, generated from centre where county = $1").bind(home))?;
        let centre = |(region, lat, long, generated)| {
            let at = [long, lat];
            Some((region, Centre { region, at, spot: Spot::of(at)?.0, generated }))
        };
        let centres = Arc::new(Centres(rows.into_iter().filter_map(centre).collect()));
        if version > 0 {
            known().insert(home, (version, centres.clone()));
        }
        Ok(centres)
    }
}

impl Centres {
    /// Of the region itself.
    pub fn of(&self, region: Code) -> Option<Centre> {
        self.0.get(&region).copied()
    }

    /// Of the region, or of the smallest around it that has one.
    pub fn around(&self, region: Code) -> Option<Centre> {
        region.with_ancestors().find_map(|code| self.of(code))
    }

    pub fn all(&self) -> impl Iterator<Item = &Centre> {
        self.0.values()
    }
}
