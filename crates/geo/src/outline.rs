//! The outline of a region: what lies inside, and where its name stands.

use crate::{Geometry, Point, metres};
use serde_json::{Value as Json, json};

/// One or more polygons, each with its holes.
#[derive(Clone, Debug, PartialEq)]
pub struct Outline {
    areas: Vec<Vec<Vec<Point>>>,
}

impl Outline {
    /// `None` where it is no polygon. That it is closed and does not cross itself was checked before it was kept.
    pub fn read(geometry: &Json) -> Option<Outline> {
        match Geometry::read(geometry)? {
            Geometry::Areas(areas) if areas.iter().all(|rings| rings.first().is_some_and(|r| r.len() > 3)) && !areas.is_empty() => {
                Some(Outline { areas })
            }
            _ => None,
        }
    }

    /// Closes the ring.
    pub fn of_ring(mut ring: Vec<Point>) -> Outline {
        ring.extend(ring.first().copied());
        Outline { areas: vec![vec![ring]] }
    }

    pub fn to_json(&self) -> Json {
        match &self.areas[..] {
            [one] => json!({ "type": "Polygon", "coordinates": one }),
            many => json!({ "type": "MultiPolygon", "coordinates": many }),
        }
    }

    /// West, south, east, north.
    pub fn bounds(&self) -> [f64; 4] {
        let points = self.areas.iter().filter_map(|rings| rings.first()).flatten();
        points.fold([f64::MAX, f64::MAX, f64::MIN, f64::MIN], |b, p| [b[0].min(p[0]), b[1].min(p[1]), b[2].max(p[0]), b[3].max(p[1])])
    }

    pub fn contains(&self, p: Point) -> bool {
        // Whoever is in a hole is in two rings.
        self.areas.iter().any(|rings| rings.iter().filter(|ring| inside(p, ring)).count() % 2 == 1)
    }

    /// A point inside, far from every edge: the middle of the largest part where that lies inside, else the best of a
    /// grid.
    pub fn centre(&self) -> Point {
        let Some(largest) = self.areas.iter().filter_map(|rings| rings.first()).max_by(|a, b| area(a).abs().total_cmp(&area(b).abs()))
        else {
            return [0.0, 0.0];
        };
        let middle = centroid(largest);
        if self.contains(middle) {
            return middle;
        }
        let [west, south, east, north] = self.bounds();
        const STEPS: u32 = 24;
        let at = |i: u32, from: f64, to: f64| from + (to - from) * (f64::from(i) + 0.5) / f64::from(STEPS);
        let grid = (0..STEPS * STEPS).map(|i| [at(i % STEPS, west, east), at(i / STEPS, south, north)]);
        let vertices = || self.areas.iter().flatten().flatten();
        let room = |p: &Point| vertices().map(|v| metres(*p, *v)).fold(f64::MAX, f64::min);
        let best = grid.filter(|p| self.contains(*p)).map(|p| (room(&p), p)).max_by(|a, b| a.0.total_cmp(&b.0));
        best.map_or(middle, |(_, p)| p)
    }
}

/// By the number of edges that a ray to the east crosses.
fn inside(p: Point, ring: &[Point]) -> bool {
    let crossed = |w: &&[Point]| {
        (w[0][1] > p[1]) != (w[1][1] > p[1]) && p[0] < (w[1][0] - w[0][0]) * (p[1] - w[0][1]) / (w[1][1] - w[0][1]) + w[0][0]
    };
    ring.windows(2).filter(crossed).count() % 2 == 1
}

fn area(ring: &[Point]) -> f64 {
    ring.windows(2).map(|w| w[0][0] * w[1][1] - w[1][0] * w[0][1]).sum::<f64>() / 2.0
}

fn centroid(ring: &[Point]) -> Point {
    // From the first vertex: far from the origin the products would lose their last digits.
    let [ox, oy] = ring[0];
    let mut sum = [0.0, 0.0, 0.0];
    for w in ring.windows(2) {
        let (a, b) = ([w[0][0] - ox, w[0][1] - oy], [w[1][0] - ox, w[1][1] - oy]);
        let cross = a[0] * b[1] - b[0] * a[1];
        sum = [sum[0] + (a[0] + b[0]) * cross, sum[1] + (a[1] + b[1]) * cross, sum[2] + cross];
    }
    if sum[2] == 0.0 { ring[0] } else { [ox + sum[0] / (3.0 * sum[2]), oy + sum[1] / (3.0 * sum[2])] }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(rings: Json) -> Outline {
        Outline::read(&json!({"type": "Polygon", "coordinates": rings})).expect("an outline")
    }

    #[test]
    fn inside_and_outside() {
        let square = read(json!([
            [[112.0, 28.0], [113.0, 28.0], [113.0, 29.0], [112.0, 29.0], [112.0, 28.0]],
            [[112.4, 28.4], [112.6, 28.4], [112.6, 28.6], [112.4, 28.6], [112.4, 28.4]]
        ]));
        assert!(square.contains([112.1, 28.1]) && !square.contains([112.5, 28.5]) && !square.contains([111.9, 28.5]));
        assert!(square.contains(square.centre()), "not in the hole: {:?}", square.centre());
        assert_eq!(square.bounds(), [112.0, 28.0, 113.0, 29.0]);
    }

    #[test]
    fn the_centre_of_a_horseshoe_lies_on_its_iron() {
        let shoe = read(json!([[[0, 0], [10, 0], [10, 10], [8, 10], [8, 2], [2, 2], [2, 10], [0, 10], [0, 0]]]));
        assert!(shoe.contains(shoe.centre()));
        let square = read(json!([[[112, 28], [113, 28], [113, 29], [112, 29], [112, 28]]]));
        let [x, y] = square.centre();
        assert!((x - 112.5).abs() < 1e-9 && (y - 28.5).abs() < 1e-9);
    }

    #[test]
    fn a_point_is_no_outline() {
        assert!(Outline::read(&json!({"type": "Point", "coordinates": [1, 2]})).is_none());
        assert!(Outline::read(&json!({"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]})).is_none());
    }
}
