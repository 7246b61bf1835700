//! Generated places (示意): points spread evenly inside an outline, by chance that is the same each time.

use crate::{Outline, Point, metres};
use std::f64::consts::TAU;

/// A closed, wavy line around a point: the outline of a county that is nowhere. `reach`: degrees of longitude and
/// latitude.
pub fn around(centre: Point, reach: [f64; 2]) -> Outline {
    const VERTICES: u32 = 96;
    let ring = (0..VERTICES).map(|i| {
        let turn = f64::from(i) / f64::from(VERTICES) * TAU;
        let wave = 1.0 + 0.06 * (3.0 * turn + 0.7).sin() + 0.035 * (7.0 * turn + 2.1).sin() + 0.015 * (17.0 * turn).sin();
        [0, 1].map(|axis| {
            let side = if axis == 0 { turn.cos() } else { turn.sin() };
            ((centre[axis] + reach[axis] * wave * side) * 1e6).round() / 1e6
        })
    });
    Outline::of_ring(ring.collect())
}

/// `n` points inside the outline (and where `near` accepts them), each the best of several by its distance from those
/// before it. `chance` gives numbers from 0 to 1. Where the outline leaves no room, its centre.
pub fn spread(outline: &Outline, n: usize, mut near: impl FnMut(Point) -> bool, mut chance: impl FnMut() -> f64) -> Vec<Point> {
    const TRIES: usize = 400;
    const GOOD: usize = 12;
    let [west, south, east, north] = outline.bounds();
    let mut all: Vec<Point> = Vec::with_capacity(n);
    for _ in 0..n {
        let (mut best, mut seen): (Option<(f64, Point)>, usize) = (None, 0);
        for _ in 0..TRIES {
            let p = [west + (east - west) * chance(), south + (north - south) * chance()];
            if !near(p) || !outline.contains(p) {
                continue;
            }
            let room = all.iter().map(|q| metres(p, *q)).fold(f64::MAX, f64::min);
            if best.is_none_or(|(most, _)| room > most) {
                best = Some((room, p));
            }
            seen += 1;
            if seen == GOOD {
                break;
            }
        }
        all.push(best.map_or_else(|| outline.centre(), |(_, p)| p));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A generator that is good enough for points.
    fn chance() -> impl FnMut() -> f64 {
        let mut state = 42_u64;
        move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1_u64 << 53) as f64
        }
    }

    #[test]
    fn inside_apart_and_the_same_again() {
        let outline = around([112.43, 28.46], [0.16, 0.1]);
        let points = spread(&outline, 40, |_| true, chance());
        assert!(points.iter().all(|p| outline.contains(*p)));
        assert_eq!(points, spread(&outline, 40, |_| true, chance()));
        let nearest = |p: &Point| points.iter().filter(|q| *q != p).map(|q| metres(*p, *q)).fold(f64::MAX, f64::min);
        assert!(points.iter().map(nearest).fold(f64::MAX, f64::min) > 500.0);
    }

    #[test]
    fn where_nothing_is_accepted_it_is_the_centre() {
        let outline = around([112.43, 28.46], [0.16, 0.1]);
        assert_eq!(spread(&outline, 2, |_| false, chance()), vec![outline.centre(); 2]);
    }
}
