//! GeoJSON geometries in WGS 84, checked before they are kept.
//!
//! RFC 7946: positions are longitude, latitude; rings are closed and have four positions or more. Beyond it: a ring
//! does not cross itself, a hole lies inside. An altitude is left out.

use base::{Error, Result};
use packs::Shape;
use serde_json::{Value as Json, json};

/// Vertices of one geometry.
pub const MOST_VERTICES: usize = 100_000;

/// Pairs of edges looked at before a shape is called too tangled: an honest outline of 100,000 points needs a few million.
const MOST_PAIRS: usize = 30_000_000;

type Point = [f64; 2];

/// A geometry that passed.
#[derive(Clone, Debug, PartialEq)]
pub struct Geometry {
    pub json: Json,
    /// Least longitude and latitude, greatest longitude and latitude.
    pub bounds: [f64; 4],
}

/// Checks a geometry against the kind's shape. The `Multi…` of a line or polygon is the same shape in parts.
pub fn check(shape: Shape, value: &Json) -> Result<Geometry> {
    let ty = value.get("type").and_then(Json::as_str).unwrap_or_default();
    let coordinates = value.get("coordinates").unwrap_or(&Json::Null);
    let mut seen = Seen { bounds: [f64::MAX, f64::MAX, f64::MIN, f64::MIN], vertices: 0 };
    let json = match (shape, ty) {
        (Shape::None, _) => return Err(wrong("这一类没有图形，请去掉", "this kind has no geometry; leave it out")),
        (Shape::Point, "Point") => json!(seen.point(coordinates)?),
        (Shape::Line, "LineString") => json!(seen.line(coordinates)?),
        (Shape::Line, "MultiLineString") => json!(seen.parts(coordinates)?.iter().map(|p| seen.line(p)).collect::<Result<Vec<_>>>()?),
        (Shape::Polygon, "Polygon") => json!(seen.polygon(coordinates)?),
        (Shape::Polygon, "MultiPolygon") => json!(seen.parts(coordinates)?.iter().map(|p| seen.polygon(p)).collect::<Result<Vec<_>>>()?),
        (shape, _) => {
            let (zh, en) = match shape {
                Shape::Point => ("点（Point）", "a Point"),
                Shape::Line => ("线（LineString）", "a LineString"),
                _ => ("面（Polygon）", "a Polygon"),
            };
            let got: String = ty.chars().take(20).collect();
            return Err(wrong(format!("图形应是{zh}，不是“{got}”"), format!("the geometry must be {en}, not {got:?}")));
        }
    };
    Ok(Geometry { json: json!({"type": ty, "coordinates": json}), bounds: seen.bounds })
}

fn wrong(zh: impl Into<String>, en: impl Into<String>) -> Error {
    Error::invalid("geometry", zh, en)
}

struct Seen {
    bounds: [f64; 4],
    vertices: usize,
}

