use store::{Class, Migration, Table};

/// Tables of this crate.
pub const SCHEMA: &[Migration] = &[Migration {
    part: "access",
    version: 1,
    tables: &[
        Table {
            name: "region",
            class: Class::County,
            // code is the region's now; a re-coding ends the row and begins another with the same id in `was`.
            columns: "county bigint not null, id uuid not null, code bigint not null, parent bigint, level bigint not null, name text not null,
                since bigint not null, ended bigint, was uuid, primary key (county, id)",
            indexes: &["(county, code)", "(county, parent)"],
        },
        Table {
            name: "area",
            class: Class::County,
            // 片, 网格, 巷: a dated, named set of 组 inside a village.
            columns: "county bigint not null, id uuid not null, kind text not null, village bigint not null, name text not null,
                since bigint not null, ended bigint, primary key (county, id)",
            indexes: &["(county, village)"],
        },
        Table {
            name: "area_group",
            class: Class::County,
            columns: "county bigint not null, area uuid not null, grp bigint not null, since bigint not null, ended bigint,
                primary key (county, area, grp, since)",
            indexes: &["(county, grp)"],
        },
        Table {
            name: "seat",
            class: Class::County,
            columns: "county bigint not null, id uuid not null, role text not null, region bigint not null, unit text, area uuid,
                made bigint not null, closed bigint, primary key (county, id)",
            indexes: &["(county, role, region)", "(county, region)"],
        },
        Table {
            name: "tenure",
            class: Class::County,
            // kind: 0 holder, 1 deputy (B 岗), 2 acting for a period. until is without its end.
            columns: "county bigint not null, id uuid not null, seat uuid not null, account uuid not null, kind bigint not null,
                since bigint not null, until bigint not null, primary key (county, id)",
            indexes: &["(county, seat, since)", "(county, account, since)"],
        },
    ],
    statements: &[],
}];
