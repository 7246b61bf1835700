//! Centres of regions: where what has only a region is drawn, and where a report that says only degrees belongs.

use super::boundary;
use base::{Code, Level, Result};
use geo::{Point, metres};
use store::{Reader, Unit, sql};

/// Farther than this from every centre, a place is nowhere in the county.
const FARTHEST_METRES: f64 = 20_000.0;

const METRES_A_DEGREE: f64 = 111_320.0;

/// `generated`: nobody measured it (示意).
pub fn put(unit: &mut Unit, region: Code, at: Point, generated: bool) -> Result<()> {
    let home = unit.home();
    unit.write(
        sql("insert into centre (county, region, level, lat, long, generated) values ($1, $2, $3, $4, $5, $6)
             on conflict (county, region) do update set lat = excluded.lat, long = excluded.long, generated = excluded.generated")
        .bind(home)
        .bind(region)
        .bind(region.level() as i64)
        .bind(at[1])
        .bind(at[0])
        .bind(generated),
    )
}

/// The village in whose outline the point lies, else the one whose centre is nearest, if one is near enough.
pub fn nearest(r: &mut Reader, at: Point) -> Result<Option<Code>> {
    if let Some(village) = boundary::village_around(r, at)? {
        return Ok(Some(village));
    }
    let reach = FARTHEST_METRES / METRES_A_DEGREE;
    let near: Vec<(Code, f64, f64)> = r.many(
        sql("select region, lat, long from centre where county = $1 and level = $2 and lat >= $3 and lat <= $4")
            .bind(r.home())
            .bind(Level::Village as i64)
            .bind(at[1] - reach)
            .bind(at[1] + reach),
    )?;
    let all = near.into_iter().map(|(code, lat, long)| (metres(at, [long, lat]), code));
    let best = all.min_by(|a, b| a.0.total_cmp(&b.0));
    Ok(best.filter(|(far, _)| *far <= FARTHEST_METRES).map(|(_, code)| code))
}
