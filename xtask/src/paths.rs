//! Where things are.

use crate::{Result, process};
use std::path::{Path, PathBuf};

/// The workspace's root, whatever folder the command was typed in.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// Cargo's target folder: `CARGO_TARGET_DIR`, `build.target-dir` or `target`; cargo knows which.
pub fn target() -> Result<PathBuf> {
    if let Some(dir) = std::env::var_os("CARGO_TARGET_DIR") {
        return Ok(root().join(dir)); // an absolute path replaces the root
    }
    let metadata = process::read(process::cargo(&["metadata", "--no-deps", "--offline", "--format-version=1"]))?;
    target_directory(&metadata).map(PathBuf::from).ok_or_else(|| "cargo metadata names no target_directory".into())
}

/// The value of one string of cargo's JSON. A path with `"` or `\` in it is not understood.
fn target_directory(metadata: &str) -> Option<&str> {
    let (_, after) = metadata.split_once("\"target_directory\":\"")?;
    after.split_once('"').map(|(value, _)| value)
}

/// Folder of what `xtask` itself keeps between runs: tools, results, scratch data.
pub fn own(name: &str) -> Result<PathBuf> {
    let dir = target()?.join("xtask").join(name);
    create(&dir)?;
    Ok(dir)
}

pub fn create(dir: &Path) -> Result<()> {
    std::fs::create_dir_all(dir).map_err(|e| format!("cannot create {}: {e}", dir.display()))
}

pub fn remove(dir: &Path) -> Result<()> {
    match std::fs::remove_dir_all(dir) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(format!("cannot remove {}: {e}", dir.display())),
        _ => Ok(()),
    }
}

pub fn write(file: &Path, text: &str) -> Result<()> {
    std::fs::write(file, text).map_err(|e| format!("cannot write {}: {e}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_target_folder() {
        let metadata = r#"{"packages":[],"target_directory":"/somewhere/target","version":1}"#;
        assert_eq!(target_directory(metadata), Some("/somewhere/target"));
        assert_eq!(target_directory("{}"), None);
    }

    #[test]
    fn the_root_holds_the_workspace() {
        assert!(root().join("Cargo.toml").is_file() && root().join("xtask").is_dir());
    }
}
