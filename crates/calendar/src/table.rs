//! The legal holidays of a year, as the State Council announces them each autumn, in a TOML file that people edit.

use crate::days::{self, Day};
use base::{Error, Result, Text};
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, de};
use std::{collections::BTreeMap, str::FromStr};

/// `years/2024.toml` shows and explains the shape. Whatever can be read is right: [`FromStr`] checks it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct YearTable {
    pub year: i16,
    /// The announcement, such as 国办发明电〔2025〕7号.
    pub source: String,
    #[serde(deserialize_with = "read_date")]
    pub announced: Date,
    #[serde(rename = "holiday")]
    pub holidays: Vec<Holiday>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    pub name: Text,
    /// First and last day off, weekends included.
    #[serde(deserialize_with = "read_dates")]
    pub off: Vec<Date>,
    /// Saturdays and Sundays worked for it.
    #[serde(default, deserialize_with = "read_dates")]
    pub make_up: Vec<Date>,
}

/// The longest holiday so far had 10 days (Spring Festival 2020); more is a slip of the month.
const LONGEST: i64 = 15;

impl FromStr for YearTable {
    type Err = Error;

    fn from_str(s: &str) -> Result<Self> {
        let table: YearTable = toml::from_str(s).map_err(|e| {
            let line = e.span().map_or(1, |span| s[..span.start.min(s.len())].matches('\n').count() + 1);
            Error::invalid(format!("line {line}"), format!("第 {line} 行读不懂：{}", e.message()), format!("line {line}: {}", e.message()))
        })?;
        table.check()?;
        Ok(table)
    }
}

impl YearTable {
    /// What it says of each day that it names: worked or not.
    pub(crate) fn worked(&self) -> impl Iterator<Item = (Day, bool)> + '_ {
        self.holidays.iter().flat_map(|h| {
            let off = h.off.first().zip(h.off.last()).into_iter().flat_map(|(a, b)| days::day(*a)..=days::day(*b));
            off.map(|d| (d, false)).chain(h.make_up.iter().map(|d| (days::day(*d), true)))
        })
    }

    /// All that is wrong with it, each with the mend.
    fn check(&self) -> Result<()> {
        let mut wrong: Vec<(String, String, String)> = Vec::new();
        if !(2000..=2100).contains(&self.year) {
            wrong.push((
                "year".into(),
                format!("年份 {} 不在 2000–2100 之内", self.year),
                format!("year {} is not in 2000–2100", self.year),
            ));
        }
        if self.source.trim().is_empty() {
            wrong.push(("source".into(), "请写明通知的文号".into(), "name the announcement it is taken from".into()));
        }
        if self.holidays.is_empty() {
            wrong.push(("holiday".into(), "没有一个节日".into(), "there is no holiday in it".into()));
        }
        for h in &self.holidays {
            wrong.extend(self.check_holiday(h).into_iter().map(|(key, zh, en)| (format!("{}.{key}", h.name.zh), zh, en)));
        }
        if wrong.is_empty() {
            wrong = self.named_twice();
        }
        if wrong.is_empty() {
            return Ok(());
        }
        let error = Error::new(
            base::Kind::Invalid,
            "bad_year_table",
            format!("{} 年节假日表有误", self.year),
            format!("the holiday table of {} is wrong", self.year),
        );
        Err(wrong.into_iter().fold(error, |error, (field, zh, en)| error.field(field, zh, en)))
    }

    fn check_holiday(&self, h: &Holiday) -> Vec<(&'static str, String, String)> {
        let mut wrong = Vec::new();
        match h.off[..] {
            [first, last] if last < first => wrong.push((
                "off",
                format!("最后一天 {last} 早于第一天 {first}"),
                format!("its last day {last} is before its first, {first}"),
            )),
            [first, last] if days::day(last) - days::day(first) >= LONGEST => wrong.push((
                "off",
                format!("{first} 至 {last} 超过 {LONGEST} 天，请核对月份"),
                format!("{first} to {last} is longer than {LONGEST} days; check the month"),
            )),
            [_, _] => {}
            _ => wrong.push((
                "off",
                "应写两个日期：放假的第一天和最后一天（只放一天就写两遍）".into(),
                "write two dates, its first and last day off (the same twice for a single day)".into(),
            )),
        }
        for (key, date) in h.off.iter().map(|d| ("off", *d)).chain(h.make_up.iter().map(|d| ("make_up", *d))) {
            // New Year's holiday of some years begins in the December before (2019: from 2018-12-30).
            if date.year() != self.year && !(date.year() == self.year - 1 && date.month() == 12) {
                let year = self.year;
                wrong.push((
                    key,
                    format!("{date} 不属于 {year} 年（可用上年 12 月的日期）"),
                    format!("{date} is not in {year}, nor in the December before"),
                ));
            }
        }
        for date in h.make_up.iter().filter(|d| days::is_weekday(days::day(**d))) {
            wrong.push((
                "make_up",
                format!("{date} 是星期一至五，本来就上班；调休上班日只能是周六或周日，请核对日期"),
                format!("{date} is a weekday and worked anyway; a make-up day is a Saturday or Sunday: check the date"),
            ));
        }
        wrong
    }

    /// A day can be off for one holiday only, and not be worked as well.
    fn named_twice(&self) -> Vec<(String, String, String)> {
        let mut seen = BTreeMap::new();
        let mut wrong = Vec::new();
        for (day, worked) in self.worked() {
            let date = days::date(day);
            match seen.insert(day, worked) {
                None => {}
                Some(before) if before == worked => {
                    wrong.push((date.to_string(), format!("{date} 写了两遍，请删去一处"), format!("{date} is there twice; take one out")))
                }
                Some(_) => wrong.push((
                    date.to_string(),
                    format!("{date} 既放假又上班，请改正一处"),
                    format!("{date} is both off and a make-up day; mend one"),
                )),
            }
        }
        wrong
    }
}

fn read_date<'de, D: Deserializer<'de>>(d: D) -> std::result::Result<Date, D::Error> {
    civil(toml::value::Datetime::deserialize(d)?)
}

fn read_dates<'de, D: Deserializer<'de>>(d: D) -> std::result::Result<Vec<Date>, D::Error> {
    Vec::<toml::value::Datetime>::deserialize(d)?.into_iter().map(civil).collect()
}

fn civil<E: de::Error>(d: toml::value::Datetime) -> std::result::Result<Date, E> {
    let date = d.date.filter(|_| d.time.is_none() && d.offset.is_none());
    date.and_then(|d| Date::new(i16::try_from(d.year).ok()?, i8::try_from(d.month).ok()?, i8::try_from(d.day).ok()?).ok())
        .ok_or_else(|| E::custom(format!("日期应写成 2026-01-01 · write a date as 2026-01-01, not {d}")))
}
