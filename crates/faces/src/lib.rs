//! The pages, inside the binary: what `npm run build` leaves in `web/dist`.
//!
//! A release holds the files; a development build reads them from the folder, so that a page can be built again beside a
//! running server. Without that folder the server runs and has no pages.

mod words;

pub use words::{blanks, blanks_of};

use rust_embed::RustEmbed;
use std::borrow::Cow;

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
struct Dist;

/// One file of the pages.
pub struct File {
    pub bytes: Cow<'static, [u8]>,
    pub media_type: &'static str,
    /// The bytes are gzip.
    pub packed: bool,
    /// SHA-256 of the bytes, in hexadecimal.
    pub hash: String,
    /// Its name changes whenever its bytes do.
    pub lasting: bool,
}

/// The file at this path below the root, such as `assets/console-1a2b.js`; packed where the reader takes gzip.
pub fn file(path: &str, gzip: bool) -> Option<File> {
    let media_type = media_type(path)?;
    let packed = if gzip { Dist::get(&format!("{path}.gz")) } else { None };
    let is_packed = packed.is_some();
    let found = packed.or_else(|| Dist::get(path))?;
    let hash = found.metadata.sha256_hash().iter().map(|b| format!("{b:02x}")).collect();
    Some(File { bytes: found.data, media_type, packed: is_packed, hash, lasting: path.starts_with("assets/") })
}

/// Only what pages are made of is given out; anything else in the folder (the build's own notes) is nobody's.
fn media_type(path: &str) -> Option<&'static str> {
    if path.split('/').any(|part| part.starts_with('.')) {
        return None;
    }
    Some(match path.rsplit_once('.')?.1 {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_beside_the_pages_is_given_out() {
        for path in ["", "assets", ".vite/manifest.json", "../Cargo.toml", "../../Cargo.toml", "assets/../../package.json", "nowhere.html"]
        {
            assert!(file(path, false).is_none(), "{path}");
        }
        assert_eq!(media_type("assets/a.b.js"), Some("text/javascript; charset=utf-8"));
        assert_eq!(media_type("console.html.gz"), None);
    }

    /// Where the pages were built.
    #[test]
    fn a_page_is_the_same_packed_and_plain() {
        let (Some(plain), Some(packed)) = (file("console.html", false), file("console.html", true)) else {
            println!("skipped: web/dist is not there; npm run build makes it");
            return;
        };
        assert!(!plain.packed && packed.packed && !plain.lasting);
        assert!(plain.bytes.starts_with(b"<!doctype html>") && packed.bytes.starts_with(&[0x1f, 0x8b]));
        assert_ne!(plain.hash, packed.hash);
    }
}
