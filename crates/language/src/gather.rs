//! Which messages are about one and the same, for hot issues.
//!
//! Three passes, each of which costs about the same per message however many there are:
//! 1. for each message its closest older ones, through an index from pairs of characters to the messages that hold them;
//! 2. in order of time, each joins the group whose members it resembles most, or begins one;
//! 3. groups that are as like each other as each is in itself are united: an issue may begin in two places at once.

use crate::{
    hot::Message,
    text::{Plain, hash},
    vectors::Table,
};
use base::{Code, Level};
use std::{num::NonZero, ops::Range, thread};

/// A pair of characters that stands in more than a tenth of the messages says nothing of any of them; in a small set,
/// only what stands in more than so many is left out.
const COMMON: usize = 30;
/// Characters of the body that are compared; what an issue is stands at the beginning.
const BODY: usize = 300;
/// A message is compared with an issue by its closest so many members.
const CLOSEST: usize = 3;
/// A pair of up to so many holders is looked up whole: all pairs of 5,000 messages are.
const RARE: usize = 500;
/// Of the holders of a more frequent pair, the newest so many are looked up: an issue of thousands is found by them.
const NEWEST: usize = 64;
/// So many of the closest older messages are compared in full.
const KEPT: usize = 32;
/// Groups of so many messages are compared as wholes; of fewer the mean would be chance.
const FIRM: usize = 8;
/// Two groups are one when they are so much as like each other as each is in itself.
const ONE: f32 = 0.75;

/// Numbers of pairs with their weights; the length of each is 1.
type Vector = Vec<(u32, f32)>;

/// Messages in order of time with their telling pairs.
pub(crate) struct Corpus<'a> {
    order: &'a [usize],
    vectors: Vec<Vector>,
    towns: Vec<Option<Code>>,
    numbers: Table<u32>,
    /// In how many messages a pair occurs, by its number.
    spread: Vec<u32>,
}

/// In how many messages of a corpus the pairs of characters occur, as far as it matters to say what an issue is about.
#[derive(Debug)]
pub struct Common {
    messages: usize,
    spread: Table<u32>,
    /// Pairs of fewer messages are not kept, and count as so many.
    least: u32,
}

impl Common {
    pub(crate) fn rarity(&self, pair: u32) -> f32 {
        (1.0 + self.messages as f32 / *self.spread.get(&pair).unwrap_or(&self.least) as f32).ln()
    }

    /// The message's pairs that tell it from others, with their weights.
    pub(crate) fn vector(&self, message: &Message) -> Vector {
        let most = most(self.messages);
        let mut vector = counts(message);
        vector.retain(|(p, _)| self.spread.get(p).is_none_or(|n| *n <= most));
        weigh(&mut vector, |p| self.rarity(p));
        vector
    }
}

fn most(messages: usize) -> u32 {
    COMMON.max(messages / 10) as u32
}

fn weigh(vector: &mut Vector, rarity: impl Fn(u32) -> f32) {
    vector.iter_mut().for_each(|(p, n)| *n = (1.0 + n.ln()) * rarity(*p));
    let length = vector.iter().map(|(_, v)| v * v).sum::<f32>().sqrt();
    vector.iter_mut().for_each(|(_, v)| *v /= length);
}

