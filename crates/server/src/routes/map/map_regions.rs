use super::json::{AskRegions, CollectionType, FeatureType, RegionCollection, RegionFeature, RegionOnMap};
use crate::{
    app::App,
    edge::{Answer, Query, Who},
    geography::{self, Centres},
    routes::matters::open_matter::flow_name,
};
use axum::{Json, extract::State};
use base::{Code, Error, Level, Result};
use matters::{Filter, map::Tally};
use serde_json::{Value, json};
use std::collections::HashMap;
use store::{Reader, sql};

/// Regions on the map
///
/// Those directly under one, or all of a level below it, with outline or centre, and how many matters that I may list are open, late, urgent there.
#[utoipa::path(get, path = "/api/map/regions", tag = "map", params(AskRegions), responses((status = 200, body = RegionCollection)))]
pub async fn map_regions(State(app): State<App>, who: Who, Query(ask): Query<AskRegions>) -> Answer<Json<RegionCollection>> {
    who.account()?;
    let parent = ask.parent.as_deref().map(str::parse::<Code>).transpose()?;
    let flow = ask.flow.as_deref().map(flow_name).transpose()?;
    let level = ask.level;
    if level.is_some_and(|l| l > Level::Village) {
        return Err(Error::invalid("level", "最多一次列到村", "all at once only down to villages").into());
    }
    let looking = app.clone();
    let shown = app
        .look(&who, move |r, _, caller| {
            let parent = parent.unwrap_or(r.home().code());
            access::region_there(r, parent, "parent")?;
            let filter =
                Filter { flow, open: Some(true), region: Some(parent), received_from: ask.from, received_to: ask.to, ..Filter::default() };
            let own = access::region(r, parent)?.ok_or_else(Error::not_found)?;
            let below = Level::ALL.into_iter().find(|l| *l > parent.level()).unwrap_or(Level::Neighbour);
            let level = level.filter(|l| *l > below).unwrap_or(below);
            let mut children = access::children(r, parent)?;
            for _ in Level::ALL.into_iter().filter(|l| *l > below && *l <= level) {
                children =
                    children.iter().map(|c| access::children(r, c.code)).collect::<Result<Vec<_>>>()?.into_iter().flatten().collect();
            }
            let tallies: HashMap<Code, Tally> = matters::map::by_level(r, caller, &filter, level)?.into_iter().collect();
            let whole = matters::map::tally(r, caller, &filter)?;
            let centres = looking.geography.centres(r, caller)?;
            let seen = Seen::of(r, &centres, parent, children.iter().map(|c| c.code).collect())?;
            let features = children.iter().map(|c| seen.feature(c, tallies.get(&c.code).copied().unwrap_or_default()));
            Ok(RegionCollection {
                r#type: CollectionType::FeatureCollection,
                features: features.collect(),
                parent: seen.feature(&own, whole),
            })
        })
        .await?;
    Ok(Json(shown))
}

/// What is known of where they are.
struct Seen<'a> {
    centres: &'a Centres,
    outlines: HashMap<Code, (Value, bool)>,
    children: HashMap<Code, i64>,
}

impl Seen<'_> {
    fn of<'a>(r: &mut Reader, centres: &'a Centres, parent: Code, mut all: Vec<Code>) -> Result<Seen<'a>> {
        all.push(parent);
        let kept = geography::boundaries_of(r, &all)?;
        let read = |b: geography::Boundary| Ok((b.region, (serde_json::from_str(&b.geometry).map_err(Error::internal)?, b.generated)));
        let mut q = sql("select parent, count(*) from region where county = ");
        q.arg(r.home()).push(" and ended is null and parent in ").list(all).push(" group by parent");
        let children = r.many::<(Code, i64)>(q)?.into_iter().collect();
        Ok(Seen { centres, outlines: kept.into_iter().map(read).collect::<Result<_>>()?, children })
    }

    fn feature(&self, region: &access::Region, t: Tally) -> RegionFeature {
        let centre = self.centres.of(region.code);
        let outline = self.outlines.get(&region.code);
        let point = || centre.map(|c| json!({ "type": "Point", "coordinates": c.at }));
        RegionFeature {
            r#type: FeatureType::Feature,
            geometry: outline.map(|(geometry, _)| geometry.clone()).or_else(point),
            properties: RegionOnMap {
                code: region.code,
                name: region.name.clone(),
                level: region.code.level(),
                centre: centre.map(|c| c.at),
                demonstration: outline.map_or(centre.is_some_and(|c| c.generated), |(_, generated)| *generated),
                children: self.children.get(&region.code).copied().unwrap_or(0),
                open: t.open,
                late: t.late,
                soon: t.soon,
                alarm: t.alarm,
                state: t.state(),
            },
        }
    }
}
