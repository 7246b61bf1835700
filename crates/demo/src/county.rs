//! The tree, from the county to the neighbourhood, with the people in it.

use crate::{Leader, Official, RegionRow, Resident, names::numeral, people, rng::Rng};
use base::{Code, Error, Home, Level, Result};
use geo::Outline;

/// How many of each the whole county gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// At most so many villages of the rows are taken, in the order of their codes.
    pub villages: usize,
    pub areas: usize,
    pub groups: usize,
    pub neighbours: usize,
    pub households: usize,
}

impl Size {
    /// For showing: 2 areas, 8 groups, 32 neighbourhoods and 384 households to a village.
    pub fn demo(villages: usize) -> Size {
        Size { villages, areas: 2 * villages, groups: 8 * villages, neighbours: 32 * villages, households: 384 * villages }
    }

    /// The county of the "three leaders": 207 villages, 16,000 leaders, 230,000 households.
    pub const THREE_LEADERS: Size = Size { villages: 207, areas: 621, groups: 2_484, neighbours: 12_895, households: 230_000 };
}

#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    pub code: Code,
    pub name: String,
    /// Of this region and all below it.
    pub households: usize,
    /// Longitude and latitude, WGS 84. Generated (示意): it is near nothing.
    pub centre: (f64, f64),
}

/// 片: groups of one village that have a leader between theirs and the village.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AreaSet {
    pub village: Code,
    /// From 1 in each village.
    pub number: u8,
    /// Such as 石桥村一片.
    pub name: String,
    pub groups: Vec<Code>,
    pub households: usize,
}

pub struct County {
    pub home: Home,
    /// All centres lie inside. Generated (示意) where none was given.
    pub outline: Outline,
    /// Sorted by code: the county first, each followed by what is in it.
    pub regions: Vec<Region>,
    pub areas: Vec<AreaSet>,
    pub leaders: Vec<Leader>,
    pub units: &'static [crate::Unit],
    pub officials: Vec<Official>,
    pub residents: Vec<Resident>,
}

impl County {
    /// The region of exactly this code.
    pub fn region(&self, code: Code) -> Option<&Region> {
        self.regions.binary_search_by_key(&code, |r| r.code).ok().map(|i| &self.regions[i])
    }

    /// Someone of household `number` of this group.
    pub fn household(&self, group: Code, number: i64) -> Resident {
        let village = group.at(Level::Village).and_then(|v| self.region(v)).map_or("", |r| &r.name);
        people::household(group, village, number)
    }

    pub fn at(&self, level: Level) -> impl Iterator<Item = &Region> {
        self.regions.iter().filter(move |r| r.code.level() == level)
    }
}

/// Grows groups, neighbourhoods, households and people under the villages of `rows`, which must hold one county, each
/// township of its villages, and no code twice.
pub fn county(rows: &[RegionRow], size: Size, seed: u64) -> Result<County> {
    county_within(rows, size, seed, geo::around([112.43, 28.46], [0.15, 0.095]))
}

/// The same, with its places inside this outline.
pub fn county_within(rows: &[RegionRow], size: Size, seed: u64, outline: Outline) -> Result<County> {
    let mut rng = Rng::new(seed);
    let published = published(rows, size.villages)?;
    let home = published[0].code.home();
    let villages = published.iter().filter(|r| r.code.level() == Level::Village).count();
    if villages == 0 || size.groups < villages || size.neighbours < size.groups || size.households < size.neighbours {
        return Err(Error::invalid(
            "size",
            "每村至少一组，每组至少一邻，每邻至少一户",
            "a village has a group, a group a neighbourhood, that a household",
        ));
    }
    let mut groups = rng.spread(size.groups, villages).into_iter();
    let mut neighbours = rng.spread(size.neighbours, size.groups).into_iter();
    let mut households = rng.spread(size.households, size.neighbours).into_iter();
    let mut regions = Vec::new();
    for row in published {
        let code = row.code;
        regions.push(Region { code, name: row.name, households: 0, centre: (0.0, 0.0) });
        if code.level() != Level::Village {
            continue;
        }
        for g in 1..=groups.next().unwrap_or(0) as i64 {
            let group = code.child(Level::Group, g)?;
            regions.push(Region { code: group, name: format!("{}组", numeral(g)), households: 0, centre: (0.0, 0.0) });
            for n in 1..=neighbours.next().unwrap_or(0) as i64 {
                let households = households.next().unwrap_or(0);
                regions.push(Region {
                    code: group.child(Level::Neighbour, n)?,
                    name: format!("{}邻", numeral(n)),
                    households,
                    centre: (0.0, 0.0),
                });
            }
        }
    }
    add_up(&mut regions);
    place(&mut regions, &outline, &mut rng);
    let areas = areas(&regions, size.areas, villages);
    let (leaders, officials, residents) = (people::leaders(&regions, &areas), people::officials(&regions), people::residents(&regions));
    Ok(County { home, outline, regions, areas, leaders, units: crate::UNITS, officials, residents })
}

