//! The course of one matter: who made which move, when, through the flow `report` of the pack `direct_line`. Moves are
//! named `step.move`; those that any step has stand alone (`pause`, `withdraw`, …).

use crate::{Affair, CATEGORIES, Report, UNITS, Unit, matters::State, rng::Rng};
use base::{Code, Level, Time};
use std::time::Duration;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The one whose matter it is.
    Resident,
    Seat {
        role: &'static str,
        /// Of an `area_leader` the group: the seat is that of the area it is in.
        region: Code,
        /// Of a station or a department.
        unit: Option<&'static str>,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    pub at: Time,
    pub by: Actor,
    /// Such as `sort.area`.
    pub does: &'static str,
    /// Fields of the move's form.
    pub with: Vec<(&'static str, String)>,
}

const HOUR: i64 = 3_600_000;

/// Writes a course down while time goes by.
struct Pen<'a> {
    rng: &'a mut Rng,
    /// The neighbourhood.
    place: Code,
    unit: &'static Unit,
    /// It is handled by the unit and not by the village itself.
    outside: bool,
    outdoor: bool,
    answer: &'a str,
    at: Time,
    moves: Vec<Move>,
}

/// The course from `received` to `state`. It knows no *now*: its caller sees that it has ended by then.
pub fn course(report: &Report, place: Code, received: Time, state: State, rng: &mut Rng) -> Vec<Move> {
    let outside = matches!(state, State::Paused | State::Consulting | State::Conference) || rng.chance(65);
    let category = CATEGORIES.iter().find(|c| c.code == report.category);
    let unit = category.and_then(|c| UNITS.iter().find(|u| u.code == c.unit)).unwrap_or(&UNITS[0]);
    let outdoor = category.is_some_and(|c| c.outdoor);
    let mut pen = Pen { rng, place, unit, outside, outdoor, answer: report.answer, at: received, moves: Vec::new() };
    match state {
        State::Sorting | State::Merged => {}
        State::Withdrawn => pen.resident(1, 30, "withdraw", &[("reason", "settled")]),
        State::NotAccepted => {
            pen.village(1, 8, "not_accepted", &[("reason", "no_fact"), ("note", "没有说明地点和对象，两次电话未能补充")]);
            pen.approved();
        }
        State::OtherWay => {
            pen.village(1, 8, "other_way", &[("reason", "court"), ("note", "已有诉讼在先，告知办理窗口和时限")]);
            pen.approved();
        }
        _ => pen.under_way(report.affair, state),
    }
    pen.moves
}

