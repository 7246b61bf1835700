//! A cell, and what a person may have meant by it.

use base::Text;
use jiff::civil::{Date, DateTime};

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    pub value: Value,
    /// The value is what a formula last gave.
    pub formula: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    #[default]
    Empty,
    Text(String),
    Number(f64),
    Bool(bool),
    Moment(DateTime),
    /// Covered by a merged cell whose value stands elsewhere.
    Merged,
    /// `#REF!`, or a formula without a value.
    Bad(String),
}

/// What is wrong with a value, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub wrong: Text,
    pub right: Text,
}

impl Fault {
    pub fn new(wrong: (impl Into<String>, impl Into<String>), right: (impl Into<String>, impl Into<String>)) -> Fault {
        Fault { wrong: Text::new(wrong.0, wrong.1), right: Text::new(right.0, right.1) }
    }
}

type Read<T> = Result<Option<T>, Fault>;

/// Whole numbers up to here survive a spreadsheet's arithmetic.
const EXACT: f64 = 9_007_199_254_740_992.0;

impl Cell {
    pub(super) fn new(value: Value) -> Cell {
        Cell { value, formula: false }
    }

    /// What was typed: blanks around it do not count, and nothing is nothing.
    pub(super) fn typed(text: &str) -> Cell {
        let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'));
        Cell::new(if text.is_empty() { Value::Empty } else { Value::Text(text.to_owned()) })
    }

    pub fn is_empty(&self) -> bool {
        self.value == Value::Empty
    }

