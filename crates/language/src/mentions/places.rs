//! Places that a message names, found in a list of names that the caller gives.

use super::numerals::Scan;
use aho_corasick::{AhoCorasick, MatchKind};
use base::{Code, Error, Level, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// A name of a region. A region may have several; several regions may share one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceName {
    pub name: String,
    pub code: Code,
}

/// A place named in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceMention {
    /// Bytes of the text.
    pub span: Range<usize>,
    /// The one region meant, or several where the text does not tell: ask the sender.
    pub candidates: Vec<Code>,
}

/// The names of a county, ready to be looked for.
#[derive(Debug)]
pub struct Gazetteer {
    names: AhoCorasick,
    /// For each pattern the regions it may mean.
    meant: Vec<Vec<Code>>,
    /// The pattern is a stem of two characters (新桥 of 新桥村), often an ordinary word.
    weak: Vec<bool>,
}

/// Endings of official names, the longest first. What is left after one still names the place in people's mouths.
const ENDINGS: [&str; 12] =
    ["村民委员会", "居民委员会", "街道办事处", "村委会", "居委会", "办事处", "民族乡", "街道", "社区", "镇", "乡", "村"];

/// The names people use for an official one: 高桥村村民委员会 → 高桥村村民委员会, 高桥村, 高桥.
pub fn short_names(official: &str) -> Vec<String> {
    let mut names = vec![official.trim().to_owned()];
    while let Some(stem) = ENDINGS.iter().find_map(|e| names[names.len() - 1].strip_suffix(e)) {
        // 街道办事处 is 街道 in full: the shorter name keeps that word.
        let name = if official.ends_with("街道办事处") && names.len() == 1 { format!("{stem}街道") } else { stem.to_owned() };
        if name.chars().count() < 2 {
            break;
        }
        names.push(name);
    }
    names
}

impl Gazetteer {
    /// From official names and whatever else places are called here (estates, roads, nicknames); short forms of
    /// official names are added.
    pub fn new(places: impl IntoIterator<Item = PlaceName>) -> Result<Gazetteer> {
        let mut meant: BTreeMap<String, (BTreeSet<Code>, bool)> = BTreeMap::new();
        for place in places {
            for (i, name) in short_names(&place.name).into_iter().enumerate() {
                let weak = i > 0 && name.chars().count() < 3 && !ENDINGS.iter().any(|e| name.ends_with(e));
                if name.chars().count() >= 2 {
                    let entry = meant.entry(name).or_insert_with(|| (BTreeSet::new(), true));
                    entry.0.insert(place.code);
                    entry.1 &= weak;
                }
            }
        }
        let names = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(meant.keys()).map_err(Error::internal)?;
        let (meant, weak) = meant.into_values().map(|(codes, weak)| (codes.into_iter().collect(), weak)).unzip();
        Ok(Gazetteer { names, meant, weak })
    }

    /// Places named in `text`, in order. `near` is the region the sender is known to be in: it decides between places
    /// of one name, as does a town or village named beside them. A group (4组, 第四村民小组) belongs to the village
    /// named before it, or to `near` if that is a village. What follows the first 20,000 characters is not read.
    pub fn find(&self, text: &str, near: Option<Code>) -> Vec<PlaceMention> {
        let scan = Scan::of(text);
        let read = &text[..scan.byte(scan.chars.len())];
        let found: Vec<_> = self.names.find_iter(read).map(|m| (m.range(), m.pattern().as_usize())).collect();
        let certain = |(_, pattern): &&(Range<usize>, usize)| self.meant[*pattern].len() == 1 && !self.weak[*pattern];
        let mut known: Vec<Code> = found.iter().filter(certain).map(|(_, pattern)| self.meant[*pattern][0]).collect();
        known.extend(near);
        let mut mentions: Vec<PlaceMention> = Vec::new();
        for (span, pattern) in found {
            let all = &self.meant[pattern];
            let agree = |c: &&Code| known.iter().any(|k| k.contains(**c) || c.contains(*k));
            let agreeing: Vec<Code> = all.iter().filter(agree).copied().collect();
            let candidates = match (agreeing.is_empty(), self.weak[pattern]) {
                (false, _) => agreeing,
                (true, true) => continue,
                (true, false) => all.clone(),
            };
            mentions.push(PlaceMention { span, candidates });
        }
        self.add_groups(&scan, near, &mut mentions);
        mentions
    }

    fn add_groups(&self, scan: &Scan, near: Option<Code>, mentions: &mut Vec<PlaceMention>) {
        for (from, to, n) in groups(scan) {
            let (from, to) = (scan.byte(from), scan.byte(to));
            let before = mentions.iter().rposition(|m| m.span.end <= from && m.candidates.iter().all(|c| c.level() == Level::Village));
            let villages = match before {
                Some(i) => mentions[i].candidates.clone(),
                None => near.and_then(|c| c.at(Level::Village)).into_iter().collect(),
            };
            let candidates: Vec<Code> = villages.iter().filter_map(|v| v.child(Level::Group, n).ok()).collect();
            if candidates.is_empty() || mentions.iter().any(|m| m.span.start < to && from < m.span.end) {
                continue;
            }
            // 高桥村4组 is one place; a group further on is a mention of its own.
            match before.filter(|i| mentions[*i].span.end == from) {
                Some(i) => mentions[i] = PlaceMention { span: mentions[i].span.start..to, candidates },
                None => mentions.push(PlaceMention { span: from..to, candidates }),
            }
        }
        mentions.sort_by_key(|m| m.span.start);
    }
}

