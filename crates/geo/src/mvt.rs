//! Mapbox vector tiles, version 2.1, as maps read them: a protocol buffer of layers with features whose geometry is a
//! list of pen strokes. Only writing; a dozen fields do not want a compiler of schemas.

use crate::{Geometry, Point, TileId, shape::Drawn};
use std::collections::HashMap;

/// Units along a tile's side.
pub const EXTENT: u32 = 4096;

/// A property's value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    Text(String),
    Int(i64),
    Bool(bool),
}

impl From<&str> for Value {
    fn from(s: &str) -> Value {
        Value::Text(s.to_owned())
    }
}

impl From<String> for Value {
    fn from(s: String) -> Value {
        Value::Text(s)
    }
}

impl From<i64> for Value {
    fn from(n: i64) -> Value {
        Value::Int(n)
    }
}

impl From<bool> for Value {
    fn from(b: bool) -> Value {
        Value::Bool(b)
    }
}

/// One layer of one tile, being written.
pub struct Layer {
    name: String,
    tile: TileId,
    keys: Vec<&'static str>,
    values: HashMap<Value, u64>,
    /// The values in the order of their numbers, written.
    written: Vec<Vec<u8>>,
    features: Vec<Vec<u8>>,
}

impl Layer {
    pub fn new(name: &str, tile: TileId) -> Layer {
        Layer { name: name.into(), tile, keys: Vec::new(), values: HashMap::new(), written: Vec::new(), features: Vec::new() }
    }

