//! What one matter adds to one indicator, whatever the window.
//!
//! Whether a matter counts may depend on several of its moments (`during(received_at, window) && during(resolved_at,
//! window)`), and a window holds an unbroken run of their days d₁ < … < dₙ. Let f(i, j) be its numbers where the window
//! holds just dᵢ … dⱼ. Then the pieces g(i, j) = f(i, j) − f(i+1, j) − f(i, j−1) + f(i+1, j−1) sum to f over every
//! window: it takes those that lie in it whole. With one moment there is one piece.

use crate::days::{day_of, start_of};
use base::Time;
use packs::{Expr, Facts, Figure, Indicator, Now, Truth, Val};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeSet,
    ops::{Add, AddAssign, Neg, Sub},
};

/// Numbers of a figure. They can be added up and taken back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "[i64; 5]", into = "[i64; 5]")]
pub struct Tally {
    /// The denominator, or the count.
    pub cases: i64,
    pub hits: i64,
    /// Left out, as `out` says.
    pub outs: i64,
    /// Would count, but what decides it was not recorded.
    pub mutes: i64,
    /// Of a mean, in millionths.
    pub total: i64,
}

impl From<[i64; 5]> for Tally {
    fn from([cases, hits, outs, mutes, total]: [i64; 5]) -> Tally {
        Tally { cases, hits, outs, mutes, total }
    }
}

impl From<Tally> for [i64; 5] {
    fn from(t: Tally) -> [i64; 5] {
        [t.cases, t.hits, t.outs, t.mutes, t.total]
    }
}

impl Tally {
    pub fn is_zero(self) -> bool {
        self == Tally::default()
    }
}

impl Add for Tally {
    type Output = Tally;
    fn add(self, o: Tally) -> Tally {
        Tally {
            cases: self.cases + o.cases,
            hits: self.hits + o.hits,
            outs: self.outs + o.outs,
            mutes: self.mutes + o.mutes,
            total: self.total.saturating_add(o.total),
        }
    }
}

impl Neg for Tally {
    type Output = Tally;
    fn neg(self) -> Tally {
        Tally { cases: -self.cases, hits: -self.hits, outs: -self.outs, mutes: -self.mutes, total: -self.total }
    }
}

impl Sub for Tally {
    type Output = Tally;
    fn sub(self, o: Tally) -> Tally {
        self + -o
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, o: Tally) {
        *self = *self + o;
    }
}

/// Day of what counts in every window, such as the matters that are open.
pub(crate) const ALWAYS: i64 = 100_000_000;

/// Counts for every window that holds the days from `lo` to `hi`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(i64, i64, Tally)", into = "(i64, i64, Tally)")]
pub struct Piece {
    pub lo: i64,
    pub hi: i64,
    pub tally: Tally,
}

impl From<(i64, i64, Tally)> for Piece {
    fn from((lo, hi, tally): (i64, i64, Tally)) -> Piece {
        Piece { lo, hi, tally }
    }
}

impl From<Piece> for (i64, i64, Tally) {
    fn from(p: Piece) -> Self {
        (p.lo, p.hi, p.tally)
    }
}

impl Piece {
    pub(crate) fn in_window(&self, days: crate::Days) -> bool {
        self.lo == ALWAYS || days.holds(self.lo, self.hi)
    }
}

/// An indicator's expressions side by side.
struct Counter<'a> {
    of: &'a Expr,
    hit: Option<&'a Expr>,
    value: Option<&'a Expr>,
    out: Option<&'a Expr>,
}

/// `None` for a weighted sum: it counts nothing itself.
fn counter(indicator: &Indicator) -> Option<(Counter<'_>, &[String])> {
    Some(match &indicator.figure {
        Figure::Share { of, hit, out, window } => (Counter { of, hit: Some(hit), value: None, out: out.as_ref() }, window),
        Figure::Count { of, out, window } => (Counter { of, hit: None, value: None, out: out.as_ref() }, window),
        Figure::Mean { of, value, out, window } => (Counter { of, hit: None, value: Some(value), out: out.as_ref() }, window),
        Figure::Sum { .. } => return None,
    })
}

impl<'a> Counter<'a> {
    fn expressions(&self) -> impl Iterator<Item = &'a Expr> {
        [Some(self.of), self.hit, self.value, self.out].into_iter().flatten()
    }
}

/// How an indicator's expressions use the present moment. A figure that looks at it changes without any matter changing:
/// it is kept up where the moments are known at which it does ([`pieces_at`]), and cannot be kept otherwise.
pub(crate) fn looks_at_now(indicator: &Indicator) -> Now {
    let uses = |(c, _): (Counter, _)| c.expressions().map(Expr::now).collect::<Vec<_>>();
    let uses = counter(indicator).map(uses).unwrap_or_default();
    [Now::Otherwise, Now::Compared].into_iter().find(|now| uses.contains(now)).unwrap_or(Now::Unused)
}

