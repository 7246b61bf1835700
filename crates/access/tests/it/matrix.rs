//! Who may do what, as the shipped packs say it, in one table that changes only on purpose.

use crate::common;
use packs::{Action, Subject};
use std::{fmt::Write, path::PathBuf};

/// Run with `SHUXIANG_UPDATE=1` to write the table anew; then read what changed.
#[test]
fn roles_and_actions_are_as_agreed() {
    let catalogue = common::catalogue();
    let mut subjects: Vec<(String, Subject)> = vec![("platform".into(), Subject::Platform)];
    subjects.extend(catalogue.flows().map(|f| {
        let name = packs::Name::new(&f.pack, &f.id);
        (name.to_string(), Subject::Flow(name))
    }));
    subjects.sort_by(|a, b| a.0.cmp(&b.0));
    let mut roles: Vec<_> = catalogue.roles().collect();
    roles.sort_by(|a, b| (a.level, &a.id).cmp(&(b.level, &b.id)));
    let mut table = String::from("# role · level · paid: subject: actions\n");
    for role in roles {
        writeln!(table, "\n{} · {:?} · {}", role.id, role.level, if role.paid { "paid" } else { "unpaid" }).expect("writes");
        for (name, subject) in &subjects {
            let may: Vec<&str> = Action::ALL.iter().filter(|a| catalogue.may(&role.id, **a, subject)).map(|a| a.word()).collect();
            if !may.is_empty() {
                writeln!(table, "  {name}: {}", may.join(" ")).expect("writes");
            }
        }
    }
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/matrix.txt");
    if std::env::var_os("SHUXIANG_UPDATE").is_some() {
        std::fs::write(&path, &table).expect("writes");
    }
    let agreed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(table, agreed, "rights changed; if that is meant, run with SHUXIANG_UPDATE=1 and review tests/matrix.txt");
}
