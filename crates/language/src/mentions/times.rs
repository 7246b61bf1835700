//! Times that a message names, as ranges of moments.

use super::numerals::Scan;
use base::Time;
use jiff::civil::Date;
use std::ops::Range;

/// A time named in a text: from `from` (included) to `to` (not included).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeMention {
    /// Bytes of the text.
    pub span: Range<usize>,
    pub from: Time,
    pub to: Time,
}

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Days from today, and whether the word itself names a part of the day.
const DAYS: [(&str, (i64, Option<Part>)); 20] = [
    ("大前天", (-3, None)),
    ("今早", (0, Some(MORNING))),
    ("今晨", (0, Some(MORNING))),
    ("今晚", (0, Some(EVENING))),
    ("昨晚", (-1, Some(EVENING))),
    ("昨夜", (-1, Some(EVENING))),
    ("前晚", (-2, Some(EVENING))),
    ("明早", (1, Some(MORNING))),
    ("明晚", (1, Some(EVENING))),
    ("今天", (0, None)),
    ("今日", (0, None)),
    ("当天", (0, None)),
    ("昨天", (-1, None)),
    ("昨日", (-1, None)),
    ("前天", (-2, None)),
    ("前日", (-2, None)),
    ("明天", (1, None)),
    ("明日", (1, None)),
    ("大后天", (3, None)),
    ("后天", (2, None)),
];

/// First and last hour of a part of the day.
type Part = (i64, i64);
const MORNING: Part = (5, 9);
const EVENING: Part = (18, 24);
const PARTS: [(&str, Part); 16] = [
    ("凌晨", (0, 6)),
    ("清晨", MORNING),
    ("早晨", MORNING),
    ("早上", MORNING),
    ("上午", (6, 12)),
    ("中午", (11, 14)),
    ("下午", (12, 18)),
    ("傍晚", (17, 20)),
    ("晚上", EVENING),
    ("晚间", EVENING),
    ("夜里", EVENING),
    ("夜间", EVENING),
    ("半夜", EVENING),
    ("深夜", EVENING),
    ("早", MORNING),
    ("晚", EVENING),
];

const WEEKS: [(&str, i64); 13] = [
    ("上上周", -2),
    ("上上个星期", -2),
    ("上周", -1),
    ("上星期", -1),
    ("上个星期", -1),
    ("上礼拜", -1),
    ("上个礼拜", -1),
    ("本周", 0),
    ("这周", 0),
    ("这个星期", 0),
    ("这礼拜", 0),
    ("下周", 1),
    ("下星期", 1),
];
const WEEKDAYS: [(&str, i64); 8] = [("一", 0), ("二", 1), ("三", 2), ("四", 3), ("五", 4), ("六", 5), ("日", 6), ("天", 6)];
const YEARS: [(&str, i64); 4] = [("今年", 0), ("去年", -1), ("前年", -2), ("明年", 1)];
const MONTHS: [(&str, i64); 7] = [("上个月", -1), ("上月", -1), ("这个月", 0), ("本月", 0), ("当月", 0), ("下个月", 1), ("下月", 1)];
const AGO: [(&str, i64); 8] = [
    ("分钟前", MINUTE),
    ("个小时前", HOUR),
    ("小时前", HOUR),
    ("天前", DAY),
    ("天以前", DAY),
    ("周前", 7 * DAY),
    ("个星期前", 7 * DAY),
    ("个月前", 30 * DAY),
];

/// Times named in `text`, seen from `now`: 昨天下午, 上周三, 3月5日, 2026年3月5日晚上8点半, 2026-03-05 20:30, 三天前, 去年3月.
///
/// A day without a year is the last such day that is at most a month ahead (people report what has been). A clock time
/// without a day (每天晚上10点) is a habit and not a time. What follows the first 20,000 characters is not read.
pub fn times(text: &str, now: Time) -> Vec<TimeMention> {
    let scan = Scan::of(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < scan.chars.len() {
        match (Reader { scan: &scan, now }).mention(at) {
            Some((end, from, to)) => {
                found.push(TimeMention { span: scan.byte(at)..scan.byte(end), from: Time(from), to: Time(to) });
                at = end;
            }
            // Not from the middle of a number: 12026-03-05 is no date.
            None if scan.chars[at].is_ascii_digit() => at += scan.chars[at..].iter().take_while(|c| c.is_ascii_digit()).count(),
            None => at += 1,
        }
    }
    found
}

struct Reader<'a> {
    scan: &'a Scan,
    now: Time,
}

