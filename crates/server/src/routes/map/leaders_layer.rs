//! Leaders' seats at the centres of their regions. Which offices there are and whether somebody sits in them is no
//! secret to whoever has signed in; who sits there is not said.

use super::{
    heap::{APART_FROM, Heaps},
    json::AskTile,
};
use crate::geography::Centres;
use base::{Code, Result};
use geo::{TileId, mvt::Layer};
use matters::Rules;
use store::{Reader, sql};

#[derive(Default)]
struct Seats {
    vacant: i64,
    /// Where all are of one region, or of one role.
    region: Option<Code>,
    role: Option<String>,
    mixed: bool,
    generated: bool,
}

pub fn layer(r: &mut Reader, rules: &Rules, centres: &Centres, tile: TileId, ask: &AskTile) -> Result<Layer> {
    let roles: Vec<&str> = match &ask.role {
        Some(role) => vec![role],
        // Whoever is paid for it is an official; a leader 三长 is a neighbour.
        None => rules.catalogue.roles().filter(|role| !role.paid).map(|role| role.id.as_str()).collect(),
    };
    let now = r.now();
    let mut q = sql(
        "select s.region, s.role, count(*), cast(sum(case when exists (select 1 from tenure t where t.county = s.county and t.seat = s.id",
    );
    q.push(" and t.since <= ")
        .arg(now)
        .push(" and t.until > ")
        .arg(now)
        .push(") then 0 else 1 end) as bigint) from seat s where s.county = ");
    q.arg(r.home()).push(" and s.closed is null and s.role in ").list(roles);
    if let Some(region) = ask.region.as_deref().map(str::parse::<Code>).transpose()? {
        let (first, last) = region.range();
        q.push(" and s.region between ").arg(first).push(" and ").arg(last);
    }
    q.push(" group by s.region, s.role");
    let mut heaps: Heaps<Seats> = Heaps::new(tile);
    let spots = tile.spots();
    for (region, role, n, vacant) in r.many::<(Code, String, i64, i64)>(q)? {
        let Some(centre) = centres.around(region).filter(|c| spots.contains(&c.spot)) else { continue };
        heaps.add(centre.spot, n, |s| {
            let first = s.region.is_none() && !s.mixed;
            let same = |known: bool| first || known;
            s.mixed |= !same(s.region == Some(centre.region));
            s.role = Some(role).filter(|r| same(s.role.as_ref() == Some(r)));
            s.region = (!s.mixed).then_some(centre.region);
            s.vacant += vacant;
            s.generated |= centre.generated;
        });
    }
    let mut layer = Layer::new("leaders", tile);
    for heap in heaps.all.values() {
        let seats = &heap.what;
        let state = if seats.vacant > 0 { "vacant" } else { "filled" };
        let mut properties = vec![
            ("n", heap.n.into()),
            ("vacant", seats.vacant.into()),
            ("state", state.into()),
            ("cluster", (seats.mixed && tile.z < APART_FROM).into()),
        ];
        properties.extend(seats.region.map(|region| ("region", region.to_string().into())));
        properties.extend(seats.role.clone().map(|role| ("role", role.into())));
        if seats.generated {
            properties.push(("demonstration", true.into()));
        }
        layer.point(heap.at(), properties);
    }
    Ok(layer)
}
