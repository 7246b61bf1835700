use store::{Class, Migration, Table};

pub const SCHEMA: &[Migration] = &[Migration {
    part: "intake",
    version: 1,
    tables: &[
        Table {
            name: "intake_sheet",
            class: Class::County,
            // A file of messages on its way in. state: see report::State. done: the last staged row that was opened.
            columns: "county bigint not null, id uuid not null, flow text not null, name text not null, file bytea not null, source text not null,
                region bigint not null, state bigint not null, made bigint not null, account uuid, done bigint not null, report text not null,
                primary key (county, id)",
            indexes: &["(county, file, state)"],
        },
        Table {
            name: "intake_row",
            class: Class::County,
            // A checked message that waits; it goes when its matter is opened. n: its place in order of time.
            columns: "county bigint not null, intake uuid not null, n bigint not null, body text not null, primary key (county, intake, n)",
            indexes: &[],
        },
        Table {
            name: "brought",
            class: Class::County,
            // What a sheet said of a matter beside its words. sender: keyed hash of the sender's name there, equal for
            // equal senders; support, against: votes counted there.
            columns: "county bigint not null, matter uuid not null, intake uuid not null, sender bytea, support bigint not null, against bigint not null,
                primary key (county, matter)",
            indexes: &["(county, intake, matter)"],
        },
        Table {
            name: "twin",
            class: Class::County,
            // Keys of a message's fingerprint: near-duplicates share one at least. No word can be read from them.
            columns: "county bigint not null, code bigint not null, matter uuid not null, primary key (county, code, matter)",
            indexes: &["(county, matter)"],
        },
    ],
    statements: &[],
}];
