//! A message as numbers: its pieces of one to four characters, counted, weighted by rarity, scaled to length one.

use crate::text::{Plain, hash};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Pieces of a message with their counts, in order of their hashes.
pub(crate) type Pieces = Vec<(u32, u32)>;

pub(crate) fn pieces(plain: &Plain) -> Pieces {
    let chars = &plain.chars;
    let mut hashes: Vec<u32> = Vec::with_capacity(chars.len() * 4);
    for start in 0..chars.len() {
        for end in start + 1..=(start + 4).min(chars.len()) {
            hashes.push(hash(&chars[start..end]));
        }
    }
    hashes.sort_unstable();
    let mut counted: Pieces = Vec::new();
    for h in hashes {
        match counted.last_mut() {
            Some(last) if last.0 == h => last.1 += 1,
            _ => counted.push((h, 1)),
        }
    }
    counted
}

/// A table by hash or column.
pub(crate) type Table<T> = HashMap<u32, T, BuildHasherDefault<Hashed>>;

/// Which pieces count, each with its column and its weight of rarity (inverse document frequency).
#[derive(Clone, Debug, Default)]
pub(crate) struct Vocabulary {
    pub columns: Table<u32>,
    pub idf: Vec<f32>,
}

/// (column, value), values of one message having length one together.
pub(crate) type Vector = Vec<(u32, f32)>;

impl Vocabulary {
    /// `hashes` and `idf` side by side.
    pub fn new(hashes: &[u32], idf: Vec<f32>) -> Vocabulary {
        Vocabulary { columns: hashes.iter().enumerate().map(|(i, h)| (*h, i as u32)).collect(), idf }
    }

    pub fn vector(&self, pieces: &Pieces) -> Vector {
        let mut vector: Vector = pieces
            .iter()
            .filter_map(|(h, n)| {
                let column = *self.columns.get(h)?;
                Some((column, (1.0 + (*n as f32).ln()) * self.idf[column as usize]))
            })
            .collect();
        let length = vector.iter().map(|(_, v)| v * v).sum::<f32>().sqrt();
        if length > 0.0 {
            vector.iter_mut().for_each(|(_, v)| *v /= length);
        }
        vector
    }
}

/// The keys need no more than a spreading.
#[derive(Clone, Debug, Default)]
pub struct Hashed(u64);

impl Hasher for Hashed {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|b| self.0 = self.0 << 8 | u64::from(*b));
    }

    fn write_u32(&mut self, h: u32) {
        self.0 = u64::from(h).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