/// (from, to, number) of every 4组, 第四组, 十二村民小组, in characters.
fn groups(scan: &Scan) -> Vec<(usize, usize, i64)> {
    let endings = [("村民小组", ()), ("居民小组", ()), ("小组", ()), ("组", ())];
    let mut found = Vec::new();
    let mut at = 0;
    while at < scan.chars.len() {
        let number = scan.number(scan.word(at, "第").unwrap_or(at), 3);
        let ending = number.and_then(|(n, end)| Some((n, scan.one_of(end, &endings)?.1)));
        match (ending, number) {
            (Some((n, end)), _) if n > 0 && !scan.chars.get(end).is_some_and(|c| matches!(c, '织' | '合' | '成' | '长')) => {
                found.push((at, end, n));
                at = end;
            }
            (_, Some((_, end))) => at = end.max(at + 1),
            // A number too long to be a group's: pass over all of it, not digit by digit.
            _ if scan.chars[at].is_ascii_digit() => at += scan.chars[at..].iter().take_while(|c| c.is_ascii_digit()).count(),
            _ => at += 1,
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gazetteer() -> Gazetteer {
        let names = [
            ("430903", "赫山区"),
            ("430903001", "桃花仑街道办事处"),
            ("430903001005", "金家堤社区居民委员会"),
            ("430903104", "泥江口镇"),
            ("430903104201", "新桥村村民委员会"),
            ("430903105", "沧水铺镇"),
            ("430903105203", "新桥村村民委员会"),
            ("430903105204", "黄团岭村村民委员会"),
        ];
        Gazetteer::new(names.map(|(code, name)| PlaceName { name: name.into(), code: code.parse().expect("a code") })).expect("builds")
    }

    fn find(text: &str, near: Option<&str>) -> Vec<(String, Vec<String>)> {
        let near = near.map(|c| c.parse().expect("a code"));
        let show = |c: &Code| c.to_string().trim_end_matches('0').to_owned();
        let one = |m: PlaceMention| (text[m.span].to_owned(), m.candidates.iter().map(show).collect());
        gazetteer().find(text, near).into_iter().map(one).collect()
    }

    fn is(found: &[(String, Vec<String>)], want: &[(&str, &[&str])]) {
        let found: Vec<(&str, Vec<&str>)> = found.iter().map(|(w, c)| (w.as_str(), c.iter().map(String::as_str).collect())).collect();
        let want: Vec<(&str, Vec<&str>)> = want.iter().map(|(w, c)| (*w, c.to_vec())).collect();
        assert_eq!(found, want);
    }

    #[test]
    fn short_names_of_official_ones() {
        assert_eq!(short_names("高桥村村民委员会"), ["高桥村村民委员会", "高桥村", "高桥"]);
        assert_eq!(short_names("桃花仑街道办事处"), ["桃花仑街道办事处", "桃花仑街道", "桃花仑"]);
        assert_eq!(short_names("康富路"), ["康富路"]);
        assert_eq!(short_names("镇"), ["镇"]);
    }

    #[test]
    fn the_longest_name_wins_and_the_group_belongs_to_the_village() {
        is(&find("桃花仑街道金家堤社区4组停水", None), &[("桃花仑街道", &["430903001"]), ("金家堤社区4组", &["430903001005004"])]);
        is(&find("黄团岭十二村民小组的路", None), &[("黄团岭十二村民小组", &["430903105204012"])]);
        is(&find("黄团岭村的桥，第3组那边", None), &[("黄团岭村", &["430903105204"]), ("第3组", &["430903105204003"])]);
    }

    #[test]
    fn two_of_one_name_are_told_apart_by_what_stands_beside() {
        is(&find("新桥村的路灯", None), &[("新桥村", &["430903104201", "430903105203"])]);
        is(&find("沧水铺镇新桥村的路灯", None), &[("沧水铺镇", &["430903105"]), ("新桥村", &["430903105203"])]);
        is(&find("新桥村的路灯", Some("430903104")), &[("新桥村", &["430903104201"])]);
    }

    #[test]
    fn a_short_stem_needs_support() {
        is(&find("修了一座新桥", None), &[]);
        is(&find("泥江口新桥", None), &[("泥江口", &["430903104"]), ("新桥", &["430903104201"])]);
    }

    #[test]
    fn a_group_alone_needs_a_village() {
        is(&find("我们四组没有水", Some("430903104201")), &[("四组", &["430903104201004"])]);
        is(&find("我们四组没有水", None), &[]);
        is(&find("三组织 一个组长 2019组", Some("430903104201")), &[]);
    }
}