    /// As it would be shown, for messages: at most 40 characters.
    pub fn shown(&self) -> String {
        let text = match &self.value {
            Value::Empty | Value::Merged => String::new(),
            Value::Text(t) => t.clone(),
            Value::Number(n) => n.to_string(),
            Value::Bool(b) => b.to_string(),
            Value::Moment(d) => d.to_string(),
            Value::Bad(why) => why.clone(),
        };
        match text.char_indices().nth(40) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text,
        }
    }

    fn usable(&self) -> Result<(), Fault> {
        match &self.value {
            Value::Merged => Err(Fault::new(
                ("这一格被合并单元格盖住了", "this cell is covered by a merged one"),
                ("请取消合并，并在每一行填上值", "unmerge the cells and fill in every row"),
            )),
            Value::Bad(why) => Err(Fault::new(
                (format!("公式没有结果（{why}）"), format!("the formula has no value ({why})")),
                ("请改正公式，或粘贴为值", "mend the formula, or paste its value"),
            )),
            _ => Ok(()),
        }
    }

    /// Text; a whole number in a cell is taken as its digits. A number whose digits the spreadsheet has lost is a fault.
    pub fn text(&self) -> Read<String> {
        self.usable()?;
        let lost = || {
            Fault::new(
                (format!("“{}”的位数已被表格软件丢掉", self.shown()), format!("the spreadsheet has lost digits of {}", self.shown())),
                ("请把这一列设为“文本”格式，再重新填入完整号码", "set the column to the format Text and enter the full number again"),
            )
        };
        match &self.value {
            Value::Text(t) if scientific(t) => Err(lost()),
            Value::Text(t) => Ok(Some(t.clone())),
            Value::Number(n) if n.fract() == 0.0 && n.abs() < EXACT => Ok(Some(format!("{n:.0}"))),
            Value::Number(n) if n.fract() == 0.0 => Err(lost()),
            Value::Number(n) => Ok(Some(n.to_string())),
            Value::Bool(b) => Ok(Some(if *b { "是" } else { "否" }.to_owned())),
            Value::Moment(d) if d.time() == jiff::civil::Time::midnight() => Ok(Some(d.date().to_string())),
            Value::Moment(d) => Ok(Some(d.to_string())),
            _ => Ok(None),
        }
    }

    /// A number, also one written as text: `1,234.5`, full-width digits.
    pub fn number(&self) -> Read<f64> {
        self.usable()?;
        let Value::Text(t) = &self.value else {
            return match self.value {
                Value::Number(n) if n.is_finite() => Ok(Some(n)),
                Value::Empty => Ok(None),
                _ => Err(self.not("数字", "a number", "例如 12.5", "such as 12.5")),
            };
        };
        let plain = half_width(t).replace([',', ' '], "");
        let decimal = plain.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'));
        match plain.parse::<f64>() {
            Ok(n) if decimal && n.is_finite() => Ok(Some(n)),
            _ => Err(self.not(
                "数字",
                "a number",
                "只写数字，单位写在表头，例如 12.5",
                "digits alone, the unit in the heading, such as 12.5",
            )),
        }
    }

    pub fn bool(&self) -> Read<bool> {
        self.usable()?;
        match &self.value {
            Value::Empty => Ok(None),
            Value::Bool(b) => Ok(Some(*b)),
            Value::Number(n) if *n == 1.0 || *n == 0.0 => Ok(Some(*n == 1.0)),
            Value::Text(t) => match t.to_ascii_lowercase().as_str() {
                "是" | "有" | "√" | "✓" | "y" | "yes" | "true" | "1" => Ok(Some(true)),
                "否" | "无" | "×" | "n" | "no" | "false" | "0" => Ok(Some(false)),
                _ => Err(self.not("“是”或“否”", "yes or no", "是", "yes")),
            },
            _ => Err(self.not("“是”或“否”", "yes or no", "是", "yes")),
        }
    }

    /// A day: a date cell, `2026-09-30`, `2026/9/30`, `2026.9.30`, `2026年9月30日` or `20260930`.
    pub fn date(&self) -> Read<Date> {
        self.usable()?;
        let mend = ("2026-09-30", "2026-09-30");
        match &self.value {
            Value::Empty => Ok(None),
            Value::Moment(d) => Ok(Some(d.date())),
            Value::Number(n) if n.fract() == 0.0 && (18_000_101.0..=99_991_231.0).contains(n) => match day(&format!("{n:.0}")) {
                Some(d) => Ok(Some(d)),
                None => Err(self.not("日期", "a date", mend.0, mend.1)),
            },
            // A spreadsheet's own count of days, which lost its format on the way.
            Value::Number(n) if n.fract() == 0.0 && (10_000.0..=80_000.0).contains(n) => {
                let meant = Date::constant(1899, 12, 30)
                    .checked_add(jiff::Span::new().days(*n as i64))
                    .map_or_else(|_| String::new(), |d| d.to_string());
                Err(Fault::new(
                    (format!("{n} 是表格软件的日期序号，不是日期"), format!("{n} is a spreadsheet's serial number, not a date")),
                    (format!("如果是 {meant}，请把这一列设为日期格式"), format!("if {meant} is meant, set the column to a date format")),
                ))
            }
            Value::Text(t) => day(&half_width(t)).map(Some).ok_or_else(|| self.not("日期", "a date", mend.0, mend.1)),
            _ => Err(self.not("日期", "a date", mend.0, mend.1)),
        }
    }

    /// A moment in Asia/Shanghai: RFC 3339, or a day with a time of day behind it.
    pub fn moment(&self) -> Read<base::Time> {
        self.usable()?;
        let fault = || self.not("时间", "a time", "2026-09-30 16:20", "2026-09-30 16:20");
        match &self.value {
            Value::Empty => Ok(None),
            Value::Moment(d) => Ok(Some(base::Time::from_civil(*d))),
            Value::Text(t) => {
                if let Ok(time) = t.parse::<base::Time>() {
                    return Ok(Some(time));
                }
                let t = half_width(t);
                let (d, rest) = t.split_once([' ', 'T']).unwrap_or((&t, "00:00"));
                let clock = rest.trim().parse::<jiff::civil::Time>().or_else(|_| format!("0{}", rest.trim()).parse());
                match (day(d), clock) {
                    (Some(d), Ok(c)) => Ok(Some(base::Time::from_civil(d.to_datetime(c)))),
                    _ => Err(fault()),
                }
            }
            _ => Err(fault()),
        }
    }

    pub(crate) fn not(&self, zh: &str, en: &str, right_zh: &str, right_en: &str) -> Fault {
        Fault::new((format!("“{}”不是{zh}", self.shown()), format!("{:?} is not {en}", self.shown())), (right_zh, right_en))
    }
}

/// `1.38E+10`: what is left of a long number that a spreadsheet has shortened.
fn scientific(t: &str) -> bool {
    let Some((digits, power)) = t.split_once(['E', 'e']) else { return false };
    let power = power.strip_prefix('+').unwrap_or_default();
    !power.is_empty()
        && power.bytes().all(|b| b.is_ascii_digit())
        && digits.contains('.')
        && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

fn half_width(t: &str) -> String {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        c => c,
    };
    t.trim().chars().map(narrow).collect()
}

fn day(t: &str) -> Option<Date> {
    let t = t.strip_suffix('日').unwrap_or(t).replace(['年', '月', '/', '.'], "-");
    let t = t.split_once(" 00:00").map_or(t.as_str(), |(d, _)| d);
    if t.len() == 8 && t.bytes().all(|b| b.is_ascii_digit()) {
        return Date::new(t[..4].parse().ok()?, t[4..6].parse().ok()?, t[6..].parse().ok()?).ok();
    }
    let parts: Vec<&str> = t.split('-').collect();
    let [y, m, d] = parts[..] else { return None };
    // The year comes first and is whole: 30/9/26 could be anything.
    if y.len() != 4 {
        return None;
    }
    Date::new(y.parse().ok()?, m.trim().parse().ok()?, d.trim().parse().ok()?).ok()
}
