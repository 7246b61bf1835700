//! GCJ-02, the displaced coordinates that Chinese map providers speak (GB 20263 asks them to; the displacement itself
//! is nowhere published, what is used everywhere is the same approximation).
//!
//! Data are never kept in it: it is converted where a provider wants it or gives it.

use crate::Point;
use std::f64::consts::PI;

/// Semi-major axis and squared eccentricity of Krasovsky 1940.
const AXIS: f64 = 6_378_245.0;
const ECCENTRICITY: f64 = 0.006_693_421_622_965_943;

/// From WGS 84. Outside of the rectangle around China nothing is displaced.
pub fn from_wgs84(p: Point) -> Point {
    let [dx, dy] = shift(p);
    [p[0] + dx, p[1] + dy]
}

/// To WGS 84, within a millimetre or so: there is no inverse formula, so the shift is found by going back and forth.
pub fn to_wgs84(p: Point) -> Point {
    let mut guess = p;
    for _ in 0..6 {
        let [x, y] = from_wgs84(guess);
        guess = [guess[0] + p[0] - x, guess[1] + p[1] - y];
    }
    guess
}

fn shift([lon, lat]: Point) -> Point {
    if !((72.004..=137.8347).contains(&lon) && (0.8293..=55.8271).contains(&lat)) {
        return [0.0, 0.0];
    }
    let (x, y) = (lon - 105.0, lat - 35.0);
    let wave = |t: f64, a: f64, b: f64, c: f64| a * (t * PI).sin() + b * (t / 3.0 * PI).sin() + c * (t / 12.0 * PI).sin();
    let ripple = (20.0 * (6.0 * x * PI).sin() + 20.0 * (2.0 * x * PI).sin()) * 2.0 / 3.0;
    let mut north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * x.abs().sqrt() + ripple;
    north += (20.0 * (y * PI).sin() + 40.0 * (y / 3.0 * PI).sin()) * 2.0 / 3.0;
    north += (160.0 * (y / 12.0 * PI).sin() + 320.0 * (y * PI / 30.0).sin()) * 2.0 / 3.0;
    let mut east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * x.abs().sqrt() + ripple;
    east += wave(x, 20.0, 40.0, 150.0) * 2.0 / 3.0 + 300.0 * (x / 30.0 * PI).sin() * 2.0 / 3.0;
    let phi = lat.to_radians();
    let magic = 1.0 - ECCENTRICITY * phi.sin().powi(2);
    let north = north * 180.0 / (AXIS * (1.0 - ECCENTRICITY) / (magic * magic.sqrt()) * PI);
    let east = east * 180.0 / (AXIS / magic.sqrt() * phi.cos() * PI);
    [east, north]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metres;

    /// Pairs as the public converters give them.
    #[test]
    fn known_places() {
        for (wgs, gcj) in [
            ([116.404, 39.915], [116.410_244_499_169_38, 39.916_404_281_501_64]),
            ([121.527_210_6, 31.177_427_6], [121.531_541_859_215, 31.175_303_983_645_97]),
            ([113.912_316, 22.543_847], [113.917_176_480_836_3, 22.540_796_131_694_766]),
            ([116.377_817, 39.911_954], [116.384_047_224_556_57, 39.913_345_455_360_69]),
        ] {
            let got = from_wgs84(wgs);
            assert!(metres(got, gcj) < 1.0, "{wgs:?}: {got:?}, not {gcj:?}");
            assert!(metres(to_wgs84(gcj), wgs) < 1.0);
        }
    }

    #[test]
    fn there_and_back() {
        for p in [[112.4, 28.5], [75.0, 39.0], [130.0, 47.0], [110.0, 18.5]] {
            let displaced = from_wgs84(p);
            assert!((100.0..1000.0).contains(&metres(p, displaced)), "{p:?} by {} m", metres(p, displaced));
            assert!(metres(to_wgs84(displaced), p) < 0.01);
        }
    }

    #[test]
    fn abroad_nothing_is_displaced() {
        for p in [[2.35, 48.85], [-74.0, 40.7], [151.2, -33.9]] {
            assert_eq!(from_wgs84(p), p);
            assert_eq!(to_wgs84(p), p);
        }
    }
}
