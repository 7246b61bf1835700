//! Where a point lies in the pyramid of web-Mercator tiles.
//!
//! A [`Spot`] is one whole number: the point's column and row at zoom 24 (a square of 2.4 m at the equator), their bits
//! interleaved. All points of a tile are then one range of numbers, so that an index on one column finds them.

use crate::Point;
use std::{f64::consts::PI, ops::Range};

/// Zoom of a spot.
const DEEPEST: u8 = 24;

/// Web Mercator ends here.
const NORTHMOST: f64 = 85.051_128_779_806_59;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spot(pub i64);

impl Spot {
    /// `None` where the point lies beyond the map (or is no number).
    pub fn of([lon, lat]: Point) -> Option<Spot> {
        if !(lon.abs() <= 180.0 && lat.abs() <= NORTHMOST) {
            return None;
        }
        let [x, y] = unit([lon, lat]);
        let cells = f64::from(1_u32 << DEEPEST);
        let cell = |t: f64| ((t * cells) as i64).clamp(0, (1 << DEEPEST) - 1);
        Some(Spot(spread(cell(x)) | spread(cell(y)) << 1))
    }

    /// The middle of its square.
    pub fn point(self) -> Point {
        let cells = f64::from(1_u32 << DEEPEST);
        let [x, y] = self.cell();
        degrees([(x as f64 + 0.5) / cells, (y as f64 + 0.5) / cells])
    }

    /// Column and row at zoom 24.
    fn cell(self) -> [i64; 2] {
        [gather(self.0), gather(self.0 >> 1)]
    }
}

/// A square of the map: at zoom `z` there are 2^z columns and rows, from the north-west.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TileId {
    pub z: u8,
    pub x: u32,
    pub y: u32,
}

impl TileId {
    /// `None` where there is no such tile. Zoom 20 is deeper than any page asks for.
    pub fn new(z: u8, x: u32, y: u32) -> Option<TileId> {
        (z <= 20 && x < 1 << z && y < 1 << z).then_some(TileId { z, x, y })
    }

    /// The spots inside.
    pub fn spots(self) -> Range<i64> {
        let width = self.span(0);
        let first = (spread(self.x.into()) | spread(self.y.into()) << 1) * width;
        first..first + width
    }

    /// How many spots one of the 4^k equal squares inside this tile has: what a spot is divided by to give its square.
    pub fn span(self, k: u8) -> i64 {
        1 << (2 * DEEPEST.saturating_sub(self.z + k).min(DEEPEST))
    }

    /// In units of the tile, of which a side has [`EXTENT`](crate::mvt::EXTENT); outside of 0 to that where the point
    /// lies outside.
    pub fn place(self, point: Point) -> [f64; 2] {
        let [x, y] = unit(point);
        let tiles = f64::from(1_u32 << self.z);
        let extent = f64::from(crate::mvt::EXTENT);
        [(x * tiles - f64::from(self.x)) * extent, (y * tiles - f64::from(self.y)) * extent]
    }

    /// West, south, east, north, with `margin` of a tile's side around.
    pub fn bounds(self, margin: f64) -> [f64; 4] {
        let tiles = f64::from(1_u32 << self.z);
        let at = |x: f64, y: f64| degrees([(x / tiles).clamp(0.0, 1.0), (y / tiles).clamp(0.0, 1.0)]);
        let (x, y) = (f64::from(self.x), f64::from(self.y));
        let ([west, north], [east, south]) = (at(x - margin, y - margin), at(x + 1.0 + margin, y + 1.0 + margin));
        [west, south, east, north]
    }
}

/// From degrees to the unit square, (0, 0) in the north-west.
fn unit([lon, lat]: Point) -> [f64; 2] {
    let lat = lat.clamp(-NORTHMOST, NORTHMOST).to_radians();
    [(lon + 180.0) / 360.0, (1.0 - (lat.tan() + 1.0 / lat.cos()).ln() / PI) / 2.0]
}

fn degrees([x, y]: [f64; 2]) -> Point {
    [x * 360.0 - 180.0, (PI * (1.0 - 2.0 * y)).sinh().atan().to_degrees()]
}

/// Puts a zero between any two of the lower 24 bits.
fn spread(n: i64) -> i64 {
    let mut n = n & 0xFF_FFFF;
    n = (n | n << 16) & 0x00FF_0000_FFFF;
    n = (n | n << 8) & 0x00FF_00FF_00FF;
    n = (n | n << 4) & 0x0F0F_0F0F_0F0F;
    n = (n | n << 2) & 0x3333_3333_3333;
    (n | n << 1) & 0x5555_5555_5555
}

/// The other way round.
fn gather(n: i64) -> i64 {
    let mut n = n & 0x5555_5555_5555;
    n = (n | n >> 1) & 0x3333_3333_3333;
    n = (n | n >> 2) & 0x0F0F_0F0F_0F0F;
    n = (n | n >> 4) & 0x00FF_00FF_00FF;
    n = (n | n >> 8) & 0x00FF_0000_FFFF;
    (n | n >> 16) & 0xFF_FFFF
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tile_holds_the_spots_that_lie_in_it() {
        let heshan = [112.374, 28.579];
        let spot = Spot::of(heshan).expect("on the map");
        for z in 0..=20 {
            let [x, y] = unit(heshan);
            let tiles = f64::from(1_u32 << z);
            let tile = TileId::new(z, (x * tiles) as u32, (y * tiles) as u32).expect("a tile");
            assert!(tile.spots().contains(&spot.0), "{tile:?}");
            let [px, py] = tile.place(heshan);
            assert!((0.0..4096.0).contains(&px) && (0.0..4096.0).contains(&py));
            let next = TileId::new(z, tile.x ^ 1, tile.y);
            assert!(next.is_none_or(|n| n == tile || !n.spots().contains(&spot.0)));
        }
        // By the formula that map services publish: 12/3326/1708.
        let tile = TileId::new(12, 3326, 1708).expect("a tile");
        assert!(tile.spots().contains(&spot.0));
        let [w, s, e, n] = tile.bounds(0.0);
        assert!((w..e).contains(&heshan[0]) && (s..n).contains(&heshan[1]));
    }

    #[test]
    fn there_and_back_within_two_metres() {
        for p in [[112.4, 28.5], [-179.999, -85.0], [0.0, 0.0], [179.999, 85.0], [-0.001, 0.001]] {
            let back = Spot::of(p).expect("on the map").point();
            assert!((back[0] - p[0]).abs() < 2.5e-5 && (back[1] - p[1]).abs() < 2.5e-5, "{p:?} {back:?}");
        }
        for none in [[181.0, 0.0], [0.0, 86.0], [f64::NAN, 0.0], [0.0, f64::INFINITY]] {
            assert_eq!(Spot::of(none), None);
        }
    }

    #[test]
    fn bits_go_apart_and_come_together() {
        for n in [0, 1, 2, 3, 0xFF_FFFF, 0xA5_5A5A, 123_456, 1 << 23] {
            assert_eq!(gather(spread(n)), n);
            let slow = (0..24).fold(0, |all, i| all | (n >> i & 1) << (2 * i));
            assert_eq!(spread(n), slow);
        }
    }

    #[test]
    fn there_is_no_tile_outside() {
        assert!(TileId::new(0, 1, 0).is_none() && TileId::new(21, 0, 0).is_none() && TileId::new(3, 0, 8).is_none());
        assert_eq!(TileId::new(0, 0, 0).map(|t| t.spots()), Some(0..1 << 48));
    }
}
