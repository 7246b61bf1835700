//! What residents write: reports of the countryside over every category of the people's direct line, each with what
//! was done about it. All of it was written for this demo and is marked so where it is shown.

mod home;
mod place;
mod work;

/// 三事分流: which of the three ways a matter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Affair {
    /// 家庭事: the neighbourhood's leader helps.
    Family,
    /// 邻里事: the group's leader calls a courtyard meeting.
    Neighbours,
    /// 小区（网格）事: village and township handle it.
    Area,
}

/// When people notice such a thing, by the clock of the county.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hours {
    Morning,
    Day,
    Evening,
    Night,
}

impl Hours {
    /// First and last hour, both included.
    pub const fn span(self) -> (i64, i64) {
        match self {
            Hours::Morning => (6, 10),
            Hours::Day => (9, 17),
            Hours::Evening => (17, 20),
            Hours::Night => (20, 23),
        }
    }
}

pub struct Report {
    /// Code of one of [`CATEGORIES`].
    pub category: &'static str,
    pub affair: Affair,
    pub hours: Hours,
    /// `{v}` stands for the village's name, `{g}` for the group's.
    pub words: &'static str,
    /// What was done, as its resident is told.
    pub answer: &'static str,
}

pub struct Category {
    pub code: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
    /// The unit that handles what village and neighbours cannot.
    pub unit: &'static str,
    /// What was done is shown by a photo.
    pub outdoor: bool,
    /// Category that a quick reader takes it for: some reports come in under it.
    pub mistaken: &'static str,
}

const fn category(code: &'static str, zh: &'static str, en: &'static str, unit: &'static str, mistaken: &'static str) -> Category {
    Category { code, zh, en, unit, outdoor: false, mistaken }
}

const fn outdoor(code: &'static str, zh: &'static str, en: &'static str, unit: &'static str, mistaken: &'static str) -> Category {
    Category { outdoor: true, ..category(code, zh, en, unit, mistaken) }
}

/// Those of the pack `direct_line`.
pub const CATEGORIES: &[Category] = &[
    outdoor("roads", "道路", "Roads", "transport", "bridges"),
    outdoor("bridges", "桥涵", "Bridges and culverts", "transport", "roads"),
    category("bus", "班车出行", "Buses", "transport", "roads"),
    category("water", "供水", "Water supply", "water", "ditches"),
    outdoor("ditches", "沟渠山塘", "Ditches and ponds", "water", "farming"),
    outdoor("flood", "防汛隐患", "Flood hazard", "water", "ditches"),
    category("dispute", "邻里纠纷", "Neighbours' dispute", "justice", "family"),
    category("family", "家庭矛盾", "Family quarrel", "justice", "dispute"),
    category("land", "土地山林", "Land and woods", "land", "farming"),
    outdoor("housing", "建房宅基地", "Building and house plots", "land", "land"),
    outdoor("slope", "山体滑坡隐患", "Landslide hazard", "land", "flood"),
    category("farming", "农业生产", "Farming", "farming", "ditches"),
    category("subsidies", "惠农补贴", "Farm subsidies", "farming", "relief"),
    category("animals", "畜禽疫病", "Animals and disease", "farming", "farming"),
    category("relief", "低保救助", "Relief", "civil", "elderly"),
    category("elderly", "养老留守", "The elderly and those left behind", "civil", "relief"),
    category("safety", "治安", "Public order", "police", "dispute"),
    outdoor("fire", "消防用电安全", "Fire and wiring", "emergency", "other"),
    category("conduct", "干部作风", "Officials' conduct", "petition", "other"),
    category("other", "其他", "Other", "petition", "roads"),
];

pub const REPORTS: [&[Report]; 3] = [place::REPORTS, work::REPORTS, home::REPORTS];

pub(crate) const fn report(category: &'static str, affair: Affair, hours: Hours, words: &'static str, answer: &'static str) -> Report {
    Report { category, affair, hours, words, answer }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_category_is_written_about_and_has_its_unit() {
        let all: Vec<&Report> = REPORTS.iter().copied().flatten().collect();
        assert!(all.len() >= 120, "{}", all.len());
        for category in CATEGORIES {
            assert!(all.iter().filter(|r| r.category == category.code).count() >= 2, "{}", category.code);
            assert!(crate::UNITS.iter().any(|u| u.code == category.unit), "{}", category.code);
            assert!(CATEGORIES.iter().any(|c| c.code == category.mistaken), "{}", category.code);
        }
        assert!(all.iter().all(|r| CATEGORIES.iter().any(|c| c.code == r.category)));
        assert_eq!(all.iter().map(|r| r.words).collect::<HashSet<_>>().len(), all.len());
        for affair in [Affair::Family, Affair::Neighbours, Affair::Area] {
            assert!(all.iter().filter(|r| r.affair == affair).count() >= 12, "{affair:?}");
        }
    }

    #[test]
    fn reports_are_long_enough_to_mean_something() {
        for report in REPORTS.iter().copied().flatten() {
            assert!(report.words.chars().count() >= 15 && report.answer.chars().count() >= 10, "{}", report.words);
        }
    }
}