impl Pen<'_> {
    /// Everything that is sorted first.
    fn under_way(&mut self, affair: Affair, state: State) {
        self.sort(affair);
        match state {
            State::Helping | State::Meeting | State::Handling | State::Late => return,
            State::Paused => {
                self.office(1, 8, "pause", &[("reason", "materials"), ("note", "配件在途，预计三天")]);
                return self.approved();
            }
            State::Consulting => return self.consulting(),
            State::Conference => return self.conference(),
            _ => {}
        }
        self.done(affair);
        match state {
            State::Telling => return,
            State::NotReached => return self.not_reached(),
            _ => self.leader(1, 30, "tell.told", &[]),
        }
        match state {
            State::Confirming | State::Unanswered => {}
            State::Solved => self.verdict("confirm.accept", "solved", (4, 5)),
            State::Partly => self.verdict("confirm.accept", "partly", (3, 4)),
            State::Refused => self.verdict("confirm.refuse", "unsolved", (1, 2)),
            _ => {
                // Refused once: the leader who told her is followed by the area's, who hands it up. Done again, and
                // still not solved: she ends it herself.
                self.verdict("confirm.refuse", "unsolved", (1, 2));
                self.seat(4, 20, "area_leader", Level::Group, "handle.up", &[("reason", "片里没有资金，请村里再办")]);
                self.finished("village_duty", "已再次到场，所需资金列入下半年计划，本次先做临时处理");
                self.leader(1, 20, "tell.told", &[]);
                self.verdict("confirm.accept", "unsolved", (1, 3));
            }
        }
    }

    fn sort(&mut self, affair: Affair) {
        let does = match affair {
            Affair::Family => "sort.family",
            Affair::Neighbours => "sort.neighbours",
            Affair::Area => "sort.area",
        };
        // Offered to the group's leader, who may take what is among neighbours before the village's duty sorts it.
        if affair != Affair::Area && self.rng.chance(40) {
            self.leader(0, 3, does, &[]);
        } else {
            self.village(0, 3, does, &[]);
        }
        if affair == Affair::Area && self.outside {
            self.village(0, 4, "handle.assign", &[]);
        }
    }

    /// Another unit is asked, or the third return opens the consultation by itself.
    fn consulting(&mut self) {
        const NOT_OURS: [(&str, &str); 2] = [("clause", "not_our_duty"), ("reason", "现场查看后认为应由产权单位办理")];
        if self.rng.chance(50) {
            for _ in 0..2 {
                self.office(1, 8, "handle.return", &NOT_OURS);
                self.sort(Affair::Area);
            }
            return self.office(1, 8, "handle.return", &NOT_OURS);
        }
        let other = if self.unit.code == "land" { "water" } else { "land" };
        self.office(2, 10, "handle.consult", &[("assist", other)]);
        let (role, town) = ("township_station", self.place.at(Level::Town).unwrap_or(self.place));
        let by = Actor::Seat { role, region: town, unit: Some(other) };
        self.step(2, 10, by, "opine.answer", &[("opinion", "help"), ("words", "本单位可承担材料，请村里组织投工")]);
    }

    /// Up from the station to the department, from the department to the county's leader, who calls the conference.
    fn conference(&mut self) {
        let county = self.place.at(Level::County).unwrap_or(self.place);
        self.office(4, 20, "handle.up", &[("reason", "涉及两个以上部门，本级无权决定")]);
        let by = match self.unit.town {
            Some(_) => Actor::Seat { role: "department", region: county, unit: Some(self.unit.code) },
            None => Actor::Seat { role: "county_leader", region: county, unit: None },
        };
        self.step(4, 20, by, "handle.joint", &[]);
    }

    fn done(&mut self, affair: Affair) {
        let answer = self.answer;
        match affair {
            Affair::Family => {
                let by = Actor::Seat { role: "neighbour_leader", region: self.place, unit: None };
                let with = self.outcome(answer);
                self.step(2, 30, by, "help.done", &with);
            }
            Affair::Neighbours if self.rng.chance(75) => self.leader(8, 60, "meet.agreed", &[("minutes", answer)]),
            Affair::Neighbours => {
                // The group's leader has it by then, so that it goes up to the area's, and from there to the village.
                self.leader(8, 60, "meet.not_agreed", &[]);
                self.seat(2, 20, "area_leader", Level::Group, "handle.up", &[("reason", "屋场会没有谈拢，请村里出面")]);
                self.finished("village_duty", answer);
            }
            Affair::Area => {
                let with = self.outcome(answer);
                self.office(6, 60, "handle.done", &with);
            }
        }
    }

    fn finished(&mut self, role: &'static str, answer: &str) {
        let with = self.outcome(answer);
        self.seat(4, 30, role, Level::Village, "handle.done", &with);
    }

    /// What was done, with a photo where it is out of doors.
    fn outcome<'w>(&self, answer: &'w str) -> Vec<(&'static str, &'w str)> {
        let photo = self.outdoor.then_some(("media", "photo"));
        std::iter::once(("answer", answer)).chain(photo).collect()
    }

    /// Three tries at different hours by the leader who took it, then an end that the township approves.
    fn not_reached(&mut self) {
        self.leader(1, 10, "take", &[]);
        for (day, hour) in [(1, 9), (1, 15), (1, 19)] {
            self.at = open_at(self.at, day, hour);
            let region = self.place.at(Level::Group).unwrap_or(self.place);
            let by = Actor::Seat { role: "group_leader", region, unit: None };
            self.moves.push(Move { at: self.at, by, does: "try", with: vec![("how", "phone".into())] });
        }
        self.leader(1, 8, "not_reached", &[("reason", "three_tries"), ("note", "三天内三个时段电话都没有人接")]);
        self.approved();
    }

    /// By another tier than the one that asked.
    fn approved(&mut self) {
        self.seat(0, 3, "township_duty", Level::Town, "approve", &[]);
    }

    fn verdict(&mut self, does: &'static str, solved: &str, pleased: (i64, i64)) {
        let pleased = self.rng.between(pleased.0, pleased.1).to_string();
        self.resident(2, 60, does, &[("solved", solved), ("pleased", &pleased)]);
    }

    fn resident(&mut self, first: i64, last: i64, does: &'static str, with: &[(&'static str, &str)]) {
        self.step(first, last, Actor::Resident, does, with);
    }

    fn leader(&mut self, first: i64, last: i64, does: &'static str, with: &[(&'static str, &str)]) {
        self.seat(first, last, "group_leader", Level::Group, does, with);
    }

    fn village(&mut self, first: i64, last: i64, does: &'static str, with: &[(&'static str, &str)]) {
        self.seat(first, last, "village_duty", Level::Village, does, with);
    }

    /// The unit's station in the township, or its seat at the county where it has none; the village's duty where it was
    /// not handed on.
    fn office(&mut self, first: i64, last: i64, does: &'static str, with: &[(&'static str, &str)]) {
        if !self.outside {
            return self.village(first, last, does, with);
        }
        let (role, level) = if self.unit.town.is_some() { ("township_station", Level::Town) } else { ("department", Level::County) };
        let region = self.place.at(level).unwrap_or(self.place);
        self.step(first, last, Actor::Seat { role, region, unit: Some(self.unit.code) }, does, with);
    }

    /// The region of an area's leader is the group: whose area that is, the county says.
    fn seat(&mut self, first: i64, last: i64, role: &'static str, level: Level, does: &'static str, with: &[(&'static str, &str)]) {
        let region = self.place.at(level).unwrap_or(self.place);
        self.step(first, last, Actor::Seat { role, region, unit: None }, does, with);
    }

    /// `first` to `last` hours later, when such an actor is up or at work.
    fn step(&mut self, first: i64, last: i64, by: Actor, does: &'static str, with: &[(&'static str, &str)]) {
        let later = Time(self.at.0 + 1_000 * self.rng.between(first * 3_600 + 60, last * 3_600 + 1_200));
        self.at = match by {
            Actor::Seat { role: "area_leader" | "group_leader" | "neighbour_leader", .. } | Actor::Resident => awake(later),
            Actor::Seat { .. } => at_work(later),
        };
        // What is written in words is marked, codes and numbers are not.
        let value = |v: &str| if v.is_ascii() { v.to_owned() } else { format!("{v}（演示）") };
        let with = with.iter().map(|(key, v)| (*key, value(v))).collect();
        self.moves.push(Move { at: self.at, by, does, with });
    }
}

