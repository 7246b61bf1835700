//! Outlines of regions, as GeoJSON polygons.

use super::centre;
use access::Caller;
use base::{Code, Error, Level, Result};
use geo::{Outline, Point};
use packs::{Action, Shape};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use store::{Entry, Reader, Sql, Unit, sql};

/// Vertices of one outline: a county drawn to ten metres has fewer.
const MOST_VERTICES: usize = 20_000;

/// A polygon that may be kept.
#[derive(Clone, Debug)]
pub struct Checked {
    text: String,
    bounds: [f64; 4],
    centre: Point,
    hash: String,
}

/// Closed rings of degrees that do not cross themselves, holes inside, not too many vertices. Slow for a large outline,
/// so it is done before the unit.
pub fn check(geometry: &Json) -> Result<Checked> {
    let checked = things::check_geometry(Shape::Polygon, geometry)?;
    let text = checked.json.to_string();
    // A position in GeoJSON is two numbers: one comma inside, one before the next.
    if text.matches(',').count() / 2 > MOST_VERTICES {
        let (zh, en) =
            (format!("边界最多 {MOST_VERTICES} 个点，请先简化"), format!("a boundary has at most {MOST_VERTICES} vertices; simplify it"));
        return Err(Error::invalid("geometry", zh, en));
    }
    let outline = Outline::read(&checked.json).ok_or_else(|| Error::invalid("geometry", "边界应是面", "a boundary is a polygon"))?;
    let hash = Sha256::digest(&text).iter().map(|b| format!("{b:02x}")).collect();
    Ok(Checked { text, bounds: checked.bounds, centre: outline.centre(), hash })
}

/// Keeps it, and the region's centre by it.
pub fn put(unit: &mut Unit, caller: &Caller, region: Code, b: &Checked) -> Result<()> {
    caller.allow(unit, Action::Regions, region)?;
    access::region_there(unit, region, "region")?;
    write(unit, region, b, false)?;
    centre::put(unit, region, b.centre, false)?;
    let id = subject(unit, region)?;
    unit.record(Entry::new("region.boundary", ("region", id), Some(region), json!({ "sha256": b.hash, "bounds": b.bounds })));
    access::changed(unit)
}

/// An outline that is nobody's (示意), for a county that has none. It is not on record: nobody decided anything.
pub fn put_generated(unit: &mut Unit, region: Code, outline: &Outline) -> Result<()> {
    write(unit, region, &check(&outline.to_json())?, true)
}

/// Takes the outline away; the centre that it gave stays.
pub fn remove(unit: &mut Unit, caller: &Caller, region: Code) -> Result<()> {
    caller.allow(unit, Action::Regions, region)?;
    let home = unit.home();
    let gone = unit.change(sql("delete from boundary where county = $1 and region = $2").bind(home).bind(region))?;
    if gone == 0 {
        return Err(Error::not_found());
    }
    let id = subject(unit, region)?;
    unit.record(Entry::new("region.boundary", ("region", id), Some(region), json!({ "removed": true })));
    access::changed(unit)
}

fn subject(unit: &mut Unit, region: Code) -> Result<uuid::Uuid> {
    Ok(access::region(unit, region)?.ok_or_else(Error::not_found)?.id.uuid())
}

fn write(unit: &mut Unit, region: Code, b: &Checked, generated: bool) -> Result<()> {
    let (home, now, [west, south, east, north]) = (unit.home(), unit.now(), b.bounds);
    unit.write(
        sql("insert into boundary (county, region, geometry, min_lon, min_lat, max_lon, max_lat, generated, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             on conflict (county, region) do update set geometry = excluded.geometry, min_lon = excluded.min_lon, min_lat = excluded.min_lat,
             max_lon = excluded.max_lon, max_lat = excluded.max_lat, generated = excluded.generated, at = excluded.at")
        .bind(home)
        .bind(region)
        .bind(&b.text)
        .bind(west)
        .bind(south)
        .bind(east)
        .bind(north)
        .bind(generated)
        .bind(now),
    )
}

store::row! {
    pub struct Boundary {
        pub region: Code,
        pub geometry: String,
        pub generated: bool,
    }
}

pub fn boundary_of(r: &mut Reader, region: Code) -> Result<Option<Boundary>> {
    let mut q = Sql::select::<Boundary>("from boundary where county = ");
    q.arg(r.home()).push(" and region = ").arg(region);
    r.one(q)
}

pub fn boundaries_of(r: &mut Reader, regions: &[Code]) -> Result<Vec<Boundary>> {
    let mut all = Vec::new();
    for some in regions.chunks(500) {
        let mut q = Sql::select::<Boundary>("from boundary where county = ");
        q.arg(r.home()).push(" and region in ").list(some.iter().copied());
        all.extend(r.many::<Boundary>(q)?);
    }
    Ok(all)
}

/// The village in whose outline the point lies.
pub fn village_around(r: &mut Reader, at: Point) -> Result<Option<Code>> {
    let mut q = Sql::select::<Boundary>("from boundary where county = ");
    q.arg(r.home()).push(" and min_lon <= ").arg(at[0]).push(" and max_lon >= ").arg(at[0]);
    q.push(" and min_lat <= ").arg(at[1]).push(" and max_lat >= ").arg(at[1]);
    let around = r.many::<Boundary>(q)?.into_iter().filter(|b| b.region.level() == Level::Village);
    let inside = |b: &Boundary| serde_json::from_str(&b.geometry).ok().and_then(|g| Outline::read(&g)).is_some_and(|o| o.contains(at));
    Ok(around.into_iter().find(inside).map(|b| b.region))
}
