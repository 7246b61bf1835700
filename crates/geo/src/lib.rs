//! Places on a map: vector tiles, outlines, and the coordinates that Chinese providers want. Knows no database.
//!
//! Coordinates are degrees of CGCS2000, which for a map is WGS 84 (they differ by less than a decimetre), always
//! longitude first. GCJ-02 is spoken at the edge alone, with providers that want it ([`gcj02`]).

pub mod gcj02;
pub mod mvt;
mod outline;
mod scatter;
mod shape;
mod spot;

pub use outline::Outline;
pub use scatter::{around, spread};
pub use shape::{Geometry, metres};
pub use spot::{Spot, TileId};

/// Longitude and latitude in degrees.
pub type Point = [f64; 2];
