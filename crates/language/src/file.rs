//! The model as a file: hashes, eight bits a weight, no words.
//!
//! `SXTRIAGE`, version, length of a JSON head, the head; the hashes of the pieces in order as differences; a byte of
//! rarity each; the weights of each piece, a byte a label; the hashes of the words as differences; a byte of cost each.

use crate::{Model, vectors::Vocabulary, words::Words};
use base::{Error, Kind, Result};
use serde::{Deserialize, Serialize};

const MAGIC: &[u8; 9] = b"SXTRIAGE\x01";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    labels: Vec<String>,
    bias: Vec<f32>,
    /// Largest weight of each label.
    tops: Vec<f32>,
    sharpness: f32,
    examples: usize,
    pieces: usize,
    words: usize,
}

/// Steps of rarity kept in a byte.
const IDF_STEPS: f32 = 20.0;

/// A rarity as the file keeps it.
pub(crate) fn as_kept(idf: f32) -> f32 {
    f32::from(idf_code(idf)) / IDF_STEPS
}

fn idf_code(idf: f32) -> u8 {
    (idf * IDF_STEPS).round().clamp(0.0, 255.0) as u8
}

/// Weights lie close around zero: the square root gives the small ones more of the steps.
pub(crate) fn pack(weight: f32, top: f32) -> i8 {
    if top <= 0.0 {
        return 0;
    }
    ((weight.abs() / top).sqrt() * 127.0).round().min(127.0).copysign(weight) as i8
}

pub(crate) fn unpack(code: i8, top: f32) -> f32 {
    let part = f32::from(code) / 127.0;
    part * part.abs() * top
}

impl Model {
    /// The model as a file, under 3 MB for seven labels. Equal models give equal bytes.
    pub fn save(&self) -> Vec<u8> {
        let n = self.labels.len();
        let mut rows: Vec<(u32, u32)> = self.vocabulary.columns.iter().map(|(h, c)| (*h, *c)).collect();
        rows.sort_unstable();
        let mut words: Vec<(u32, u8)> = self.words.costs.iter().map(|(h, c)| (*h, *c)).collect();
        words.sort_unstable();
        let top = |label: usize| self.weights.iter().skip(label).step_by(n).fold(0.0f32, |top, w| top.max(w.abs()));
        let head = Head {
            labels: self.labels.clone(),
            bias: self.bias.clone(),
            tops: (0..n).map(top).collect(),
            sharpness: self.sharpness,
            examples: self.examples,
            pieces: rows.len(),
            words: words.len(),
        };
        let json = serde_json::to_vec(&head).expect("numbers and strings always write");
        let mut out = MAGIC.to_vec();
        out.extend((json.len() as u32).to_le_bytes());
        out.extend(json);
        put_rising(&mut out, rows.iter().map(|(h, _)| *h));
        out.extend(rows.iter().map(|(_, c)| idf_code(self.vocabulary.idf[*c as usize])));
        for (_, column) in &rows {
            out.extend(self.row(*column).iter().zip(&head.tops).map(|(w, top)| pack(*w, *top) as u8));
        }
        put_rising(&mut out, words.iter().map(|(h, _)| *h));
        out.extend(words.iter().map(|(_, cost)| *cost));
        out
    }

    /// Reads what [`Model::save`] wrote. A file cut short, changed in shape, or of another version is an error.
    pub fn load(bytes: &[u8]) -> Result<Model> {
        read(bytes).ok_or_else(|| {
            let zh = "分诊模型文件损坏或版本不符，请用 shuxiang triage train 重新训练";
            Error::new(
                Kind::Invalid,
                "model_damaged",
                zh,
                "the triage model is damaged or of another version; train it again with shuxiang triage train",
            )
        })
    }
}

fn read(bytes: &[u8]) -> Option<Model> {
    let mut rest = bytes.strip_prefix(MAGIC)?;
    let length = u32::from_le_bytes(take(&mut rest, 4)?.try_into().ok()?) as usize;
    let head: Head = serde_json::from_slice(take(&mut rest, length)?).ok()?;
    let n = head.labels.len();
    if n < 2 || head.bias.len() != n || head.tops.len() != n || !head.sharpness.is_finite() || head.sharpness <= 0.0 {
        return None;
    }
    let hashes = take_rising(&mut rest, head.pieces)?;
    let idf = take(&mut rest, head.pieces)?.iter().map(|code| f32::from(*code) / IDF_STEPS).collect();
    let packed = take(&mut rest, head.pieces.checked_mul(n)?)?;
    let weights = packed.iter().enumerate().map(|(i, code)| unpack(*code as i8, head.tops[i % n])).collect();
    let words = take_rising(&mut rest, head.words)?;
    let costs = take(&mut rest, head.words)?;
    let words = Words::new(words.into_iter().zip(costs.iter().copied()).collect());
    let vocabulary = Vocabulary::new(&hashes, idf);
    let whole = rest.is_empty() && vocabulary.columns.len() == head.pieces;
    whole.then_some(Model {
        labels: head.labels,
        vocabulary,
        weights,
        bias: head.bias,
        sharpness: head.sharpness,
        words,
        examples: head.examples,
    })
}

fn take<'a>(rest: &mut &'a [u8], n: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(n)?;
    *rest = left;
    Some(taken)
}

/// Rising numbers as their differences, seven bits a byte.
fn put_rising(out: &mut Vec<u8>, numbers: impl Iterator<Item = u32>) {
    let mut last = 0;
    for number in numbers {
        let mut gap = number - last;
        while gap >= 0x80 {
            out.push(gap as u8 | 0x80);
            gap >>= 7;
        }
        out.push(gap as u8);
        last = number;
    }
}

fn take_rising(rest: &mut &[u8], n: usize) -> Option<Vec<u32>> {
    let mut numbers = Vec::with_capacity(n.min(rest.len()));
    let mut last = 0u32;
    for _ in 0..n {
        let (mut gap, mut shift) = (0u64, 0);
        loop {
            let byte = take(rest, 1)?[0];
            gap |= u64::from(byte & 0x7f) << shift;
            shift += 7;
            match byte & 0x80 {
                0 => break,
                _ if shift > 28 => return None,
                _ => {}
            }
        }
        last = last.checked_add(u32::try_from(gap).ok()?)?;
        numbers.push(last);
    }
    Some(numbers)
}