impl Seen {
    fn parts<'j>(&self, v: &'j Json) -> Result<&'j Vec<Json>> {
        v.as_array().filter(|a| !a.is_empty()).ok_or_else(|| wrong("图形没有坐标", "the geometry has no coordinates"))
    }

    fn point(&mut self, v: &Json) -> Result<Point> {
        let numbers: Option<Vec<f64>> =
            v.as_array().filter(|a| (2..=3).contains(&a.len())).and_then(|a| a.iter().map(Json::as_f64).collect());
        let Some(n) = numbers else {
            return Err(wrong("坐标应是 [经度, 纬度] 两个数", "a position is two numbers, [longitude, latitude]"));
        };
        let (lon, lat) = (n[0], n[1]);
        if lat.abs() > 90.0 && lon.abs() <= 90.0 && lat.abs() <= 180.0 {
            return Err(wrong(
                format!("坐标 [{lon}, {lat}] 的经纬度填反了，应是 [{lat}, {lon}]"),
                format!("longitude and latitude of [{lon}, {lat}] are swapped; write [{lat}, {lon}]"),
            ));
        }
        if !(lon.abs() <= 180.0 && lat.abs() <= 90.0) {
            return Err(wrong(
                format!("坐标 [{lon}, {lat}] 不是 WGS 84 经纬度（度）；投影坐标请先转换"),
                format!("[{lon}, {lat}] is no longitude and latitude in degrees of WGS 84; convert projected coordinates first"),
            ));
        }
        self.vertices += 1;
        if self.vertices > MOST_VERTICES {
            return Err(wrong(format!("图形最多 {MOST_VERTICES} 个点"), format!("a geometry has at most {MOST_VERTICES} vertices")));
        }
        let b = &mut self.bounds;
        *b = [b[0].min(lon), b[1].min(lat), b[2].max(lon), b[3].max(lat)];
        Ok([lon, lat])
    }

    fn line(&mut self, v: &Json) -> Result<Vec<Point>> {
        let line: Vec<Point> = self.parts(v)?.iter().map(|p| self.point(p)).collect::<Result<_>>()?;
        if line.iter().all(|p| *p == line[0]) {
            return Err(wrong("线至少要有两个不同的点", "a line has at least two different points"));
        }
        Ok(line)
    }

    fn polygon(&mut self, v: &Json) -> Result<Vec<Vec<Point>>> {
        let rings: Vec<Vec<Point>> = self.parts(v)?.iter().map(|r| self.ring(r)).collect::<Result<_>>()?;
        no_crossing(&rings)?;
        for hole in &rings[1..] {
            if !inside(hole[0], &rings[0]) {
                return Err(wrong("洞不在外圈里面", "a hole lies outside the outer ring"));
            }
        }
        Ok(rings)
    }

    fn ring(&mut self, v: &Json) -> Result<Vec<Point>> {
        let mut ring: Vec<Point> = self.parts(v)?.iter().map(|p| self.point(p)).collect::<Result<_>>()?;
        if ring.first() != ring.last() {
            let first = ring[0];
            return Err(wrong(
                format!("面的边界没有闭合：最后一个点应与第一个点 {first:?} 相同"),
                format!("the ring is not closed: its last position must equal its first, {first:?}"),
            ));
        }
        // A position said twice in a row is a slip of the pen, not a fault.
        ring.dedup();
        if ring.len() < 4 {
            return Err(wrong("面的边界至少要有三个不同的点", "a ring has at least three different points"));
        }
        Ok(ring)
    }
}

struct Edge {
    a: Point,
    b: Point,
    ring: usize,
    at: usize,
}

impl Edge {
    fn low(&self, axis: usize) -> f64 {
        self.a[axis].min(self.b[axis])
    }
    fn high(&self, axis: usize) -> f64 {
        self.a[axis].max(self.b[axis])
    }
}

/// Sweeps from west to east over the edges that are open at the same longitude.
fn no_crossing(rings: &[Vec<Point>]) -> Result<()> {
    let mut edges: Vec<Edge> = Vec::new();
    for (ring, points) in rings.iter().enumerate() {
        edges.extend(points.windows(2).enumerate().map(|(at, w)| Edge { a: w[0], b: w[1], ring, at }));
    }
    edges.sort_by(|a, b| a.low(0).total_cmp(&b.low(0)));
    let mut open: Vec<usize> = Vec::new();
    let mut pairs = 0;
    for (i, e) in edges.iter().enumerate() {
        open.retain(|j| edges[*j].high(0) >= e.low(0));
        pairs += open.len();
        if pairs > MOST_PAIRS {
            return Err(wrong("边界太乱，无法检查，请简化", "the outline is too tangled to check; simplify it"));
        }
        for o in open.iter().map(|j| &edges[*j]) {
            let last = rings[e.ring].len() - 2;
            let neighbours = o.ring == e.ring && (o.at.abs_diff(e.at) == 1 || o.at.min(e.at) == 0 && o.at.max(e.at) == last);
            if o.high(1) >= e.low(1) && o.low(1) <= e.high(1) && meet(o, e, neighbours) {
                let [lon, lat] = e.a;
                return Err(wrong(
                    format!("面的边界在 [{lon}, {lat}] 附近自己相交，请按顺序重画"),
                    format!("the outline crosses itself near [{lon}, {lat}]; draw its points in order"),
                ));
            }
        }
        open.push(i);
    }
    Ok(())
}