/// Behind the last character, first moment, moment after the last.
type Found = Option<(usize, i64, i64)>;

impl Reader<'_> {
    fn mention(&self, at: usize) -> Found {
        if let Some(((days, part), end)) = self.scan.one_of(at, &DAYS) {
            return self.in_day(end, start(self.now.date()) + days * DAY, part);
        }
        let day = self.written_date(at).or_else(|| self.week_day(at)).or_else(|| self.month_day(at));
        if let Some((end, day)) = day {
            return self.in_day(end, start(day), None);
        }
        self.ago(at).or_else(|| self.longer(at))
    }

    /// Part of the day and clock behind a day that begins at `day`.
    fn in_day(&self, at: usize, day: i64, part: Option<Part>) -> Found {
        let skip = |at: usize| self.scan.one_of(at, &[("的", ()), (" ", ()), ("T", ()), (",", ())]).map_or(at, |(_, end)| end);
        let (mut end, mut part) = (at, part);
        if let Some((named, behind)) = self.scan.one_of(skip(end), &PARTS) {
            (end, part) = (behind, Some(named));
        }
        if let Some((behind, hour, minute)) = self.clock(skip(end)) {
            // 下午3点, 晚上8点 are after noon; 晚上12点 is the end of the day.
            let late = part.is_some_and(|p| p.1 > 12) && hour < 12 && !(part == Some((11, 14)) && hour == 11);
            let night = part == Some(EVENING) && (hour < 5 || hour == 12);
            let hour = if night { 24 + hour % 12 } else { hour + if late { 12 } else { 0 } };
            let from = day + hour * HOUR + minute.unwrap_or(0) * MINUTE;
            return Some((behind, from, from + if minute.is_some() { MINUTE } else { HOUR }));
        }
        let (first, last) = part.unwrap_or((0, 24));
        Some((end, day + first * HOUR, day + last * HOUR))
    }

    /// 8点, 8点半, 8点一刻, 8点30分, 20:30, 8时30分. Minutes are `None` where none are said.
    fn clock(&self, at: usize) -> Option<(usize, i64, Option<i64>)> {
        let (hour, end) = self.scan.number(at, 2).filter(|(h, _)| *h <= 24)?;
        let (colon, end) = self.scan.one_of(end, &[("点钟", false), ("点", false), ("时", false), (":", true)])?;
        if let Some((minute, end)) = self.scan.one_of(end, &[("半", 30), ("一刻", 15), ("三刻", 45)]) {
            return Some((end, hour, Some(minute)));
        }
        match self.scan.number(end, 2).filter(|(m, _)| *m < 60) {
            Some((minute, end)) => Some((self.scan.word(end, "分").unwrap_or(end), hour, Some(minute))),
            None if colon => None,
            None => Some((end, hour, None)),
        }
    }

    /// 2026年3月5日, 3月5号, 去年3月5日, 2026-03-05, 2026/3/5, 2026.3.5.
    fn written_date(&self, at: usize) -> Option<(usize, Date)> {
        let (year, from) = self.year(at).map_or((None, at), |(year, end)| (Some(year), end));
        if let Some((month, end)) = self.month_number(from)
            && let Some((day, end)) = self.scan.number(end, 2)
            && let Some((_, end)) = self.scan.one_of(end, &[("日", ()), ("号", ())])
        {
            return Some((end, self.date(year, month, day)?));
        }
        let (year, end) = self.scan.number(at, 4).filter(|(y, end)| *y >= 1949 && *end == at + 4)?;
        let (mark, end) = self.scan.one_of(end, &[("-", "-"), ("/", "/"), (".", ".")])?;
        let (month, end) = self.scan.number(end, 2)?;
        let (day, end) = self.scan.number(self.scan.word(end, mark)?, 2)?;
        Some((end, self.date(Some(year), month, day)?))
    }

    fn year(&self, at: usize) -> Option<(i64, usize)> {
        if let Some((years, end)) = self.scan.one_of(at, &YEARS) {
            return Some((i64::from(self.now.date().year()) + years, end));
        }
        let (year, end) = self.scan.number(at, 4)?;
        let end = self.scan.word(end, "年")?;
        match year {
            1949..=2199 => Some((year, end)),
            // 19年3月 is of 2019; 34年 alone is how long something took.
            10..=99 if self.scan.chars[at].is_ascii_digit() && self.month_number(end).is_some() => {
                Some((if year < 49 { 2000 } else { 1900 } + year, end))
            }
            _ => None,
        }
    }

    /// 3月: the month and the position behind it.
    fn month_number(&self, at: usize) -> Option<(i64, usize)> {
        self.scan.number(at, 2).and_then(|(month, end)| Some((month, self.scan.word(end, "月")?)))
    }

    fn date(&self, year: Option<i64>, month: i64, day: i64) -> Option<Date> {
        let new = |year: i64| Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok();
        if let Some(year) = year {
            return new(year);
        }
        let this = i64::from(self.now.date().year());
        // 29 February may be up to eight years back.
        (this - 8..=this + 1).rev().filter_map(new).find(|d| start(*d) <= self.now.0 + 31 * DAY)
    }

    /// 上周三, 周五, 星期天: without a week, the last such day, today included.
    fn week_day(&self, at: usize) -> Option<(usize, Date)> {
        let today = start(self.now.date());
        let monday = today - i64::from(self.now.date().weekday().to_monday_zero_offset()) * DAY;
        if let Some((week, end)) = self.scan.one_of(at, &WEEKS) {
            let (day, end) = self.scan.one_of(end, &WEEKDAYS)?;
            return Some((end, Time(monday + (week * 7 + day) * DAY).date()));
        }
        let (_, end) = self.scan.one_of(at, &[("周", ()), ("星期", ()), ("礼拜", ())])?;
        let (day, end) = self.scan.one_of(end, &WEEKDAYS)?;
        let this_week = monday + day * DAY;
        Some((end, Time(if this_week > today { this_week - 7 * DAY } else { this_week }).date()))
    }

    /// 上个月5号, 本月15日.
    fn month_day(&self, at: usize) -> Option<(usize, Date)> {
        let (months, end) = self.scan.one_of(at, &MONTHS)?;
        let (day, end) = self.scan.number(end, 2)?;
        let (_, end) = self.scan.one_of(end, &[("日", ()), ("号", ())])?;
        let (year, month) = self.month(months);
        Some((end, self.date(Some(year), month, day)?))
    }

    /// Year and month so many months from now.
    fn month(&self, months: i64) -> (i64, i64) {
        let all = i64::from(self.now.date().year()) * 12 + i64::from(self.now.date().month()) - 1 + months;
        (all.div_euclid(12), all.rem_euclid(12) + 1)
    }

    /// 三天前, 半小时前, 10分钟前, 刚才: for days and more the whole day, for less from then until now.
    fn ago(&self, at: usize) -> Found {
        if let Some((span, end)) = self.scan.one_of(at, &[("刚才", HOUR), ("刚刚", HOUR), ("半小时前", HOUR / 2), ("半个小时前", HOUR / 2)])
        {
            return Some((end, self.now.0 - span, self.now.0));
        }
        let (n, end) = self.scan.number(at, 3)?;
        let (unit, end) = self.scan.one_of(end, &AGO)?;
        let from = self.now.0 - n * unit;
        if unit < DAY {
            return Some((end, from, self.now.0));
        }
        let day = start(Time(from).date());
        Some((end, day, day + DAY))
    }

    /// 上周, 上个月, 去年, 2025年3月, 3月份, 2025年.
    fn longer(&self, at: usize) -> Found {
        if let Some((week, end)) = self.scan.one_of(at, &WEEKS) {
            let today = start(self.now.date());
            let monday = today + (week * 7 - i64::from(self.now.date().weekday().to_monday_zero_offset())) * DAY;
            return Some((end, monday, monday + 7 * DAY));
        }
        if let Some((months, end)) = self.scan.one_of(at, &MONTHS) {
            let (year, month) = self.month(months);
            return self.month_range(end, Some(year), month);
        }
        let year = self.year(at);
        let month = self.month_number(year.map_or(at, |(_, end)| end));
        match (year, month) {
            (Some((year, _)), Some((month, end))) => self.month_range(self.scan.word(end, "份").unwrap_or(end), Some(year), month),
            (None, Some((month, end))) => self.month_range(self.scan.word(end, "份")?, None, month),
            (Some((year, end)), None) => Some((end, start(self.date(Some(year), 1, 1)?), start(self.date(Some(year + 1), 1, 1)?))),
            (None, None) => None,
        }
    }

    fn month_range(&self, end: usize, year: Option<i64>, month: i64) -> Found {
        let first = self.date(year, month, 1)?;
        Some((end, start(first), start(first.last_of_month()) + DAY))
    }
}

