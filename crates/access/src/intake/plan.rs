//! What an import would do: every row checked against the others and against what is there. Nothing is written.

use super::read::{CODE, GROUPS, HOUSEHOLDS, LEVEL, LeaderRow, PERSON, PHONE, PLACE, POST, RowReport, UNIT, fault};
use crate::{Keyring, accounts};
use base::{AccountId, Code, Level, Result, SeatId};
use packs::Catalogue;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};
use store::{Reader, sql};

/// A role as the sheet names it.
#[derive(Clone, Debug)]
pub struct Post {
    /// 组长
    pub name: String,
    pub role: String,
    pub level: Level,
    pub of_unit: bool,
    pub paid: bool,
}

/// The declared roles, by the names people use.
pub fn posts(catalogue: &Catalogue) -> Vec<Post> {
    catalogue
        .roles()
        .map(|r| Post { name: r.name.zh.clone(), role: r.id.clone(), level: r.level, of_unit: r.of_unit, paid: r.paid })
        .collect()
}

/// A row that is right, as it is staged.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Planned {
    pub region: Code,
    pub place: String,
    pub households: Option<i64>,
    /// 片, 网格, 巷 with its groups.
    pub area: Option<(String, Vec<Code>)>,
    pub seat: Option<PlannedSeat>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct PlannedSeat {
    pub role: String,
    pub unit: Option<String>,
    pub paid: bool,
    /// Name and number (E.164) of its holder; none: the seat is vacant.
    pub person: Option<(String, String)>,
}

/// How many of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Outcome {
    pub regions: usize,
    pub areas: usize,
    pub seats: usize,
    pub accounts: usize,
    /// Seats that get a holder they did not have.
    pub filled: usize,
    /// Of those, seats that had another.
    pub replaced: usize,
    pub unchanged: usize,
    pub vacant: usize,
}

/// What would be done, and what is wrong. Only a plan without faults can be staged.
#[derive(Clone, Debug)]
pub struct Plan {
    pub outcome: Outcome,
    pub faults: Vec<RowReport>,
    pub(crate) rows: Vec<Planned>,
}

/// Key of a seat: role, region, unit, area's name.
type SeatKey = (String, Code, Option<String>, Option<String>);

struct There {
    regions: HashMap<Code, String>,
    areas: HashMap<(Code, String), BTreeSet<Code>>,
    seats: HashMap<SeatKey, (SeatId, Option<AccountId>)>,
    phones: HashMap<[u8; 32], AccountId>,
}

pub fn plan_leaders(r: &mut Reader, keys: &Keyring, catalogue: &Catalogue, posts: &[Post], rows: &[LeaderRow]) -> Result<Plan> {
    let there = load(r)?;
    let mut plan = Plan { outcome: Outcome::default(), faults: Vec::new(), rows: Vec::new() };
    // What the sheet itself brings: a group may stand below its neighbourhoods.
    let brought: BTreeSet<Code> = rows.iter().filter_map(|row| row.code.parse().ok()).collect();
    let mut seen: HashMap<SeatKey, usize> = HashMap::new();
    let mut names: HashMap<String, (String, usize)> = HashMap::new();
    let mut grouped: HashMap<(String, Code), usize> = HashMap::new();
    let mut added: BTreeSet<Code> = BTreeSet::new();
    let mut fresh: BTreeSet<[u8; 32]> = BTreeSet::new();
    for row in rows {
        let before = plan.faults.len();
        let Some(planned) = check(row, r.home().code(), &there, &brought, catalogue, posts, &mut plan.faults) else { continue };
        if let Some((kind, groups)) = &planned.area {
            for g in groups {
                if let Some(first) = grouped.insert((kind.clone(), *g), row.row) {
                    let n = g.part(Level::Group);
                    plan.faults.push(fault(
                        row.row,
                        GROUPS,
                        format!("{n} 组已在第 {first} 行的{kind}里"),
                        format!("group {n} is in the area of row {first} already"),
                    ));
                }
            }
        }
        if let Some(seat) = &planned.seat {
            let key = seat_key(&planned, seat);
            if let Some(first) = seen.insert(key.clone(), row.row) {
                plan.faults.push(fault(
                    row.row,
                    POST,
                    format!("这个岗位在第 {first} 行已有一次"),
                    format!("this seat is in row {first} already"),
                ));
            }
            if let Some((name, phone)) = &seat.person {
                let known = names.entry(phone.clone()).or_insert_with(|| (name.clone(), row.row));
                if known.0 != *name {
                    let first = known.1;
                    plan.faults.push(fault(
                        row.row,
                        PHONE,
                        format!("第 {first} 行的电话相同而姓名不同"),
                        format!("row {first} has this number and another name"),
                    ));
                }
            }
            if plan.faults.len() == before {
                count(&mut plan.outcome, keys, &there, &key, seat, &mut fresh);
            }
        }
        if !there.regions.contains_key(&planned.region) && added.insert(planned.region) {
            plan.outcome.regions += 1;
        }
        if planned.area.is_some() && !there.areas.contains_key(&(planned.region, planned.place.clone())) {
            plan.outcome.areas += 1;
        }
        plan.rows.push(planned);
    }
    // From the top, so that each region finds its parent; areas after all groups of their village.
    plan.rows.sort_by_key(|p| (p.area.is_some(), p.region.level(), p.region));
    Ok(plan)
}

