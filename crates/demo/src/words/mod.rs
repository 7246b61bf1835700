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
    /// Category that a quick reader takes it for: some reports come in under it.
    pub mistaken: &'static str,
}

const fn category(code: &'static str, zh: &'static str, en: &'static str, unit: &'static str, mistaken: &'static str) -> Category {
    Category { code, zh, en, unit, mistaken }
}

pub const CATEGORIES: &[Category] = &[
    category("roads", "道路", "Roads", "transport", "farming"),
    category("transport", "公交出行", "Buses and travel", "transport", "roads"),
    category("water", "供水", "Water supply", "water", "environment"),
    category("irrigation", "沟渠塘坝", "Ditches and ponds", "water", "farming"),
    category("power", "供电照明", "Power and light", "power", "roads"),
    category("sanitation", "垃圾保洁", "Waste and cleaning", "city", "environment"),
    category("environment", "环境污染", "Pollution", "environment", "sanitation"),
    category("housing", "农村住房", "Housing", "housing", "land"),
    category("land", "土地宅基地", "Land and plots", "land", "farming"),
    category("farming", "农业生产", "Farming", "agriculture", "irrigation"),
    category("dispute", "邻里纠纷", "Neighbours' dispute", "justice", "housing"),
    category("welfare", "救助低保", "Aid and allowances", "civil_affairs", "elderly"),
    category("elderly", "养老服务", "Old people", "civil_affairs", "welfare"),
    category("insurance", "医疗保障", "Medical insurance", "insurance", "health"),
    category("health", "卫生健康", "Health", "health", "insurance"),
    category("education", "教育", "Schools", "education", "transport"),
    category("labour", "劳动社保", "Work and pensions", "labour", "commerce"),
    category("commerce", "市场消费", "Shops and prices", "market", "order"),
    category("safety", "安全隐患", "Hazards", "emergency", "roads"),
    category("order", "治安扰民", "Order and noise", "police", "dispute"),
    category("culture", "文体活动", "Culture and sport", "culture", "order"),
    category("affairs", "村务公开", "Village affairs", "agriculture", "land"),
];

/// In the order of the categories.
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
            assert!(all.iter().filter(|r| r.category == category.code).count() >= 4, "{}", category.code);
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