/// The moment at which a day begins in China.
fn start(day: Date) -> i64 {
    Time::from_civil(day.at(0, 0, 0, 0)).0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Wednesday.
    const NOW: &str = "2026-03-11T10:00:00+08:00";

    fn one(text: &str) -> Option<(String, String, String)> {
        let found = times(text, NOW.parse().expect("a time"));
        assert!(found.len() < 2, "{text}: {found:?}");
        found.into_iter().next().map(|m| {
            let short = |t: Time| t.to_string()[..16].to_owned();
            (text[m.span.clone()].to_owned(), short(m.from), short(m.to))
        })
    }

    #[test]
    fn times_as_people_write_them() {
        for (text, words, from, to) in [
            ("今天早上停电", "今天早上", "2026-03-11T05:00", "2026-03-11T09:00"),
            ("昨天停水", "昨天", "2026-03-10T00:00", "2026-03-11T00:00"),
            ("昨晚11点半", "昨晚11点半", "2026-03-10T23:30", "2026-03-10T23:31"),
            ("前天下午三点", "前天下午三点", "2026-03-09T15:00", "2026-03-09T16:00"),
            ("上周三的事", "上周三", "2026-03-04T00:00", "2026-03-05T00:00"),
            ("周五", "周五", "2026-03-06T00:00", "2026-03-07T00:00"),
            ("星期三上午", "星期三上午", "2026-03-11T06:00", "2026-03-11T12:00"),
            ("在3月5日发生", "3月5日", "2026-03-05T00:00", "2026-03-06T00:00"),
            ("十二月五号", "十二月五号", "2025-12-05T00:00", "2025-12-06T00:00"),
            ("2026年3月5日晚上8点", "2026年3月5日晚上8点", "2026-03-05T20:00", "2026-03-05T21:00"),
            ("２０２６年３月５日", "２０２６年３月５日", "2026-03-05T00:00", "2026-03-06T00:00"),
            ("2026-03-05 20:30", "2026-03-05 20:30", "2026-03-05T20:30", "2026-03-05T20:31"),
            ("19年12月31号", "19年12月31号", "2019-12-31T00:00", "2020-01-01T00:00"),
            ("17年9月", "17年9月", "2017-09-01T00:00", "2017-10-01T00:00"),
            ("去年3月", "去年3月", "2025-03-01T00:00", "2025-04-01T00:00"),
            ("2月份", "2月份", "2026-02-01T00:00", "2026-03-01T00:00"),
            ("上个月15号", "上个月15号", "2026-02-15T00:00", "2026-02-16T00:00"),
            ("上个月", "上个月", "2026-02-01T00:00", "2026-03-01T00:00"),
            ("上周", "上周", "2026-03-02T00:00", "2026-03-09T00:00"),
            ("三天前", "三天前", "2026-03-08T00:00", "2026-03-09T00:00"),
            ("2小时前", "2小时前", "2026-03-11T08:00", "2026-03-11T10:00"),
            ("昨天晚上12点", "昨天晚上12点", "2026-03-11T00:00", "2026-03-11T01:00"),
            ("今天凌晨2点", "今天凌晨2点", "2026-03-11T02:00", "2026-03-11T03:00"),
            ("今天中午12点", "今天中午12点", "2026-03-11T12:00", "2026-03-11T13:00"),
            ("二月二十九日", "二月二十九日", "2024-02-29T00:00", "2024-03-01T00:00"),
        ] {
            let want = (words.to_owned(), from.to_owned(), to.to_owned());
            assert_eq!(one(text), Some(want), "{text}");
        }
    }

    #[test]
    fn what_is_no_time() {
        for text in [
            "每天晚上10点施工",
            "5号楼",
            "3个月",
            "13月5日",
            "2月30日",
            "12026-03-05",
            "周边",
            "共3月租",
            "第3月5",
            "",
            "34年",
            "十年",
            "99999年",
        ] {
            assert_eq!(one(text), None, "{text}");
        }
    }
}
