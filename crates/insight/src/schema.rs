use store::{Class, Migration, Table};

/// Tables of this crate. Days are counted from 1970-01-01; `lo` and `hi` are the days between which a piece lies.
pub const SCHEMA: &[Migration] = &[Migration {
    part: "insight",
    version: 1,
    tables: &[
        Table {
            name: "indicator_state",
            class: Class::County,
            // One row: locked by whoever counts, so that two servers never take the same piece back twice.
            columns: "county bigint not null, at bigint not null, primary key (county)",
            indexes: &[],
        },
        Table {
            name: "indicator_series",
            class: Class::County,
            // One version of one indicator. state: 0 counting from scratch, 1 in use, 2 being removed.
            // next: the matter up to which a count from scratch has come; null where none runs. since: when it was begun.
            // signed: 1 once a piece had a negative number, so that pieces of two matters may cancel in a cell.
            columns: "county bigint not null, id bigint not null, pack text not null, indicator text not null, hash text not null,
                state bigint not null, next uuid, since bigint not null, signed bigint not null, primary key (county, id)",
            indexes: &["unique (county, pack, indicator, hash)"],
        },
        Table {
            name: "indicator_cell",
            class: Class::County,
            // grain: 0 by town, 1 by village; 2 category, 3 unit, 4 handling seat, each by town; 10, 12 to 14 the same by county.
            // place: that town, village or county, or the coarser place a matter has. total: of a mean, in millionths.
            columns: "county bigint not null, series bigint not null, grain bigint not null, place bigint not null, lo bigint not null,
                hi bigint not null, key text not null, flow text not null, cases bigint not null, hits bigint not null, outs bigint not null,
                mutes bigint not null, total bigint not null, primary key (county, series, grain, place, lo, hi, key, flow)",
            indexes: &[],
        },
        Table {
            name: "indicator_kept",
            class: Class::County,
            // What a matter adds to the cells, to be taken back when it changes.
            columns: "county bigint not null, matter uuid not null, body text not null, primary key (county, matter)",
            indexes: &[],
        },
        Table {
            name: "indicator_turn",
            class: Class::County,
            // When a matter's part in some figure changes though nothing happens to it: "open and past its deadline".
            columns: "county bigint not null, matter uuid not null, at bigint not null, primary key (county, matter)",
            indexes: &["(county, at)"],
        },
        Table {
            name: "indicator_day",
            class: Class::County,
            // Where to look for the matters of a village's day.
            columns: "county bigint not null, place bigint not null, day bigint not null, matter uuid not null, primary key (county, place, day, matter)",
            indexes: &[],
        },
        Table {
            name: "indicator_apart",
            class: Class::County,
            // The pieces of reports about somebody, once more: to be subtracted for whoever must not meet them.
            // known: the day on which it came to be so; the sum over all of them is what is so now.
            columns: "county bigint not null, matter uuid not null, series bigint not null, lo bigint not null, hi bigint not null,
                known bigint not null, town bigint not null, village bigint not null, region bigint not null, category text not null,
                unit text not null, handler text not null, flow text not null, cases bigint not null, hits bigint not null, outs bigint not null,
                mutes bigint not null, total bigint not null,
                primary key (county, matter, series, lo, hi, known, town, village, region, category, unit, handler, flow)",
            indexes: &[],
        },
        Table {
            name: "indicator_past",
            class: Class::County,
            // What changed in the cells by town on a day: the sum up to a day is the cell as it was known then.
            columns: "county bigint not null, series bigint not null, place bigint not null, known bigint not null, lo bigint not null,
                hi bigint not null, flow text not null, cases bigint not null, hits bigint not null, outs bigint not null, mutes bigint not null,
                total bigint not null, primary key (county, series, place, known, lo, hi, flow)",
            indexes: &[],
        },
    ],
    statements: &[],
}];