/// What a matter with these facts adds at the moment `at`, and when that changes next if nothing happens to it.
pub(crate) fn pieces_at(indicator: &Indicator, facts: &Facts, m: Fixed, at: Time) -> (Vec<Piece>, Option<Time>) {
    let Some((counter, moments)) = counter(indicator) else { return Default::default() };
    let then = |at| pieces(indicator, &facts.clone().with("now", Val::Time(at)), m.received_at, m.closed, m.starts);
    let now = then(at);
    if looks_at_now(indicator) == Now::Unused {
        return (now, None);
    }
    let filled = if m.closed { fill(facts, moments, m.received_at) } else { None };
    let known = [Some(facts), filled.as_ref()].into_iter().flatten();
    let turns: BTreeSet<Time> = known.flat_map(|f| counter.expressions().flat_map(|e| e.turns(f, at)).collect::<Vec<_>>()).collect();
    let next = turns.into_iter().find(|t| then(*t) != now);
    (now, next)
}

/// What else decides which pieces a matter has.
#[derive(Clone, Copy)]
pub(crate) struct Fixed {
    pub received_at: Time,
    /// Nothing more will be recorded of it.
    pub closed: bool,
    /// Hour at which reporting days begin.
    pub starts: u8,
}

/// What a matter with these facts adds; `now` is among them where the indicator looks at it. `closed`: nothing more will be recorded of it. `starts`: the hour at which
/// reporting days begin.
pub fn pieces(indicator: &Indicator, facts: &Facts, received_at: Time, closed: bool, starts: u8) -> Vec<Piece> {
    let Some((counter, moments)) = counter(indicator) else { return Vec::new() };
    let filled = if closed { fill(facts, moments, received_at) } else { None };
    let known = filled.as_ref().unwrap_or(facts);
    let days: BTreeSet<i64> = moments.iter().filter_map(|name| moment(known, name)).map(|t| day_of(t, starts)).collect();
    let days: Vec<i64> = days.into_iter().collect();
    let none = counter.tally(facts, filled.as_ref(), Time(i64::MIN), Time(i64::MIN));
    let f = |i: usize, j: usize| match i < j {
        true => counter.tally(facts, filled.as_ref(), start_of(days[i], starts), start_of(days[j - 1] + 1, starts)),
        false => none,
    };
    let mut pieces = Vec::new();
    if !none.is_zero() {
        pieces.push(Piece { lo: ALWAYS, hi: ALWAYS, tally: none });
    }
    for i in 0..days.len() {
        for j in i + 1..=days.len() {
            let inner = if i + 1 < j { f(i + 1, j - 1) } else { none };
            let tally = f(i, j) - f(i + 1, j) - f(i, j - 1) + inner;
            if !tally.is_zero() {
                pieces.push(Piece { lo: days[i], hi: days[j - 1], tally });
            }
        }
    }
    pieces
}

fn moment(facts: &Facts, name: &str) -> Option<Time> {
    match facts.get(name) {
        Some(Val::Time(t)) => Some(*t),
        _ => None,
    }
}

/// The facts as they might have been, had they been recorded: to tell "nobody was asked" from "nothing to count".
fn fill(facts: &Facts, moments: &[String], received_at: Time) -> Option<Facts> {
    let mut filled = facts.clone();
    let mut any = false;
    for name in crate::facts::NAMES {
        let stand_in = match *name {
            "solved" => Val::str("solved"),
            "pleased" => Val::Int(5),
            name if moments.iter().any(|m| m == name) || name == "asked_at" => Val::Time(received_at),
            _ => continue,
        };
        if facts.get(name).is_none() {
            filled.set(name, stand_in);
            any = true;
        }
    }
    any.then_some(filled)
}

impl Counter<'_> {
    fn tally(&self, facts: &Facts, filled: Option<&Facts>, from: Time, to: Time) -> Tally {
        let facts = facts.clone().with("window", Val::Window(from, to));
        let mute = Tally { mutes: 1, ..Tally::default() };
        if !holds(self.of, &facts) {
            let would = filled.is_some_and(|f| {
                let f = f.clone().with("window", Val::Window(from, to));
                holds(self.of, &f) && !self.out.is_some_and(|out| holds(out, &f))
            });
            return if would { mute } else { Tally::default() };
        }
        // What cannot be shown to be left out stays in.
        if self.out.is_some_and(|out| holds(out, &facts)) {
            return Tally { outs: 1, ..Tally::default() };
        }
        let case = Tally { cases: 1, ..Tally::default() };
        if let Some(hit) = self.hit {
            return match hit.test(&facts) {
                Ok(Truth::True) => Tally { hits: 1, ..case },
                Ok(Truth::False) => case,
                Ok(Truth::Unknown(_)) | Err(_) => mute,
            };
        }
        match self.value.map(|v| v.eval(&facts)) {
            None => case,
            Some(Ok(v)) => v.as_num().map_or(mute, |n| Tally { total: (n * 1e6).round() as i64, ..case }),
            Some(Err(_)) => mute,
        }
    }
}

/// Unknown does not hold.
fn holds(e: &Expr, facts: &Facts) -> bool {
    matches!(e.test(facts), Ok(Truth::True))
}
