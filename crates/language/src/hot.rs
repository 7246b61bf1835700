//! Hot issues: what many people write about, where, since when, how many, how hot.
//!
//! Which messages are about the same ([`group`]) is asked once for all of them, since it costs seconds; who asks what is
//! hot then sees of each group what he may see, and its heat, title and words are of that alone. Heat counts people and not messages: one who writes twenty times is one.

use crate::{
    gather::{Common, Corpus},
    phrases,
    text::hash,
    vectors::Table,
};
use base::{Code, Time};
use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

/// A message as far as hot issues need it.
#[derive(Clone, Debug)]
pub struct Message {
    /// Whoever wrote it, in any form that is equal for equal people. Empty for unknown: all unknown count as one.
    pub sender: String,
    pub time: Time,
    pub region: Option<Code>,
    pub title: String,
    pub text: String,
    /// Other people who said "me too" without writing.
    pub supporters: u32,
}

#[derive(Clone, Debug)]
pub struct HotOptions {
    /// Older messages are left out.
    pub window: Duration,
    /// After this time a person counts half.
    pub half_life: Duration,
    /// What one supporter counts, against 1 for one who wrote.
    pub supporter: f64,
    /// Issues of fewer people, supporters counted as above, are not shown.
    pub least_people: f64,
    /// How alike (0 to 1) a message must be to join an issue. Lower joins strangers, higher parts one issue into several.
    pub alike: f32,
    pub most: usize,
}

