//! The one form in which texts are compared: lower case, half width, no spaces or punctuation, each run of digits as `0`.
//!
//! Spaces go because a message may arrive cut into words or not; numbers go because a house number or a telephone
//! number says nothing about the subject and must not be learnt.

use std::ops::Range;

/// Characters of a message that are read; what follows cannot change its subject and would only cost time.
pub(crate) const LONGEST: usize = 20_000;

/// A text in its comparable form; every character knows the bytes of the source that it stands for.
pub(crate) struct Plain {
    pub chars: Vec<char>,
    spans: Vec<(u32, u32)>,
}

impl Plain {
    pub fn of(source: &str) -> Plain {
        let mut plain = Plain { chars: Vec::new(), spans: Vec::new() };
        let mut in_number = false;
        for (at, c) in source.char_indices().take(LONGEST) {
            let end = (at + c.len_utf8()) as u32;
            let c = half_width(c);
            if c.is_ascii_digit() {
                match plain.spans.last_mut().filter(|last| in_number && last.1 == at as u32) {
                    Some(last) => last.1 = end,
                    None => plain.push('0', at as u32, end),
                }
                in_number = true;
                continue;
            }
            in_number = false;
            if c.is_alphanumeric() {
                plain.push(c.to_lowercase().next().unwrap_or(c), at as u32, end);
            }
        }
        plain
    }

    fn push(&mut self, c: char, from: u32, to: u32) {
        self.chars.push(c);
        self.spans.push((from, to));
    }

    /// The bytes of the source that characters `range` stand for, what lies between them included.
    pub fn source(&self, range: Range<usize>) -> Range<usize> {
        match (self.spans.get(range.start), range.end.checked_sub(1).and_then(|last| self.spans.get(last))) {
            (Some(first), Some(last)) if !range.is_empty() => first.0 as usize..last.1 as usize,
            _ => 0..0,
        }
    }

    /// Runs of characters that stand side by side in the source: no word reaches over a comma.
    pub fn runs(&self) -> Vec<Range<usize>> {
        let mut runs: Vec<Range<usize>> = Vec::new();
        for i in 0..self.chars.len() {
            match runs.last_mut() {
                Some(run) if self.spans[i - 1].1 == self.spans[i].0 => run.end = i + 1,
                _ => runs.push(i..i + 1),
            }
        }
        runs
    }
}

/// Full-width forms of ASCII (Ａ, １, ，) as ASCII; the wide space as a space.
pub(crate) fn half_width(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// A Chinese character: the unified ideographs with their extensions, and 〇.
pub(crate) fn is_han(c: char) -> bool {
    matches!(c, '\u{3007}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// 32 bits that stand for a few characters. The last bit tells four characters from fewer, so that the two kinds of
/// feature never meet.
pub(crate) fn hash(chars: &[char]) -> u32 {
    let mut h: u64 = 0x243f_6a88_85a3_08d3;
    for &c in chars {
        h = (h ^ c as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        h ^= h >> 29;
    }
    h = (h ^ (h >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    h = (h ^ (h >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((h >> 32) as u32 & !1) | u32::from(chars.len() >= 4)
}

/// A stream of pseudo-random numbers that is the same everywhere (splitmix64): folds and training orders must be
/// repeatable.
pub(crate) struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, (self.next() % (i as u64 + 1)) as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cut_or_not_it_reads_the_same() {
        let whole = Plain::of("Ａ7县12组，自来水太浑！");
        let cut = Plain::of("a 99 县 3 组 自来水 太 浑");
        assert_eq!(whole.chars, cut.chars);
        assert_eq!(whole.chars.iter().collect::<String>(), "a0县0组自来水太浑");
    }

    #[test]
    fn spans_lead_back_to_the_source() {
        let source = "电话：138 0013，停水了";
        let plain = Plain::of(source);
        let at = plain.chars.iter().position(|c| *c == '停').expect("there");
        assert_eq!(&source[plain.source(at..at + 2)], "停水");
        assert_eq!(&source[plain.source(2..4)], "138 0013");
        assert_eq!(plain.source(3..3), 0..0);
        assert_eq!(plain.runs().len(), 4);
    }

    #[test]
    fn four_characters_never_look_like_three() {
        let chars: Vec<char> = "自来水厂".chars().collect();
        assert_eq!(hash(&chars) & 1, 1);
        assert_eq!(hash(&chars[..3]) & 1, 0);
    }
}