/// The rows in order, without the villages past `most` and without townships that have none left.
fn published(rows: &[RegionRow], most: usize) -> Result<Vec<RegionRow>> {
    let mut rows = rows.to_vec();
    rows.sort_by_key(|r| r.code);
    let mut seen = 0;
    rows.retain(|r| {
        seen += usize::from(r.code.level() == Level::Village);
        r.code.level() != Level::Village || seen <= most
    });
    let wrong = |zh: &str, en: &str| Err(Error::invalid("regions", zh, en));
    if rows.first().is_none_or(|r| r.code.level() != Level::County) || rows.iter().filter(|r| r.code.level() == Level::County).count() != 1
    {
        return wrong("区划表应恰有一个县", "the table of regions should have exactly one county");
    }
    if rows.windows(2).any(|w| w[0].code == w[1].code) {
        return wrong("区划表里有重复的代码", "a code is twice in the table of regions");
    }
    if rows.iter().skip(1).any(|r| r.code.parent().is_none_or(|p| rows.binary_search_by_key(&p, |r| r.code).is_err())) {
        return wrong("区划表里有的村没有乡镇，或不属于本县", "a village has no township, or is of another county");
    }
    let lived_in: Vec<Code> = rows.iter().filter_map(|r| (r.code.level() == Level::Village).then(|| r.code.parent()).flatten()).collect();
    rows.retain(|r| r.code.level() != Level::Town || lived_in.contains(&r.code));
    Ok(rows)
}

/// Households of neighbourhoods, summed upwards.
fn add_up(regions: &mut [Region]) {
    for i in 0..regions.len() {
        let households = regions[i].households;
        if regions[i].code.level() == Level::Neighbour {
            for above in regions[i].code.with_ancestors().skip(1) {
                if let Ok(j) = regions.binary_search_by_key(&above, |r| r.code) {
                    regions[j].households += households;
                }
            }
        }
    }
}

/// Centres: townships apart from each other inside the outline, villages apart from each other around the township that
/// is nearest to them, groups and neighbourhoods scattered around theirs.
fn place(regions: &mut [Region], outline: &Outline, rng: &mut Rng) {
    let pair = |p: geo::Point| (round(p[0]), round(p[1]));
    let of =
        |regions: &[Region], level: Level| -> Vec<usize> { (0..regions.len()).filter(|i| regions[*i].code.level() == level).collect() };
    regions[0].centre = pair(outline.centre());
    let towns = of(regions, Level::Town);
    let centres = geo::spread(outline, towns.len(), |_| true, || rng.unit());
    for (i, at) in towns.iter().zip(&centres) {
        regions[*i].centre = pair(*at);
    }
    let villages = of(regions, Level::Village);
    for (t, i) in towns.iter().enumerate() {
        let town = regions[*i].code;
        let own: Vec<usize> = villages.iter().copied().filter(|v| town.contains(regions[*v].code)).collect();
        let nearest = |p: geo::Point| {
            let far = |q: &geo::Point| geo::metres(p, *q);
            centres.iter().all(|other| far(&centres[t]) <= far(other))
        };
        for (v, at) in own.iter().zip(geo::spread(outline, own.len(), nearest, || rng.unit())) {
            regions[*v].centre = pair(at);
        }
    }
    for (level, reach) in [(Level::Group, 0.004), (Level::Neighbour, 0.001)] {
        for i in of(regions, level) {
            let parent = regions[i].code.parent().and_then(|p| regions[..i].binary_search_by_key(&p, |r| r.code).ok());
            let (lon, lat) = parent.map_or(regions[0].centre, |p| regions[p].centre);
            regions[i].centre = scattered((lon, lat), reach, outline, rng);
        }
    }
}

/// A point within `reach` degrees, inside the outline.
pub(crate) fn scattered((lon, lat): (f64, f64), reach: f64, outline: &Outline, rng: &mut Rng) -> (f64, f64) {
    let shift = |rng: &mut Rng| (rng.unit() - 0.5) * 2.0 * reach;
    let near = (0..20).map(|_| (round(lon + shift(rng)), round(lat + shift(rng)))).find(|p| outline.contains([p.0, p.1]));
    near.unwrap_or((lon, lat))
}

/// Six decimals: 0.1 m.
fn round(degrees: f64) -> f64 {
    (degrees * 1e6).round() / 1e6
}

