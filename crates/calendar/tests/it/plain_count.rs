//! The calendar against a plain count: minutes one by one for hours and pauses, days one by one for days, on random
//! cases. The count is written from the rules alone and shares nothing with the crate: it has its own list of
//! holidays and its own idea of a week, and looks at every day and minute.
//!
//! `SHUXIANG_CASES` sets the number of cases, `SHUXIANG_SEED` the seed.

use base::Time;
use calendar::{Calendar, Due, Term, Unit};
use std::time::Instant;

const MINUTE: i64 = 60_000;
const DAY_MINUTES: i64 = 1_440;
/// Shanghai's midnight of the first day of the count, 2023-11-01, a Wednesday.
const ORIGIN: &str = "2023-11-01T00:00+08:00";
/// To the end of 2030, and a little.
const DAYS: i64 = 2_700;

/// (first day off, last day off) and days made up, as the three notices have them.
const OFF: &[(&str, &str)] = &[
    ("2024-01-01", "2024-01-01"),
    ("2024-02-10", "2024-02-17"),
    ("2024-04-04", "2024-04-06"),
    ("2024-05-01", "2024-05-05"),
    ("2024-06-10", "2024-06-10"),
    ("2024-09-15", "2024-09-17"),
    ("2024-10-01", "2024-10-07"),
    ("2025-01-01", "2025-01-01"),
    ("2025-01-28", "2025-02-04"),
    ("2025-04-04", "2025-04-06"),
    ("2025-05-01", "2025-05-05"),
    ("2025-05-31", "2025-06-02"),
    ("2025-10-01", "2025-10-08"),
    ("2026-01-01", "2026-01-03"),
    ("2026-02-15", "2026-02-23"),
    ("2026-04-04", "2026-04-06"),
    ("2026-05-01", "2026-05-05"),
    ("2026-06-19", "2026-06-21"),
    ("2026-09-25", "2026-09-27"),
    ("2026-10-01", "2026-10-07"),
];
const MADE_UP: &str = "2024-02-04 2024-02-18 2024-04-07 2024-04-28 2024-05-11 2024-09-14 2024-09-29 2024-10-12 2025-01-26 \
                       2025-02-08 2025-04-27 2025-09-28 2025-10-11 2026-01-04 2026-02-14 2026-02-28 2026-05-09 2026-09-20 2026-10-10";

/// One day of the count.
struct Day {
    year: i32,
    month: i32,
    of_month: i32,
    worked: bool,
    known: bool,
}

struct Count {
    origin: i64,
    days: Vec<Day>,
    /// A day of a year without a table was looked at.
    saw_unknown: bool,
}

impl Count {
    fn new() -> Self {
        let (mut year, mut month, mut of_month) = (2023, 11, 1);
        let mut days = Vec::new();
        for i in 0..DAYS {
            let name = format!("{year}-{month:02}-{of_month:02}");
            let weekend = matches!((i + 2) % 7, 5 | 6); // Monday is 0; the count begins on a Wednesday
            let off = OFF.iter().any(|(first, last)| *first <= name.as_str() && name.as_str() <= *last);
            let worked = MADE_UP.contains(&name) || !(weekend || off);
            days.push(Day { year, month, of_month, worked, known: (2024..=2026).contains(&year) });
            of_month += 1;
            if of_month > length(year, month) {
                (month, of_month) = (month + 1, 1);
            }
            if month > 12 {
                (year, month) = (year + 1, 1);
            }
        }
        Count { origin: ORIGIN.parse::<Time>().expect("the origin").0, days, saw_unknown: false }
    }

    fn day_of(&self, ms: i64) -> i64 {
        (ms - self.origin) / (DAY_MINUTES * MINUTE)
    }

    fn look(&mut self, day: i64) -> &Day {
        let day = &self.days[day as usize];
        self.saw_unknown |= !day.known;
        day
    }

