//! Points, lines and areas as GeoJSON has them; how they are cut to a tile and drawn with fewer vertices.

use crate::{Point, TileId};
use serde_json::Value as Json;

/// A GeoJSON geometry; `Multi…` and single ones are one kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Geometry {
    Points(Vec<Point>),
    Lines(Vec<Vec<Point>>),
    /// Polygons, each a list of rings: the outer one first, closed.
    Areas(Vec<Vec<Vec<Point>>>),
}

impl Geometry {
    /// `None` where it is no geometry of these kinds. What is kept was checked before.
    pub fn read(json: &Json) -> Option<Geometry> {
        let c = json.get("coordinates")?;
        Some(match json.get("type")?.as_str()? {
            "Point" => Geometry::Points(vec![point(c)?]),
            "MultiPoint" => Geometry::Points(points(c)?),
            "LineString" => Geometry::Lines(vec![points(c)?]),
            "MultiLineString" => Geometry::Lines(rings(c)?),
            "Polygon" => Geometry::Areas(vec![rings(c)?]),
            "MultiPolygon" => Geometry::Areas(c.as_array()?.iter().map(rings).collect::<Option<_>>()?),
            _ => return None,
        })
    }

    /// In units of the tile, cut to it (with a margin for what is drawn with a width) and without vertices that nobody
    /// could see. `None` where nothing is left.
    pub(crate) fn within(&self, tile: TileId) -> Option<Drawn> {
        let place = |p: &Point| tile.place(*p);
        Some(match self {
            Geometry::Points(points) => {
                let inside: Vec<_> = points.iter().map(place).filter(|p| p.iter().all(|t| (0.0..EXTENT).contains(t))).map(whole).collect();
                (!inside.is_empty()).then_some(Drawn::Points(inside))?
            }
            Geometry::Lines(lines) => {
                let cut = lines.iter().flat_map(|l| cut_line(&simplified(l.iter().map(place).collect())));
                let drawn: Vec<Vec<_>> = cut.map(|l| no_repeats(l.into_iter().map(whole))).filter(|l| l.len() > 1).collect();
                (!drawn.is_empty()).then_some(Drawn::Lines(drawn))?
            }
            Geometry::Areas(areas) => {
                let drawn: Vec<Vec<Vec<_>>> = areas.iter().filter_map(|rings| area(rings, tile)).collect();
                (!drawn.is_empty()).then_some(Drawn::Areas(drawn))?
            }
        })
    }
}

/// A geometry in whole units of a tile.
pub(crate) enum Drawn {
    Points(Vec<[i32; 2]>),
    Lines(Vec<Vec<[i32; 2]>>),
    /// Rings without their closing point, outer ones clockwise on the screen, holes the other way.
    Areas(Vec<Vec<Vec<[i32; 2]>>>),
}

const EXTENT: f64 = crate::mvt::EXTENT as f64;

/// Around the tile, so that the width of a line does not end at its edge.
const MARGIN: f64 = 64.0;

/// Nobody sees less: a quarter of a screen's pixel.
const TOLERANCE: f64 = 2.0;

fn point(json: &Json) -> Option<Point> {
    let c = json.as_array()?;
    Some([c.first()?.as_f64()?, c.get(1)?.as_f64()?])
}

fn points(json: &Json) -> Option<Vec<Point>> {
    json.as_array()?.iter().map(point).collect()
}

fn rings(json: &Json) -> Option<Vec<Vec<Point>>> {
    json.as_array()?.iter().map(points).collect()
}

/// Metres between two points, on a sphere: good to half a per cent.
pub fn metres(a: Point, b: Point) -> f64 {
    let (la, lb) = (a[1].to_radians(), b[1].to_radians());
    let (dy, dx) = ((lb - la) / 2.0, (b[0] - a[0]).to_radians() / 2.0);
    let h = dy.sin().powi(2) + la.cos() * lb.cos() * dx.sin().powi(2);
    2.0 * 6_371_008.8 * h.sqrt().min(1.0).asin()
}

