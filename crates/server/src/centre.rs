//! Centres of villages: where a report that says only degrees belongs.
//!
//! No outline of any township or village is shipped (their boundaries are for the county to publish), so the nearest
//! centre decides, and a person can change it.

use base::{Code, Result};
use store::{Class, Migration, Reader, Table, Unit, sql};

pub const SCHEMA: &[Migration] = &[Migration {
    part: "server",
    version: 1,
    tables: &[Table {
        name: "centre",
        class: Class::County,
        // WGS 84, in degrees.
        columns: "county bigint not null, region bigint not null, lat double precision not null, long double precision not null,
            primary key (county, region)",
        indexes: &["(county, lat)"],
    }],
    statements: &[],
}];

/// Farther than this from every centre, a place is nowhere in the county.
const FARTHEST_METRES: f64 = 20_000.0;

const METRES_A_DEGREE: f64 = 111_320.0;

pub fn put(unit: &mut Unit, region: Code, lat: f64, long: f64) -> Result<()> {
    let home = unit.home();
    unit.write(
        sql("insert into centre (county, region, lat, long) values ($1, $2, $3, $4)
             on conflict (county, region) do update set lat = excluded.lat, long = excluded.long")
        .bind(home)
        .bind(region)
        .bind(lat)
        .bind(long),
    )
}

/// The village whose centre is nearest, if one is near enough.
pub fn nearest(r: &mut Reader, lat: f64, long: f64) -> Result<Option<Code>> {
    let reach = FARTHEST_METRES / METRES_A_DEGREE;
    let near: Vec<(Code, f64, f64)> = r.many(
        sql("select region, lat, long from centre where county = $1 and lat >= $2 and lat <= $3")
            .bind(r.home())
            .bind(lat - reach)
            .bind(lat + reach),
    )?;
    // A degree of longitude shrinks with the cosine of the latitude.
    let metres = |(_, y, x): &(Code, f64, f64)| ((y - lat).hypot((x - long) * lat.to_radians().cos())) * METRES_A_DEGREE;
    let best = near.into_iter().min_by(|a, b| metres(a).total_cmp(&metres(b)));
    Ok(best.filter(|c| metres(c) <= FARTHEST_METRES).map(|(code, _, _)| code))
}