    /// Is this minute (of the count) inside 08:00–12:00 or 14:00–18:00 of a working day?
    fn is_office(&mut self, minute: i64) -> bool {
        let clock = minute % DAY_MINUTES / 60;
        self.look(minute / DAY_MINUTES).worked && ((8..12).contains(&clock) || (14..18).contains(&clock))
    }

    fn office_unit(unit: Unit) -> bool {
        matches!(unit, Unit::WorkHours | Unit::WorkDays)
    }

    /// Goes on from `at` minute by minute until `ms` of the unit's time have passed.
    fn go_on(&mut self, at: i64, mut ms: i64, unit: Unit) -> i64 {
        if ms == 0 {
            return at;
        }
        let mut minute = (at - self.origin) / MINUTE;
        loop {
            let (begins, ends) = (self.origin + minute * MINUTE, self.origin + (minute + 1) * MINUTE);
            let from = at.max(begins);
            if !Self::office_unit(unit) || self.is_office(minute) {
                if ms <= ends - from {
                    return from + ms;
                }
                ms -= ends - from;
            }
            minute += 1;
        }
    }

    /// The unit's time in a span, minute by minute.
    fn time_in(&mut self, from: i64, to: i64, unit: Unit) -> i64 {
        let mut sum = 0;
        let mut minute = (from - self.origin) / MINUTE;
        while self.origin + minute * MINUTE < to {
            let (begins, ends) = (self.origin + minute * MINUTE, self.origin + (minute + 1) * MINUTE);
            if !Self::office_unit(unit) || self.is_office(minute) {
                sum += to.min(ends) - from.max(begins);
            }
            minute += 1;
        }
        sum
    }

    fn due(&mut self, start: i64, term: Term) -> i64 {
        let today = self.day_of(start);
        let at = |count: &Self, day: i64, hour: i64| count.origin + (day * DAY_MINUTES + hour * 60) * MINUTE;
        match term.unit {
            Unit::Seconds => start + i64::from(term.amount) * 1_000,
            Unit::UrgentHours | Unit::WorkHours => self.go_on(start, i64::from(term.amount) * 60 * MINUTE, term.unit),
            Unit::WorkDays => {
                let (mut day, mut counted) = (today, 0);
                while counted < term.amount {
                    day += 1;
                    counted += u32::from(self.look(day).worked);
                }
                at(self, day, 18)
            }
            Unit::Days => {
                let mut day = today;
                for _ in 0..term.amount {
                    day += 1;
                }
                while !self.look(day).worked {
                    day += 1;
                }
                at(self, day, 24)
            }
            Unit::Months => {
                let began = &self.days[today as usize];
                let (mut year, mut month) = (began.year, began.month);
                for _ in 0..term.amount {
                    (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
                }
                let wanted = (year, month, began.of_month.min(length(year, month)));
                let mut day = today;
                while (self.days[day as usize].year, self.days[day as usize].month, self.days[day as usize].of_month) != wanted {
                    day += 1;
                }
                while !self.look(day).worked {
                    day += 1;
                }
                at(self, day, 18)
            }
        }
    }

    fn due_with_pauses(&mut self, case: &Case) -> Due {
        self.saw_unknown = false;
        let start = case.start.0;
        let deadline = self.due(start, case.term);
        // Cut the line at every end of a pause: a piece is paused if any pause covers it, and is counted once.
        let mut cuts: Vec<i64> = case.pauses.iter().flat_map(|(a, b)| [a.0, b.0]).chain([start]).collect();
        cuts.sort_unstable();
        let mut paused = 0;
        for piece in cuts.windows(2).filter(|p| p[0] >= start && p[0] < p[1]) {
            if case.pauses.iter().any(|(a, b)| a.0 <= piece[0] && piece[1] <= b.0) {
                paused += self.time_in(piece[0], piece[1], case.term.unit);
            }
        }
        let at = self.go_on(deadline, paused, case.term.unit);
        Due { at: Time(at), provisional: self.saw_unknown }
    }
}

fn length(year: i32, month: i32) -> i32 {
    match month {
        2 if year % 4 == 0 => 29, // no century in the count
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

struct Case {
    start: Time,
    term: Term,
    pauses: Vec<(Time, Time)>,
}

/// SplitMix64: a few lines, the same cases everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, n: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % n as u64) as i64
    }

    /// Half of all moments fall on the minute, a part of these on the edges of office hours.
    fn moment(&mut self, from: i64, minutes: i64) -> Time {
        let mut minute = self.below(minutes);
        if self.below(4) == 0 {
            let edge = [0, 8, 12, 14, 18][self.below(5) as usize] * 60;
            minute = minute / DAY_MINUTES * DAY_MINUTES + edge;
        }
        let inside = if self.below(2) == 0 { 0 } else { self.below(MINUTE) };
        Time(from + minute * MINUTE + inside)
    }

    fn case(&mut self, origin: i64) -> Case {
        // From 2023-11 to 2027-06: two months before the tables and half a year after them.
        let start = self.moment(origin, 1_300 * DAY_MINUTES);
        let (unit, most) = [
            (Unit::Seconds, 100_000),
            (Unit::UrgentHours, 100),
            (Unit::WorkHours, 60),
            (Unit::WorkDays, 90),
            (Unit::Days, 200),
            (Unit::Months, 24),
        ][self.below(6) as usize];
        let term = Term::new(1 + self.below(most) as u32, unit);
        let day_start = start.0 - (start.0 - origin) % (DAY_MINUTES * MINUTE);
        let pauses = (0..self.below(8) - 4)
            .map(|_| {
                // Some begin before the start, overlap, last nothing, or stand the wrong way round.
                let from = self.moment(day_start - DAY_MINUTES * MINUTE, 12 * DAY_MINUTES);
                let most = 1 + self.below(8 * DAY_MINUTES);
                let long = if self.below(20) == 0 { -self.below(500) } else { self.below(most) };
                let to = from.0 + long * MINUTE + if self.below(2) == 0 { 0 } else { self.below(MINUTE) };
                (from.max(Time(origin)), Time(to.max(origin)))
            })
            .collect();
        Case { start, term, pauses }
    }
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |v| v.parse().unwrap_or_else(|_| panic!("{name} should be a whole number, not {v:?}")))
}

