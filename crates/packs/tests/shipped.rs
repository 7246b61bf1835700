//! The packs that are shipped read without a fault.

use packs::Catalogue;
use std::path::PathBuf;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../packs")
}

fn shipped() -> Catalogue {
    let mut folders: Vec<PathBuf> = std::fs::read_dir(folder()).expect("packs").map(|e| e.expect("entry").path()).filter(|p| p.join("pack.yaml").is_file()).collect();
    folders.sort();
    let home = base::Home::new(430903).expect("a county");
    Catalogue::load(&folders, Some(home)).unwrap_or_else(|faults| panic!("\n{faults}"))
}

#[test]
fn shipped_packs_are_clean() {
    let c = shipped();
    assert!(c.flow("direct_line", "report").is_some());
}
