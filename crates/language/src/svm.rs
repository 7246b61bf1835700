//! A linear support vector machine with squared hinge loss, solved by dual coordinate descent.
//! Hsieh, Chang, Lin, Keerthi, Sundararajan: A Dual Coordinate Descent Method for Large-scale Linear SVM, ICML 2008.

use crate::{text::Dice, vectors::Vector};

/// How far the optimality conditions may be off when it stops; smaller values changed no figure of the measurement.
const TOLERANCE: f64 = 0.02;
const MOST_PASSES: usize = 200;

/// Weights and bias of the plane that parts rows with `yes` from the others. `c` is the price of an error.
pub(crate) fn solve(rows: &[&Vector], yes: &[bool], columns: usize, c: f64, seed: u64) -> (Vec<f32>, f32) {
    let ridge = 0.5 / c;
    let squares: Vec<f64> = rows.iter().map(|r| 1.0 + r.iter().map(|(_, v)| f64::from(v * v)).sum::<f64>()).collect();
    let mut alpha = vec![0.0f64; rows.len()];
    let mut weights = vec![0.0f32; columns];
    let mut bias = 0.0f32;
    let mut order: Vec<usize> = (0..rows.len()).collect();
    let mut dice = Dice(seed);
    for _ in 0..MOST_PASSES {
        dice.shuffle(&mut order);
        let (mut highest, mut lowest) = (f64::NEG_INFINITY, f64::INFINITY);
        for &i in &order {
            let sign = if yes[i] { 1.0 } else { -1.0 };
            let margin = bias + rows[i].iter().map(|(col, v)| weights[*col as usize] * v).sum::<f32>();
            let gradient = sign * f64::from(margin) - 1.0 + alpha[i] * ridge;
            // At the border alpha = 0 only a negative gradient leads anywhere.
            let projected = if alpha[i] == 0.0 { gradient.min(0.0) } else { gradient };
            highest = highest.max(projected);
            lowest = lowest.min(projected);
            if projected.abs() < 1e-10 {
                continue;
            }
            let was = alpha[i];
            alpha[i] = (was - gradient / (squares[i] + ridge)).max(0.0);
            let step = ((alpha[i] - was) * sign) as f32;
            bias += step;
            for (col, v) in rows[i] {
                weights[*col as usize] += step * v;
            }
        }
        if highest - lowest < TOLERANCE {
            break;
        }
    }
    (weights, bias)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_what_can_be_parted() {
        let rows: Vec<Vector> = vec![vec![(0, 1.0)], vec![(0, 0.8), (1, 0.6)], vec![(2, 1.0)], vec![(1, 0.6), (2, 0.8)]];
        let yes = [true, true, false, false];
        let (w, b) = solve(&rows.iter().collect::<Vec<_>>(), &yes, 3, 10.0, 1);
        for (row, yes) in rows.iter().zip(yes) {
            let margin = b + row.iter().map(|(c, v)| w[*c as usize] * v).sum::<f32>();
            assert!(if yes { margin > 0.8 } else { margin < -0.8 }, "{margin}");
        }
        assert!(w[0] > 0.5 && w[2] < -0.5 && w[1].abs() < 0.2);
    }
}
