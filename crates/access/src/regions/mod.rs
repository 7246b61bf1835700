//! The tree of regions: 县 乡镇 村 组 邻, and the dated sets of 组 that are 片, 网格 and 巷.

mod amend;
mod area;
mod import;
mod recode;

pub(crate) use amend::insert;
pub use amend::{add_region, close_region, rename_region, set_households};
pub(crate) use area::insert as insert_area;
pub use area::{Area, Change, areas_of, close_area, define_area, groups_of, preview_redraw, redraw};
pub use import::{RegionRow, import_regions, read_regions};
pub use recode::{Holds, recode};

use base::{Code, Error, Home, Level, RegionId, Result, Time};
use store::{Reader, Sql, sql};

store::row! {
    #[derive(Clone, Debug)]
    pub struct Region {
        pub id: RegionId,
        pub code: Code,
        pub name: String,
    }
}

store::row! {
    /// A region that was found, also under a code or name it has no more.
    #[derive(Clone, Debug)]
    pub struct Found {
        pub id: RegionId,
        pub code: Code,
        pub name: String,
        pub since: Time,
        /// The code or name ended then.
        pub ended: Option<Time>,
    }
}

/// The region that has this code now.
pub fn region(r: &mut Reader, code: Code) -> Result<Option<Region>> {
    r.one(region_row(r.home(), code))
}

/// As [`region`] asks it, for [`Reader::ahead`].
pub fn region_row(home: Home, code: Code) -> Sql {
    let mut q = Sql::select::<Region>("from region where county = ");
    q.arg(home).push(" and code = ").arg(code).push(" and ended is null");
    q
}

/// Regions directly under this one.
pub fn children(r: &mut Reader, code: Code) -> Result<Vec<Region>> {
    let mut q = Sql::select::<Region>("from region where county = ");
    q.arg(r.home()).push(" and parent = ").arg(code).push(" and ended is null order by code");
    r.many(q)
}

/// Those with these codes; what has ended comes last, with its dates.
pub fn regions_of(r: &mut Reader, codes: Vec<Code>) -> Result<Vec<Found>> {
    let mut q = Sql::select::<Found>("from region where county = ");
    q.arg(r.home()).push(" and code in ").list(codes).push(" order by case when ended is null then 0 else 1 end, level, code");
    r.many(q)
}

/// By the beginning of a code, or by a part of a name; what has ended comes last, with its dates. At most 20.
pub fn search_regions(r: &mut Reader, words: &str) -> Result<Vec<Found>> {
    let words = words.trim();
    let mut q = Sql::select::<Found>("from region where county = ");
    q.arg(r.home());
    if words.is_empty() {
        return Ok(Vec::new());
    }
    if words.bytes().all(|b| b.is_ascii_digit()) && words.len() <= 19 {
        let span = 10_i64.pow(19 - words.len() as u32);
        let first = words.parse::<i64>().ok().and_then(|n| n.checked_mul(span));
        let Some(first) = first else { return Ok(Vec::new()) };
        q.push(" and code >= ").arg(first).push(" and code <= ").arg(first.saturating_add(span - 1));
    } else {
        let plain: String = words.chars().filter(|c| !matches!(c, '%' | '_' | '\\')).take(50).collect();
        if plain.is_empty() {
            return Ok(Vec::new());
        }
        q.push(" and name like ").arg(format!("%{plain}%"));
    }
    q.push(" order by case when ended is null then 0 else 1 end, level, code limit 20");
    r.many(q)
}

/// Regions of today that are called so, in full or as people say it (石桥村 for 石桥村村民委员会). At most 5: more than so
/// many of one name are found by their words.
pub fn places_named(r: &mut Reader, name: &str) -> Result<Vec<Code>> {
    if name.chars().count() < 2 || name.chars().any(|c| matches!(c, '%' | '_' | '\\')) {
        return Ok(Vec::new());
    }
    let found: Vec<(Code, String)> = r.many(
        sql("select code, name from region where county = $1 and ended is null and level <= $2 and name like $3 order by level, code limit 20")
            .bind(r.home())
            .bind(Level::Village as i64)
            .bind(format!("{name}%")),
    )?;
    let mut named: Vec<Code> =
        found.into_iter().filter(|(_, full)| full == name || short_name(full) == name).map(|(code, _)| code).collect();
    named.truncate(5);
    Ok(named)
}

/// What a code that has ended became, through as many re-codings as there were.
pub fn code_now(r: &mut Reader, old: Code) -> Result<Option<Code>> {
    if region(r, old)?.is_some() {
        return Ok(Some(old));
    }
    let mut id: Option<(RegionId,)> =
        r.one(sql("select id from region where county = $1 and code = $2 order by ended desc limit 1").bind(r.home()).bind(old))?;
    for _ in 0..16 {
        let Some((was,)) = id else { return Ok(None) };
        let next: Option<(RegionId, Code, Option<Time>)> = r.one(
            sql("select id, code, ended from region where county = $1 and was = $2 order by since desc limit 1").bind(r.home()).bind(was),
        )?;
        match next {
            Some((_, code, None)) => return Ok(Some(code)),
            Some((next, _, Some(_))) => id = Some((next,)),
            None => return Ok(None),
        }
    }
    Ok(None)
}

/// Refuses a code that names no place of the county today; says what it became. `field` is where it was given.
pub fn region_there(r: &mut Reader, code: Code, field: &str) -> Result<()> {
    if region(r, code)?.is_some() {
        return Ok(());
    }
    Err(match code_now(r, code)? {
        Some(now) => Error::invalid(
            field,
            format!("区划 {code} 已改为 {now}，请用新代码"),
            format!("the region {code} has become {now}; use that code"),
        ),
        None => no_region(field, &code.to_string()),
    })
}

/// As people say it: 衡龙桥镇石桥村4组. The county itself is said only where nothing is below it. Names without the
/// village committee's tail, as on signs.
pub fn name_path(r: &mut Reader, code: Code) -> Result<String> {
    let mut q = Sql::select::<Region>("from region where county = ");
    q.arg(r.home()).push(" and ended is null and code in ").list(code.with_ancestors()).push(" order by code");
    let all: Vec<Region> = r.many(q)?;
    let shown = all.iter().filter(|x| x.code.level() > Level::County || x.code == code);
    Ok(shown.map(|x| short_name(&x.name)).collect())
}

/// 石桥村村民委员会 and 石桥村民委员会 are both 石桥村; 金山社区居民委员会 is 金山社区.
pub fn short_name(name: &str) -> &str {
    for tail in ["村民委员会", "村委会", "居民委员会", "居委会"] {
        if let Some(stem) = name.strip_suffix(tail) {
            return match (tail.starts_with('村'), stem) {
                (true, stem) if stem.ends_with('村') => stem,
                (true, stem) => &name[..stem.len() + '村'.len_utf8()],
                (false, stem) if stem.ends_with("社区") => stem,
                (false, _) => name,
            };
        }
    }
    name
}

pub(crate) fn no_region(field: &str, said: &str) -> Error {
    Error::invalid(field, format!("没有区划 {said}，请核对代码"), format!("there is no region {said}; check the code"))
}
