//! Every way that a flow allows, for tests: what the engine must accept, and that it refuses the rest.

use crate::{Flow, Move, Step, Target};

/// One thing done: a move made in a step.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Taken {
    pub step: String,
    pub r#move: String,
}

impl Flow {
    /// Every sequence of moves from the first step that the declaration allows, of 1 to `longest` moves: conditions
    /// (`if`) are taken as met; a move beyond its `most` is left out where it has a `then` (the engine makes that
    /// instead), and is then forbidden where it has none; a move that opens another matter comes back to its `back`.
    /// In order of their moves; a prefix comes before what it begins.
    pub fn paths(&self, longest: usize) -> Vec<Vec<Taken>> {
        let mut out = Vec::new();
        let mut way = Vec::new();
        self.walk(self.first(), longest, &mut way, &mut out);
        out
    }

    fn walk(&self, step: &Step, left: usize, way: &mut Vec<Taken>, out: &mut Vec<Vec<Taken>>) {
        if left == 0 {
            return;
        }
        for mv in step.moves.values() {
            let taken = Taken { step: step.id.clone(), r#move: mv.id.clone() };
            if mv.most.is_some_and(|most| way.iter().filter(|t| **t == taken).count() >= most as usize) {
                continue;
            }
            way.push(taken);
            out.push(way.clone());
            if let Some(next) = self.after(mv) {
                self.walk(next, left - 1, way, out);
            }
            way.pop();
        }
    }

    /// Where a move leads; `None`: the matter is closed.
    pub fn after(&self, mv: &Move) -> Option<&Step> {
        match &mv.to {
            Target::Step(to) => self.step(to),
            Target::Closed { .. } => None,
            Target::With(sub) => self.step(&sub.back),
        }
    }
}
