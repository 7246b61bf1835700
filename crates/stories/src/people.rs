//! Who the actors of a story are in the demo county.

use crate::place::Place;
use base::{Code, Level};
use demo::County;
use packs::{Actor, Catalogue};

/// Somebody who can be asked to do something.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Person {
    /// Signs in with the number as name and the demo's password.
    Staff {
        phone: String,
    },
    /// A resident, or an unpaid leader, who is one: a code by telephone.
    Phone {
        phone: String,
        name: String,
        home: Code,
    },
    Nobody,
}

/// Finds people. A person's seat is where the story is, if the line does not say where.
pub struct People<'a> {
    pub county: &'a County,
    pub catalogue: &'a Catalogue,
}

impl People<'_> {
    /// `held_at`: where the unit holds the matter in question, for an actor who is a department.
    pub fn find(&self, actor: &Actor, place: Place, held_at: Option<Level>) -> Result<Person, String> {
        let which = actor.which.as_deref();
        match actor.who.as_str() {
            "nobody" => Ok(Person::Nobody),
            "resident" => self.resident(which, place),
            unit if self.catalogue.unit(unit).is_some() => self.unit(unit, which, place, held_at),
            role => self.seat(role, which, place),
        }
    }

    /// Who may look at everything: the county's leader.
    pub fn observer(&self) -> Result<Person, String> {
        let seat = self.county.officials.iter().find(|o| o.role == "county_leader");
        seat.map(|o| Person::Staff { phone: o.phone.clone() }).ok_or_else(|| "演示县里没有县领导 / the demo county has no leader".into())
    }

    /// `4-9`: household 9 of group 4.
    fn resident(&self, which: Option<&str>, place: Place) -> Result<Person, String> {
        let (group, household) = pair(which.unwrap_or("1-1"))?;
        let group = place.numbered(self.county, group)?;
        let number = household.parse().map_err(|_| format!("“{household}”不是户号 / {household} is no household"))?;
        let resident = self.county.household(group, number);
        Ok(Person::Phone { phone: resident.phone, name: resident.name, home: resident.home })
    }

    /// The unit's seat that holds the matter, else its lowest one: `transport`, `transport county`.
    fn unit(&self, unit: &str, which: Option<&str>, place: Place, held_at: Option<Level>) -> Result<Person, String> {
        let level = if which == Some("county") { Some(Level::County) } else { held_at };
        let seats = self.county.officials.iter().filter(|o| o.unit == Some(unit) && o.region.contains(place.village));
        let seat = seats.filter(|o| level.is_none_or(|l| o.region.level() == l)).max_by_key(|o| o.region.level());
        seat.map(|o| Person::Staff { phone: o.phone.clone() }).ok_or_else(|| format!("这里没有“{unit}”的岗位 / {unit} has no seat here"))
    }

    fn seat(&self, role: &str, which: Option<&str>, place: Place) -> Result<Person, String> {
        let none = || format!("演示县里没有“{role} {}” / the demo county has no such seat", which.unwrap_or_default());
        let level = self.catalogue.role(role).ok_or_else(none)?.level;
        let place = match (level, which) {
            (Level::Village, Some(name)) => Place { group: place.group, ..place.read(self.county, &format!("village {name}"))? },
            _ => place,
        };
        let region = match (level, which) {
            (Level::Neighbour, which) => {
                let (group, number) = pair(which.unwrap_or("1-1"))?;
                let group = place.numbered(self.county, group)?;
                number.parse().ok().and_then(|n| group.child(Level::Neighbour, n).ok()).ok_or_else(none)?
            }
            (Level::Group, Some(number)) => place.numbered(self.county, number)?,
            (level, _) => place.code().at(level).ok_or_else(none)?,
        };
        if let Some(o) = self.county.officials.iter().find(|o| o.role == role && o.region == region && o.unit.is_none()) {
            return Ok(Person::Staff { phone: o.phone.clone() });
        }
        let of_group = |number| {
            self.county.areas.iter().any(|a| a.village == region && a.number == number && place.group.is_none_or(|g| a.groups.contains(&g)))
        };
        let leader = self.county.leaders.iter().find(|l| l.role == role && l.region == region && l.area.is_none_or(of_group));
        let leader = leader.ok_or_else(none)?;
        Ok(Person::Phone { phone: leader.phone.clone(), name: leader.name.clone(), home: leader.region })
    }
}

fn pair(which: &str) -> Result<(&str, &str), String> {
    which.split_once('-').ok_or_else(|| format!("写成 4-9（4 组第 9），不是“{which}” / write 4-9: number 9 of group 4"))
}
