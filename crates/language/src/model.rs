//! The triage model: which label a message belongs to, how sure, and why.

use crate::{
    file,
    text::{Plain, hash},
    train::probabilities,
    vectors::{Pieces, Table, Vector, Vocabulary, pieces},
    words::Words,
};
use serde::Serialize;
use std::collections::HashMap;
use std::sync::LazyLock;

/// A linear model over pieces of one to three characters and words of four. Cheap to share, 10 MB to clone.
#[derive(Clone, Debug)]
pub struct Model {
    pub(crate) labels: Vec<String>,
    pub(crate) vocabulary: Vocabulary,
    /// Row by row of the vocabulary, one weight for each label.
    pub(crate) weights: Vec<f32>,
    pub(crate) bias: Vec<f32>,
    /// Factor between margins and probabilities.
    pub(crate) sharpness: f32,
    pub(crate) words: Words,
    /// How many messages it was trained on.
    pub(crate) examples: usize,
}

/// What the model proposes; a person decides.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Suggestion {
    /// Every label, the likeliest first.
    pub ranked: Vec<Ranked>,
    /// Why the first one: the weightiest first, five at most; empty where nothing in the message spoke for it.
    pub reasons: Vec<Reason>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ranked {
    pub label: String,
    /// 0 to 1, all labels together 1. Measured on messages not learnt: of those said at 0.9, nine in ten are right.
    pub probability: f32,
}

/// A word of the message itself, as the sender wrote it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reason {
    pub words: String,
    /// Its share (0 to 1) of all that spoke for the label.
    pub weight: f32,
}

const MOST_REASONS: usize = 5;

static SHIPPED: LazyLock<Model> =
    LazyLock::new(|| Model::load(include_bytes!("../model/triage.bin")).expect("the shipped file is read by a test"));

impl Model {
    /// The model in the box (`model/README.md` says what it was trained on). Read once, about 10 ms.
    pub fn shipped() -> &'static Model {
        &SHIPPED
    }

    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// How many messages the model was trained on.
    pub fn examples(&self) -> usize {
        self.examples
    }

    /// `planes` are weights and bias of each label. Weights are rounded as the file keeps them, so that what is
    /// measured is what is shipped.
    pub(crate) fn assemble(
        labels: Vec<String>,
        vocabulary: Vocabulary,
        planes: &[(Vec<f32>, f32)],
        words: Words,
        examples: usize,
    ) -> Model {
        let mut weights = vec![0.0; vocabulary.idf.len() * labels.len()];
        for (label, (plane, _)) in planes.iter().enumerate() {
            let top = plane.iter().fold(0.0f32, |top, w| top.max(w.abs()));
            for (row, w) in plane.iter().enumerate() {
                weights[row * labels.len() + label] = file::unpack(file::pack(*w, top), top);
            }
        }
        let bias = planes.iter().map(|(_, bias)| *bias).collect();
        Model { labels, vocabulary, weights, bias, sharpness: 1.0, words, examples }
    }

    /// How likely each label is for `text` (where there is a title, see [`crate::title_and_body`]), and why. Never fails: a text without words gets an even spread and no
    /// reasons. What follows the first 20,000 characters is not read.
    pub fn suggest(&self, text: &str) -> Suggestion {
        let plain = Plain::of(text);
        let vector = self.vocabulary.vector(&pieces(&plain));
        let margins = self.margins_of(&vector);
        let mut ranked: Vec<(usize, f32)> = probabilities(&margins, self.sharpness).into_iter().enumerate().collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let reasons = match ranked.first() {
            Some((label, _)) => self.reasons(text, &plain, &vector, *label),
            None => Vec::new(),
        };
        let ranked = ranked.into_iter().map(|(i, probability)| Ranked { label: self.labels[i].clone(), probability });
        Suggestion { ranked: ranked.collect(), reasons }
    }

    pub(crate) fn margins(&self, pieces: &Pieces) -> Vec<f32> {
        self.margins_of(&self.vocabulary.vector(pieces))
    }

    pub(crate) fn margins_of(&self, vector: &Vector) -> Vec<f32> {
        let mut margins = self.bias.clone();
        for (column, value) in vector {
            for (margin, weight) in margins.iter_mut().zip(self.row(*column)) {
                *margin += value * weight;
            }
        }
        margins
    }

    pub(crate) fn row(&self, column: u32) -> &[f32] {
        let n = self.labels.len();
        &self.weights[column as usize * n..(column as usize + 1) * n]
    }

    /// Spreads what each piece says for `label` (against the mean of the others) over the characters it stands on, and
    /// gathers it by word.
    fn reasons(&self, text: &str, plain: &Plain, vector: &Vector, label: usize) -> Vec<Reason> {
        let values: Table<f32> = vector.iter().copied().collect();
        let mut speaks = vec![0.0f32; plain.chars.len()];
        for start in 0..plain.chars.len() {
            for end in start + 1..=(start + 4).min(plain.chars.len()) {
                let column = self.vocabulary.columns.get(&hash(&plain.chars[start..end]));
                let Some((column, value)) = column.and_then(|c| Some((*c, values.get(c)?))) else { continue };
                let row = self.row(column);
                let others = (row.iter().sum::<f32>() - row[label]) / (row.len().max(2) - 1) as f32;
                let share = value * (row[label] - others) / (end - start) as f32;
                speaks[start..end].iter_mut().for_each(|s| *s += share);
            }
        }
        let mut by_word: HashMap<&[char], (f32, std::ops::Range<usize>)> = HashMap::new();
        for word in self.words.ranges(plain) {
            let chars = &plain.chars[word.clone()];
            if chars.len() > 1 && !self.words.is_function_word(chars) && !chars.contains(&'0') {
                by_word.entry(chars).or_insert((0.0, word.clone())).0 += speaks[word.clone()].iter().sum::<f32>();
            }
        }
        let mut found: Vec<(f32, std::ops::Range<usize>)> = by_word.into_values().filter(|(weight, _)| *weight > 0.0).collect();
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.start.cmp(&b.1.start)));
        let all: f32 = found.iter().map(|(weight, _)| weight).sum();
        let reason = |(weight, word)| Reason { words: text[plain.source(word)].to_owned(), weight: weight / all };
        found.into_iter().take(MOST_REASONS).map(reason).collect()
    }
}