fn whole(p: [f64; 2]) -> [i32; 2] {
    p.map(|t| t.round() as i32)
}

fn no_repeats(line: impl Iterator<Item = [i32; 2]>) -> Vec<[i32; 2]> {
    let mut line: Vec<_> = line.collect();
    line.dedup();
    line
}

/// Douglas and Peucker 1973, without recursion: a line of a hundred thousand vertices must not end the stack.
fn simplified(line: Vec<[f64; 2]>) -> Vec<[f64; 2]> {
    if line.len() < 3 {
        return line;
    }
    let mut keep = vec![false; line.len()];
    (keep[0], keep[line.len() - 1]) = (true, true);
    let mut spans = vec![(0, line.len() - 1)];
    while let Some((a, b)) = spans.pop() {
        let farthest = (a + 1..b).map(|i| (i, off(line[i], line[a], line[b]))).max_by(|x, y| x.1.total_cmp(&y.1));
        if let Some((i, far)) = farthest.filter(|(_, far)| *far > TOLERANCE) {
            debug_assert!(far.is_finite());
            keep[i] = true;
            spans.extend([(a, i), (i, b)]);
        }
    }
    let mut kept = keep.iter();
    line.into_iter().filter(|_| kept.next().copied().unwrap_or(true)).collect()
}

/// How far `p` lies from the stretch between `a` and `b`.
fn off(p: [f64; 2], a: [f64; 2], b: [f64; 2]) -> f64 {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let length = dx * dx + dy * dy;
    let t = if length == 0.0 { 0.0 } else { (((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length).clamp(0.0, 1.0) };
    (p[0] - a[0] - t * dx).hypot(p[1] - a[1] - t * dy)
}

/// The parts of a line inside the tile and its margin (Liang and Barsky 1984).
fn cut_line(line: &[[f64; 2]]) -> Vec<Vec<[f64; 2]>> {
    let mut parts: Vec<Vec<[f64; 2]>> = Vec::new();
    for w in line.windows(2) {
        let Some((a, b)) = cut_stretch(w[0], w[1]) else { continue };
        match parts.last_mut().filter(|p| p.last() == Some(&a)) {
            Some(part) => part.push(b),
            None => parts.push(vec![a, b]),
        }
    }
    parts
}

fn cut_stretch(a: [f64; 2], b: [f64; 2]) -> Option<([f64; 2], [f64; 2])> {
    let (mut from, mut to) = (0.0_f64, 1.0_f64);
    for axis in 0..2 {
        let d = b[axis] - a[axis];
        for (side, gap) in [(-d, a[axis] + MARGIN), (d, EXTENT + MARGIN - a[axis])] {
            if side == 0.0 {
                if gap < 0.0 {
                    return None;
                }
            } else if side < 0.0 {
                from = from.max(gap / side);
            } else {
                to = to.min(gap / side);
            }
        }
    }
    let at = |t: f64| [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])];
    (from < to).then(|| (if from == 0.0 { a } else { at(from) }, if to == 1.0 { b } else { at(to) }))
}

fn area(rings: &[Vec<Point>], tile: TileId) -> Option<Vec<Vec<[i32; 2]>>> {
    let mut drawn = Vec::new();
    for (i, ring) in rings.iter().enumerate() {
        let placed = simplified(ring.iter().map(|p| tile.place(*p)).collect());
        let mut cut = no_repeats(cut_ring(placed).into_iter().map(whole));
        if cut.last() == cut.first() {
            cut.pop();
        }
        let turn = doubled_area(&cut);
        if cut.len() < 3 || turn == 0 {
            if i == 0 {
                return None;
            }
            continue;
        }
        // Positive is clockwise on a screen, whose y goes down; the specification asks it of the outer ring.
        if (turn > 0) != (i == 0) {
            cut.reverse();
        }
        drawn.push(cut);
    }
    Some(drawn)
}