#[test]
fn equals_a_plain_count_on_random_cases() {
    let (cases, seed) = (setting("SHUXIANG_CASES", 20_000), setting("SHUXIANG_SEED", 20_260_930));
    let (calendar, mut count, mut random) = (Calendar::shipped(), Count::new(), Random(seed));
    let origin = count.origin;
    let all: Vec<Case> = (0..cases).map(|_| random.case(origin)).collect();

    let began = Instant::now();
    let plain: Vec<Due> = all.iter().map(|c| calendar.due(c.start, c.term)).collect();
    let due_time = began.elapsed();
    let began = Instant::now();
    let paused: Vec<Due> = all.iter().map(|c| calendar.due_with_pauses(c.start, c.term, &c.pauses)).collect();
    let paused_time = began.elapsed();

    let began = Instant::now();
    for (i, case) in all.iter().enumerate() {
        let told = || format!("case {i} of seed {seed}: {} + {}, pauses {:?}", case.start, case.term, case.pauses);
        count.saw_unknown = false;
        let at = count.due(case.start.0, case.term);
        assert_eq!(plain[i], Due { at: Time(at), provisional: count.saw_unknown }, "{}", told());
        assert_eq!(paused[i], count.due_with_pauses(case), "{}", told());
    }
    println!(
        "{cases} cases equal, {} with pauses, {} provisional: calendar {:.0} ns a due, {:.0} ns with pauses; the plain count took {:.1} s",
        all.iter().filter(|c| !c.pauses.is_empty()).count(),
        paused.iter().filter(|d| d.provisional).count(),
        due_time.as_nanos() as f64 / cases.max(1) as f64,
        paused_time.as_nanos() as f64 / cases.max(1) as f64,
        began.elapsed().as_secs_f64(),
    );
}
