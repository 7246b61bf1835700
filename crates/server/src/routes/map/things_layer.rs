//! Things of one kind: put together when seen from afar, with their own shapes near by.

use super::{
    heap::{DOTS, FINE, Heaps, middle},
    json::AskTile,
};
use crate::routes::things::kind_name;
use access::Caller;
use base::{Error, Result};
use geo::{
    Geometry, Spot, TileId,
    mvt::{Layer, Value},
};
use std::collections::HashMap;
use store::Reader;
use things::{Filter, Register, map::Dot};

/// From this zoom on lines and areas are drawn as they are.
const SHAPES_FROM: u8 = 13;

/// More shapes than this are put together.
const SHAPES: i64 = 5_000;

pub fn filter(ask: &AskTile) -> Result<Filter> {
    let kind = ask
        .kind
        .as_deref()
        .ok_or_else(|| Error::invalid("kind", "请写明类型，如 old_houses.house", "say which kind, such as old_houses.house"))?;
    Ok(Filter { region: ask.region.as_deref().map(str::parse).transpose()?, ..Filter::of(kind_name(kind)?) })
}

pub fn layer(r: &mut Reader, register: &Register, caller: &Caller, tile: TileId, filter: &Filter) -> Result<Layer> {
    let mut layer = Layer::new("things", tile);
    if tile.z >= SHAPES_FROM {
        // A line is drawn a little beyond its tile, so that its width does not end there.
        let near = Filter { bounds: Some(tile.bounds(0.02)), ..filter.clone() };
        let shapes = things::map::shapes(r, register, caller, &near, SHAPES + 1)?;
        if shapes.len() as i64 <= SHAPES {
            shapes.iter().for_each(|thing| shape(&mut layer, thing));
            return Ok(layer);
        }
    }
    let (spots, span) = (tile.spots(), tile.span(FINE));
    let squares = things::map::squares(r, register, caller, filter, spots.clone(), span)?;
    let few = squares.iter().map(|(_, n)| n).sum::<i64>() <= DOTS;
    let dots = if few && !squares.is_empty() { things::map::dots(r, register, caller, filter, spots, DOTS)? } else { Vec::new() };
    let mut heaps: Heaps<()> = Heaps::new(tile);
    for (square, n) in squares {
        heaps.add(middle(square, span), n, |_| ());
    }
    let alone: HashMap<i64, &Dot> = dots.iter().map(|d| (heaps.square(d.spot), d)).collect();
    for (square, heap) in &heaps.all {
        match alone.get(square).filter(|_| heap.n == 1) {
            Some(dot) => layer.point(Spot(dot.spot).point(), of(dot)),
            None => layer.point(heap.at(), vec![("n", heap.n.into()), ("cluster", true.into())]),
        }
    }
    Ok(layer)
}

fn shape(layer: &mut Layer, thing: &Dot) {
    let geometry = serde_json::from_str(&thing.geometry).ok().and_then(|json| Geometry::read(&json));
    if let Some(geometry) = geometry {
        layer.add(&geometry, of(thing));
    }
}

fn of(thing: &Dot) -> Vec<(&'static str, Value)> {
    let (id, region) = (thing.id.to_string(), thing.region.to_string());
    vec![("n", 1.into()), ("cluster", false.into()), ("id", id.into()), ("title", thing.title.clone().into()), ("region", region.into())]
}
