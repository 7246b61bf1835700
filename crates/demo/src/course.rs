//! The course of one matter: who made which move, when, through the flow `report` of the pack `direct_line`. Moves are
//! named `step.move`; those that any step has stand alone (`pause`, `withdraw`, …).

use crate::{Affair, CATEGORIES, Report, matters::State, rng::Rng};
use base::{Code, Level, Time};
use std::time::Duration;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The one whose matter it is.
    Resident,
    Seat {
        role: &'static str,
        region: Code,
        /// With role `unit` alone.
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
    place: Code,
    /// Who handles what is not settled among neighbours; `None` if the village does it itself.
    unit: Option<&'static str>,
    answer: &'a str,
    at: Time,
    moves: Vec<Move>,
}

/// The course from `received` to `state`. It knows no *now*: its caller sees that it has ended by then.
pub fn course(report: &Report, place: Code, received: Time, state: State, rng: &mut Rng) -> Vec<Move> {
    let outside = matches!(state, State::Paused | State::Consulting | State::Conference) || rng.chance(65);
    let unit = CATEGORIES.iter().find(|c| c.code == report.category && outside).map(|c| c.unit);
    let mut pen = Pen { rng, place, unit, answer: report.answer, at: received, moves: Vec::new() };
    match state {
        State::Sorting | State::Merged => {}
        State::Withdrawn => pen.resident(1, 30, "withdraw", &[("reason", "solved_itself")]),
        State::NotAccepted => pen.ended("not_accepted", &[("reason", "no_facts"), ("note", "没有说明地点和对象，两次电话未能补充")]),
        State::OtherWay => {
            let way = if report.category == "labour" { "arbitration" } else { "court" };
            pen.ended("other_way", &[("way", way), ("note", "已有仲裁或诉讼在先，告知办理窗口和时限")]);
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
                self.office(1, 8, "pause", &[("reason", "materials"), ("days", "3"), ("approved_by", "township_duty")]);
                return;
            }
            State::Consulting => {
                if self.rng.chance(50) {
                    return self.returned_twice();
                }
                self.seat(2, 10, "village_lead", Level::Village, "handle.consult", &[("question", "责任单位不清，请牵头单位拿意见")]);
                self.office(2, 10, "consultation.opinion", &[("opinion", "本单位可承担材料，请村里组织投工")]);
                return;
            }
            State::Conference => {
                self.office(4, 20, "handle.up", &[("reason", "涉及两个以上部门，本级无权决定")]);
                self.seat(4, 20, "township_duty", Level::Town, "handle.joint", &[("reason", "提请县级联席会议")]);
                return;
            }
            _ => {}
        }
        self.done(affair);
        match state {
            State::Telling => return,
            State::NotReached => return self.not_reached(),
            _ => self.leader(1, 30, "tell.told", &[("how", "visit")]),
        }
        match state {
            State::Confirming | State::Unanswered => {}
            State::Solved => self.verdict("confirm.accept", "solved", (4, 5)),
            State::Partly => self.verdict("confirm.accept", "partly", (3, 4)),
            State::Refused => self.verdict("confirm.refuse", "unsolved", (1, 2)),
            _ => {
                // Refused once, done again by the next rung, and still not solved: he ends it himself.
                self.verdict("confirm.refuse", "unsolved", (1, 2));
                self.seat(
                    4,
                    40,
                    "township_duty",
                    Level::Town,
                    "handle.done",
                    &[("answer", "已再次到场，所需资金列入下半年计划，本次先做临时处理")],
                );
                self.leader(1, 20, "tell.told", &[("how", "phone")]);
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
        // Offered to the group's leader, who may take it before the village's duty does.
        if self.rng.chance(40) {
            self.leader(0, 3, does, &[]);
        } else {
            self.seat(0, 3, "village_duty", Level::Village, does, &[]);
        }
        if affair == Affair::Area && self.unit.is_some() {
            self.seat(0, 4, "village_duty", Level::Village, "handle.assign", &[]);
        }
    }

    /// The second return opens a consultation by itself.
    fn returned_twice(&mut self) {
        self.office(1, 8, "handle.return", &[("clause", "不在本单位责任清单内"), ("reason", "设施产权不属于本单位")]);
        self.sort(Affair::Area);
        self.office(1, 8, "handle.return", &[("clause", "不在本单位责任清单内"), ("reason", "现场查看后仍认为应由产权单位办理")]);
    }

    fn done(&mut self, affair: Affair) {
        let answer = self.answer.to_owned();
        let answer = answer.as_str();
        match affair {
            Affair::Family => {
                let home = self.place.child(Level::Neighbour, 1).unwrap_or(self.place);
                self.step(2, 30, Actor::Seat { role: "neighbour_leader", region: home, unit: None }, "help.done", &[("answer", answer)]);
            }
            Affair::Neighbours if self.rng.chance(75) => self.leader(8, 60, "meet.agreed", &[("minutes", answer)]),
            Affair::Neighbours => {
                self.leader(8, 60, "meet.not_agreed", &[("minutes", "屋场会没有谈拢，报村里")]);
                self.seat(4, 30, "village_lead", Level::Village, "handle.done", &[("answer", answer)]);
            }
            Affair::Area => self.office(6, 60, "handle.done", &[("answer", answer)]),
        }
    }

    /// Three tries at different hours, then an end that the township approves.
    fn not_reached(&mut self) {
        for _ in 0..3 {
            self.leader(3, 30, "tell.not_reached", &[("how", "phone")]);
        }
        self.ended("not_reached", &[("reason", "three_tries")]);
    }

    /// An end that is not *done*: asked for by the village, approved by another tier.
    fn ended(&mut self, does: &'static str, with: &[(&'static str, &str)]) {
        let with = [with, &[("approved_by", "township_duty")]].concat();
        self.seat(1, 8, "village_duty", Level::Village, does, &with);
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

    /// The unit's station in the township, or the village's duty where no unit has it.
    fn office(&mut self, first: i64, last: i64, does: &'static str, with: &[(&'static str, &str)]) {
        if self.unit.is_none() {
            return self.seat(first, last, "village_duty", Level::Village, does, with);
        }
        let town = self.place.at(Level::Town).unwrap_or(self.place);
        self.step(first, last, Actor::Seat { role: "unit", region: town, unit: self.unit }, does, with);
    }

    fn seat(&mut self, first: i64, last: i64, role: &'static str, level: Level, does: &'static str, with: &[(&'static str, &str)]) {
        let region = self.place.at(level).unwrap_or(self.place);
        self.step(first, last, Actor::Seat { role, region, unit: None }, does, with);
    }

    /// `first` to `last` hours later, when such an actor is up or at work.
    fn step(&mut self, first: i64, last: i64, by: Actor, does: &'static str, with: &[(&'static str, &str)]) {
        let later = Time(self.at.0 + 1_000 * self.rng.between(first * 3_600 + 60, last * 3_600 + 1_200));
        self.at = match by {
            Actor::Seat { role: "group_leader" | "neighbour_leader", .. } | Actor::Resident => awake(later),
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
