//! The pages' own list of texts, as far as the server must know it: which blanks (`{name}`) stand in each. The same in both
//! languages, which the pages' tests hold.

use rust_embed::RustEmbed;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

#[derive(RustEmbed)]
#[folder = "../../web/src/shared/words/lists"]
struct Lists;

static BLANKS: LazyLock<BTreeMap<String, BTreeSet<String>>> = LazyLock::new(|| {
    let files = Lists::iter().filter(|path| path.ends_with(".zh.ts")).filter_map(|path| Lists::get(&path));
    let texts: Vec<String> = files.map(|f| String::from_utf8_lossy(&f.data).into_owned()).collect();
    texts.iter().flat_map(|text| text.lines()).filter_map(line).collect()
});

/// `  "key": "text",`: a word stands on one line.
fn line(line: &str) -> Option<(String, BTreeSet<String>)> {
    let (key, text) = line.strip_prefix("  \"")?.strip_suffix("\",")?.split_once("\": \"")?;
    Some((key.to_owned(), blanks(text)))
}

/// The blanks of a text, with their braces.
pub fn blanks(text: &str) -> BTreeSet<String> {
    let parts = text.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    let names = parts.map(|(name, _)| name).filter(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'));
    names.map(|n| format!("{{{n}}}")).collect()
}

/// The blanks of a word of the pages' list; `None` where the list does not hold it.
pub fn blanks_of(key: &str) -> Option<&'static BTreeSet<String>> {
    BLANKS.get(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_lists_is_read() {
        for path in Lists::iter() {
            let file = Lists::get(&path).expect("is there");
            let text = String::from_utf8_lossy(&file.data).into_owned();
            let wanted = text.lines().filter(|l| l.starts_with("  \"")).count();
            assert_eq!((wanted, wanted > 0), (text.lines().filter_map(line).count(), true), "{path}");
        }
        assert_eq!(blanks_of("words.blanks.lost"), Some(&BTreeSet::from(["{names}".to_owned()])));
        assert_eq!(blanks_of("setup.words"), Some(&BTreeSet::new()));
        assert_eq!(blanks_of("no.such.word"), None);
        assert_eq!(blanks("{a} {} {b c} {a"), BTreeSet::from(["{a}".to_owned()]));
    }
}
