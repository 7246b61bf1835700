//! What the law says, article by article (民法典 200–204), and figures worked out by hand.

use base::Time;
use calendar::{Calendar, OfficeHours, Term, Unit, YearTable};

fn time(s: &str) -> Time {
    s.parse().expect(s)
}

fn due(start: &str, term: &str) -> String {
    Calendar::shipped().due(time(start), term.parse::<Term>().expect(term)).at.to_string()
}

#[track_caller]
fn ends(start: &str, term: &str, end: &str) {
    assert_eq!(due(start, term), time(end).to_string(), "{start} + {term}");
}

#[test]
fn article_201_the_day_of_the_start_is_not_counted() {
    ends("2026-03-02T00:00", "1 work-day", "2026-03-03T18:00");
    ends("2026-03-02T23:59", "1 work-day", "2026-03-03T18:00");
    ends("2026-03-02T09:00", "1 day", "2026-03-04T00:00");
    // A start on a day off: the next working day is the first.
    ends("2026-03-07T10:00", "1 work-day", "2026-03-09T18:00");
}

#[test]
fn article_201_hours_run_from_the_moment_itself() {
    ends("2026-10-01T23:30", "2 urgent-hours", "2026-10-02T01:30");
    ends("2026-03-02T09:00", "2 work-hours", "2026-03-02T11:00");
    ends("2026-03-02T11:00", "2 work-hours", "2026-03-02T15:00");
    ends("2026-03-02T17:00", "2 work-hours", "2026-03-03T09:00");
    ends("2026-03-06T17:00", "2 work-hours", "2026-03-09T09:00");
    ends("2026-03-02T09:00:07.250", "60 s", "2026-03-02T09:01:07.250");
}

#[test]
fn article_202_the_same_day_of_the_month_or_its_last() {
    ends("2025-03-31T10:00", "3 months", "2025-06-30T18:00");
    ends("2025-03-31T10:00", "6 months", "2025-09-30T18:00");
    ends("2025-03-31T10:00", "12 months", "2026-03-31T18:00");
    ends("2024-01-29T10:00", "1 month", "2024-02-29T18:00");
    // Counted from the origin, not from month to month: 31 January is not worn down to the 28th.
    ends("2026-01-31T10:00", "2 months", "2026-03-31T18:00");
    // 2025-12-31 and two months is 2026-02-28, a Saturday that is made up.
    ends("2025-12-31T10:00", "2 months", "2026-02-28T18:00");
}

#[test]
fn article_203_a_last_day_off_moves_to_the_next_working_day() {
    ends("2026-03-02T09:00", "5 days", "2026-03-10T00:00"); // Saturday 7 March, to Monday the 9th, 24:00
    ends("2026-09-24T09:00", "7 days", "2026-10-09T00:00"); // 1 October, to the 8th
    ends("2026-04-01T09:00", "1 month", "2026-05-06T18:00"); // Labour Day, to the 6th
    ends("2026-02-07T09:00", "7 days", "2026-02-15T00:00"); // Saturday the 14th is made up and stays
    ends("2026-02-08T09:00", "7 days", "2026-02-25T00:00"); // the 15th opens Spring Festival, to the 24th
}

#[test]
fn article_203_the_last_day_ends_at_24_or_at_the_close_of_business() {
    ends("2026-03-02T09:00", "2 days", "2026-03-05T00:00");
    ends("2026-03-02T09:00", "2 work-days", "2026-03-04T18:00");
    let summer = Calendar::shipped().with_hours("08:00-12:00 15:00-18:30".parse::<OfficeHours>().expect("hours"));
    assert_eq!(summer.due(time("2026-07-06T09:00"), Term::new(2, Unit::WorkDays)).at, time("2026-07-08T18:30"));
    assert_eq!(summer.due(time("2026-07-06T11:00"), Term::new(2, Unit::WorkHours)).at, time("2026-07-06T16:00"));
}

#[test]
fn the_national_day_week_and_its_make_up_day() {
    ends("2026-09-30T16:20+08:00", "5 work-days", "2026-10-13T18:00");
    assert_eq!(due("2026-09-30T16:20+08:00", "5 work-days"), "2026-10-13T18:00:00+08:00");
}

#[test]
fn golden_work_days_of_2026() {
    ends("2026-04-30T10:00", "13 work-days", "2026-05-21T18:00");
    ends("2026-02-10T10:00", "15 work-days", "2026-03-09T18:00");
    ends("2026-09-24T10:00", "5 work-days", "2026-10-09T18:00");
}

#[test]
fn the_number_of_working_days_is_that_of_the_announcements() {
    // Weekdays of the year, less the weekdays off, and the make-up days, counted by hand in the notices.
    let calendar = Calendar::shipped();
    for (year, want) in [(2024, 262 - 19 + 8), (2025, 261 - 18 + 5), (2026, 261 - 19 + 6)] {
        let first = jiff::civil::date(year, 1, 1);
        let n = first.series(jiff::Span::new().days(1)).take_while(|d| d.year() == year).filter(|d| calendar.is_working_day(*d)).count();
        assert_eq!(n, want, "{year}");
    }
}

