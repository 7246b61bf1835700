//! One of each, in one village, for a person who wants to try every seat.

use crate::County;
use base::{Code, Level, Text};

/// Whose telephone number to sign in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub what: Text,
    pub name: String,
    pub phone: String,
    pub region: Code,
    /// Paid: the number is the name to sign in with, [`PASSWORD`] the password. Else a code comes by telephone.
    pub password: bool,
}

/// Of every account of the demo that has one.
pub const PASSWORD: &str = "Demo-County-2026";

impl County {
    /// Where the accounts are: the last village that is one (村, not 社区), for it has fields.
    fn village(&self) -> Option<Code> {
        self.at(Level::Village).max_by_key(|r| (r.name.ends_with('村'), r.code)).map(|r| r.code)
    }

    /// Index of the resident among the accounts, whose month has a matter in every state.
    pub(crate) fn account_of_resident(&self) -> Option<usize> {
        let village = self.village()?;
        self.residents.iter().position(|r| village.contains(r.home))
    }

    /// From a resident up to the county's offices.
    pub fn accounts(&self) -> Vec<Account> {
        let Some(village) = self.village() else {
            return Vec::new();
        };
        let mut accounts = Vec::new();
        let mut add = |zh: &str, en: &str, name: &str, phone: &str, region: Code, password: bool| {
            accounts.push(Account { what: Text::new(zh, en), name: name.into(), phone: phone.into(), region, password });
        };
        if let Some(r) = self.account_of_resident().map(|i| &self.residents[i]) {
            add("居民", "Resident", &r.name, &r.phone, r.home, false);
        }
        for (role, zh, en) in [
            ("neighbour_leader", "邻长", "Neighbourhood's leader"),
            ("group_leader", "组长", "Group's leader"),
            ("area_leader", "片长", "Area's leader"),
        ] {
            if let Some(l) = self.leaders.iter().find(|l| l.role == role && village.contains(l.region)) {
                add(zh, en, &l.name, &l.phone, l.region, false);
            }
        }
        for (role, unit, zh, en) in [
            ("village_duty", None, "村值班", "Village's duty"),
            ("village_lead", None, "村支书", "Village's secretary"),
            ("township_duty", None, "乡镇值班", "Township's duty"),
            ("township_lead", None, "乡镇党委书记", "Township's secretary"),
            ("township_station", Some("water"), "乡镇水利站", "Township's water station"),
            ("township_station", Some("justice"), "乡镇司法所", "Township's justice office"),
            ("desk", None, "解忧站坐席", "Clerk of the worry-free station"),
            ("mediator", None, "人民调解员", "Mediator"),
            ("linked_county_leader", None, "联点县领导", "County leader linked to the township"),
            ("department", Some("transport"), "县交通运输局", "County's transport bureau"),
            ("county_desk", None, "县受理员", "County's desk"),
            ("county_leader", None, "县领导", "County's leader"),
            ("keeper", None, "密封件保管员", "Keeper of sealed reports"),
            ("complaints_desk", None, "意见投诉受理员", "Complaints officer"),
            ("complaints_review", None, "意见投诉复核员", "Reviewer of complaints"),
            ("county_it", None, "县信息员", "County's IT"),
        ] {
            // The lowest: a unit is in the county and in each township.
            let there = self.officials.iter().filter(|o| o.role == role && o.unit == unit && o.region.contains(village));
            if let Some(o) = there.max_by_key(|o| o.region.level()) {
                add(zh, en, &o.name, &o.phone, o.region, true);
            }
        }
        accounts
    }
}

#[cfg(test)]
mod tests {
    use crate::{Size, county, sample};
    use base::Level;
    use std::collections::HashSet;

    #[test]
    fn one_of_each_in_one_village() {
        let county = county(&sample(), Size::demo(12), 1).expect("grows");
        let accounts = county.accounts();
        assert_eq!(accounts.len(), 20);
        assert_eq!(accounts.iter().map(|a| &a.phone).collect::<HashSet<_>>().len(), 20);
        let village = accounts[4].region;
        assert!(accounts[4].name.ends_with("村值班岗") && accounts[8].region.level() == Level::Town, "{accounts:?}");
        assert!(accounts.iter().all(|a| a.region.contains(village) || village.contains(a.region)));
    }
}
