//! Who there is: leaders, who live among the people and are not paid; officials, who hold the offices' seats; and one
//! resident of each group, who reports.

use crate::{
    UNITS,
    county::{AreaSet, Region},
    names::{Block, numeral, person, phone},
};
use base::{Code, Level};

/// Holder of a seat of 片长, 组长 or 邻长.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leader {
    /// `area_leader`, `group_leader` or `neighbour_leader`.
    pub role: &'static str,
    /// The group or neighbourhood; for an area's leader the village, with [`Leader::area`].
    pub region: Code,
    /// Number of the area (片) in its village, from 1.
    pub area: Option<u8>,
    pub name: String,
    pub phone: String,
}

/// Holder of an office's seat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Official {
    /// As the packs name it, such as `village_duty`.
    pub role: &'static str,
    pub region: Code,
    /// Code of the unit, with the roles `department` and `township_station`.
    pub unit: Option<&'static str>,
    /// The seat's name, such as 赫山街道司法所.
    pub seat: String,
    pub name: String,
    pub phone: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resident {
    /// The neighbourhood.
    pub home: Code,
    pub name: String,
    pub phone: String,
}

/// `regions` is sorted by code, so that a village is followed by its groups and a group by its neighbourhoods.
pub fn leaders(regions: &[Region], areas: &[AreaSet]) -> Vec<Leader> {
    let mut leaders = Vec::new();
    let mut village = "";
    for region in regions {
        match region.code.level() {
            Level::Village => {
                village = &region.name;
                for area in areas.iter().filter(|a| a.village == region.code) {
                    leaders.push(leader("area_leader", region.code, Some(area.number), &format!("{}片长", area.name)));
                }
            }
            Level::Group => leaders.push(leader("group_leader", region.code, None, &format!("{village}{}组长", region.name))),
            Level::Neighbour => {
                let group = numeral(region.code.part(Level::Group));
                leaders.push(leader("neighbour_leader", region.code, None, &format!("{village}{group}组{}邻长", region.name)));
            }
            _ => {}
        }
    }
    for (n, leader) in leaders.iter_mut().enumerate() {
        leader.phone = phone(Block::Leaders, n + 1);
    }
    leaders
}

fn leader(role: &'static str, region: Code, area: Option<u8>, title: &str) -> Leader {
    Leader { role, region, area, name: person(title), phone: String::new() }
}

pub fn officials(regions: &[Region]) -> Vec<Official> {
    let mut officials = Vec::new();
    for region in regions {
        let at = |role, seat: &str| official(role, region, None, seat);
        match region.code.level() {
            Level::County => {
                officials.extend([
                    at("county_desk", "受理中心"),
                    at("county_leader", "县领导"),
                    at("keeper", "密封件保管员"),
                    at("complaints_desk", "意见投诉受理"),
                    at("complaints_review", "意见投诉复核"),
                    at("county_it", "数据局运维"),
                ]);
                officials.extend(UNITS.iter().map(|u| official("department", region, Some(u.code), u.county.0)));
            }
            Level::Town => {
                officials.extend([
                    at("township_duty", "值班室"),
                    at("township_lead", "党委书记"),
                    at("linked_county_leader", "联点县领导"),
                    at("desk", "解忧站坐席"),
                    at("mediator", "人民调解员"),
                ]);
                officials.extend(UNITS.iter().filter_map(|u| Some(official("township_station", region, Some(u.code), u.town?))));
            }
            Level::Village => officials.extend([at("village_duty", "值班岗"), at("village_lead", "书记")]),
            _ => {}
        }
    }
    for (n, official) in officials.iter_mut().enumerate() {
        official.phone = phone(Block::Officials, n + 1);
    }
    officials
}

fn official(role: &'static str, region: &Region, unit: Option<&'static str>, seat: &str) -> Official {
    let seat = format!("{}{seat}", region.name);
    Official { role, region: region.code, unit, name: person(&seat), seat, phone: String::new() }
}

/// One of each group, living in its first neighbourhood.
pub fn residents(regions: &[Region]) -> Vec<Resident> {
    let mut village = "";
    let mut residents = Vec::new();
    for region in regions {
        match region.code.level() {
            Level::Village => village = &region.name,
            Level::Neighbour if region.code.part(Level::Neighbour) == 1 => {
                let name = person(&format!("{village}{}组居民", numeral(region.code.part(Level::Group))));
                residents.push(Resident { home: region.code, name, phone: phone(Block::Residents, residents.len() + 1) });
            }
            _ => {}
        }
    }
    residents
}

/// The person of household `number` of a group, 1 to 99, whoever it is: someone with a telephone and no seat.
pub fn household(group: Code, village: &str, number: i64) -> Resident {
    let name = person(&format!("{village}{}组{number}号", numeral(group.part(Level::Group))));
    let part = |level, modulus| group.part(level) % modulus;
    let n = ((part(Level::Town, 10) * 100 + part(Level::Village, 100)) * 100 + part(Level::Group, 100)) * 100 + number % 100;
    Resident { home: group, name, phone: phone(Block::Households, n as usize) }
}
