//! Near-duplicates: the same words again, a little changed.
//!
//! MinHash (Broder 1997) over pieces of three characters. Candidates come from the database by equality of keys;
//! whether they are of the same place and time is the caller's to ask; [`closeness`] of the texts then decides.

use crate::text::{Plain, hash};
use base::{Error, Kind, Result};
use std::collections::HashMap;

const MINIMA: usize = 64;
/// Rows of a band: all must agree. With 8 bands of 3, texts that share 0.8 of their pieces meet with probability
/// 0.997, 0.6 with 0.86, 0.3 with 0.2.
const ROWS: usize = 3;
const BANDS: usize = 8;

/// What is kept of a text to find its near-duplicates: 128 bytes from which no word can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint(Option<[u16; MINIMA]>);

impl Fingerprint {
    /// Of the first 20,000 characters. A text without letters or characters resembles nothing.
    pub fn of(text: &str) -> Fingerprint {
        let chars = Plain::of(text).chars;
        let mut pieces: Vec<u32> = chars.windows(3).map(hash).collect();
        if pieces.is_empty() && !chars.is_empty() {
            pieces.push(hash(&chars));
        }
        pieces.sort_unstable();
        pieces.dedup();
        if pieces.is_empty() {
            return Fingerprint(None);
        }
        let minimum = |row: usize| {
            let odd = (row as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
            let mixed = pieces.iter().map(|p| {
                let x = (u64::from(*p) ^ odd >> 32).wrapping_mul(odd);
                (x ^ x >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9)
            });
            mixed.min().map_or(0, |least| (least >> 8) as u16)
        };
        Fingerprint(Some(std::array::from_fn(minimum)))
    }

    /// Keys to store as rows beside the message and to look up by equality: near-duplicates share one at least, almost
    /// always. Eight, or none for a text without words.
    pub fn keys(&self) -> Vec<i64> {
        let Some(minima) = &self.0 else { return Vec::new() };
        let key = |band: usize| {
            let rows = &minima[band * ROWS..(band + 1) * ROWS];
            rows.iter().fold(band as i64, |key, row| key << 16 | i64::from(*row))
        };
        (0..BANDS).map(key).collect()
    }

    /// Share of pieces in common, estimated to about ± 0.06. Enough to sort candidates by.
    pub fn similarity(&self, other: &Fingerprint) -> f32 {
        match (&self.0, &other.0) {
            (Some(a), Some(b)) => a.iter().zip(b).filter(|(a, b)| a == b).count() as f32 / MINIMA as f32,
            _ => 0.0,
        }
    }

    /// For a column of the database; empty for a text without words.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flatten().flat_map(|m| m.to_le_bytes()).collect()
    }

    pub fn from_bytes(bytes: &[u8]) -> Result<Fingerprint> {
        if bytes.is_empty() {
            return Ok(Fingerprint(None));
        }
        if bytes.len() != MINIMA * 2 {
            let (zh, en) = ("文本指纹长度不对，请重新计算", "a fingerprint has a wrong length; compute it again");
            return Err(Error::new(Kind::Invalid, "fingerprint_damaged", zh, en));
        }
        Ok(Fingerprint(Some(std::array::from_fn(|i| u16::from_le_bytes([bytes[2 * i], bytes[2 * i + 1]])))))
    }
}

/// How close two texts are in their words, 0 to 1: cosine of their counts of two- and three-character pieces.
/// From about 0.75 a person would call them the same text.
pub fn closeness(a: &str, b: &str) -> f32 {
    let count = |text: &str| {
        let chars = Plain::of(text).chars;
        let mut counts: HashMap<u32, f32> = HashMap::new();
        for piece in chars.windows(2).chain(chars.windows(3)).chain((chars.len() == 1).then_some(&chars[..])) {
            *counts.entry(hash(piece)).or_default() += 1.0;
        }
        counts
    };
    let (a, b) = (count(a), count(b));
    let length = |c: &HashMap<u32, f32>| c.values().map(|v| v * v).sum::<f32>().sqrt();
    let dot: f32 = a.iter().filter_map(|(h, v)| Some(v * b.get(h)?)).sum();
    let lengths = length(&a) * length(&b);
    if lengths == 0.0 { 0.0 } else { (dot / lengths).min(1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "丽发新城小区旁边的搅拌站日夜施工，噪音和灰尘让居民无法休息，请有关部门尽快查处，还我们一个安静的家园。";
    const B: &str = "丽发新城小区旁的搅拌站日夜施工，噪音、灰尘让居民无法休息！请有关部门尽快查处，还我们安静的家园";
    const C: &str = "我想咨询退休以后医保缴费年限不够怎么补缴，需要带什么材料到哪里办理？";

    #[test]
    fn the_same_again_is_found_and_another_is_not() {
        let [a, b, c] = [A, B, C].map(Fingerprint::of);
        assert!(a.similarity(&b) > 0.5 && closeness(A, B) > 0.75, "{} {}", a.similarity(&b), closeness(A, B));
        assert!(a.keys().iter().any(|k| b.keys().contains(k)));
        assert!(a.similarity(&c) < 0.1 && closeness(A, C) < 0.2);
        assert!(!a.keys().iter().any(|k| c.keys().contains(k)));
        assert!((closeness(A, A) - 1.0).abs() < 1e-5);
    }

    #[test]
    fn spaces_case_and_width_do_not_matter() {
        assert_eq!(Fingerprint::of("WiFi 坏了"), Fingerprint::of("ｗｉｆｉ坏了！"));
    }

    #[test]
    fn nothing_resembles_nothing() {
        let empty = Fingerprint::of("，。！");
        assert!(empty.keys().is_empty() && empty.to_bytes().is_empty());
        assert_eq!(empty.similarity(&empty), 0.0);
        assert_eq!(closeness("", ""), 0.0);
    }

    #[test]
    fn survives_the_database() {
        for text in [A, "水", ""] {
            let f = Fingerprint::of(text);
            assert_eq!(Fingerprint::from_bytes(&f.to_bytes()).expect("reads"), f);
        }
        assert!(Fingerprint::from_bytes(&[1, 2, 3]).is_err());
    }
}
