//! Draft packs of systems whose engines are not there yet: the checker names exactly what has no engine, and finds
//! nothing else wrong.

use packs::Catalogue;
use std::path::PathBuf;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn without_engine(draft: &str) -> Vec<String> {
    let folders = [root().join("packs/three_leaders"), root().join("docs/design/drafts").join(draft)];
    let faults = Catalogue::load(&folders, None).expect_err("a draft has nouns without an engine");
    let mut words = Vec::new();
    for fault in &faults.0 {
        let (what, rest) = fault.en.split_once(" has no engine in this version").unwrap_or_else(|| panic!("{faults}"));
        assert_eq!(rest, "", "{fault}");
        assert_eq!(fault.file, format!("{draft}/pack.yaml"));
        let text = std::fs::read_to_string(root().join("docs/design/drafts").join(&fault.file)).expect("the draft");
        let line = text.lines().nth(fault.line as usize - 1).expect("the line");
        let word = what.split('`').nth(1).expect("a word");
        let there: String = line.chars().skip(fault.column as usize - 1).collect();
        assert!(there.starts_with(word.trim_end_matches('s')), "{fault}: {there}");
        words.push(what.to_owned());
    }
    words
}

#[test]
fn reservoir_watch_asks_for_alarms_broadcast_and_calls() {
    assert_eq!(without_engine("reservoir_watch"), ["noun `alarms`", "noun `alarms`", "verb `broadcast`", "verb `call`"]);
}

#[test]
fn smart_community_asks_for_alarms_and_broadcast() {
    assert_eq!(without_engine("smart_community"), ["noun `alarms`", "noun `alarms`", "verb `broadcast`"]);
}

#[test]
fn land_transfer_asks_for_deals() {
    assert_eq!(without_engine("land_transfer"), ["noun `deals`", "verb `start`"]);
}

#[test]
fn village_products_asks_for_alarms_deals_and_their_verbs() {
    assert_eq!(without_engine("village_products"), ["noun `alarms`", "noun `deals`", "noun `alarms`", "verb `hold`", "verb `pay`"]);
}

#[test]
fn old_houses_asks_for_deals() {
    assert_eq!(without_engine("old_houses"), ["noun `deals`", "verb `start`"]);
}
