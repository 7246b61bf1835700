//! Hot issues: what many people write about, where, since when, how many, how hot.
//!
//! Messages join the issue whose messages they resemble most, in order of time, so that a new message never changes how
//! older ones were grouped. Heat counts people and not messages: one who writes twenty times is one.

use crate::{
    phrases,
    text::{Plain, hash},
    vectors::Table,
};
use base::{Code, Level, Time};
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

/// A pair of characters that stands in more than a tenth of the messages says nothing of any of them; in a small set,
/// only what stands in more than so many is left out.
const COMMON: usize = 30;
/// Characters of the body that are compared; what an issue is stands at the beginning.
const BODY: usize = 300;
/// A message is compared with an issue by its closest so many members.
const CLOSEST: usize = 3;
/// The newest members, of which one speaks for all and whose words are looked at.
const MOST_COMPARED: usize = 50;

/// The hot issues among `messages` as seen at `now`, the hottest first. Later messages are left out.
pub fn hot(messages: &[Message], now: Time, options: &HotOptions) -> Vec<HotIssue> {
    let mut order: Vec<usize> =
        (0..messages.len()).filter(|i| messages[*i].time <= now && messages[*i].time >= now - options.window).collect();
    order.sort_by_key(|i| (messages[*i].time, *i));
    let corpus = Corpus::of(messages, &order);
    let mut issues: Vec<(f64, Issue)> = corpus
        .group(options.alike)
        .into_iter()
        .filter_map(|members| {
            let issue = Issue { corpus: &corpus, members };
            let (people, heat) = issue.heat(now, options);
            (people >= options.least_people).then_some((heat, issue))
        })
        .collect();
    issues.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.members.cmp(&b.1.members)));
    issues.truncate(options.most);
    issues.into_iter().map(|(heat, issue)| issue.describe(heat)).collect()
}

/// Messages in order of time with their telling pairs.
struct Corpus<'a> {
    messages: &'a [Message],
    order: &'a [usize],
    vectors: Vec<Vec<(u32, f32)>>,
    /// In how many messages a piece occurs.
    spread: Table<u32>,
}

impl<'a> Corpus<'a> {
    fn of(messages: &'a [Message], order: &'a [usize]) -> Corpus<'a> {
        let counts: Vec<Table<f32>> = order.iter().map(|i| counts(&messages[*i])).collect();
        let mut spread: Table<u32> = Table::default();
        for piece in counts.iter().flat_map(|c| c.keys()) {
            *spread.entry(*piece).or_default() += 1;
        }
        let most = COMMON.max(order.len() / 10) as u32;
        let vector = |counts: &Table<f32>| {
            let telling = counts.iter().filter(|(p, _)| (2..=most).contains(&spread[p]));
            let rarity = |piece: &u32| (1.0 + order.len() as f32 / spread[piece] as f32).ln();
            let mut all: Vec<(u32, f32)> = telling.map(|(p, n)| (*p, (1.0 + n.ln()) * rarity(p))).collect();
            all.sort_unstable_by_key(|(p, _)| *p); // sums must not depend on the order of a hash map
            let length = all.iter().map(|(_, v)| v * v).sum::<f32>().sqrt();
            all.iter_mut().for_each(|(_, v)| *v /= length);
            all
        };
        let vectors = counts.iter().map(vector).collect();
        Corpus { messages, order, vectors, spread }
    }

    fn message(&self, at: usize) -> &Message {
        &self.messages[self.order[at]]
    }

    /// Groups of places in `order`.
    fn group(&self, alike: f32) -> Vec<Vec<usize>> {
        let mut holders: Table<Vec<(usize, f32)>> = Table::default();
        let mut group_of: Vec<usize> = Vec::new();
        let mut groups: Vec<Vec<usize>> = Vec::new();
        let mut closeness = vec![0.0f32; self.order.len()];
        let mut closest: Vec<[f32; CLOSEST]> = Vec::new(); // of each group, the closest first
        for at in 0..self.order.len() {
            let mut touched: Vec<usize> = Vec::new();
            for (piece, value) in &self.vectors[at] {
                for (other, theirs) in holders.get(piece).into_iter().flatten() {
                    if closeness[*other] == 0.0 {
                        touched.push(*other);
                    }
                    closeness[*other] += value * theirs;
                }
            }
            let mut near: Vec<usize> = Vec::new();
            for other in touched {
                let fit = if self.apart(at, other) { 0.5 } else { 1.0 };
                let close = std::mem::take(&mut closeness[other]) * fit;
                let top = &mut closest[group_of[other]];
                if top[0] == 0.0 {
                    near.push(group_of[other]);
                }
                let place = top.iter().position(|t| *t < close).unwrap_or(CLOSEST);
                top[place..].rotate_right(usize::from(place < CLOSEST));
                if let Some(t) = top.get_mut(place) {
                    *t = close;
                }
            }
            let best = near
                .into_iter()
                .map(|group| {
                    // Members that share nothing with it count too, as zeros.
                    let n = groups[group].len().min(CLOSEST);
                    (std::mem::take(&mut closest[group])[..n].iter().sum::<f32>() / n as f32, group)
                })
                .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
            match best {
                Some((close, group)) if close >= alike => {
                    group_of.push(group);
                    groups[group].push(at);
                }
                _ => {
                    group_of.push(groups.len());
                    groups.push(vec![at]);
                    closest.push([0.0; CLOSEST]);
                }
            }
            for (piece, value) in &self.vectors[at] {
                holders.entry(*piece).or_default().push((at, *value));
            }
        }
        groups
    }

    /// Both places are known and lie in different towns.
    fn apart(&self, a: usize, b: usize) -> bool {
        let town = |at: usize| self.message(at).region.and_then(|c| c.at(Level::Town));
        matches!((town(a), town(b)), (Some(a), Some(b)) if a != b)
    }
}