impl Default for HotOptions {
    fn default() -> Self {
        let day = Duration::from_secs(24 * 3600);
        HotOptions { window: day * 90, half_life: day * 14, supporter: 0.05, least_people: 3.0, alike: 0.13, most: 20 }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct HotIssue {
    /// Title of the message that resembles the others most, or its beginning.
    pub title: String,
    /// Words that the messages share and others do not, the most telling first; five at most.
    pub words: Vec<String>,
    /// The smallest region that holds nine in ten of the messages whose region is known.
    pub region: Option<Code>,
    pub from: Time,
    pub to: Time,
    pub messages: usize,
    /// Different senders.
    pub people: usize,
    pub supporters: u64,
    /// Each person counts 1 when he wrote just now, a half after a half-life, and so on; supporters as the options say.
    pub heat: f64,
    /// Places in the slice that was given, in order of time.
    pub members: Vec<usize>,
}

/// The newest members, of which one speaks for all and whose words are looked at.
const MOST_COMPARED: usize = 50;

/// Messages of one and the same, whoever looks.
#[derive(Debug)]
pub struct Groups {
    /// Places in the slice that was given, each group in order of time; a message that is like no other is a group too.
    pub groups: Vec<Vec<usize>>,
    pub common: Common,
}

/// Groups all of `messages`. `alike`: see [`HotOptions`]. Fifty thousand take some seconds and 200 MB while it lasts.
pub fn group(messages: &[Message], alike: f32) -> Groups {
    let mut order: Vec<usize> = (0..messages.len()).collect();
    order.sort_by_key(|i| (messages[*i].time, *i));
    let corpus = Corpus::of(messages, &order);
    let groups = corpus.group(alike).into_iter().map(|g| g.into_iter().map(|at| order[at]).collect()).collect();
    Groups { groups, common: corpus.common() }
}

/// The hot issues among `messages` as seen at `now`, the hottest first. Later messages are left out.
pub fn hot(messages: &[Message], now: Time, options: &HotOptions) -> Vec<HotIssue> {
    let within: Vec<usize> =
        (0..messages.len()).filter(|i| messages[*i].time <= now && messages[*i].time >= now - options.window).collect();
    let some: Vec<Message> = within.iter().map(|i| messages[*i].clone()).collect();
    let Groups { groups, common } = group(&some, options.alike);
    let mut issues: Vec<(f64, Vec<usize>)> = groups
        .into_iter()
        .filter_map(|members| {
            let (people, heat) = heat(members.iter().map(|i| &some[*i]), now, options);
            (people >= options.least_people).then_some((heat, members))
        })
        .collect();
    issues.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    issues.truncate(options.most);
    let describe = |(heat, members): (f64, Vec<usize>)| {
        let of: Vec<&Message> = members.iter().map(|i| &some[*i]).collect();
        let members = members.iter().map(|i| within[*i]).collect();
        HotIssue { members, ..describe(&of, &common, heat) }
    };
    issues.into_iter().map(describe).collect()
}

/// People (supporters weighed) and their heat.
pub fn heat<'a>(members: impl Iterator<Item = &'a Message>, now: Time, options: &HotOptions) -> (f64, f64) {
    let mut last: BTreeMap<&str, Time> = BTreeMap::new();
    let (mut supporters, mut warmth) = (0.0, 0.0);
    for m in members {
        let latest = last.entry(&m.sender).or_insert(m.time);
        *latest = m.time.max(*latest);
        supporters += options.supporter * f64::from(m.supporters);
        warmth += options.supporter * f64::from(m.supporters) * fresh(m.time, now, options);
    }
    (last.len() as f64 + supporters, last.values().map(|t| fresh(*t, now, options)).sum::<f64>() + warmth)
}

/// What one who wrote then counts now: 1 for just now, a half after a half-life.
pub fn fresh(then: Time, now: Time, options: &HotOptions) -> f64 {
    0.5f64.powf(now.saturating_since(then).as_secs_f64() / options.half_life.as_secs_f64().max(1.0))
}

/// What an issue is about, from its members in order of time: never none. Its `members` are left empty.
pub fn describe(members: &[&Message], common: &Common, heat: f64) -> HotIssue {
    let compared = &members[members.len().saturating_sub(MOST_COMPARED)..];
    HotIssue {
        title: title(compared, common),
        words: words(compared, common),
        region: region(members),
        from: members.iter().map(|m| m.time).min().unwrap_or(Time::MAX),
        to: members.iter().map(|m| m.time).max().unwrap_or(Time::MAX),
        messages: members.len(),
        people: members.iter().map(|m| m.sender.as_str()).collect::<HashSet<_>>().len(),
        supporters: members.iter().map(|m| u64::from(m.supporters)).sum(),
        heat,
        members: Vec::new(),
    }
}

fn title(compared: &[&Message], common: &Common) -> String {
    let vectors: Vec<Vec<(u32, f32)>> = compared.iter().map(|m| common.vector(m)).collect();
    let mut sum: Table<(u32, f32)> = Table::default();
    for (piece, value) in vectors.iter().flatten() {
        let all = sum.entry(*piece).or_default();
        *all = (all.0 + 1, all.1 + value);
    }
    // What one alone says makes it like no other.
    let close = |i: usize| vectors[i].iter().map(|(p, v)| if sum[p].0 > 1 { v * sum[p].1 } else { 0.0 }).sum::<f32>();
    let middle = (0..compared.len()).max_by(|a, b| close(*a).total_cmp(&close(*b)).then(b.cmp(a)));
    middle.map_or_else(String::new, |i| {
        let title = if compared[i].title.trim().is_empty() { &compared[i].text } else { &compared[i].title };
        title.trim().chars().take(40).collect()
    })
}

fn words(compared: &[&Message], common: &Common) -> Vec<String> {
    let texts: Vec<(&str, &str)> = compared.iter().map(|m| (&m.title[..], &m.text[..])).collect();
    phrases::shared(&texts, |pair| common.rarity(hash(pair)))
}

fn region(members: &[&Message]) -> Option<Code> {
    let known: Vec<Code> = members.iter().filter_map(|m| m.region).collect();
    let mut inside: BTreeMap<Code, usize> = BTreeMap::new();
    for code in known.iter().flat_map(|c| c.with_ancestors()) {
        *inside.entry(code).or_default() += 1;
    }
    let enough = (known.len() * 9).div_ceil(10);
    inside.into_iter().filter(|(_, n)| *n >= enough).map(|(c, _)| c).max_by_key(|c| c.level())
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Level;

    const NOW: Time = Time(1_790_000_000_000);

    fn message(sender: &str, days_ago: u64, region: &str, title: &str) -> Message {
        let time = NOW - Duration::from_secs(days_ago * 86_400);
        Message { sender: sender.into(), time, region: region.parse().ok(), title: title.into(), text: String::new(), supporters: 0 }
    }

    const MIXER: [&str; 3] = ["丽发新城旁边的搅拌站夜里施工噪音扰民", "投诉丽发新城搅拌站夜里噪音", "丽发新城搅拌站灰尘和噪音扰民"];
    const SCHOOL: [&str; 3] = ["县一中暑假收费补课，请教育局管管", "举报县一中收费补课", "县一中高二暑假收费补课"];

    #[test]
    fn people_count_and_not_messages() {
        let mut all: Vec<Message> = (0..30).map(|i| message("one", 0, "430903001001", SCHOOL[i % 3])).collect();
        all.extend((0..6).map(|i| message(&format!("p{i}"), 1, "430903002001", MIXER[i % 3])));
        let issues = hot(&all, NOW, &HotOptions { least_people: 1.0, ..HotOptions::default() });
        assert_eq!(issues.iter().map(|i| (i.people, i.messages)).collect::<Vec<_>>(), [(6, 6), (1, 30)]);
        assert_eq!(issues[0].members, [30, 31, 32, 33, 34, 35]);
        assert!(issues[0].title.contains("搅拌站") && issues[0].words.iter().any(|w| w.contains("丽发新城")), "{:?}", issues[0]);
        assert_eq!(issues[0].region, "430903002001".parse().ok());
        assert!((issues[1].heat - 1.0).abs() < 1e-9);
        assert_eq!(hot(&all, NOW, &HotOptions::default()).len(), 1, "one person is no hot issue");
    }

    #[test]
    fn heat_cools_and_supporters_count_a_little() {
        let mut all: Vec<Message> = (0..3).map(|i| message(&format!("p{i}"), 14, "", MIXER[i])).collect();
        let heat = |all: &[Message]| hot(all, NOW, &HotOptions::default())[0].heat;
        assert!((heat(&all) - 1.5).abs() < 1e-9, "three people a half-life ago");
        all[0].supporters = 20;
        assert!((heat(&all) - 2.0).abs() < 1e-9, "twenty supporters are one person, as old as what they support");
        all[1].time = NOW + Duration::from_secs(1);
        assert_eq!(hot(&all, NOW, &HotOptions::default())[0].people, 2, "what is not yet written is not seen");
        assert!(hot(&all, NOW + Duration::from_secs(90 * 86_400), &HotOptions::default()).is_empty(), "out of the window");
    }

    #[test]
    fn the_same_words_in_two_towns_are_two_issues() {
        let region = |i: usize| ["430903001001", "430903104201"][i % 2];
        let all: Vec<Message> = (0..6).map(|i| message(&format!("p{i}"), 0, region(i), "村口的路灯坏了，晚上看不见路")).collect();
        let options = HotOptions { alike: 0.6, ..HotOptions::default() };
        let issues = hot(&all, NOW, &options);
        assert_eq!(issues.iter().map(|i| i.people).collect::<Vec<_>>(), [3, 3], "{issues:?}");
        assert!(issues.iter().all(|i| i.region.is_some_and(|r| r.level() == Level::Village)));
    }
}
