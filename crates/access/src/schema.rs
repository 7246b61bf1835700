use store::{Class, Migration, Table};

const fn county(name: &'static str, columns: &'static str, indexes: &'static [&'static str]) -> Table {
    Table { name, class: Class::County, columns, indexes }
}

/// Spread by the hash in its first column; says in which county what it leads to lives.
const fn directory(name: &'static str, columns: &'static str, indexes: &'static [&'static str]) -> Table {
    Table { name, class: Class::Directory, columns, indexes }
}

/// Tables of this crate.
pub const SCHEMA: &[Migration] = &[Migration {
    part: "access",
    version: 1,
    tables: &[
        // code is the region's now; a re-coding ends the row and begins another that names it in `was`.
        county(
            "region",
            "county bigint not null, id uuid not null, code bigint not null, parent bigint, level bigint not null, name text not null,
             households bigint, since bigint not null, ended bigint, was uuid, primary key (county, id)",
            &["(county, code)", "(county, parent)"],
        ),
        // 片, 网格, 巷: a dated, named set of 组 inside a village.
        county(
            "area",
            "county bigint not null, id uuid not null, kind text not null, village bigint not null, name text not null,
             households bigint, since bigint not null, ended bigint, primary key (county, id)",
            &["(county, village)"],
        ),
        county(
            "area_group",
            "county bigint not null, area uuid not null, grp bigint not null, since bigint not null, ended bigint,
             primary key (county, area, grp, since)",
            &["(county, grp)"],
        ),
        county(
            "seat",
            "county bigint not null, id uuid not null, role text not null, region bigint not null, unit text, area uuid,
             made bigint not null, closed bigint, primary key (county, id)",
            &["(county, role, region)", "(county, region)"],
        ),
        // kind: 0 holder, 1 deputy (B 岗), 2 acting for a period. until is without its end.
        county(
            "tenure",
            "county bigint not null, id uuid not null, seat uuid not null, account uuid not null, kind bigint not null,
             since bigint not null, until bigint not null, primary key (county, id)",
            &["(county, seat, since)", "(county, account, since)"],
        ),
        // One row: the index of a fixed word under the keys that sealed this database, by which other keys are known as others.
        Table {
            name: "keyring",
            class: Class::Shared,
            columns: "id bigint not null primary key, mark bytea not null",
            indexes: &[],
        },
        // Changes with every change of seats, tenures, areas and accounts: what was kept in memory under another is old.
        county("access_version", "county bigint not null, n bigint not null, primary key (county)", &[]),
        // kind: 0 resident, 1 staff, 2 machine. state: 0 active, 1 locked, 2 erased. name, phone and login are sealed. region:
        // the registered household.
        county(
            "account",
            "county bigint not null, id uuid not null, kind bigint not null, state bigint not null, name bytea, phone bytea, phone_index bytea,
             login bytea, region bigint, made bigint not null, erased bigint, primary key (county, id)",
            &["(county, phone_index)"],
        ),
        // password: Argon2id in PHC form. totp, totp_new: sealed seeds, in use and offered. totp_step: the last one used.
        county(
            "secret",
            "county bigint not null, account uuid not null, password text, totp bytea, totp_new bytea, totp_step bigint not null,
             primary key (county, account)",
            &[],
        ),
        county("recovery", "county bigint not null, account uuid not null, hash bytea not null, primary key (county, account, hash)", &[]),
        county(
            "consent",
            "county bigint not null, account uuid not null, purpose text not null, given bigint not null, withdrawn bigint, wording text not null,
             primary key (county, account, purpose, given)",
            &[],
        ),
        // Who a mini-program's openid is. hash: blind index of the openid; openid: sealed, to send to.
        county(
            "wechat",
            "county bigint not null, account uuid not null, hash bytea not null, openid bytea not null, linked bigint not null,
             primary key (county, account)",
            &["(county, hash)"],
        ),
        // Each is one message that its account accepted, by one template; used: when the outbox took it.
        county(
            "wechat_acceptance",
            "county bigint not null, id uuid not null, account uuid not null, template text not null, at bigint not null, used bigint,
             primary key (county, id)",
            &["(county, account)"],
        ),
        // An import in chunks: it resumes at `next`.
        county(
            "intake",
            "county bigint not null, id uuid not null, kind text not null, chunks bigint not null, next bigint not null,
             begun bigint not null, done bigint, primary key (county, id)",
            &[],
        ),
        county(
            "intake_chunk",
            "county bigint not null, intake uuid not null, n bigint not null, body bytea not null, primary key (county, intake, n)",
            &[],
        ),
        // hash: blind index of a log-in name or phone number.
        directory(
            "handle",
            "hash bytea not null, county bigint not null, account uuid not null, primary key (hash, county)",
            &["(county, account)"],
        ),
        // hash: SHA-256 of the token. idle: ms without use that end it. full: 0 until the second factor is set up.
        directory(
            "session",
            "hash bytea not null, id uuid not null, county bigint not null, account uuid not null, made bigint not null, seen bigint not null,
             until bigint not null, idle bigint not null, device text not null, full_rights bigint not null, primary key (hash)",
            &["(county, account)", "(until)"],
        ),
        directory(
            "api_key",
            "hash bytea not null, id uuid not null, county bigint not null, account uuid not null, name text not null, scopes text not null,
             made bigint not null, until bigint not null, primary key (hash)",
            &["(county, account)"],
        ),
        // A link by which a new official sets her password.
        directory(
            "invitation",
            "hash bytea not null, county bigint not null, account uuid not null, until bigint not null, primary key (hash)",
            &["(county, account)"],
        ),
        // hash: blind index of the number. code: HMAC of number and code.
        directory(
            "phone_code",
            "hash bytea not null, code bytea not null, tries bigint not null, until bigint not null, primary key (hash)",
            &["(until)"],
        ),
        // hash: SHA-256 of a ticket; openid: sealed, until its resident has signed in by phone.
        directory(
            "wechat_ticket",
            "hash bytea not null, county bigint not null, openid bytea not null, until bigint not null, primary key (hash)",
            &["(until)"],
        ),
        // A counter in a window. hash: of what is counted.
        directory("rate", "hash bytea not null, n bigint not null, until bigint not null, primary key (hash)", &["(until)"]),
        // Failed sign-ins under a name, whether there is such an account or not.
        directory(
            "guard",
            "hash bytea not null, failures bigint not null, shut bigint not null, until bigint not null, primary key (hash)",
            &["(until)"],
        ),
    ],
    statements: &[],
}];
