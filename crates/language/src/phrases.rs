//! Phrases that several texts share and others do not: the names and words of an issue, without a dictionary, since no
//! dictionary knows the estates and companies of a county.

use crate::{
    Model,
    text::{Plain, hash},
    vectors::Table,
};
use std::collections::{BTreeMap, HashMap, HashSet};

const LONGEST: usize = 8;
const MOST: usize = 5;
/// Characters of the body that are looked at.
const BODY: usize = 150;
/// If one and the same character stands before (or behind) a phrase more often than this, the phrase is a piece of a
/// longer one.
const WHOLE: f32 = 0.7;

#[derive(Default)]
struct Seen {
    times: u32,
    texts: u32,
    last_text: usize,
    before: HashMap<char, u32>,
    behind: HashMap<char, u32>,
    /// As it was first written.
    written: String,
}

/// The most telling phrases of `texts` (title and body), five at most, none within another. `rarity` says how rare a
/// pair of characters is elsewhere.
pub(crate) fn shared(texts: &[(&str, &str)], rarity: impl Fn(&[char]) -> f32) -> Vec<String> {
    let weigh = |phrase: &[char]| phrase.windows(2).map(&rarity).sum::<f32>();
    let mut scored: Vec<(f32, Vec<char>, String)> = match texts {
        [(title, body)] => words_of(if title.trim().is_empty() { body } else { title })
            .into_iter()
            .map(|(word, written)| (weigh(&word) / word.len() as f32, word, written))
            .collect(),
        _ => {
            let least = (texts.len() as u32 * 3).div_ceil(10).max(2);
            let whole = |(phrase, seen): &(Vec<char>, Seen)| seen.texts >= least && seen.is_whole() && stands_alone(phrase);
            let score = |(phrase, seen): (Vec<char>, Seen)| (seen.texts as f32 * weigh(&phrase), phrase, seen.written);
            count(texts).into_iter().filter(whole).map(score).collect()
        }
    };
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let mut pairs: HashSet<Vec<char>> = HashSet::new();
    let mut chosen = Vec::new();
    for (_, phrase, written) in scored {
        let new = phrase.windows(2).all(|p| !pairs.contains(p));
        if new && chosen.len() < MOST {
            pairs.extend(phrase.windows(2).map(<[char]>::to_vec));
            chosen.push(written);
        }
    }
    chosen
}

fn count(texts: &[(&str, &str)]) -> BTreeMap<Vec<char>, Seen> {
    let texts: Vec<String> =
        texts.iter().map(|(title, body)| format!("{title}\n{}", body.trim().chars().take(BODY).collect::<String>())).collect();
    let shared = in_several(&texts);
    let mut seen: HashMap<Vec<char>, Seen> = HashMap::new();
    for (number, text) in texts.iter().enumerate() {
        let plain = Plain::of(text);
        for run in plain.runs() {
            for from in run.clone() {
                for to in from + 2..=(from + LONGEST).min(run.end) {
                    if shared.get(&hash(&plain.chars[from..to])).is_none_or(|(_, n)| *n < 2) {
                        break; // nor is what goes on from it
                    }
                    let entry = seen.entry(plain.chars[from..to].to_vec()).or_insert_with(|| Seen {
                        written: text[plain.source(from..to)].to_owned(),
                        last_text: usize::MAX,
                        ..Seen::default()
                    });
                    entry.times += 1;
                    entry.texts += u32::from(entry.last_text != number);
                    entry.last_text = number;
                    if from > run.start {
                        *entry.before.entry(plain.chars[from - 1]).or_default() += 1;
                    }
                    if to < run.end {
                        *entry.behind.entry(plain.chars[to]).or_default() += 1;
                    }
                }
            }
        }
    }
    seen.into_iter().filter(|(_, s)| s.texts > 1).collect()
}

/// By the hash of a phrase, in how many texts it stands (and the last of them): most stand in one, and need no more room.
fn in_several(texts: &[String]) -> Table<(usize, u32)> {
    let mut in_texts: Table<(usize, u32)> = Table::default();
    for (number, text) in texts.iter().enumerate() {
        let plain = Plain::of(text);
        for run in plain.runs() {
            for from in run.clone() {
                for to in from + 2..=(from + LONGEST).min(run.end) {
                    let entry = in_texts.entry(hash(&plain.chars[from..to])).or_insert((number, 1));
                    if entry.0 != number {
                        *entry = (number, entry.1 + 1);
                    }
                }
            }
        }
    }
    in_texts
}

impl Seen {
    fn is_whole(&self) -> bool {
        let often = |side: &HashMap<char, u32>| side.values().max().is_some_and(|n| *n as f32 > WHOLE * self.times as f32);
        !often(&self.before) && !often(&self.behind)
    }
}

/// Neither begins nor ends with a word of grammar.
fn stands_alone(phrase: &[char]) -> bool {
    let words = &Model::shipped().words;
    (1..=2.min(phrase.len())).all(|n| !words.is_function_word(&phrase[..n]) && !words.is_function_word(&phrase[phrase.len() - n..]))
}

fn words_of(text: &str) -> Vec<(Vec<char>, String)> {
    let plain = Plain::of(text);
    let words = &Model::shipped().words;
    let cut = words.ranges(&plain).into_iter().filter(|w| w.len() > 1 && !words.is_function_word(&plain.chars[w.clone()]));
    cut.map(|w| (plain.chars[w.clone()].to_vec(), text[plain.source(w)].to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_no_dictionary_knows() {
        let texts = [
            ("投诉丽发新城旁的搅拌站", "噪音很大"),
            ("丽发新城附近搅拌站扰民", "夜里施工"),
            ("A市丽发新城，搅拌站灰尘", "怎么办"),
            ("请管管丽发新城门口那个搅拌站", ""),
        ];
        let mut found = shared(&texts, |_| 1.0);
        found.sort();
        assert_eq!(found, ["丽发新城", "搅拌站"]);
    }
}