impl<'a> Corpus<'a> {
    pub fn of(messages: &[Message], order: &'a [usize]) -> Corpus<'a> {
        let mut vectors: Vec<Vector> = shared_out(order.len(), |some| order[some].iter().map(|i| counts(&messages[*i])).collect());
        let mut numbers: Table<u32> = Table::default();
        let mut spread: Vec<u32> = Vec::new();
        for (piece, _) in vectors.iter_mut().flatten() {
            let number = *numbers.entry(*piece).or_insert(spread.len() as u32);
            if number as usize == spread.len() {
                spread.push(0);
            }
            spread[number as usize] += 1;
            *piece = number;
        }
        let most = most(order.len());
        for vector in &mut vectors {
            vector.retain(|(p, _)| (2..=most).contains(&spread[*p as usize]));
            vector.shrink_to_fit();
            weigh(vector, |piece| (1.0 + order.len() as f32 / spread[piece as usize] as f32).ln());
        }
        let towns = order.iter().map(|i| messages[*i].region.and_then(|c| c.at(Level::Town))).collect();
        Corpus { order, vectors, towns, numbers, spread }
    }

    pub fn common(self) -> Common {
        // Of fifty thousand messages millions of pairs are chance.
        let least = (self.order.len() / 5_000).max(1) as u32;
        let spread = self.numbers.iter().map(|(p, n)| (*p, self.spread[*n as usize])).filter(|(_, n)| *n > least).collect();
        Common { messages: self.order.len(), spread, least }
    }

    /// Groups of places in `order`, each in order of time.
    pub fn group(&self, alike: f32) -> Vec<Vec<usize>> {
        let mut groups = joined(&self.neighbours(), alike);
        self.unite(&mut groups);
        groups
    }

    /// Of each message the closest older ones with their closeness.
    fn neighbours(&self) -> Vec<Vector> {
        let mut holders: Vec<Vector> = self.spread.iter().map(|n| Vec::with_capacity(if *n > 1 { *n as usize } else { 0 })).collect();
        for (at, vector) in self.vectors.iter().enumerate() {
            vector.iter().for_each(|(p, v)| holders[*p as usize].push((at as u32, *v)));
        }
        shared_out(self.order.len(), |some| {
            let mut sums = vec![0.0f32; self.order.len()];
            let mut own = vec![0.0f32; self.spread.len()];
            some.map(|at| self.closest(at, &holders, &mut sums, &mut own)).collect()
        })
    }

    /// `sums` (by message) and `own` (by pair) are room to work in, all zeros before and after.
    fn closest(&self, at: usize, holders: &[Vector], sums: &mut [f32], own: &mut [f32]) -> Vector {
        let mut touched: Vec<u32> = Vec::new();
        for (piece, value) in &self.vectors[at] {
            let all = &holders[*piece as usize];
            let older = &all[..all.partition_point(|(other, _)| (*other as usize) < at)];
            let looked = if all.len() <= RARE { older } else { &older[older.len().saturating_sub(NEWEST)..] };
            for (other, theirs) in looked {
                let sum = &mut sums[*other as usize];
                if *sum == 0.0 {
                    touched.push(*other);
                }
                *sum += value * theirs;
            }
        }
        let mut near: Vector = touched.into_iter().map(|other| (other, std::mem::take(&mut sums[other as usize]))).collect();
        if near.len() > KEPT {
            near.select_nth_unstable_by(KEPT, |a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            near.truncate(KEPT);
        }
        self.vectors[at].iter().for_each(|(p, v)| own[*p as usize] = *v);
        for (other, close) in &mut near {
            let fit = if self.apart(at, *other as usize) { 0.5 } else { 1.0 };
            *close = self.vectors[*other as usize].iter().map(|(p, v)| v * own[*p as usize]).sum::<f32>() * fit;
        }
        self.vectors[at].iter().for_each(|(p, _)| own[*p as usize] = 0.0);
        near
    }

    /// Both places are known and lie in different towns.
    fn apart(&self, a: usize, b: usize) -> bool {
        matches!((self.towns[a], self.towns[b]), (Some(a), Some(b)) if a != b)
    }

    /// Firm groups that are as like each other as each is in itself are one: two that began apart, far from each other in
    /// time or words, are joined once both are known whole.
    fn unite(&self, groups: &mut Vec<Vec<usize>>) {
        let firm: Vec<usize> = (0..groups.len()).filter(|g| groups[*g].len() >= FIRM).collect();
        // Of each pair of characters the firm groups that hold it, with the sum of their members' weights.
        let mut held: Vec<Vec<(usize, f32)>> = vec![Vec::new(); self.spread.len()];
        let mut sums = vec![0.0f32; self.spread.len()];
        let mut inner: Vec<f32> = Vec::new();
        for (i, g) in firm.iter().enumerate() {
            let mut pieces: Vec<u32> = groups[*g].iter().flat_map(|at| &self.vectors[*at]).map(|(p, _)| *p).collect();
            pieces.sort_unstable();
            pieces.dedup();
            groups[*g].iter().flat_map(|at| &self.vectors[*at]).for_each(|(p, v)| sums[*p as usize] += v);
            let (mut own, n) = (0.0, groups[*g].len() as f32);
            for p in pieces {
                let sum = std::mem::take(&mut sums[p as usize]);
                own += sum * sum;
                held[p as usize].push((i, sum));
            }
            // The mean of all pairs of members: a member with itself does not count.
            inner.push((own - n) / (n * (n - 1.0)));
        }
        let mut cross = vec![0.0f32; firm.len() * firm.len()];
        for all in &held {
            for (k, (i, a)) in all.iter().enumerate() {
                all[..k].iter().for_each(|(j, b)| cross[i * firm.len() + j] += a * b);
            }
        }
        let mut into: Vec<usize> = (0..firm.len()).collect();
        for i in 0..firm.len() {
            for j in 0..i {
                let between = cross[i * firm.len() + j] / (groups[firm[i]].len() * groups[firm[j]].len()) as f32;
                let fit = if self.apart(groups[firm[i]][0], groups[firm[j]][0]) { 0.5 } else { 1.0 };
                if between * fit >= ONE * (inner[i] * inner[j]).sqrt() {
                    let (from, to) = (into[i].max(into[j]), into[i].min(into[j]));
                    into.iter_mut().filter(|x| **x == from).for_each(|x| *x = to);
                }
            }
        }
        for (i, to) in into.into_iter().enumerate().filter(|(i, to)| i != to) {
            let members = std::mem::take(&mut groups[firm[i]]);
            groups[firm[to]].extend(members);
            groups[firm[to]].sort_unstable();
        }
        groups.retain(|g| !g.is_empty());
    }
}

/// In order of time: each joins the group whose closest members it is `alike`, or begins one.
fn joined(neighbours: &[Vector], alike: f32) -> Vec<Vec<usize>> {
    let mut group_of: Vec<usize> = Vec::with_capacity(neighbours.len());
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (at, near) in neighbours.iter().enumerate() {
        let mut by_group: Vec<(usize, f32)> = near.iter().map(|(other, close)| (group_of[*other as usize], *close)).collect();
        by_group.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
        let mean = |some: &[(usize, f32)]| {
            // Members that share nothing with it count too, as zeros.
            let n = groups[some[0].0].len().min(CLOSEST);
            (some.iter().take(n).map(|(_, close)| close).sum::<f32>() / n as f32, some[0].0)
        };
        let best = by_group.chunk_by(|a, b| a.0 == b.0).map(mean).max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        let group = match best {
            Some((close, group)) if close >= alike => group,
            _ => {
                groups.push(Vec::new());
                groups.len() - 1
            }
        };
        groups[group].push(at);
        group_of.push(group);
    }
    groups
}

/// The parts of `0..n` worked on side by side, what they give in order.
fn shared_out<T: Send>(n: usize, work: impl Fn(Range<usize>) -> Vec<T> + Sync) -> Vec<T> {
    let hands = thread::available_parallelism().map_or(1, NonZero::get);
    if n < 1_000 || hands == 1 {
        return work(0..n);
    }
    // More parts than hands: the later messages have more older ones.
    let step = n.div_ceil(hands * 4);
    let parts: Vec<Range<usize>> = (0..n).step_by(step).map(|from| from..(from + step).min(n)).collect();
    thread::scope(|s| {
        let work = &work;
        let mut taken: Vec<_> = (0..hands)
            .map(|hand| {
                let mine: Vec<(usize, Range<usize>)> = parts.iter().cloned().enumerate().skip(hand).step_by(hands).collect();
                s.spawn(move || mine.into_iter().map(|(i, part)| (i, work(part))).collect::<Vec<_>>())
            })
            .collect::<Vec<_>>()
            .into_iter()
            .flat_map(|hand| hand.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect::<Vec<_>>();
        taken.sort_by_key(|(i, _)| *i);
        taken.into_iter().flat_map(|(_, part)| part).collect()
    })
}

/// Pairs of characters in order of their hashes (sums must not depend on anything else); those of the title count double.
fn counts(message: &Message) -> Vector {
    let body: String = message.text.chars().filter(|c| !c.is_whitespace()).take(BODY).collect();
    let mut pairs: Vector = Vec::with_capacity(BODY);
    for (text, weight) in [(message.title.as_str(), 2.0), (body.as_str(), 1.0)] {
        pairs.extend(Plain::of(text).chars.windows(2).map(|p| (hash(p), weight)));
    }
    pairs.sort_unstable_by_key(|(p, _)| *p);
    pairs.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        kept.1 += if same { next.1 } else { 0.0 };
        same
    });
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Time;
    use proptest::prelude::*;

    /// The rule of the second pass itself: every message against every member of every group, by all pairs.
    fn by_hand(corpus: &Corpus, alike: f32) -> Vec<Vec<usize>> {
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for at in 0..corpus.order.len() {
            let close = |other: usize| {
                let theirs: Table<f32> = corpus.vectors[other].iter().copied().collect();
                let dot = corpus.vectors[at].iter().filter_map(|(p, v)| Some(v * theirs.get(p)?)).fold(0.0f32, |sum, v| sum + v);
                dot * if corpus.apart(at, other) { 0.5 } else { 1.0 }
            };
            let mean = |group: &Vec<usize>| {
                let mut all: Vec<f32> = group.iter().map(|m| close(*m)).collect();
                all.sort_by(|a, b| b.total_cmp(a));
                all.truncate(CLOSEST);
                all.iter().sum::<f32>() / all.len() as f32
            };
            let best = (0..groups.len()).map(|g| (mean(&groups[g]), g)).max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
            match best {
                Some((close, g)) if close >= alike => groups[g].push(at),
                _ => groups.push(vec![at]),
            }
        }
        groups
    }

    proptest! {
        /// Texts of few characters, so that many share pairs; in three towns and in none.
        #[test]
        fn few_messages_are_grouped_as_by_hand(
            texts in prop::collection::vec(("[水电路灯噪音停修坏夜里]{0,12}", "[水电路灯噪音停修坏夜里校车]{0,40}", 0usize..4), 0..KEPT),
            alike in 0.05f32..0.7,
        ) {
            let region = |n: usize| ["", "430903001001", "430903104201", "430903002001"][n].parse().ok();
            let messages: Vec<Message> = texts
                .into_iter()
                .map(|(title, text, n)| Message { sender: String::new(), time: Time(0), region: region(n), title, text, supporters: 0 })
                .collect();
            let order: Vec<usize> = (0..messages.len()).collect();
            let corpus = Corpus::of(&messages, &order);
            prop_assert_eq!(joined(&corpus.neighbours(), alike), by_hand(&corpus, alike));
        }
    }
}