#[test]
fn a_work_hour_ends_at_the_earliest_moment() {
    ends("2026-03-02T08:00", "4 work-hours", "2026-03-02T12:00");
    ends("2026-03-02T14:00", "4 work-hours", "2026-03-02T18:00");
    ends("2026-03-02T08:00", "8 work-hours", "2026-03-02T18:00");
    ends("2026-03-02T12:00", "8 work-hours", "2026-03-03T12:00");
}

#[test]
fn a_start_outside_office_hours_counts_from_the_next_office_minute() {
    for start in ["2026-03-02T12:00", "2026-03-02T12:30", "2026-03-02T14:00"] {
        ends(start, "1 work-hour", "2026-03-02T15:00");
    }
    for start in ["2026-09-30T18:00", "2026-10-03T03:00", "2026-10-08T07:59:59.999"] {
        ends(start, "1 work-hour", "2026-10-08T09:00");
    }
}

#[test]
fn seconds_inside_the_minutes_are_kept() {
    ends("2026-03-02T11:00:30.500", "1 work-hour", "2026-03-02T14:00:30.500");
    ends("2026-03-02T10:59:59.999", "1 work-hour", "2026-03-02T11:59:59.999");
}

#[test]
fn a_pause_adds_the_units_time_that_passed_in_it() {
    let calendar = Calendar::shipped();
    let paused = |start: &str, term: &str, pauses: &[(&str, &str)]| {
        let pauses: Vec<_> = pauses.iter().map(|(a, b)| (time(a), time(b))).collect();
        calendar.due_with_pauses(time(start), term.parse::<Term>().expect(term), &pauses).at
    };
    let monday = "2026-03-02T09:00";
    // Work-days: office time runs on from the close of the last day.
    assert_eq!(paused(monday, "2 work-days", &[("2026-03-03T09:00", "2026-03-03T10:00")]), time("2026-03-05T09:00"));
    assert_eq!(paused(monday, "2 work-days", &[("2026-03-03T09:00", "2026-03-04T09:00")]), time("2026-03-05T18:00"));
    // A pause over a night or a weekend adds nothing to office time …
    assert_eq!(paused(monday, "2 work-days", &[("2026-03-02T18:00", "2026-03-03T08:00")]), time("2026-03-04T18:00"));
    // … and all of itself to plain time, which is not moved off a Saturday.
    assert_eq!(paused(monday, "4 days", &[("2026-03-03T00:00", "2026-03-03T10:00")]), time("2026-03-07T10:00"));
    assert_eq!(paused(monday, "1 urgent-hour", &[("2026-03-02T09:10", "2026-03-02T09:20")]), time("2026-03-02T10:10"));
    // Shared time counts once; what lies before the start, or is the wrong way round, not at all.
    let overlapping =
        [("2026-03-02T10:00", "2026-03-02T11:00"), ("2026-03-02T10:30", "2026-03-02T11:30"), ("2026-03-02T08:00", "2026-03-02T09:00")];
    assert_eq!(paused(monday, "1 work-hour", &overlapping), time("2026-03-02T11:30"));
    assert_eq!(paused(monday, "1 work-hour", &[("2026-03-02T10:00", "2026-03-02T09:30")]), time("2026-03-02T10:00"));
}

#[test]
fn a_year_without_a_table_is_provisional_until_it_is_entered() {
    let calendar = Calendar::shipped();
    let (start, term) = (time("2026-12-30T10:00"), Term::new(2, Unit::WorkDays));
    let before = calendar.due(start, term);
    assert_eq!((before.at, before.provisional), (time("2027-01-01T18:00"), true));
    assert!(!calendar.due(start, Term::new(1, Unit::WorkDays)).provisional, "31 December 2026 is known");
    assert!(!calendar.due(start, Term::new(500, Unit::UrgentHours)).provisional, "no holiday bears on it");

    // A pause to the last midnight of a known year looks at no day of the next; one a minute longer does.
    let paused = |to: &str| calendar.due_with_pauses(start, Term::new(1, Unit::WorkHours), &[(time("2026-12-31T17:00"), time(to))]);
    assert_eq!(paused("2027-01-01T00:00").at, time("2026-12-30T12:00"));
    assert!(!paused("2027-01-01T00:00").provisional && paused("2027-01-01T00:01").provisional);

    // An invented table, for the test alone.
    let table = r#"
        year = 2027
        source = "演示"
        announced = 2026-11-05
        [[holiday]]
        name = { zh = "元旦", en = "New Year's Day" }
        off = [2026-12-31, 2027-01-02]
        make_up = [2027-01-03]
    "#;
    let after = calendar.with_year(table.parse::<YearTable>().expect("a table")).due(start, term);
    assert_eq!((after.at, after.provisional), (time("2027-01-04T18:00"), false));
}

#[test]
fn extremes_end_with_the_calendar() {
    for unit in [Unit::UrgentHours, Unit::WorkHours, Unit::WorkDays, Unit::Days, Unit::Months] {
        assert_eq!(Calendar::shipped().due(time("2026-03-02T09:00"), Term::new(u32::MAX, unit)).at, Time::MAX, "{unit:?}");
        assert_eq!(Calendar::shipped().due(Time(i64::MAX), Term::new(1, unit)).at, Time::MAX, "{unit:?}");
    }
}