/// Positive where `c` lies to the left of `a` → `b`.
fn side(a: Point, b: Point, c: Point) -> f64 {
    (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}

fn on(a: Point, b: Point, c: Point) -> bool {
    side(a, b, c) == 0.0 && c[0] >= a[0].min(b[0]) && c[0] <= a[0].max(b[0]) && c[1] >= a[1].min(b[1]) && c[1] <= a[1].max(b[1])
}

/// Whether two edges cross or lie on each other. Neighbours share a point by nature and must share no more. Two rings
/// may touch in a point (a hole at the edge), and so may a ring touch itself there.
fn meet(o: &Edge, e: &Edge, neighbours: bool) -> bool {
    let (s1, s2) = (side(o.a, o.b, e.a), side(o.a, o.b, e.b));
    let (s3, s4) = (side(e.a, e.b, o.a), side(e.a, e.b, o.b));
    if s1 == 0.0 && s2 == 0.0 {
        // On one straight line: they meet where more than a shared end lies on both.
        let inner = |p: Point, f: &Edge| on(f.a, f.b, p) && p != f.a && p != f.b;
        let same = (o.a == e.a && o.b == e.b) || (o.a == e.b && o.b == e.a);
        return same || inner(e.a, o) || inner(e.b, o) || inner(o.a, e) || inner(o.b, e);
    }
    !neighbours && s1 * s2 < 0.0 && s3 * s4 < 0.0
}

/// By the number of edges that a ray to the east crosses.
fn inside(p: Point, ring: &[Point]) -> bool {
    if ring.windows(2).any(|w| on(w[0], w[1], p)) {
        return true;
    }
    let crossed = |w: &&[Point]| {
        (w[0][1] > p[1]) != (w[1][1] > p[1]) && p[0] < (w[1][0] - w[0][0]) * (p[1] - w[0][1]) / (w[1][1] - w[0][1]) + w[0][0]
    };
    ring.windows(2).filter(crossed).count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn polygon(rings: Json) -> Result<Geometry> {
        check(Shape::Polygon, &json!({"type": "Polygon", "coordinates": rings}))
    }

    #[test]
    fn shapes_that_pass() {
        let g = polygon(json!([
            [[112.0, 28.0], [112.1, 28.0], [112.1, 28.1], [112.0, 28.1], [112.0, 28.0]],
            [[112.02, 28.02], [112.05, 28.02], [112.02, 28.05], [112.02, 28.02]]
        ]))
        .expect("a square with a hole");
        assert_eq!(g.bounds, [112.0, 28.0, 112.1, 28.1]);
        let p = check(Shape::Point, &json!({"type": "Point", "coordinates": [112.5, 28.5, 37.2]})).expect("a point");
        assert_eq!(p.json, json!({"type": "Point", "coordinates": [112.5, 28.5]}), "the altitude is left out");
        check(Shape::Line, &json!({"type": "MultiLineString", "coordinates": [[[112, 28], [113, 28]]]})).expect("lines");
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (rings, says) in [
            (json!([[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]), "crosses itself"),
            (json!([[[0, 0], [1, 0], [1, 1], [0, 1]]]), "not closed"),
            (json!([[[0, 0], [1, 0], [0, 0]]]), "three different"),
            (json!([[[0, 0], [1, 0], [2, 0], [1, 0], [0, 0]]]), "crosses itself"),
            (json!([[[112, 28], [113, 28], [28, 112], [112, 28]]]), "swapped"),
            (json!([[[512_345.0, 3_141_592.0], [1, 0], [2, 0], [0, 0]]]), "WGS 84"),
            (json!([[[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]], [[5, 5], [6, 5], [6, 6], [5, 5]]]), "outside"),
            (json!([[[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]], [[2, 2], [6, 2], [2, 3], [2, 2]]]), "crosses itself"),
            (json!([]), "no coordinates"),
            (json!("x"), "no coordinates"),
            (json!([[["a", 0]]]), "two numbers"),
        ] {
            let e = polygon(rings.clone()).expect_err("refused");
            assert!(e.to_string().contains(says), "{rings}: {e}");
        }
        assert!(check(Shape::Point, &json!({"type": "Polygon", "coordinates": []})).is_err());
    }

    #[test]
    fn a_large_honest_outline_is_checked_quickly_and_too_many_points_are_refused() {
        let ring = |n: usize| -> Json {
            let mut points: Vec<[f64; 2]> = (0..n)
                .map(|i| {
                    let turn = i as f64 / n as f64 * std::f64::consts::TAU;
                    let r = 1.0 + 0.01 * (turn * 40.0).sin();
                    [112.0 + r * turn.cos(), 28.0 + r * turn.sin()]
                })
                .collect();
            points.push(points[0]);
            json!([points])
        };
        let start = std::time::Instant::now();
        polygon(ring(99_000)).expect("passes");
        assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
        assert!(polygon(ring(100_001)).expect_err("refused").to_string().contains("at most"));
    }
}
