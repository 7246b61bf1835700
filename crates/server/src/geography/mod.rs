//! Where regions are: outlines that the county imported, and centres, which may be generated (示意).
//!
//! No outline of any township or village is shipped: their boundaries are for the county to publish.

mod boundary;
mod centre;
pub mod geojson;
mod known;

pub use boundary::{Boundary, Checked, boundaries_of, boundary_of, check, put as put_boundary, put_generated, remove as remove_boundary};
pub use centre::{nearest, put as put_centre};
pub use known::{Centre, Centres, Geography};

use store::{Class, Migration, Table};

pub const SCHEMA: &[Migration] = &[Migration {
    part: "server",
    version: 1,
    tables: &[
        Table {
            name: "centre",
            class: Class::County,
            // WGS 84, in degrees. level: the region's, so that the villages near a point are found. generated: nobody
            // measured it.
            columns: "county bigint not null, region bigint not null, level bigint not null, lat double precision not null,
                long double precision not null, generated bigint not null, primary key (county, region)",
            indexes: &["(county, level, lat)"],
        },
        Table {
            name: "boundary",
            class: Class::County,
            // geometry: GeoJSON, WGS 84. Bounds in degrees.
            columns: "county bigint not null, region bigint not null, geometry text not null, min_lon double precision not null,
                min_lat double precision not null, max_lon double precision not null, max_lat double precision not null,
                generated bigint not null, at bigint not null, primary key (county, region)",
            indexes: &[],
        },
    ],
    statements: &[],
}];
