//! Learning from corrections: the county's own people know better.

use crate::{
    Model,
    text::Plain,
    vectors::{Pieces, Vector, pieces},
};
use std::collections::HashSet;

/// A message whose label a person set or confirmed. The caller keeps them (they hold people's words); the model
/// that comes out holds weights only.
#[derive(Clone, Debug, PartialEq)]
pub struct Correction {
    pub text: String,
    pub label: String,
}

/// The newest so many are learnt from, so that adapting stays under a second.
const MOST_CORRECTIONS: usize = 2_000;
const PASSES: usize = 3;
/// The right label must lead by so much where the model was wrong before it learnt; then what resembles it follows.
const LEAD_OF_CORRECTED: f32 = 1.0;
/// And by so much where it was right: more would drag clear cases along with the labels that happen to be common.
const LEAD_OF_CONFIRMED: f32 = 0.2;
/// Largest step for one message in one pass: one correction tips a close call, several alike tip a firm one.
const LARGEST_STEP: f32 = 0.12;
/// Rarity of a piece that the model has never seen: as of one seen in five of 7,700 messages.
const NEW_IDF: f32 = 8.0;

impl Model {
    /// A model that has also learnt `corrections` (oldest first; the newest 2,000 count): passive-aggressive updates
    /// (Crammer and others, JMLR 2006, PA-I) on a copy. Labels and words that the model did not know are added.
    /// The order matters and is the caller's, so that every server reaches the same model.
    pub fn adapted(&self, corrections: &[Correction]) -> Model {
        let newest = &corrections[corrections.len().saturating_sub(MOST_CORRECTIONS)..];
        let mut model = self.clone();
        model.add_labels(newest);
        let texts: Vec<Pieces> = newest.iter().map(|c| pieces(&Plain::of(&c.text))).collect();
        model.add_pieces(&texts);
        let labels = model.labels.len();
        let lesson = |(correction, text): (&Correction, &Pieces)| {
            let right = model.labels.iter().position(|l| *l == correction.label)?;
            let before = self.margins(text);
            let first = (0..before.len()).max_by(|a, b| before[*a].total_cmp(&before[*b]));
            let lead = if first == Some(right) { LEAD_OF_CONFIRMED } else { LEAD_OF_CORRECTED };
            Some((right, lead, model.vocabulary.vector(text)))
        };
        let lessons: Vec<(usize, f32, Vector)> = newest.iter().zip(&texts).filter_map(lesson).collect();
        for _ in 0..PASSES {
            for (right, lead, vector) in &lessons {
                let right = *right;
                let margins = model.margins_of(vector);
                let rival = (0..labels).filter(|l| *l != right).max_by(|a, b| margins[*a].total_cmp(&margins[*b]));
                let Some(rival) = rival else { continue };
                let loss = lead - (margins[right] - margins[rival]);
                if loss <= 0.0 || vector.is_empty() {
                    continue;
                }
                let step = LARGEST_STEP.min(loss / 2.0); // the vector has length one
                for (column, value) in vector {
                    let row = *column as usize * labels;
                    model.weights[row + right] += step * value;
                    model.weights[row + rival] -= step * value;
                }
            }
        }
        model
    }

    fn add_labels(&mut self, corrections: &[Correction]) {
        let had = self.labels.len();
        for c in corrections {
            if !self.labels.contains(&c.label) && self.labels.len() < 256 {
                self.labels.push(c.label.clone());
                self.bias.push(-1.0); // "no" until something speaks for it
            }
        }
        let has = self.labels.len();
        if has > had {
            let mut weights = Vec::with_capacity(self.weights.len() / had * has);
            for row in self.weights.chunks(had) {
                weights.extend_from_slice(row);
                weights.resize(weights.len() + has - had, 0.0);
            }
            self.weights = weights;
        }
    }

    /// Pieces that the model has not seen and that come in two corrections at least (names of this county).
    fn add_pieces(&mut self, texts: &[Pieces]) {
        let mut once = HashSet::new();
        for (hash, _) in texts.iter().flatten() {
            let of_four = hash & 1 == 1;
            if !of_four && !self.vocabulary.columns.contains_key(hash) && !once.insert(*hash) {
                self.vocabulary.columns.insert(*hash, self.vocabulary.idf.len() as u32);
                self.vocabulary.idf.push(NEW_IDF);
                self.weights.resize(self.weights.len() + self.labels.len(), 0.0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "村里的光伏板租金一年没有发了，请管一管";

    fn first(model: &Model, text: &str) -> String {
        model.suggest(text).ranked.swap_remove(0).label
    }

    #[test]
    fn a_repeated_correction_is_followed_and_the_rest_stays() {
        let shipped = Model::shipped();
        let others = ["学校食堂的饭菜不干净，孩子拉肚子", "工地拖欠农民工工资三个月", "搅拌站夜里噪音和灰尘污染严重"];
        let before: Vec<String> = others.iter().map(|t| first(shipped, t)).collect();
        let was = first(shipped, TEXT);
        let label = shipped.labels().iter().find(|l| **l != was).expect("seven labels").clone();
        let once = Correction { text: TEXT.into(), label: label.clone() };
        let adapted = shipped.adapted(&vec![once; 5]);
        assert_eq!(first(&adapted, TEXT), label);
        assert_eq!(first(&adapted, "光伏板的租金没有发"), label, "what resembles it follows");
        assert_eq!(others.iter().map(|t| first(&adapted, t)).collect::<Vec<_>>(), before);
        assert_eq!(first(shipped, TEXT), was, "the shipped model is untouched");
    }

    #[test]
    fn a_label_of_the_county_itself_is_learnt() {
        let correction = |text: &str| Correction { text: text.into(), label: "洞庭湖禁捕".into() };
        let learnt = ["湖里有人电鱼", "有人在禁捕区撒网", "晚上有船电鱼，请查"].map(correction);
        let adapted = Model::shipped().adapted(&[&learnt[..], &learnt[..], &learnt[..]].concat());
        assert_eq!(first(&adapted, "昨晚又有船在湖里电鱼"), "洞庭湖禁捕");
        assert_eq!(adapted.labels().len(), Model::shipped().labels().len() + 1);
        let saved = Model::load(&adapted.save()).expect("reads");
        assert_eq!(first(&saved, "昨晚又有船在湖里电鱼"), "洞庭湖禁捕");
    }

    #[test]
    fn thousands_of_corrections_stay_quick() {
        let correction = |i: usize| Correction { text: format!("{TEXT}{i}").repeat(20), label: "城乡建设".into() };
        let corrections: Vec<Correction> = (0..5_000).map(correction).collect();
        let start = std::time::Instant::now();
        Model::shipped().adapted(&corrections);
        assert!(start.elapsed() < std::time::Duration::from_secs(10), "{:?}", start.elapsed());
    }
}
