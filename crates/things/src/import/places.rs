//! Regions as sheets write them: codes, or names from the township down.

use base::{Code, Level, Result};
use std::collections::{HashMap, HashSet};
use store::{Reader, sql};

/// The county's regions, in memory for one import.
pub(super) struct Places {
    codes: HashSet<Code>,
    /// `衡龙桥镇石桥村4组`; none where two regions are called so.
    names: HashMap<String, Option<Code>>,
}

impl Places {
    pub fn load(r: &mut Reader) -> Result<Places> {
        let rows: Vec<(Code, String)> =
            r.many(sql("select code, name from region where county = $1 and ended is null order by code").bind(r.home()))?;
        let of: HashMap<Code, &str> = rows.iter().map(|(c, n)| (*c, n.as_str())).collect();
        let mut names: HashMap<String, Option<Code>> = HashMap::new();
        for (code, _) in rows.iter().filter(|(c, _)| (Level::Town..=Level::Group).contains(&c.level())) {
            let mut path: Vec<&str> =
                code.with_ancestors().filter(|c| c.level() >= Level::Town).filter_map(|c| of.get(&c).copied()).collect();
            path.reverse();
            // As people say it, with and without the township.
            for from in 0..path.len() {
                names.entry(plain(&path[from..].concat())).and_modify(|c| *c = None).or_insert(Some(*code));
            }
        }
        Ok(Places { codes: rows.into_iter().map(|(c, _)| c).collect(), names })
    }

    pub fn towns(&self) -> impl Iterator<Item = Code> {
        self.codes.iter().copied().filter(|c| c.level() == Level::Town)
    }

    /// The region, or what is wrong with what was written.
    pub fn find(&self, said: &str) -> Result<Code, (String, String)> {
        if said.bytes().all(|b| b.is_ascii_digit()) && !said.is_empty() {
            return match said.parse::<Code>() {
                Ok(code) if self.codes.contains(&code) => Ok(code),
                Ok(code) => {
                    let above = code.with_ancestors().skip(1).find(|c| self.codes.contains(c));
                    let hint = |words: &str| above.map_or_else(String::new, |a| format!("{words}{a}"));
                    Err((
                        format!("没有区划 {said}{}", hint("；上级有 ")),
                        format!("there is no region {said}{}", hint("; above it there is ")),
                    ))
                }
                Err(e) => Err(crate::check::first(&e)),
            };
        }
        match self.names.get(&plain(said)) {
            Some(Some(code)) => Ok(*code),
            Some(None) => Err((
                format!("“{said}”不止一处，请写上乡镇或用代码"),
                format!("{said} is in more than one place; add the township or use a code"),
            )),
            None => Err((format!("没有叫“{said}”的地方"), format!("there is no place called {said}"))),
        }
    }
}

/// Without blanks and without the committee's tail, as on signs.
fn plain(name: &str) -> String {
    let name: String = name.chars().filter(|c| !c.is_whitespace()).collect();
    name.replace("村民委员会", "村").replace("村委会", "村").replace("居民委员会", "").replace("居委会", "")
}
