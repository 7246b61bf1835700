//! How good a model is, on messages it has not learnt.

use crate::{
    Example, Model, TrainOptions,
    train::{Prepared, probabilities, sharpness},
};
use base::{Error, Kind, Result};
use serde::Serialize;
use std::collections::BTreeSet;

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    pub n: usize,
    /// Share of messages whose first suggestion is the label.
    pub accuracy: f64,
    /// Mean of the labels' F1, each label counting the same however many messages it has.
    pub macro_f1: f64,
    pub labels: Vec<LabelReport>,
    /// What a county gains and risks by each level of confidence below which a person confirms.
    pub selective: Vec<Selective>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LabelReport {
    pub label: String,
    pub n: usize,
    pub precision: f64,
    pub recall: f64,
    pub f1: f64,
}

/// Of the messages suggested with at least `confidence`: their share of all, and the share of them that is right.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Selective {
    pub confidence: f64,
    pub coverage: f64,
    pub accuracy: f64,
}

impl Report {
    /// The line that `triage evaluate` prints: `{"n":…,"accuracy":…,"macro_f1":…}`.
    pub fn line(&self) -> String {
        format!(r#"{{"n":{},"accuracy":{:.4},"macro_f1":{:.4}}}"#, self.n, self.accuracy, self.macro_f1)
    }
}

/// Measures `model` on examples that it must not have been trained on.
pub fn evaluate(model: &Model, examples: &[Example]) -> Report {
    let said = examples.iter().map(|e| {
        let first = model.suggest(&e.text).ranked.swap_remove(0);
        (e.label.clone(), first.label, f64::from(first.probability))
    });
    report(&said.collect::<Vec<_>>())
}

/// Trains on all folds but one and measures on that one, for each; equal texts lie in one fold. The confidence of a
/// fold is scaled by what was seen in the other folds.
pub fn cross_validate(examples: &[Example], folds: usize, options: &TrainOptions) -> Result<Report> {
    if folds < 2 || examples.len() < folds {
        let (zh, en) = ("至少要有两折，且样本不少于折数", "there must be two folds at least, and an example for each");
        return Err(Error::new(Kind::Invalid, "folds_wrong", zh, en));
    }
    let prepared = Prepared::new(examples)?;
    let fold_of = prepared.folds(folds as u64, options.seed);
    let mut margins = vec![Vec::new(); examples.len()];
    for fold in 0..folds as u64 {
        let learnt: Vec<usize> = (0..examples.len()).filter(|i| fold_of[*i] != fold).collect();
        let model = prepared.train(&learnt, options);
        for i in (0..examples.len()).filter(|i| fold_of[*i] == fold) {
            margins[i] = model.margins(&prepared.pieces[i]);
        }
    }
    let mut said = Vec::with_capacity(examples.len());
    for fold in 0..folds as u64 {
        let others: Vec<usize> = (0..examples.len()).filter(|i| fold_of[*i] != fold).collect();
        let seen: Vec<Vec<f32>> = others.iter().map(|i| margins[*i].clone()).collect();
        let truth: Vec<usize> = others.iter().map(|i| prepared.truth[*i]).collect();
        let factor = sharpness(&seen, &truth);
        for i in (0..examples.len()).filter(|i| fold_of[*i] == fold) {
            let ranked = probabilities(&margins[i], factor);
            let first = (0..ranked.len()).max_by(|a, b| ranked[*a].total_cmp(&ranked[*b])).expect("two labels at least");
            said.push((examples[i].label.clone(), prepared.labels[first].clone(), f64::from(ranked[first])));
        }
    }
    Ok(report(&said))
}

/// From (truth, suggestion, probability).
fn report(said: &[(String, String, f64)]) -> Report {
    let share = |part: usize, whole: usize| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
    let names: BTreeSet<&String> = said.iter().flat_map(|(truth, first, _)| [truth, first]).collect();
    let labels: Vec<LabelReport> = names
        .into_iter()
        .map(|label| {
            let n = said.iter().filter(|s| s.0 == *label).count();
            let suggested = said.iter().filter(|s| s.1 == *label).count();
            let right = said.iter().filter(|s| s.0 == *label && s.1 == *label).count();
            let f1 = share(2 * right, n + suggested);
            LabelReport { label: label.clone(), n, precision: share(right, suggested), recall: share(right, n), f1 }
        })
        .collect();
    let selective = [0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95].map(|confidence| {
        let covered: Vec<_> = said.iter().filter(|s| s.2 >= confidence).collect();
        let right = covered.iter().filter(|s| s.0 == s.1).count();
        Selective { confidence, coverage: share(covered.len(), said.len()), accuracy: share(right, covered.len()) }
    });
    Report {
        n: said.len(),
        accuracy: share(said.iter().filter(|s| s.0 == s.1).count(), said.len()),
        macro_f1: if labels.is_empty() { 0.0 } else { labels.iter().map(|l| l.f1).sum::<f64>() / labels.len() as f64 },
        labels,
        selective: selective.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_by_hand() {
        let said = |t: &str, f: &str, p| (t.to_owned(), f.to_owned(), p);
        // a: 2 of 2 found, one wrongly added: F1 = 2·2/(2+3); b: 1 of 2: 2·1/(2+1).
        let r = report(&[said("a", "a", 0.9), said("a", "a", 0.7), said("b", "a", 0.5), said("b", "b", 0.8)]);
        assert_eq!(r.accuracy, 0.75);
        assert!((r.macro_f1 - (0.8 + 2.0 / 3.0) / 2.0).abs() < 1e-12);
        assert_eq!((r.selective[4].coverage, r.selective[4].accuracy), (0.5, 1.0));
        assert_eq!(r.line(), r#"{"n":4,"accuracy":0.7500,"macro_f1":0.7333}"#);
        assert_eq!(report(&[]).line(), r#"{"n":0,"accuracy":0.0000,"macro_f1":0.0000}"#);
    }
}
