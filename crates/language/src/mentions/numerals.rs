//! A cursor over a text that reads words and small numbers, in figures or in Chinese.

use crate::text::{LONGEST, half_width};

/// Characters in half width, each with its byte offset in the source.
pub(crate) struct Scan {
    pub chars: Vec<char>,
    bytes: Vec<usize>,
}

impl Scan {
    pub fn of(text: &str) -> Scan {
        let (mut bytes, chars): (Vec<usize>, Vec<char>) = text.char_indices().take(LONGEST).map(|(b, c)| (b, half_width(c))).unzip();
        bytes.push(chars.len().checked_sub(1).map_or(0, |last| bytes[last] + text[bytes[last]..].chars().next().map_or(0, char::len_utf8)));
        Scan { chars, bytes }
    }

    /// Byte offset of character `at`; of the end for the number of characters.
    pub fn byte(&self, at: usize) -> usize {
        self.bytes[at.min(self.chars.len())]
    }

    /// Position behind `word` if it stands at `at`.
    pub fn word(&self, at: usize, word: &str) -> Option<usize> {
        let mut end = at;
        for c in word.chars() {
            if self.chars.get(end) != Some(&c) {
                return None;
            }
            end += 1;
        }
        Some(end)
    }

    /// The first of `words` that stands at `at`: its value and the position behind it.
    pub fn one_of<T: Copy>(&self, at: usize, words: &[(&str, T)]) -> Option<(T, usize)> {
        words.iter().find_map(|(word, value)| Some((*value, self.word(at, word)?)))
    }

    /// A whole number at `at`: up to `digits` figures, or Chinese up to 九十九, or figures one by one (二〇二六).
    pub fn number(&self, at: usize, digits: usize) -> Option<(i64, usize)> {
        let figures = self.chars[at.min(self.chars.len())..].iter().take_while(|c| c.is_ascii_digit()).count();
        if figures > 0 {
            let read = self.chars[at..at + figures.min(digits)].iter().fold(0, |n, c| n * 10 + i64::from(*c as u32 - '0' as u32));
            return (figures <= digits).then_some((read, at + figures));
        }
        let length = self.chars[at.min(self.chars.len())..].iter().take_while(|c| **c == '十' || chinese(**c).is_some()).count();
        let word = &self.chars[at.min(self.chars.len())..(at + length).min(self.chars.len())];
        let value = match word.iter().position(|c| *c == '十') {
            Some(ten) => {
                let tens = match &word[..ten] {
                    [] => 1,
                    [one] => chinese(*one)?,
                    _ => return None,
                };
                let ones = match &word[ten + 1..] {
                    [] => 0,
                    [one] => chinese(*one)?,
                    _ => return None,
                };
                tens * 10 + ones
            }
            None if (1..=digits).contains(&length) => word.iter().try_fold(0, |n, c| Some(n * 10 + chinese(*c)?))?,
            None => return None,
        };
        Some((value, at + length))
    }
}

fn chinese(c: char) -> Option<i64> {
    Some(match c {
        '零' | '〇' => 0,
        '一' | '壹' => 1,
        '二' | '两' | '贰' => 2,
        '三' | '叁' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_write_them() {
        for (text, want) in
            [("4组", 4), ("十二组", 12), ("二十组", 20), ("三十一日", 31), ("二〇二六年", 2026), ("１５号", 15), ("两天", 2)]
        {
            assert_eq!(Scan::of(text).number(0, 4).map(|n| n.0), Some(want), "{text}");
        }
        for text in ["组", "", "12345", "十十", "一二三四五", "二二十"] {
            assert_eq!(Scan::of(text).number(0, 4), None, "{text}");
        }
    }

    #[test]
    fn bytes_and_characters() {
        let scan = Scan::of("水a。");
        assert_eq!((scan.byte(0), scan.byte(1), scan.byte(2), scan.byte(3), scan.byte(9)), (0, 3, 4, 7, 7));
    }
}