/// The same moment, or seven in the morning of the next day for one in the night.
pub fn awake(t: Time) -> Time {
    match t.civil().hour() {
        7..=21 => t,
        h => open_at(t, i64::from(h >= 22), 7),
    }
}

/// The same moment if an office is open then (Monday to Friday, 8 to 12 and 14 to 18), else the next opening. Legal
/// holidays are left out: those who work on one are on duty.
pub fn at_work(t: Time) -> Time {
    let civil = t.civil();
    let day = civil.date().weekday().to_monday_one_offset();
    match (day, civil.hour()) {
        (6 | 7, _) => open_at(t, i64::from(8 - day), 8),
        (_, 8..=11 | 14..=17) => t,
        (_, 0..=7) => open_at(t, 0, 8),
        (_, 12..=13) => open_at(t, 0, 14),
        (5, _) => open_at(t, 3, 8),
        _ => open_at(t, 1, 8),
    }
}

/// `days` later, in the hour `hour`, at the minute it was.
fn open_at(t: Time, days: i64, hour: i64) -> Time {
    const DAY: i64 = 24 * HOUR;
    let midnight = t.0 - (t.0 + 8 * HOUR).rem_euclid(DAY);
    Time(midnight + days * DAY + hour * HOUR) + Duration::from_millis(t.0.rem_euclid(HOUR) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offices_and_nights_are_respected() {
        for (at, office, person) in [
            ("2026-11-20T17:40", "2026-11-20T17:40", "2026-11-20T17:40"),
            ("2026-11-20T18:10", "2026-11-23T08:10", "2026-11-20T18:10"),
            ("2026-11-21T10:05", "2026-11-23T08:05", "2026-11-21T10:05"),
            ("2026-11-22T23:30", "2026-11-23T08:30", "2026-11-23T07:30"),
            ("2026-11-24T03:15", "2026-11-24T08:15", "2026-11-24T07:15"),
            ("2026-11-24T12:20", "2026-11-24T14:20", "2026-11-24T12:20"),
            ("2026-11-24T22:00", "2026-11-25T08:00", "2026-11-25T07:00"),
        ] {
            let time = |s: &str| s.parse::<Time>().expect(s);
            assert_eq!(at_work(time(at)), time(office), "{at}");
            assert_eq!(awake(time(at)), time(person), "{at}");
        }
    }
}
