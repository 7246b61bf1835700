use store::{Class, Migration, Table};

/// Tables of this crate.
pub const SCHEMA: &[Migration] = &[Migration {
    part: "matters",
    version: 1,
    tables: &[
        Table {
            name: "matter",
            class: Class::County,
            // town, village, grp: the place's ancestors, so that a list at any level is an equality on an index.
            // due: the next deadline, which an open matter always has. step_due, clock_due, outer_due are what it is the
            // earliest of. waits: 0 for the holder, 1 for the resident, 2 for waits_seat. card: 0 none, 1 yellow, 2 red.
            // tally: how often each move was made. asked: an end or a pause that waits for its approver. spot: geo::Spot of the
            // place's point; null where only its region is known.
            // resident is kept for sealed reports too and shown to nobody but the keeper (identity: 0 named, 1 sealed,
            // 2 anonymous). hidden: the import that is not shown yet. receipt: SHA-256 of the code by which an anonymous sender follows it.
            columns: "county bigint not null, id uuid not null, number text, pack text not null, flow text not null, version text not null,
                step text not null, open bigint not null, ended_as text, region bigint not null, town bigint, village bigint, grp bigint, spot bigint,
                category text, triage text, confidence bigint, urgent bigint not null, title text not null,
                holder uuid not null, offered uuid, waits bigint not null, waits_seat uuid, supervisor uuid, card bigint not null,
                late bigint not null, received_at bigint not null, step_since bigint not null, step_due bigint, clock_due bigint not null,
                outer_due bigint, due bigint not null, provisional bigint not null, clock_late bigint not null, paused_at bigint,
                identity bigint not null, resident uuid, receipt bytea, opener uuid, opener_seat uuid, doer uuid, doer_seat uuid,
                resolved_at bigint, answered_at bigint, asked_at bigint, closed_at bigint, solved text, pleased bigint, returns bigint not null,
                reopened bigint not null, parent uuid, back text, child uuid, merged_into uuid, same_as uuid, source text not null,
                outer_number text, revisit bigint not null, tally text not null, asked text, hidden uuid, body text not null, primary key (county, id)",
            indexes: &[
                "unique (county, number)",
                "unique (county, source, outer_number) where outer_number is not null",
                "(county, open, due, id)",
                "(county, town, open, due, id)",
                "(county, village, open, due, id)",
                "(county, grp, open, due, id)",
                "(county, holder, open, due, id)",
                "(county, resident, open, due, id) where resident is not null",
                "(county, pack, version) where open = 1",
                "(county, spot, open)",
                "(county, hidden) where hidden is not null",
                "(county, closed_at) where closed_at is not null",
                "(county, opener_seat, received_at) where opener_seat is not null",
                "(county, doer_seat, resolved_at) where doer_seat is not null",
            ],
        },
        Table {
            name: "part",
            class: Class::County,
            // Seats other than the holder that have a part in a matter: offered, supervisor, waits, asked, task, was.
            columns: "county bigint not null, matter uuid not null, seat uuid not null, why text not null, open bigint not null, due bigint not null,
                primary key (county, matter, seat, why)",
            indexes: &["(county, seat, open, due, matter)"],
        },
        Table {
            name: "lapse",
            class: Class::County,
            // A deadline that passed while this seat held the matter, at its moment.
            columns: "county bigint not null, seat uuid not null, at bigint not null, matter uuid not null,
                primary key (county, seat, at, matter)",
            indexes: &["(county, matter)"],
        },
        Table {
            name: "matter_about",
            class: Class::County,
            // Whom a report is about: an account, a seat or a unit's seats. They never meet it.
            columns: "county bigint not null, subject uuid not null, about uuid not null, primary key (county, subject, about)",
            indexes: &["(county, about)"],
        },
        Table {
            name: "pause",
            class: Class::County,
            columns: "county bigint not null, id uuid not null, matter uuid not null, since bigint not null, until bigint, most bigint not null,
                reason text not null, approved_by uuid, primary key (county, id)",
            indexes: &["(county, matter, since)"],
        },
        Table {
            name: "task",
            class: Class::County,
            // One party's share of a step that several do side by side. state: 0 open, 1 answered, 2 lapsed.
            columns: "county bigint not null, id uuid not null, matter uuid not null, step text not null, seat uuid, resident uuid,
                due bigint not null, state bigint not null, answered_at bigint, body text not null, primary key (county, id)",
            indexes: &["(county, matter)", "(county, seat, state, matter)"],
        },
        Table {
            name: "link",
            class: Class::County,
            // kind: related, same, merged.
            columns: "county bigint not null, a uuid not null, b uuid not null, kind text not null, at bigint not null, primary key (county, a, b, kind)",
            indexes: &["(county, b)"],
        },
        Table {
            name: "contact_try",
            class: Class::County,
            // Attempts to reach the resident: three at different hours before a matter may end as not reached.
            columns: "county bigint not null, id uuid not null, matter uuid not null, at bigint not null, how text not null, primary key (county, id)",
            indexes: &["(county, matter, at)"],
        },
        Table {
            name: "pack_version",
            class: Class::County,
            // Every version under which a matter was opened, whole: its files as JSON.
            columns: "county bigint not null, pack text not null, hash text not null, at bigint not null, bundle text not null, primary key (county, pack, hash)",
            indexes: &[],
        },
        Table {
            name: "calendar_year",
            class: Class::County,
            // A year's holidays and make-up days as the county entered them, in the place of the shipped ones.
            columns: "county bigint not null, year bigint not null, table_text text not null, at bigint not null, primary key (county, year)",
            indexes: &[],
        },
    ],
    statements: &[],
}];