    pub fn point(&mut self, at: Point, properties: Vec<(&'static str, Value)>) {
        self.add(&Geometry::Points(vec![at]), properties);
    }

    /// Adds what of the geometry lies in the tile; nothing where nothing does.
    pub fn add(&mut self, geometry: &Geometry, properties: Vec<(&'static str, Value)>) {
        let Some(drawn) = geometry.within(self.tile) else { return };
        let mut tags = Vec::new();
        for (key, value) in properties {
            let k = self.keys.iter().position(|known| *known == key).unwrap_or_else(|| {
                self.keys.push(key);
                self.keys.len() - 1
            });
            let next = self.values.len() as u64;
            let v = *self.values.entry(value).or_insert_with_key(|value| {
                self.written.push(wire(value));
                next
            });
            tags.extend([k as u64, v]);
        }
        let (kind, strokes) = strokes(&drawn);
        let mut feature = Vec::new();
        packed(&mut feature, 2, &tags);
        number(&mut feature, 3, kind);
        packed(&mut feature, 4, &strokes);
        self.features.push(feature);
    }

    /// How many features there are.
    pub fn len(&self) -> usize {
        self.features.len()
    }

    pub fn is_empty(&self) -> bool {
        self.features.is_empty()
    }

    fn finish(self) -> Vec<u8> {
        let mut layer = Vec::new();
        number(&mut layer, 15, 2);
        bytes(&mut layer, 1, self.name.as_bytes());
        self.features.iter().for_each(|f| bytes(&mut layer, 2, f));
        self.keys.iter().for_each(|k| bytes(&mut layer, 3, k.as_bytes()));
        self.written.iter().for_each(|v| bytes(&mut layer, 4, v));
        number(&mut layer, 5, EXTENT.into());
        layer
    }
}

/// The tile's bytes. A layer without features is left out, as the specification asks.
pub fn tile(layers: Vec<Layer>) -> Vec<u8> {
    let mut tile = Vec::new();
    for layer in layers.into_iter().filter(|l| !l.is_empty()) {
        bytes(&mut tile, 3, &layer.finish());
    }
    tile
}

fn wire(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    match value {
        Value::Text(s) => bytes(&mut out, 1, s.as_bytes()),
        Value::Int(n) if *n >= 0 => number(&mut out, 5, *n as u64),
        Value::Int(n) => number(&mut out, 6, zigzag(*n)),
        Value::Bool(b) => number(&mut out, 7, u64::from(*b)),
    }
    out
}

const MOVE_TO: u64 = 1;
const LINE_TO: u64 = 2;
const CLOSE: u64 = 7;

/// The geometry's kind, and its pen strokes, each from where the one before ended.
fn strokes(drawn: &Drawn) -> (u64, Vec<u64>) {
    let (mut out, mut pen) = (Vec::new(), [0, 0]);
    let mut go = |out: &mut Vec<u64>, command: u64, points: &[[i32; 2]]| {
        out.push(command | (points.len() as u64) << 3);
        for p in points {
            out.extend([0, 1].map(|i| zigzag(i64::from(p[i] - pen[i]))));
            pen = *p;
        }
    };
    let kind = match drawn {
        Drawn::Points(points) => {
            go(&mut out, MOVE_TO, points);
            1
        }
        Drawn::Lines(lines) => {
            for line in lines {
                go(&mut out, MOVE_TO, &line[..1]);
                go(&mut out, LINE_TO, &line[1..]);
            }
            2
        }
        Drawn::Areas(areas) => {
            for ring in areas.iter().flatten() {
                go(&mut out, MOVE_TO, &ring[..1]);
                go(&mut out, LINE_TO, &ring[1..]);
                out.push(CLOSE | 1 << 3);
            }
            3
        }
    };
    (kind, out)
}

fn zigzag(n: i64) -> u64 {
    (n << 1 ^ n >> 63) as u64
}

fn varint(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

fn number(out: &mut Vec<u8>, field: u64, n: u64) {
    varint(out, field << 3);
    varint(out, n);
}

fn bytes(out: &mut Vec<u8>, field: u64, b: &[u8]) {
    varint(out, field << 3 | 2);
    varint(out, b.len() as u64);
    out.extend_from_slice(b);
}

fn packed(out: &mut Vec<u8>, field: u64, numbers: &[u64]) {
    let mut body = Vec::new();
    numbers.iter().for_each(|n| varint(&mut body, *n));
    bytes(out, field, &body);
}

#[cfg(test)]
mod tests {
    use super::*;

    const TILE: TileId = TileId { z: 0, x: 0, y: 0 };

    /// The example of the specification's section 4.3: a polygon, an outer ring of (3,6) (8,12) (20,34).
    #[test]
    fn strokes_as_the_specification_draws_them() {
        let drawn = Drawn::Areas(vec![vec![vec![[3, 6], [8, 12], [20, 34]]]]);
        assert_eq!(strokes(&drawn), (3, vec![9, 6, 12, 18, 10, 12, 24, 44, 15]));
        let drawn = Drawn::Lines(vec![vec![[2, 2], [2, 10], [10, 10]], vec![[1, 1], [3, 5]]]);
        assert_eq!(strokes(&drawn), (2, vec![9, 4, 4, 18, 0, 16, 16, 0, 9, 17, 17, 10, 4, 8]));
        let drawn = Drawn::Points(vec![[5, 7], [3, 2]]);
        assert_eq!(strokes(&drawn), (1, vec![17, 10, 14, 3, 9]));
    }

    #[test]
    fn bytes_of_a_small_tile() {
        let mut layer = Layer::new("m", TILE);
        layer.point([0.0, 0.0], vec![("n", 1.into())]);
        let want = [
            0x1a, 0x1e, // a layer of 30 bytes
            0x78, 0x02, // version 2
            0x0a, 0x01, b'm', // its name
            0x12, 0x0d, 0x12, 0x02, 0x00, 0x00, 0x18, 0x01, 0x22, 0x05, 0x09, 0x80, 0x20, 0x80, 0x20, // a point at (2048, 2048)
            0x1a, 0x01, b'n', 0x22, 0x02, 0x28, 0x01, // n = 1
            0x28, 0x80, 0x20, // extent 4096
        ];
        let got = tile(vec![layer, Layer::new("empty", TILE)]);
        assert_eq!(got[2..], want[2..]);
        assert_eq!(usize::from(got[1]), got.len() - 2);
    }

    #[test]
    fn a_value_is_written_once() {
        let mut layer = Layer::new("m", TILE);
        for i in 0..1000 {
            layer.point([f64::from(i) / 10.0, 1.0], vec![("state", "late".into()), ("region", "430903".into())]);
        }
        assert_eq!((layer.len(), layer.keys.len(), layer.written.len()), (1000, 2, 2));
        assert_eq!(tile(vec![Layer::new("none", TILE)]), Vec::<u8>::new());
    }
}
