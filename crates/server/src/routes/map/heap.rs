//! Points put together by squares of a tile, so that a hundred thousand of them stay few.

use geo::{Point, Spot, TileId};
use std::collections::BTreeMap;

/// From this zoom on nothing is put together: a tile shows a few streets.
pub const APART_FROM: u8 = 15;

/// Squares along a tile's side (as a power of two): into those it is counted, and into those it is put together. On a
/// screen a tile is 512 pixels wide, so that heaps stand 32 pixels apart.
pub const FINE: u8 = 6;
const COARSE: u8 = 4;

/// More points than this are not looked at one by one.
pub const DOTS: i64 = 500;

/// What lies in one square.
pub struct Heap<T> {
    pub n: i64,
    pub what: T,
    at: [f64; 2],
}

impl<T> Heap<T> {
    /// The middle of what lies in it.
    pub fn at(&self) -> Point {
        self.at.map(|sum| sum / self.n as f64)
    }
}

/// By square of the tile.
pub struct Heaps<T> {
    span: i64,
    pub all: BTreeMap<i64, Heap<T>>,
}

impl<T: Default> Heaps<T> {
    pub fn new(tile: TileId) -> Heaps<T> {
        let side = if tile.z < APART_FROM { COARSE } else { FINE };
        Heaps { span: tile.span(side), all: BTreeMap::new() }
    }

    pub fn square(&self, spot: i64) -> i64 {
        spot / self.span
    }

    /// Adds `n` points at a spot, and what they are by `what`.
    pub fn add(&mut self, spot: i64, n: i64, what: impl FnOnce(&mut T)) {
        let heap = self.all.entry(spot / self.span).or_insert_with(|| Heap { n: 0, what: T::default(), at: [0.0; 2] });
        let at = Spot(spot).point();
        heap.n += n;
        heap.at = [0, 1].map(|i| heap.at[i] + at[i] * n as f64);
        what(&mut heap.what);
    }
}

/// The spot in the middle of a square that counts gave.
pub fn middle(square: i64, span: i64) -> i64 {
    // The lower bits of a spot are its column and row inside the square: half of each.
    let inside = if span < 4 { 0 } else { span / 4 * 3 };
    square * span + inside
}
