//! Matters: points where they have one, else at the centre of their region.

use super::{
    heap::{APART_FROM, DOTS, FINE, Heaps, middle},
    json::AskTile,
};
use crate::{geography::Centres, routes::matters::open_matter::flow_name};
use access::Caller;
use base::{Code, Level, Result};
use geo::{
    TileId,
    mvt::{Layer, Value},
};
use matters::{
    Filter,
    map::{Dot, Tally},
};
use std::collections::{BTreeSet, HashMap};
use store::Reader;

/// More villages than this are not named one by one.
const VILLAGES: usize = 200;

pub fn filter(ask: &AskTile) -> Result<Filter> {
    Ok(Filter {
        flow: ask.flow.as_deref().map(flow_name).transpose()?,
        open: (!ask.ended.unwrap_or(false)).then_some(true),
        region: ask.region.as_deref().map(str::parse).transpose()?,
        category: ask.category.clone(),
        late: ask.late.unwrap_or(false),
        received_from: ask.from,
        received_to: ask.to,
        ..Filter::default()
    })
}

/// What one heap holds.
#[derive(Default)]
struct Stands {
    tally: Tally,
    /// Of those, known by their region alone,
    approximate: i64,
    /// which one it is, where it is one.
    region: Option<Code>,
    generated: bool,
}

pub fn layer(r: &mut Reader, caller: &Caller, centres: &Centres, tile: TileId, filter: &Filter) -> Result<Layer> {
    let (spots, span) = (tile.spots(), tile.span(FINE));
    let squares = matters::map::squares(r, caller, filter, spots.clone(), span)?;
    let few = squares.iter().map(|(_, t)| t.n).sum::<i64>() <= DOTS;
    let dots = if few && !squares.is_empty() { matters::map::dots(r, caller, filter, spots, DOTS)? } else { Vec::new() };
    let mut layer = Layer::new("matters", tile);
    let mut heaps: Heaps<Stands> = Heaps::new(tile);
    if tile.z >= APART_FROM && few {
        dots.iter().for_each(|d| one(&mut layer, d));
    } else {
        for (square, tally) in squares {
            heaps.add(middle(square, span), tally.n, |s| s.tally.add(tally));
        }
    }
    for (region, tally) in without_point(r, caller, centres, tile, filter)? {
        let Some(centre) = centres.around(region) else { continue };
        let same = |s: &mut Stands| {
            s.region = if s.approximate == s.tally.n && s.region.is_none_or(|r| r == centre.region) { Some(centre.region) } else { None };
            s.approximate += tally.n;
            s.generated |= centre.generated;
            s.tally.add(tally);
        };
        heaps.add(centre.spot, tally.n, same);
    }
    let alone: HashMap<i64, &Dot> = dots.iter().map(|d| (heaps.square(d.spot), d)).collect();
    for (square, heap) in &heaps.all {
        let stands = &heap.what;
        match alone.get(square).filter(|_| heap.n == 1 && stands.approximate == 0) {
            Some(dot) => one(&mut layer, dot),
            None => {
                let mut properties = of(stands.tally);
                properties.extend([("cluster", true.into()), ("exact", Value::Bool(stands.approximate == 0))]);
                if let Some(region) = stands.region {
                    properties.push(("region", region.to_string().into()));
                }
                if stands.generated {
                    properties.push(("demonstration", true.into()));
                }
                layer.point(heap.at(), properties);
            }
        }
    }
    Ok(layer)
}

/// Those that are drawn at a centre inside the tile.
fn without_point(r: &mut Reader, caller: &Caller, centres: &Centres, tile: TileId, filter: &Filter) -> Result<Vec<(Code, Tally)>> {
    let spots = tile.spots();
    let inside: BTreeSet<Code> = centres.all().filter(|c| spots.contains(&c.spot)).map(|c| c.region).collect();
    if inside.is_empty() {
        return Ok(Vec::new());
    }
    let villages: Option<BTreeSet<Code>> = inside.iter().map(|c| c.at(Level::Village)).collect();
    let villages: Option<Vec<Code>> = villages.filter(|v| v.len() <= VILLAGES).map(|v| v.into_iter().collect());
    let mut found = matters::map::without_point(r, caller, filter, villages.as_deref())?;
    found.retain(|(region, _)| centres.around(*region).is_some_and(|c| inside.contains(&c.region)));
    Ok(found)
}

fn one(layer: &mut Layer, dot: &Dot) {
    let mut properties = of(dot.state);
    properties.extend([
        ("id", dot.id.to_string().into()),
        ("flow", format!("{}.{}", dot.pack, dot.flow).into()),
        ("region", dot.region.to_string().into()),
        ("cluster", false.into()),
        ("exact", true.into()),
    ]);
    layer.point(geo::Spot(dot.spot).point(), properties);
}

fn of(t: Tally) -> Vec<(&'static str, Value)> {
    let numbers = [("n", t.n), ("open", t.open), ("late", t.late), ("soon", t.soon), ("alarm", t.alarm)];
    let shown = numbers.into_iter().filter(|(name, n)| *n > 0 || *name == "n").map(|(name, n)| (name, n.into()));
    shown.chain([("state", t.state().into())]).collect()
}