/// Sutherland and Hodgman 1974.
fn cut_ring(ring: Vec<[f64; 2]>) -> Vec<[f64; 2]> {
    let mut ring = ring;
    for (axis, limit, keeps_less) in [(0, -MARGIN, false), (0, EXTENT + MARGIN, true), (1, -MARGIN, false), (1, EXTENT + MARGIN, true)] {
        let inside = |p: &[f64; 2]| (p[axis] <= limit) == keeps_less || p[axis] == limit;
        let mut cut = Vec::with_capacity(ring.len());
        for (i, p) in ring.iter().enumerate() {
            let before = ring[(i + ring.len() - 1) % ring.len()];
            if inside(p) != inside(&before) {
                let t = (limit - before[axis]) / (p[axis] - before[axis]);
                let mut crossing = [before[0] + t * (p[0] - before[0]), before[1] + t * (p[1] - before[1])];
                crossing[axis] = limit;
                cut.push(crossing);
            }
            if inside(p) {
                cut.push(*p);
            }
        }
        ring = cut;
    }
    ring
}

fn doubled_area(ring: &[[i32; 2]]) -> i64 {
    let wrapped = ring.iter().skip(1).chain(ring.first());
    ring.iter().zip(wrapped).map(|(a, b)| i64::from(a[0]) * i64::from(b[1]) - i64::from(b[0]) * i64::from(a[1])).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const TILE: TileId = TileId { z: 0, x: 0, y: 0 };

    #[test]
    fn an_area_over_the_edge_is_cut_there_and_turns_as_the_specification_says() {
        let tile = TileId::new(1, 0, 0).expect("a tile");
        let square = json!({"type": "Polygon", "coordinates": [[[-90, 60], [90, 60], [90, -60], [-90, -60], [-90, 60]],
            [[-45, 30], [-40, 30], [-40, 20], [-45, 20], [-45, 30]]]});
        let Some(Drawn::Areas(areas)) = Geometry::read(&square).expect("reads").within(tile) else { panic!("an area") };
        let [outer, hole] = &areas[0][..] else { panic!("two rings") };
        assert!(doubled_area(outer) > 0 && doubled_area(hole) < 0);
        assert_eq!(outer.iter().map(|p| p[0]).max(), Some(4096 + 64));
        assert_eq!(outer.iter().map(|p| p[1]).max(), Some(4096 + 64));
    }

    #[test]
    fn a_line_that_leaves_and_comes_back_is_two() {
        let line = vec![[10.0, 10.0], [5000.0, 10.0], [5000.0, 100.0], [10.0, 100.0]];
        let parts = cut_line(&line);
        assert_eq!(parts, [vec![[10.0, 10.0], [4160.0, 10.0]], vec![[4160.0, 100.0], [10.0, 100.0]]]);
    }

    #[test]
    fn what_nobody_sees_is_left_out() {
        let line: Vec<Point> = (0..100_000).map(|i| [f64::from(i) / 1000.0, (f64::from(i) / 50.0).sin() * 1e-3]).collect();
        let Some(Drawn::Lines(lines)) = Geometry::Lines(vec![line]).within(TILE) else { panic!("a line") };
        assert_eq!(lines[0].len(), 2);
        assert!(Geometry::Areas(vec![vec![vec![[1.0, 1.0], [1.001, 1.0], [1.0, 1.001], [1.0, 1.0]]]]).within(TILE).is_none());
        assert!(Geometry::Points(vec![[1.0, 1.0]]).within(TileId::new(3, 0, 0).expect("a tile")).is_none());
    }

    #[test]
    fn nonsense_is_no_geometry() {
        for wrong in [
            json!({}),
            json!({"type": "Point"}),
            json!({"type": "Point", "coordinates": ["a", 1]}),
            json!({"type": "Circle", "coordinates": []}),
        ] {
            assert_eq!(Geometry::read(&wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_degree_of_latitude_is_111_km() {
        assert!((metres([112.0, 28.0], [112.0, 29.0]) - 111_195.0).abs() < 10.0);
    }
}
