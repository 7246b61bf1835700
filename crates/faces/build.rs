//! Builds the crate again when the pages were built again: their files have other names then.

fn main() {
    let dist = "../../web/dist";
    // A folder that is not there would be news at every build.
    if std::fs::create_dir_all(dist).is_ok() {
        println!("cargo:rerun-if-changed={dist}");
    }
}