/// Pairs of characters; those of the title count double.
fn counts(message: &Message) -> Table<f32> {
    let mut counts = Table::default();
    let body: String = message.text.chars().filter(|c| !c.is_whitespace()).take(BODY).collect();
    for (text, weight) in [(message.title.as_str(), 2.0), (body.as_str(), 1.0)] {
        let chars = Plain::of(text).chars;
        for piece in chars.windows(2) {
            *counts.entry(hash(piece)).or_default() += weight;
        }
    }
    counts
}

struct Issue<'a> {
    corpus: &'a Corpus<'a>,
    /// Places in the corpus's order, never none.
    members: Vec<usize>,
}

impl Issue<'_> {
    fn messages(&self) -> impl Iterator<Item = &Message> {
        self.members.iter().map(|at| self.corpus.message(*at))
    }

    /// People (supporters weighed) and their heat.
    fn heat(&self, now: Time, options: &HotOptions) -> (f64, f64) {
        let fresh = |t: Time| 0.5f64.powf(now.saturating_since(t).as_secs_f64() / options.half_life.as_secs_f64().max(1.0));
        let mut last: BTreeMap<&str, Time> = BTreeMap::new();
        let (mut supporters, mut warmth) = (0.0, 0.0);
        for m in self.messages() {
            last.insert(&m.sender, m.time); // in order of time: the latest stays
            supporters += options.supporter * f64::from(m.supporters);
            warmth += options.supporter * f64::from(m.supporters) * fresh(m.time);
        }
        (last.len() as f64 + supporters, last.values().map(|t| fresh(*t)).sum::<f64>() + warmth)
    }

    fn describe(&self, heat: f64) -> HotIssue {
        let times = || self.messages().map(|m| m.time);
        HotIssue {
            title: self.title(),
            words: self.words(),
            region: self.region(),
            from: times().min().unwrap_or(Time::MAX),
            to: times().max().unwrap_or(Time::MAX),
            messages: self.members.len(),
            people: self.messages().map(|m| m.sender.as_str()).collect::<HashSet<_>>().len(),
            supporters: self.messages().map(|m| u64::from(m.supporters)).sum(),
            heat,
            members: self.members.iter().map(|at| self.corpus.order[*at]).collect(),
        }
    }

    fn title(&self) -> String {
        let compared = &self.members[self.members.len().saturating_sub(MOST_COMPARED)..];
        let mut sum: Table<f32> = Table::default();
        for (piece, value) in compared.iter().flat_map(|at| &self.corpus.vectors[*at]) {
            *sum.entry(*piece).or_default() += value;
        }
        let close = |at: &usize| self.corpus.vectors[*at].iter().map(|(p, v)| v * sum[p]).sum::<f32>();
        let middle = compared.iter().copied().max_by(|a, b| close(a).total_cmp(&close(b)).then(b.cmp(a)));
        middle.map_or_else(String::new, |at| {
            let m = self.corpus.message(at);
            let title = if m.title.trim().is_empty() { &m.text } else { &m.title };
            title.trim().chars().take(40).collect()
        })
    }

    fn words(&self) -> Vec<String> {
        let compared = &self.members[self.members.len().saturating_sub(MOST_COMPARED)..];
        let texts: Vec<(&str, &str)> = compared.iter().map(|at| self.corpus.message(*at)).map(|m| (&m.title[..], &m.text[..])).collect();
        let all = self.corpus.order.len() as f32;
        phrases::shared(&texts, |pair| (1.0 + all / *self.corpus.spread.get(&hash(pair)).unwrap_or(&1) as f32).ln())
    }

    fn region(&self) -> Option<Code> {
        let known: Vec<Code> = self.messages().filter_map(|m| m.region).collect();
        let mut inside: BTreeMap<Code, usize> = BTreeMap::new();
        for code in known.iter().flat_map(|c| c.with_ancestors()) {
            *inside.entry(code).or_default() += 1;
        }
        let enough = (known.len() * 9).div_ceil(10);
        inside.into_iter().filter(|(_, n)| *n >= enough).map(|(c, _)| c).max_by_key(|c| c.level())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
