//! A month of residents' matters, all in relation to a *now*.

use crate::{
    Affair, CATEGORIES, County, REPORTS, Report,
    course::{Actor, Move, at_work, awake, course},
    names::numeral,
    rng::Rng,
    words::Hours,
};
use base::{Code, Level, Time};

/// Where a matter stands at *now*.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    // Open, in time.
    Sorting,
    Helping,
    Meeting,
    Handling,
    Telling,
    Confirming,
    Paused,
    Consulting,
    /// With the county leader's joint conference.
    Conference,
    /// Not solved, said the resident: with the next rung.
    Refused,
    /// Open and past its deadline.
    Late,
    // Closed.
    Solved,
    Partly,
    Unsolved,
    /// Told, and nothing said for seven days: it closes by itself.
    Unanswered,
    Withdrawn,
    NotAccepted,
    OtherWay,
    NotReached,
    Merged,
}

/// Every state with its share in a hundred; and how long ago its last move was at least, in hours.
const SHARES: [(State, usize, i64); 20] = [
    (State::Solved, 43, 1),
    (State::Partly, 9, 1),
    (State::Unsolved, 3, 1),
    (State::Unanswered, 4, 8 * 24),
    (State::Handling, 9, 2),
    (State::Confirming, 6, 2),
    (State::Sorting, 3, 0),
    (State::Helping, 2, 1),
    (State::Meeting, 3, 1),
    (State::Telling, 3, 1),
    (State::Late, 3, 9 * 24),
    (State::Paused, 1, 2),
    (State::Consulting, 1, 2),
    (State::Conference, 1, 24),
    (State::Refused, 1, 2),
    (State::Withdrawn, 2, 1),
    (State::NotAccepted, 1, 1),
    (State::OtherWay, 1, 1),
    (State::NotReached, 1, 1),
    (State::Merged, 3, 0),
];

impl State {
    pub fn all() -> impl Iterator<Item = State> {
        SHARES.into_iter().map(|(state, _, _)| state)
    }

    /// Closed by now; [`State::Unanswered`] is closed by its timer and not by a move.
    pub fn is_closed(self) -> bool {
        use State::{Merged, NotAccepted, NotReached, OtherWay, Partly, Solved, Unanswered, Unsolved, Withdrawn};
        matches!(self, Solved | Partly | Unsolved | Unanswered | Withdrawn | NotAccepted | OtherWay | NotReached | Merged)
    }

    /// Whether a report of this kind can come to stand there.
    fn suits(self, report: &Report) -> bool {
        match self {
            State::Helping => report.affair == Affair::Family,
            State::Meeting => report.affair == Affair::Neighbours,
            State::Handling | State::Late | State::Paused | State::Consulting | State::Conference | State::Refused | State::Unsolved => {
                report.affair == Affair::Area
            }
            // Where nobody but the village had it before, the group's leader is offered the telling.
            State::NotReached => report.affair == Affair::Area,
            State::OtherWay => matches!(report.category, "dispute" | "land"),
            _ => true,
        }
    }
}

/// How it came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// By the resident herself, on her telephone's page.
    Page,
    /// The same inside the WeChat mini-program.
    Miniprogram,
    /// Told to a clerk on the telephone, who wrote it down, read it back and had her agree.
    Phone,
    /// Told to the group's leader at the door.
    Visit,
    /// By a client that speaks Open311.
    Open311,
}