/// Runs of neighbouring groups, as even as can be, at most as many as a village has groups.
fn areas(regions: &[Region], total: usize, villages: usize) -> Vec<AreaSet> {
    let mut sets = Vec::new();
    for (v, village) in regions.iter().filter(|r| r.code.level() == Level::Village).enumerate() {
        let groups: Vec<&Region> = regions.iter().filter(|r| r.code.level() == Level::Group && village.code.contains(r.code)).collect();
        let wanted = (total * (v + 1) / villages - total * v / villages).clamp(1, groups.len().min(99));
        for n in 0..wanted {
            let part = &groups[groups.len() * n / wanted..groups.len() * (n + 1) / wanted];
            sets.push(AreaSet {
                village: village.code,
                number: n as u8 + 1,
                name: format!("{}{}片", village.name, numeral(n as i64 + 1)),
                groups: part.iter().map(|g| g.code).collect(),
                households: part.iter().map(|g| g.households).sum(),
            });
        }
    }
    sets
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    /// As many townships and villages as the county of the three leaders, without its names.
    fn rows(villages: usize) -> Vec<RegionRow> {
        let row = |code: String| RegionRow { code: code.parse().expect("a code"), name: format!("演示{code}") };
        let towns = villages.div_ceil(13);
        let mut rows = vec![row("430903".into())];
        rows.extend((1..=towns).map(|t| row(format!("430903{t:03}"))));
        rows.extend((0..villages).map(|v| row(format!("430903{:03}{:03}", v / 13 + 1, v % 13 + 1))));
        rows
    }

    #[test]
    fn the_county_of_the_three_leaders() {
        let county = county(&rows(215), Size::THREE_LEADERS, 1).expect("grows");
        assert_eq!(county.at(Level::Village).count(), 207);
        assert_eq!(county.leaders.len(), 16_000);
        assert_eq!(county.regions[0].households, 230_000);
        assert_eq!(county.areas.iter().map(|a| a.households).sum::<usize>(), 230_000);
        let phones: HashSet<&str> = county.leaders.iter().map(|l| l.phone.as_str()).collect();
        assert_eq!(phones.len(), 16_000);
    }

    #[test]
    fn the_demo_county() {
        let county = county(&rows(215), Size::demo(215), 1).expect("grows");
        let counts = [Level::Village, Level::Group, Level::Neighbour].map(|l| county.at(l).count());
        assert_eq!(counts, [215, 1_720, 6_880]);
        assert_eq!(county.leaders.len(), 430 + 1_720 + 6_880);
        assert_eq!(county.residents.len(), 1_720);
        assert_eq!(county.officials.len(), 6 + 15 + 17 * (5 + 10) + 215 * 2);
    }

    #[test]
    fn the_same_seed_gives_the_same_county() {
        let grow = |seed| county(&crate::sample(), Size::demo(12), seed).expect("grows");
        assert_eq!(grow(5).regions, grow(5).regions);
        assert_eq!(grow(5).leaders, grow(5).leaders);
        assert_ne!(grow(5).regions, grow(6).regions);
    }

    #[test]
    fn every_place_lies_inside_and_villages_by_their_township() {
        let county = county(&rows(40), Size::demo(40), 2).expect("grows");
        assert!(county.regions.iter().all(|r| county.outline.contains([r.centre.0, r.centre.1])));
        let far = |a: &Region, b: &Region| geo::metres([a.centre.0, a.centre.1], [b.centre.0, b.centre.1]);
        for v in county.at(Level::Village) {
            let nearest = county.at(Level::Town).min_by(|a, b| far(v, a).total_cmp(&far(v, b))).expect("a township");
            assert!(nearest.code.contains(v.code), "{}", v.code);
        }
    }

    #[test]
    fn every_region_has_its_parent_and_every_sum_is_right() {
        let county = county(&crate::sample(), Size::demo(12), 2).expect("grows");
        assert!(county.regions.windows(2).all(|w| w[0].code < w[1].code));
        for region in &county.regions {
            let below: usize = county.at(Level::Neighbour).filter(|n| region.code.contains(n.code)).map(|n| n.households).sum();
            assert_eq!(region.households, below, "{}", region.code);
            assert!(region.code.level() == Level::County || county.region(region.code.parent().expect("a parent")).is_some());
        }
        let grouped: HashSet<Code> = county.areas.iter().flat_map(|a| a.groups.clone()).collect();
        assert_eq!(grouped.len(), county.at(Level::Group).count());
    }

    #[test]
    fn everybody_is_marked() {
        let county = county(&crate::sample(), Size::demo(12), 2).expect("grows");
        let leaders = county.leaders.iter().map(|p| (&p.name, &p.phone));
        let officials = county.officials.iter().map(|p| (&p.name, &p.phone));
        let residents = county.residents.iter().map(|p| (&p.name, &p.phone));
        for (name, phone) in leaders.chain(officials).chain(residents) {
            assert!(name.starts_with("演示·") && phone.starts_with("179"), "{name} {phone}");
        }
    }

    #[test]
    fn tables_that_are_no_county_are_refused() {
        let whole = rows(20);
        let twice = [&whole[..], &whole[3..4]].concat();
        let orphan: Vec<RegionRow> = whole.iter().filter(|r| r.code.level() != Level::Town).cloned().collect();
        for wrong in [&[][..], &whole[1..], &twice, &orphan] {
            assert!(county(wrong, Size::demo(20), 1).is_err());
        }
        assert!(county(&whole, Size { groups: 3, ..Size::demo(20) }, 1).is_err());
    }
}
