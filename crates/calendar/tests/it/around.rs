//! What stands around the counting: edited tables, time left, half the time again, the command's answers.

use base::Time;
use calendar::{Calendar, Term, Unit, YearTable, answer_line};

fn time(s: &str) -> Time {
    s.parse().expect(s)
}

/// What is said of the 2026 table after an edit.
fn said(old: &str, new: &str) -> String {
    let shipped = include_str!("../../years/2026.toml");
    assert!(shipped.contains(old), "{old}");
    let e = shipped.replacen(old, new, 1).parse::<YearTable>().expect_err(new);
    e.fields().iter().map(|f| format!("{}: {} / {}\n", f.field, f.text.zh, f.text.en)).collect()
}

#[test]
fn errors_in_an_edited_table_say_where_what_and_how() {
    for (old, new, wants) in [
        ("make_up = [2026-02-14, 2026-02-28]", "make_up = [2026-02-13, 2026-02-28]", ["春节.make_up", "2026-02-13 是星期一至五"]),
        ("make_up = [2026-02-14, 2026-02-28]", "make_up = [2026-02-14, 2026-02-14]", ["2026-02-14", "写了两遍"]),
        ("make_up = [2026-05-09]", "make_up = [2026-05-02]", ["2026-05-02", "既放假又上班"]),
        ("off = [2026-05-01, 2026-05-05]", "off = [2026-05-05, 2026-05-01]", ["劳动节.off", "早于"]),
        ("off = [2026-05-01, 2026-05-05]", "off = [2026-05-01, 2026-06-05]", ["劳动节.off", "超过 15 天"]),
        ("off = [2026-05-01, 2026-05-05]", "off = [2026-05-01]", ["劳动节.off", "两个日期"]),
        ("off = [2026-06-19, 2026-06-21]", "off = [2026-05-01, 2026-05-02]", ["2026-05-01", "there twice"]),
        ("off = [2026-10-01, 2026-10-07]", "off = [2025-10-01, 2025-10-07]", ["国庆节.off", "不属于 2026 年"]),
        ("2026-06-19, ", "2026-06-31, ", ["line 29", "第 29 行"]),
        ("2026-06-19, ", "\"2026-06-19\", ", ["line 29", "第 29 行"]),
        ("2026-06-19, ", "2026-06-19T08:00:00, ", ["line 29", "日期应写成 2026-01-01"]),
        ("make_up = [2026-05-09]", "makeup = [2026-05-09]", ["line 25", "make_up"]),
        ("source = \"国办发明电〔2025〕7号\"", "source = \" \"", ["source", "文号"]),
        ("year = 2026", "year = 26", ["year", "2000–2100"]),
    ] {
        let said = said(old, new);
        for want in wants {
            assert!(said.contains(want), "{new}: {want} is not in\n{said}");
        }
    }
}

#[test]
fn the_shipped_years_are_known_with_their_announcements() {
    let calendar = Calendar::shipped();
    let sources: Vec<_> = calendar.years().map(|t| (t.year, t.source.as_str())).collect();
    assert_eq!(sources, [(2024, "国办发明电〔2023〕7号"), (2025, "国办发明电〔2024〕12号"), (2026, "国办发明电〔2025〕7号")]);
    assert!(calendar.known(2026) && !calendar.known(2027) && !calendar.known(2023));
}

#[test]
fn a_line_is_answered_with_the_moment() {
    let calendar = Calendar::shipped();
    let answer = |line: &str| answer_line(&calendar, line);
    assert_eq!(answer("2026-09-30T16:20+08:00\t5 work-days").expect("an answer"), "2026-10-13T18:00:00+08:00");
    assert_eq!(answer("2026-09-30T08:20:00Z\t5 个工作日\r\n").expect("an answer"), "2026-10-13T18:00:00+08:00");
    assert_eq!(answer("2027-01-04T09:00\t1 work-day").expect("an answer"), "2027-01-05T18:00:00+08:00\t暂定 provisional");
    for line in ["", "2026-09-30T16:20 5 work-days", "soon\t5 work-days", "2026-09-30T16:20\tsoon"] {
        let e = answer(line).expect_err(line);
        assert!(!e.fields()[0].text.zh.is_empty() && !e.fields()[0].text.en.is_empty(), "{line}");
    }
}

#[test]
fn time_left_is_told_in_the_units_people_use() {
    let calendar = Calendar::shipped();
    for (now, due, unit, zh, en) in [
        ("2026-09-30T16:40", "2026-10-08T10:00", Unit::WorkHours, "剩 3 个工作时 20 分", "3 work-hours 20 min left"),
        ("2026-10-08T08:00", "2026-10-08T12:00", Unit::WorkHours, "剩 4 个工作时", "4 work-hours left"),
        ("2026-10-08T10:30", "2026-10-08T10:00", Unit::WorkHours, "逾期 30 分", "30 min late"),
        ("2026-10-01T23:00", "2026-10-02T01:00", Unit::UrgentHours, "剩 2 个紧急工作时", "2 urgent-hours left"),
        ("2026-09-30T16:20", "2026-10-13T18:00", Unit::WorkDays, "剩 5 个工作日", "5 work-days left"),
        ("2026-10-13T17:59", "2026-10-13T18:00", Unit::WorkDays, "今天到期", "due today"),
        ("2026-10-13T18:00", "2026-10-13T18:00", Unit::WorkDays, "今天到期", "due today"),
        ("2026-10-13T19:00", "2026-10-13T18:00", Unit::WorkDays, "今天刚逾期", "just late"),
        ("2026-10-16T09:00", "2026-10-13T18:00", Unit::WorkDays, "逾期 3 个工作日", "3 work-days late"),
        ("2026-10-01T09:00", "2026-10-09T00:00", Unit::Days, "剩 7 个自然日", "7 days left"),
        ("2026-09-30T09:00", "2026-10-30T18:00", Unit::Months, "剩 30 个自然日", "30 days left"),
    ] {
        let left = calendar.left(time(now), time(due), unit);
        assert_eq!((left.zh().as_str(), left.to_string().as_str()), (zh, en), "{now} {due}");
    }
}

#[test]
fn a_late_step_gets_half_its_time_again_and_at_least_four_work_hours() {
    let calendar = Calendar::shipped();
    for (now, term, end) in [
        ("2026-03-02T12:00", "4 work-hours", "2026-03-02T18:00"), // half is 2, the least is 4
        ("2026-03-02T12:00", "10 work-hours", "2026-03-03T09:00"),
        ("2026-03-02T18:00", "1 work-day", "2026-03-03T12:00"),
        ("2026-03-02T18:00", "5 work-days", "2026-03-05T12:00"),
        ("2026-03-05T00:00", "7 days", "2026-03-10T00:00"), // 4 days: the 9th, 24:00
        ("2026-03-02T18:00", "1 month", "2026-03-18T00:00"),
        ("2026-03-02T20:00", "2 urgent-hours", "2026-03-03T12:00"), // an hour, but at least 4 work-hours
        ("2026-03-02T20:00", "48 urgent-hours", "2026-03-03T20:00"),
    ] {
        assert_eq!(calendar.half_again(time(now), term.parse::<Term>().expect(term)).at, time(end), "{now} {term}");
    }
}

#[test]
fn a_due_is_written_with_its_mark() {
    let due = Calendar::shipped().due(time("2026-09-30T16:20"), Term::new(5, Unit::WorkDays));
    assert_eq!(serde_json::to_string(&due).expect("json"), r#"{"at":"2026-10-13T18:00:00+08:00","provisional":false}"#);
}
