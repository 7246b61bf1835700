//! Words for the full-text index: Chinese as overlapping pairs of characters, the rest as lower-case words.
//!
//! Pairs find two-character words, which the databases' own trigrams do not, and need no dictionary. The last
//! character of a run stands alone too, so that every character begins some term and a query of one character is a
//! search for a beginning.

use crate::text::{half_width, is_han};

/// Longest Latin word or number kept whole, in characters; longer ones are cut here (they are noise or attacks).
const LONGEST_TERM: usize = 64;

/// What the index stores for a text: terms in the order of the text, parted by spaces.
/// `自来水WiFi` → `自来 来水 水 wifi`.
pub fn search_terms(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    each_run(text, |run| {
        if is_han(run[0]) {
            for pair in run.windows(2) {
                push(&mut out, pair);
            }
            push(&mut out, &run[run.len() - 1..]);
        } else {
            for part in run.chunks(LONGEST_TERM) {
                push(&mut out, part);
            }
        }
    });
    out
}

/// One thing a query asks for. All of them must be in a text that is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchTerm {
    /// Letters, digits and Chinese characters only: nothing in it is an operator of any database's query language.
    pub text: String,
    /// The term may also be the beginning of a stored one (FTS5 `水*`, tsquery `水:*`).
    pub prefix: bool,
}

/// What to ask the index for: `自来水` → `自来`, `来水`; `水` → whatever begins with 水; `wif` → whatever begins with it.
/// Empty where the query has no letter, digit or character.
pub fn search_query(query: &str) -> Vec<SearchTerm> {
    let mut terms: Vec<SearchTerm> = Vec::new();
    let mut add = |chars: &[char], prefix: bool| {
        let term = SearchTerm { text: chars.iter().collect(), prefix };
        if !terms.contains(&term) && terms.len() < 64 {
            terms.push(term);
        }
    };
    each_run(query, |run| match run {
        [one] if is_han(*one) => add(run, true),
        _ if is_han(run[0]) => run.windows(2).for_each(|pair| add(pair, false)),
        _ => run.chunks(LONGEST_TERM).for_each(|part| add(part, true)),
    });
    terms
}

fn push(out: &mut String, term: &[char]) {
    if !out.is_empty() {
        out.push(' ');
    }
    out.extend(term);
}

/// Calls `each` with every longest run of Chinese characters, and of other letters and digits.
fn each_run(text: &str, mut each: impl FnMut(&[char])) {
    let mut run: Vec<char> = Vec::new();
    let chars = text.chars().map(half_width).flat_map(|c| c.to_lowercase());
    for c in chars.chain([' ']) {
        let goes_on = c.is_alphanumeric() && run.last().is_none_or(|last| is_han(*last) == is_han(c));
        if !goes_on && !run.is_empty() {
            each(&run);
            run.clear();
        }
        if c.is_alphanumeric() {
            run.push(c);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_of_characters_and_words() {
        assert_eq!(search_terms("自来水WiFi坏了，２号楼"), "自来 来水 水 wifi 坏了 了 2 号楼 楼");
        assert_eq!(search_terms(" ，。🙂\u{0}"), "");
    }

    #[test]
    fn a_query_finds_what_was_stored() {
        let stored: Vec<String> = search_terms("我家自来水停了三天，电话 13800138000").split(' ').map(str::to_owned).collect();
        for query in ["自来水", "水", "了", "停", "1380", "天 水", "三天"] {
            let found =
                search_query(query).iter().all(|t| stored.iter().any(|s| if t.prefix { s.starts_with(&t.text) } else { *s == t.text }));
            assert!(found, "{query}");
        }
        assert!(search_query("\"*:- ()").is_empty(), "operators ask for nothing");
    }
}