impl Door {
    /// The sender wrote herself.
    pub fn is_own(self) -> bool {
        matches!(self, Door::Page | Door::Miniprogram)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    Named,
    /// Only a named keeper may open who sent it.
    Sealed,
    Anonymous,
}

#[derive(Clone, Debug, PartialEq)]
pub struct PlannedMatter {
    /// Pack and flow.
    pub flow: (&'static str, &'static str),
    /// Index into [`County::residents`]; who an anonymous report came from is for nobody to store.
    pub resident: usize,
    /// The neighbourhood where it is.
    pub place: Code,
    /// Longitude and latitude near there, where the sender's telephone knew (示意).
    pub point: Option<(f64, f64)>,
    /// What it is about; and what the first look took it for, another in one of twelve.
    pub category: &'static str,
    pub guess: &'static str,
    pub words: String,
    pub received: Time,
    pub door: Door,
    pub sender: Sender,
    pub state: State,
    /// In order of time, all between `received` and *now*.
    pub course: Vec<Move>,
    /// Index of the earlier matter, in the same plan, that this one is merged into.
    pub merged_into: Option<usize>,
    /// Index of the earlier, closed matter of the same resident of which this is the same again.
    pub repeats: Option<usize>,
}

/// `n` matters of the month before `now`, sorted by when they were received. Every state is among any twenty; a few
/// reach back further than a month, where their course takes so long.
pub fn matters(county: &County, now: Time, seed: u64, n: usize) -> Vec<PlannedMatter> {
    let mut rng = Rng::new(seed);
    let (merged, others): (Vec<State>, Vec<State>) = states(n, &mut rng).into_iter().partition(|s| *s == State::Merged);
    // Whoever tries the telephone's page with the account that is printed finds one of each there.
    let known = county.account_of_resident();
    let whose = |i: usize, rng: &mut Rng| known.filter(|_| i < SHARES.len()).unwrap_or_else(|| rng.below(county.residents.len()));
    let mut plan = Vec::with_capacity(n);
    for (i, state) in others.into_iter().enumerate() {
        let resident = whose(i, &mut rng);
        plan.push(planned(county, now, state, resident, &mut rng));
    }
    plan.sort_by_key(|m| m.received);
    points(county, &mut plan, &mut Rng::new(seed ^ POINTS));
    repeat(&mut plan, &mut rng);
    for _ in merged {
        merge(county, &mut plan, now, &mut rng);
    }
    sorted(plan)
}

/// Two of three have a point, not far from their neighbourhood's centre. By chances of their own, so that the month is
/// the same with them and without.
fn points(county: &County, plan: &mut [PlannedMatter], rng: &mut Rng) {
    for m in plan {
        let centre = county.region(m.place).map(|r| r.centre).filter(|_| rng.chance(67));
        m.point = centre.map(|c| crate::county::scattered(c, 0.0012, &county.outline, rng));
    }
}

const POINTS: u64 = 0x706f_696e_7473;

/// One of each first, the rest by their shares.
fn states(n: usize, rng: &mut Rng) -> Vec<State> {
    let total: usize = SHARES.iter().map(|(_, share, _)| share).sum();
    let mut draw = |i: usize| {
        if let Some((state, _, _)) = SHARES.get(i) {
            return *state;
        }
        let mut at = rng.below(total);
        for (state, share, _) in SHARES {
            if at < share {
                return state;
            }
            at -= share;
        }
        State::Solved
    };
    (0..n).map(&mut draw).collect()
}

fn planned(county: &County, now: Time, state: State, resident: usize, rng: &mut Rng) -> PlannedMatter {
    let suited: Vec<&Report> = REPORTS.iter().copied().flatten().filter(|r| state.suits(r)).collect();
    let report = *rng.pick(&suited);
    let home = county.residents[resident].home;
    let (received, course) = timed(report, home, now, state, rng);
    let mistaken = CATEGORIES.iter().find(|c| c.code == report.category).map_or(report.category, |c| c.mistaken);
    let door = match rng.below(20) {
        0..=7 => Door::Page,
        8..=11 => Door::Miniprogram,
        12..=15 => Door::Phone,
        16..=18 => Door::Visit,
        _ => Door::Open311,
    };
    // Whoever is visited or on the telephone says who she is; and one of whom nothing is known cannot be asked.
    let silent = course.iter().all(|m| m.by != Actor::Resident);
    let sender = match rng.below(25) {
        0 if door.is_own() => Sender::Sealed,
        1 if door.is_own() && silent => Sender::Anonymous,
        _ => Sender::Named,
    };
    PlannedMatter {
        flow: ("direct_line", "report"),
        resident,
        place: home,
        point: None,
        category: report.category,
        guess: if rng.below(12) == 0 { mistaken } else { report.category },
        words: told(report.words, county, home, rng),
        received,
        door,
        sender,
        state,
        course,
        merged_into: None,
        repeats: None,
    }
}

/// Fills in the place, adds what people add, and marks the words.
fn told(words: &str, county: &County, place: Code, rng: &mut Rng) -> String {
    const OPENINGS: [&str; 6] = ["", "", "领导好，", "反映一个事：", "麻烦问一下，", "我是本组的，"];
    const CLOSINGS: [&str; 6] = ["", "", "。请派人来看看", "。盼回复，谢谢", "。跟组长讲过一次了", "。附近几户都晓得"];
    let (opening, closing) = (rng.pick(&OPENINGS), rng.pick(&CLOSINGS));
    let village = place.at(Level::Village).and_then(|v| county.region(v)).map_or("本村", |r| &r.name);
    let group = format!("{}组", numeral(place.part(Level::Group)));
    format!("{opening}{}{closing}（演示）", words.replace("{v}", village).replace("{g}", &group))
}

/// A day and an hour that suit the report, the latest (or, of what is closed, any of the month) by which its course
/// has come so far.
fn timed(report: &Report, place: Code, now: Time, state: State, rng: &mut Rng) -> (Time, Vec<Move>) {
    if state == State::Sorting {
        return (Time(now.0 - 1_000 * rng.between(300, 9_000)), Vec::new());
    }
    let least = SHARES.iter().find(|(s, _, _)| *s == state).map_or(0, |(_, _, hours)| hours * 3_600_000);
    let first = if state.is_closed() { rng.between(1, 29) } else { 0 };
    let mut age = first;
    loop {
        let received = at_hour(now, age, report.hours, rng);
        let moves = course(report, place, received, state, &mut rng.clone());
        let last = moves.last().map_or(received, |m| m.at);
        // 90 days are more than any course takes.
        if last.0 + least <= now.0 || age > first + 90 {
            return (received, moves);
        }
        age += 1;
    }
}

fn at_hour(now: Time, days_ago: i64, hours: Hours, rng: &mut Rng) -> Time {
    const DAY: i64 = 86_400_000;
    let midnight = now.0 - (now.0 + 8 * 3_600_000).rem_euclid(DAY);
    let (first, last) = hours.span();
    Time(midnight - days_ago * DAY + rng.between(first, last) * 3_600_000 + rng.between(0, 3_599) * 1_000)
}

/// A third of what has just come in is what its resident reported before, without new facts.
fn repeat(plan: &mut [PlannedMatter], rng: &mut Rng) {
    for i in 0..plan.len() {
        if plan[i].state != State::Sorting || !rng.chance(33) {
            continue;
        }
        let ended = |m: &PlannedMatter| matches!(m.state, State::Unsolved | State::Partly);
        let earlier: Vec<usize> = (0..i).filter(|j| ended(&plan[*j])).collect();
        if earlier.is_empty() {
            continue;
        }
        let of = *rng.pick(&earlier);
        let (from, now) = (plan[of].clone(), &plan[i]);
        plan[i] = PlannedMatter {
            words: format!("还是上次那件事：{}", from.words),
            received: now.received,
            door: now.door,
            sender: Sender::Named,
            state: State::Sorting,
            course: Vec::new(),
            repeats: Some(of),
            ..from
        };
    }
}

/// A neighbour's report of the same thing within a day, merged by the village's duty into the first one while that is
/// open.
fn merge(county: &County, plan: &mut Vec<PlannedMatter>, now: Time, rng: &mut Rng) {
    let sorted: Vec<usize> = (0..plan.len()).filter(|i| plan[*i].course.first().is_some_and(|m| m.does == "sort.area")).collect();
    for _ in 0..100 {
        let Some(&of) = sorted.get(rng.below(sorted.len())) else { return };
        let first = &plan[of];
        let until = first.course.last().filter(|_| first.state.is_closed()).map_or(now, |m| m.at);
        let received = awake(Time(first.received.0 + 1_000 * rng.between(600, 72_000)));
        let at = at_work(Time(received.0 + 1_000 * rng.between(60, 1_800)));
        let approved = at_work(Time(at.0 + 1_000 * rng.between(600, 7_200)));
        if at > until || approved > now {
            continue;
        }
        let village = first.place.at(Level::Village).unwrap_or(first.place);
        let near = |r: &usize| *r != first.resident && village.contains(county.residents[*r].home);
        let neighbours: Vec<usize> = (0..county.residents.len()).filter(near).collect();
        let resident = if neighbours.is_empty() { first.resident } else { *rng.pick(&neighbours) };
        let by = Actor::Seat { role: "village_duty", region: village, unit: None };
        let township = Actor::Seat { role: "township_duty", region: first.place.at(Level::Town).unwrap_or(first.place), unit: None };
        let opening = rng.pick(&["我也反映一下：", "跟别个讲的一样：", "帮我们组里讲一句："]);
        plan.push(PlannedMatter {
            resident,
            words: format!("{opening}{}", first.words),
            received,
            door: Door::Page,
            sender: Sender::Named,
            state: State::Merged,
            course: vec![
                Move { at, by, does: "merge", with: Vec::new() },
                Move { at: approved, by: township, does: "approve", with: Vec::new() },
            ],
            merged_into: Some(of),
            ..first.clone()
        });
        return;
    }
}

/// By time of receipt, with the references moved along.
fn sorted(plan: Vec<PlannedMatter>) -> Vec<PlannedMatter> {
    let mut order: Vec<usize> = (0..plan.len()).collect();
    order.sort_by_key(|i| (plan[*i].received, *i));
    let mut place = vec![0; plan.len()];
    for (new, old) in order.iter().enumerate() {
        place[*old] = new;
    }
    let moved = |of: Option<usize>| of.map(|i| place[i]);
    order
        .iter()
        .map(|i| PlannedMatter { merged_into: moved(plan[*i].merged_into), repeats: moved(plan[*i].repeats), ..plan[*i].clone() })
        .collect()
}
