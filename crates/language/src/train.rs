//! Training: from labelled messages to a model.

use crate::{
    Example, Model, file,
    svm::solve,
    text::{Dice, Plain},
    vectors::{Pieces, Vector, Vocabulary, pieces},
    words::Words,
};
use base::{Error, Kind, Result};
use std::collections::BTreeSet;

/// How to train. The defaults are what the shipped model was trained with.
#[derive(Clone, Debug)]
pub struct TrainOptions {
    /// Price of a wrong side against the size of the weights.
    pub price: f64,
    /// A piece of text counts from this many messages on: rarer ones are names and slips of one person.
    pub least_messages: u32,
    pub seed: u64,
}

impl Default for TrainOptions {
    fn default() -> Self {
        TrainOptions { price: 3.0, least_messages: 5, seed: 2020 }
    }
}

/// Parts in which confidence is measured on messages not learnt.
const PARTS: u64 = 3;

/// Examples made ready once, so that folds share the work.
pub(crate) struct Prepared<'a> {
    pub examples: &'a [Example],
    pub labels: Vec<String>,
    pub truth: Vec<usize>,
    pub pieces: Vec<Pieces>,
    /// Equal in comparable form means equal here: such messages must stay together in one fold.
    pub sameness: Vec<u64>,
}

impl<'a> Prepared<'a> {
    pub fn new(examples: &'a [Example]) -> Result<Prepared<'a>> {
        let labels: Vec<String> = examples.iter().map(|e| e.label.clone()).collect::<BTreeSet<_>>().into_iter().collect();
        if labels.len() < 2 || labels.len() > 256 {
            let (zh, en) = ("训练需要 2 到 256 个类别的样本", "training needs examples of 2 to 256 labels");
            return Err(Error::new(Kind::Invalid, "labels_wrong", zh, en));
        }
        let truth = examples.iter().map(|e| labels.iter().position(|l| *l == e.label).expect("collected above")).collect();
        let plains: Vec<Plain> = examples.iter().map(|e| Plain::of(&e.text)).collect();
        let sameness = plains.iter().map(|p| p.chars.iter().fold(7, |h, c| Dice(h ^ *c as u64).next())).collect();
        Ok(Prepared { examples, labels, truth, pieces: plains.iter().map(pieces).collect(), sameness })
    }

    /// A fold for each example, the same one for equal texts.
    pub fn folds(&self, folds: u64, seed: u64) -> Vec<u64> {
        self.sameness.iter().map(|s| Dice(s ^ seed).next() % folds).collect()
    }

    /// A model from the examples with these numbers, its confidence not yet measured.
    pub fn train(&self, chosen: &[usize], options: &TrainOptions) -> Model {
        let cut: Vec<&str> = chosen.iter().map(|i| &self.examples[*i]).filter(|e| e.cut).map(|e| e.text.as_str()).collect();
        let words = if cut.is_empty() { Model::shipped().words.clone() } else { Words::learn(cut.into_iter()) };
        let (hashes, idf) = self.vocabulary(chosen, options.least_messages, &words);
        let vocabulary = Vocabulary::new(&hashes, idf);
        let vectors: Vec<Vector> = chosen.iter().map(|i| vocabulary.vector(&self.pieces[*i])).collect();
        let rows: Vec<&Vector> = vectors.iter().collect();
        let plane = |label: usize| {
            let yes: Vec<bool> = chosen.iter().map(|i| self.truth[*i] == label).collect();
            solve(&rows, &yes, hashes.len(), options.price, options.seed)
        };
        // Labels are independent problems: two threads, each result in its own place, the same whatever the timing.
        let half = self.labels.len() / 2;
        let planes: Vec<(Vec<f32>, f32)> = std::thread::scope(|scope| {
            let first = scope.spawn(|| (0..half).map(plane).collect::<Vec<_>>());
            let second: Vec<_> = (half..self.labels.len()).map(plane).collect();
            let mut all = first.join().expect("solving does not panic");
            all.extend(second);
            all
        });
        Model::assemble(self.labels.clone(), vocabulary, &planes, words, chosen.len())
    }

    /// Hashes in order and the weight of rarity of each: pieces of up to three characters, and words of four.
    fn vocabulary(&self, chosen: &[usize], least: u32, words: &Words) -> (Vec<u32>, Vec<f32>) {
        let mut all: Vec<u32> = chosen.iter().flat_map(|i| self.pieces[*i].iter().map(|(h, _)| *h)).collect();
        all.sort_unstable();
        let (mut hashes, mut idf) = (Vec::new(), Vec::new());
        for same in all.chunk_by(|a, b| a == b) {
            let (hash, messages) = (same[0], same.len() as u32);
            let of_four = hash & 1 == 1;
            if messages >= least && (!of_four || words.knows(hash)) {
                hashes.push(hash);
                idf.push(file::as_kept(((1.0 + chosen.len() as f32) / (1.0 + messages as f32)).ln() + 1.0));
            }
        }
        (hashes, idf)
    }
}

impl Model {
    /// Trains on labelled messages. The same examples in the same order and the same options give the same model, bit
    /// for bit. About 10 s for 7,700 messages.
    pub fn train(examples: &[Example], options: &TrainOptions) -> Result<Model> {
        let prepared = Prepared::new(examples)?;
        let folds = prepared.folds(PARTS, options.seed);
        let mut margins = vec![Vec::new(); examples.len()];
        for part in 0..PARTS {
            let rest: Vec<usize> = (0..examples.len()).filter(|i| folds[*i] != part).collect();
            let model = prepared.train(&rest, options);
            for i in (0..examples.len()).filter(|i| folds[*i] == part) {
                margins[i] = model.margins(&prepared.pieces[i]);
            }
        }
        let all: Vec<usize> = (0..examples.len()).collect();
        let mut model = prepared.train(&all, options);
        model.sharpness = sharpness(&margins, &prepared.truth);
        Ok(model)
    }
}

/// The factor that turns margins into probabilities that come true: the one under which the truth is likeliest
/// (golden-section search; the likelihood has one peak).
pub(crate) fn sharpness(margins: &[Vec<f32>], truth: &[usize]) -> f32 {
    let surprise = |factor: f32| -> f64 {
        margins.iter().zip(truth).map(|(m, t)| -f64::from(probabilities(m, factor)[*t].max(1e-9)).ln()).sum::<f64>()
    };
    let (mut low, mut high) = (0.05f32.ln(), 50.0f32.ln());
    let golden = 0.618_034;
    for _ in 0..24 {
        let (a, b) = (high - golden * (high - low), low + golden * (high - low));
        if surprise(a.exp()) < surprise(b.exp()) { high = b } else { low = a }
    }
    ((low + high) / 2.0).exp()
}

/// Softmax of the margins times `sharpness`.
pub(crate) fn probabilities(margins: &[f32], sharpness: f32) -> Vec<f32> {
    let top = margins.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f32> = margins.iter().map(|m| ((m - top) * sharpness).exp()).collect();
    let sum: f32 = powers.iter().sum();
    powers.iter().map(|p| p / sum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(i: usize, label: &str, text: &str) -> Example {
        Example { id: i.to_string(), label: label.into(), text: text.into(), cut: false }
    }

    #[test]
    fn equal_texts_lie_in_one_fold_and_folds_are_about_equal() {
        let all: Vec<Example> = (0..1000)
            .map(|i| example(i, ["a", "b"][i % 2], &"水电路灯噪音".chars().cycle().skip(i % 6).take(i / 2 + 1).collect::<String>()))
            .collect();
        let mut twice = all.clone();
        twice.extend(all.iter().map(|e| Example { text: format!(" {}！", e.text), ..e.clone() }));
        let folds = Prepared::new(&twice).expect("two labels").folds(5, 1);
        assert_eq!(folds[..1000], folds[1000..], "spaces and punctuation make no difference");
        for fold in 0..5 {
            let n = folds.iter().filter(|f| **f == fold).count();
            assert!((300..500).contains(&n), "{n} of 2,000");
        }
    }

    #[test]
    fn sharpness_makes_probabilities_come_true() {
        // Margins ±0.2 that are right in 8 of 10: the likeliest factor says 0.8.
        let margins = vec![vec![0.2, -0.2]; 10];
        let truth = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1];
        let said = probabilities(&margins[0], sharpness(&margins, &truth))[0];
        assert!((said - 0.8).abs() < 0.01, "{said}");
    }

    #[test]
    fn one_label_is_nothing_to_learn() {
        assert!(Model::train(&[example(0, "a", "水")], &TrainOptions::default()).is_err());
        assert!(Model::train(&[], &TrainOptions::default()).is_err());
    }
}
