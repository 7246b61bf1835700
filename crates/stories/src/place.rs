//! Where a story happens: `village 石桥 group 4`.

use base::{Code, Level};
use demo::County;

/// The place that the story spoke of last: it stands where a line names none.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub village: Code,
    pub group: Option<Code>,
}

impl Place {
    /// 石桥村, or the first village there is.
    pub fn first(county: &County) -> Result<Place, String> {
        let village = village(county, "石桥").or_else(|| county.at(Level::Village).next().map(|r| r.code));
        village.map(|village| Place { village, group: None }).ok_or_else(|| "演示县里没有村 / the demo county has no village".into())
    }

    pub fn read(self, county: &County, text: &str) -> Result<Place, String> {
        let mut place = self;
        let mut words = text.split_whitespace();
        while let Some(word) = words.next() {
            let value = words.next().ok_or_else(|| format!("“{text}”少了一个词 / {text} lacks a word"))?;
            match word {
                "village" => {
                    let village = village(county, value).ok_or_else(|| format!("演示县里没有“{value}” / there is no village {value}"))?;
                    place = Place { village, group: None };
                }
                "group" => place.group = Some(place.numbered(county, value)?),
                _ => return Err(format!("地点写成 village 石桥 group 4，不懂“{word}” / a place reads village 石桥 group 4; not {word}")),
            }
        }
        Ok(place)
    }

    /// As precise as it was said.
    pub fn code(self) -> Code {
        self.group.unwrap_or(self.village)
    }

    /// Group `number` of the village.
    pub fn numbered(self, county: &County, number: &str) -> Result<Code, String> {
        let group = number.parse().ok().and_then(|n| self.village.child(Level::Group, n).ok()).filter(|g| county.region(*g).is_some());
        group.ok_or_else(|| format!("村里没有 {number} 组 / the village has no group {number}"))
    }
}

/// By its name, with or without 村 or 社区.
fn village(county: &County, name: &str) -> Option<Code> {
    let same = |full: &str| full == name || ["村", "社区"].iter().any(|tail| full.strip_suffix(tail) == Some(name));
    county.at(Level::Village).find(|r| same(&r.name)).map(|r| r.code)
}