pub(crate) fn seat_key(p: &Planned, seat: &PlannedSeat) -> SeatKey {
    (seat.role.clone(), p.region, seat.unit.clone(), p.area.as_ref().map(|_| p.place.clone()))
}

fn count(o: &mut Outcome, keys: &Keyring, there: &There, key: &SeatKey, seat: &PlannedSeat, fresh: &mut BTreeSet<[u8; 32]>) {
    let known = there.seats.get(key);
    o.seats += usize::from(known.is_none());
    let Some((_, phone)) = &seat.person else {
        o.vacant += 1;
        return;
    };
    let hash = keys.index("phone", phone);
    let account = there.phones.get(&hash).copied();
    if account.is_none() && fresh.insert(hash) {
        o.accounts += 1;
    }
    let holder = known.and_then(|(_, h)| *h);
    if account.is_some() && holder == account {
        o.unchanged += 1;
    } else {
        o.filled += 1;
        o.replaced += usize::from(holder.is_some());
    }
}

fn load(r: &mut Reader) -> Result<There> {
    let (home, now) = (r.home(), r.now());
    let regions = r.many::<(Code, String)>(sql("select code, name from region where county = $1 and ended is null").bind(home))?;
    let sets: Vec<(Code, String, Code)> = r.many(
        sql("select a.village, a.name, g.grp from area a join area_group g on g.county = a.county and g.area = a.id and g.ended is null
             where a.county = $1 and a.ended is null")
        .bind(home),
    )?;
    let mut areas: HashMap<(Code, String), BTreeSet<Code>> = HashMap::new();
    for (village, name, group) in sets {
        areas.entry((village, name)).or_default().insert(group);
    }
    type Held = (SeatId, String, Code, Option<String>, Option<String>, Option<AccountId>);
    let seats: Vec<Held> = r.many(
        sql("select s.id, s.role, s.region, s.unit, a.name, t.account from seat s
             left join area a on a.county = s.county and a.id = s.area
             left join tenure t on t.county = s.county and t.seat = s.id and t.kind = 0 and t.since <= $1 and t.until > $1
             where s.county = $2 and s.closed is null")
        .bind(now)
        .bind(home),
    )?;
    let phones = r.many::<([u8; 32], AccountId)>(sql("select hash, account from handle where county = $1").bind(home))?;
    Ok(There {
        regions: regions.into_iter().collect(),
        areas,
        seats: seats.into_iter().map(|(id, role, region, unit, area, held)| ((role, region, unit, area), (id, held))).collect(),
        phones: phones.into_iter().collect(),
    })
}

fn check(
    row: &LeaderRow,
    root: Code,
    there: &There,
    brought: &BTreeSet<Code>,
    catalogue: &Catalogue,
    posts: &[Post],
    faults: &mut Vec<RowReport>,
) -> Option<Planned> {
    let before = faults.len();
    let mut wrong = |column, zh: String, en: String| faults.push(fault(row.row, column, zh, en));
    let Some(region) = row.code.parse::<Code>().ok().filter(|c| root.contains(*c)) else {
        if row.code.contains(['E', 'e', '.']) {
            wrong(
                CODE,
                "代码被表格改成了数值，请把这一列设为文本再填".into(),
                "the spreadsheet made the code a number; format the column as text".into(),
            );
        } else {
            wrong(
                CODE,
                format!("应是本县 {root} 内的 6、9、12、15 或 19 位代码"),
                "must be a code of 6, 9, 12, 15 or 19 digits inside this county".into(),
            );
        }
        return None;
    };
    let area = matches!(row.level.as_str(), "片" | "网格" | "巷").then(|| row.level.clone());
    let level = match row.level.as_str() {
        "县" | "区" | "市" => Some(Level::County),
        "乡镇" | "乡" | "镇" | "街道" => Some(Level::Town),
        "村" | "社区" | "片" | "网格" | "巷" => Some(Level::Village),
        "组" => Some(Level::Group),
        "邻" => Some(Level::Neighbour),
        _ => None,
    };
    if level != Some(region.level()) {
        wrong(
            LEVEL,
            format!("代码是{}的，这里应写“{}”", level_zh(region.level()), level_zh(region.level())),
            format!("the code is of the level {:?}", region.level()),
        );
    }
    let known = there.regions.get(&region);
    if known.is_none() && region.level() <= Level::Village {
        wrong(CODE, "没有这个区划；县、乡镇、村请先在“区划”里导入".into(), "no such region; import towns and villages first".into());
    }
    if known.is_none() && !region.parent().is_some_and(|p| there.regions.contains_key(&p) || brought.contains(&p)) {
        wrong(CODE, "上一级区划不在系统里，也不在表里".into(), "its parent is neither here nor in the sheet".into());
    }
    if row.place.is_empty() || row.place.chars().count() > 60 || row.place.starts_with(['=', '+', '-', '@']) {
        wrong(
            PLACE,
            "名称应为 1 到 60 个字，不以 = + - @ 开头".into(),
            "a name has 1 to 60 characters and does not begin with = + - or @".into(),
        );
    }
    let households = match row.households.strip_suffix(".0").unwrap_or(&row.households) {
        "" => None,
        n => {
            let n = n.parse::<i64>().ok().filter(|n| (0..=10_000_000).contains(n));
            if n.is_none() {
                wrong(HOUSEHOLDS, "应是不小于 0 的整数".into(), "must be a whole number from 0".into());
            }
            n
        }
    };
    let area = area.map(|kind| {
        let groups = groups(region, &row.groups);
        match &groups {
            None => wrong(GROUPS, "请写组的编号，如 1-4 或 1、3、5".into(), "write the groups' numbers, such as 1-4 or 1,3,5".into()),
            Some(g) if g.iter().any(|g| !there.regions.contains_key(g) && !brought.contains(g)) => {
                wrong(GROUPS, "有的组不在系统里，也不在表里".into(), "some of these groups are neither here nor in the sheet".into());
            }
            Some(g) => {
                let now = there.areas.get(&(region, row.place.clone()));
                if now.is_some_and(|now| !now.iter().eq(g.iter())) {
                    wrong(
                        GROUPS,
                        "与系统里的所辖组不同；请在“片区”里调整并看预览".into(),
                        "differs from what is here; redraw the area, with a preview".into(),
                    );
                }
            }
        }
        (kind, groups.unwrap_or_default())
    });
    let seat = seat(row, region.level(), catalogue, posts, &mut wrong);
    (faults.len() == before).then(|| Planned { region, place: row.place.clone(), households, area, seat })
}

fn seat(
    row: &LeaderRow,
    level: Level,
    catalogue: &Catalogue,
    posts: &[Post],
    wrong: &mut impl FnMut(&'static str, String, String),
) -> Option<PlannedSeat> {
    if row.post.is_empty() {
        if !row.person.is_empty() || !row.phone.is_empty() {
            wrong(POST, "有姓名或电话的行要写岗位".into(), "a row with a person names the seat".into());
        }
        return None;
    }
    let named = || posts.iter().filter(|p| p.name == row.post || p.role == row.post);
    let Some(post) = named().find(|p| p.level == level).or_else(|| named().next()) else {
        let known = posts.iter().map(|p| p.name.as_str()).collect::<Vec<_>>().join("、");
        wrong(POST, format!("没有这个岗位，可填：{known}"), format!("no such post; known: {known}"));
        return None;
    };
    if post.level != level {
        wrong(
            POST,
            format!("{}设在{}一级", post.name, level_zh(post.level)),
            format!("{} stands at the level {:?}", post.role, post.level),
        );
    }
    let unit = match (post.of_unit, row.unit.is_empty()) {
        (false, true) => None,
        (true, false) => {
            let found = catalogue.units().find(|u| u.id == row.unit || u.name.zh == row.unit).map(|u| u.id.clone());
            if found.is_none() {
                wrong(UNIT, "没有这个部门".into(), "no such department".into());
            }
            found
        }
        (true, true) => {
            wrong(UNIT, "部门岗位要写部门".into(), "a department's seat names the department".into());
            None
        }
        (false, false) => {
            wrong(UNIT, "这个岗位不属于部门，请留空".into(), "this seat is of no department; leave it empty".into());
            None
        }
    };
    let person = match (row.person.is_empty(), row.phone.is_empty()) {
        (true, true) => None,
        (true, false) => {
            wrong(PERSON, "有电话没有姓名".into(), "a number without a name".into());
            None
        }
        (false, true) => {
            wrong(PHONE, "请填手机号，用来登录和联系".into(), "give a mobile number, to sign in and be reached by".into());
            None
        }
        (false, false) => {
            let name = accounts::check_name(&row.person);
            if let Err(e) = &name
                && let Some(f) = e.fields().first()
            {
                wrong(PERSON, f.text.zh.clone(), f.text.en.clone());
            }
            let phone = base::mobile(row.phone.strip_suffix(".0").unwrap_or(&row.phone));
            if phone.is_err() {
                wrong(PHONE, "手机号应是 11 位，例如 138 0013 8000".into(), "a mobile number has 11 digits, such as 138 0013 8000".into());
            }
            name.ok().zip(phone.ok())
        }
    };
    Some(PlannedSeat { role: post.role.clone(), unit, paid: post.paid, person })
}

/// `1-4`, `1、3、5`, `1,3-5组`.
fn groups(village: Code, text: &str) -> Option<Vec<Code>> {
    let mut all = BTreeSet::new();
    for part in text.trim_end_matches('组').split(['、', ',', '，', ' ', ';', '；']).filter(|p| !p.is_empty()) {
        let (first, last) = part.split_once(['-', '~', '—', '至', '到']).unwrap_or((part, part));
        let (first, last): (i64, i64) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
        if !(1..=999).contains(&first) || !(first..=999).contains(&last) {
            return None;
        }
        for n in first..=last {
            all.insert(village.child(Level::Group, n).ok()?);
        }
    }
    (!all.is_empty()).then(|| all.into_iter().collect())
}

pub(crate) fn level_zh(level: Level) -> &'static str {
    match level {
        Level::Province => "省",
        Level::City => "市",
        Level::County => "县",
        Level::Town => "乡镇",
        Level::Village => "村",
        Level::Group => "组",
        Level::Neighbour => "邻",
    }
}
