use access::Holds;
use store::{Class, Migration, Table};

/// Tables that hold codes of regions, for [`access::recode`]. Versions move too, so that whoever holds the new code sees
/// the whole life of a thing; what its code was on a day is known to the regions. A staged row is checked against the
/// regions of the day it is committed.
pub const HOLDS: &[Holds] = &[
    Holds { table: "thing", column: "region", ancestors: true },
    Holds { table: "thing_version", column: "region", ancestors: false },
    Holds { table: "import_row", column: "region", ancestors: false },
];

/// Tables of this crate.
pub const SCHEMA: &[Migration] = &[Migration {
    part: "things",
    version: 1,
    tables: &[
        Table {
            name: "thing",
            class: Class::County,
            // The living register: one row for each thing as it is now, in its revision n. version: the row of
            // thing_version that says what it is. import: the import that brought this row, which is hidden until that
            // one is shown. leaves: the import that takes this row's place; the row is shown until then. Bounds are
            // degrees of WGS 84; spot: geo::Spot of their middle.
            columns: "county bigint not null, id uuid not null, n bigint not null, version uuid not null, kind text not null,
                region bigint not null, town bigint, village bigint, grp bigint, key text, title text not null,
                min_lon double precision, min_lat double precision, max_lon double precision, max_lat double precision, spot bigint,
                import uuid, leaves uuid, changed bigint not null, primary key (county, id, n)",
            indexes: &[
                "(county, kind, id)",
                "(county, town, kind, id)",
                "(county, village, kind, id)",
                "(county, grp, kind, id)",
                "(county, kind, min_lon)",
                "(county, kind, spot) where spot is not null",
                "(county, import, id) where import is not null",
                "(county, leaves, id) where leaves is not null",
            ],
        },
        Table {
            name: "thing_version",
            class: Class::County,
            // What a thing was, in two times: so from since up to until (when it was so), known from known up to unknown
            // (when we knew it). A row of an import is known from the moment that one is shown; unimport likewise ends it.
            // body: the public values; words: {field: id of word} for the personal ones. salt: of its hash in the journal.
            columns: "county bigint not null, id uuid not null, thing uuid not null, n bigint not null, kind text not null,
                since bigint not null, until bigint, known bigint not null, unknown bigint, import uuid, unimport uuid,
                region bigint not null, gone bigint not null, body text not null, words text not null, geometry text, salt bytea not null,
                primary key (county, id)",
            indexes: &[
                "(county, thing, n)",
                "(county, kind, thing)",
                "(county, import, id) where import is not null",
                "(county, unimport, id) where unimport is not null",
            ],
        },
        Table {
            name: "thing_key",
            class: Class::County,
            // What is one in the county: the value of the kind's key or, where a kind has none, '#' and the hash of the
            // row that an import brought. It stays with a thing that was taken off the register.
            columns: "county bigint not null, kind text not null, key text not null, thing uuid not null, import uuid,
                primary key (county, kind, key)",
            indexes: &["(county, thing)", "(county, import, thing) where import is not null"],
        },
        Table {
            name: "field",
            class: Class::County,
            // Values of the fields declared for search or sort, never a personal one. i: place among several values.
            columns: "county bigint not null, kind text not null, field text not null, thing uuid not null, n bigint not null, i bigint not null,
                num double precision, txt text, primary key (county, kind, field, thing, n, i)",
            indexes: &["(county, kind, field, num, thing)", "(county, kind, field, txt, thing)"],
        },
        Table {
            name: "import",
            class: Class::County,
            // A file on its way in. state: see import::State. done: the last staged row that was taken. tidied: what the
            // import made old is swept.
            columns: "county bigint not null, id uuid not null, kind text not null, name text not null, file bytea not null, state bigint not null,
                made bigint not null, account uuid, since bigint, total bigint not null, wrong bigint not null, same bigint not null,
                added bigint not null, changed bigint not null, done bigint not null, shown bigint, tidied bigint not null, report text not null,
                primary key (county, id)",
            indexes: &["(county, state, id)"],
        },
        Table {
            name: "import_row",
            class: Class::County,
            // A checked row that waits. thing, n: what it changes, as it was when checked; null for a new one.
            columns: "county bigint not null, import uuid not null, row bigint not null, thing uuid, n bigint, key text, region bigint not null,
                body text not null, primary key (county, import, row)",
            indexes: &[],
        },
    ],
    statements: &[],
}];
