use store::{Class, Migration, Table};

const fn county(name: &'static str, columns: &'static str, indexes: &'static [&'static str]) -> Table {
    Table { name, class: Class::County, columns, indexes }
}

/// Tables of this crate.
pub const SCHEMA: &[Migration] = &[Migration {
    part: "reactions",
    version: 1,
    tables: &[
        // How far each has come, and how often it ran. since: the head of the journal when it was first seen: what was
        // before is not its business. unknown: runs that did not happen for want of a fact, the last of which is
        // `missing`, at entry `unknown_at`.
        county(
            "reaction",
            "county bigint not null, name text not null, since bigint not null, seq bigint not null, ran bigint not null,
             unknown bigint not null, missing text, unknown_at bigint, primary key (county, name)",
            &[],
        ),
        // A run that failed. state: 0 to be tried again at `due`, 1 parked, 2 dropped, 3 done at last, 4 refused (too deep).
        // matter: what the county's IT was given.
        county(
            "reaction_run",
            "county bigint not null, name text not null, seq bigint not null, state bigint not null, tries bigint not null,
             first bigint not null, last bigint not null, due bigint not null, code text not null, error text not null, matter uuid,
             primary key (county, name, seq)",
            &["(county, state, due)"],
        ),
        // Told to a seat or an account. word: the text in both languages, so that erasing the subject's words erases it.
        county(
            "notice",
            "county bigint not null, id uuid not null, at bigint not null, seat uuid, account uuid, subject_kind text not null,
             subject uuid not null, reaction text not null, word uuid not null, document uuid, seen bigint, primary key (county, id)",
            &["(county, seat, id)", "(county, account, id)", "(county, subject)"],
        ),
        // A letter as it was written. zh, en: words that hold its text, with a sign where the number stands.
        county(
            "document",
            "county bigint not null, id uuid not null, at bigint not null, subject_kind text not null, subject uuid not null,
             letter text not null, number text, zh uuid not null, en uuid not null, primary key (county, id)",
            &["(county, subject)"],
        ),
        // What a plan opened, for whom (a region, or the matter after whose end it comes).
        county(
            "plan_matter",
            "county bigint not null, matter uuid not null, plan text not null, subject uuid not null, primary key (county, matter, plan)",
            &[],
        ),
        // A subject's streak; ended: the plan is over for it.
        county(
            "plan_subject",
            "county bigint not null, plan text not null, subject uuid not null, streak bigint not null, ended bigint,
             primary key (county, plan, subject)",
            &[],
        ),
    ],
    statements: &[],
}];
