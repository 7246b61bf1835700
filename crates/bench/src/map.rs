//! `bench map`: a map with a hundred thousand points: CPU and size of each tile, then a browser that moves over them.

use crate::{
    Args,
    client::Client,
    county::County,
    http::round,
    pages,
    running::{Running, name},
};
use base::{Error, Result};
use geo::{Spot, TileId};
use serde_json::json;
use std::collections::BTreeMap;

/// As many as a screen should bear.
pub const POINTS: i64 = 100_000;

/// From the whole county to a few streets.
const ZOOMS: [u8; 6] = [8, 9, 11, 13, 15, 17];

/// Tiles of one zoom that are looked at.
const MOST: usize = 40;

/// Where the `i`th point lies: around one of the villages, denser towards its middle, the same each time.
pub fn spot(i: i64, villages: &[(f64, f64)]) -> i64 {
    let mut state = (i as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut chance = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let (lon, lat) = villages[(chance() * villages.len() as f64) as usize % villages.len()];
    let (reach, turn) = (0.012 * chance() * chance(), chance() * std::f64::consts::TAU);
    Spot::of([lon + reach * turn.cos(), lat + reach * turn.sin()]).map_or(0, |s| s.0)
}

pub fn run(args: &Args, county: &County, tokens: &BTreeMap<&'static str, String>) -> Result<()> {
    let server = Running::start(args)?;
    server.settle(args)?;
    let mut client = Client::connect(server.at, &county.tokens["county"])?;
    let bounds: Vec<f64> = client.get("/api/map")?.ok("map")?["bounds"]
        .as_array()
        .ok_or_else(|| Error::internal("the county is nowhere"))?
        .iter()
        .filter_map(serde_json::Value::as_f64)
        .collect();
    for query in ["", "?ended=true", "?from=2020-01-01T00:00:00Z", "?late=true"] {
        for z in ZOOMS {
            let tiles = within(z, &bounds);
            // Once unmeasured: what a process remembers it remembers by then.
            ask(&mut client, &tiles, query)?;
            let before = server.spent(args)?;
            const ROUNDS: usize = 5;
            let mut bytes = Vec::new();
            for _ in 0..ROUNDS {
                bytes = ask(&mut client, &tiles, query)?;
            }
            let cpu = server.spent(args)?.since(before).whole() * 1e3 / (tiles.len() * ROUNDS) as f64;
            bytes.sort_unstable();
            println!(
                "{}",
                json!({ "bench": "map", "what": "tile", "database": name(args), "points": args.matters, "z": z, "query": query, "tiles": tiles.len(),
                    "cpu_ms": round(cpu), "bytes": { "median": bytes[bytes.len() / 2], "most": bytes[bytes.len() - 1] } })
            );
        }
    }
    pages::browser(args, &server, tokens, &["map"])
}

/// Sizes of the tiles as they were answered, unpacked.
fn ask(client: &mut Client, tiles: &[TileId], query: &str) -> Result<Vec<usize>> {
    let one = |TileId { z, x, y }: &TileId| {
        let answer = client.get(&format!("/api/map/tiles/matters/{z}/{x}/{y}{query}"))?;
        if answer.status != 200 {
            return Err(Error::internal(format!("a tile was answered {}", answer.status)));
        }
        Ok(answer.body.len())
    };
    tiles.iter().map(one).collect()
}

/// Tiles of one zoom from the middle of the bounds outwards.
fn within(z: u8, bounds: &[f64]) -> Vec<TileId> {
    let tile = |lon: f64, lat: f64| {
        let tiles = f64::from(1_u32 << z);
        let lat = lat.to_radians();
        let y = (1.0 - (lat.tan() + 1.0 / lat.cos()).ln() / std::f64::consts::PI) / 2.0;
        ((tiles * (lon + 180.0) / 360.0) as u32, (tiles * y) as u32)
    };
    let ((left, bottom), (right, top)) = (tile(bounds[0], bounds[1]), tile(bounds[2], bounds[3]));
    let mut all: Vec<(u32, u32)> = (left..=right).flat_map(|x| (top..=bottom).map(move |y| (x, y))).collect();
    let middle = (i64::from(left + right) / 2, i64::from(top + bottom) / 2);
    all.sort_by_key(|(x, y)| (i64::from(*x) - middle.0).abs() + (i64::from(*y) - middle.1).abs());
    all.into_iter().take(MOST).filter_map(|(x, y)| TileId::new(z, x, y)).collect()
}
