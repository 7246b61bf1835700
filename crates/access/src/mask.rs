//! What others see of a personal value until they ask for it by name, on record.

use serde::{Serialize, Serializer};
use std::fmt;

/// How a value is hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mask {
    /// 王某某
    Name,
    /// `138****8000`
    Phone,
    /// `110105********002X`
    ResidentId,
    /// The first six characters: as a rule county and township.
    Address,
    /// Nothing of it.
    All,
}

/// A personal value that shows itself masked, also when it is written as JSON or into a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Masked {
    value: String,
    how: Mask,
}

impl Masked {
    pub fn new(value: impl Into<String>, how: Mask) -> Masked {
        Masked { value: value.into(), how }
    }

    pub fn name(value: impl Into<String>) -> Masked {
        Masked::new(value, Mask::Name)
    }

    pub fn phone(value: impl Into<String>) -> Masked {
        Masked::new(value, Mask::Phone)
    }
}

impl fmt::Display for Masked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&mask(&self.value, self.how))
    }
}

impl fmt::Debug for Masked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Masked {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

/// Surnames of two characters that are common enough to be cut wrongly.
const TWO: [&str; 16] =
    ["欧阳", "司马", "上官", "诸葛", "司徒", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "宇文", "长孙", "夏侯", "端木", "百里"];

/// The masked form of `value`. A value that has not the expected form is hidden whole rather than shown.
pub fn mask(value: &str, how: Mask) -> String {
    let chars: Vec<char> = value.trim().chars().collect();
    let stars = |n: usize| "*".repeat(n);
    match how {
        Mask::Name => name(&chars),
        Mask::Phone => {
            let digits: Vec<char> = chars.iter().copied().filter(char::is_ascii_digit).collect();
            let local = if digits.len() == 13 && digits.starts_with(&['8', '6']) { &digits[2..] } else { &digits[..] };
            match local.len() {
                11 => [&local[..3], &['*'; 4], &local[7..]].concat().into_iter().collect(),
                n => stars(n.max(4)),
            }
        }
        Mask::ResidentId if chars.len() == 18 => [&chars[..6], &['*'; 8], &chars[14..]].concat().into_iter().collect(),
        Mask::ResidentId => stars(chars.len().max(4)),
        Mask::Address if chars.len() > 6 => chars[..6].iter().collect::<String>() + &stars(4),
        Mask::Address | Mask::All => stars(4),
    }
}

fn name(chars: &[char]) -> String {
    let Some(first) = chars.first() else { return String::new() };
    if first.is_ascii() {
        return format!("{first}***");
    }
    let two: String = chars.iter().take(2).collect();
    let surname = if chars.len() > 2 && TWO.contains(&two.as_str()) { 2 } else { 1 };
    // Never more than two 某: the length of a long name would tell whose it is.
    let given = (chars.len() - surname).clamp(1, 2);
    chars[..surname].iter().collect::<String>() + &"某".repeat(given)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_people_expect() {
        for (value, how, want) in [
            ("王小明", Mask::Name, "王某某"),
            ("张三", Mask::Name, "张某"),
            ("欧阳修", Mask::Name, "欧阳某"),
            ("阿卜杜拉·买买提", Mask::Name, "阿某某"),
            ("Smith", Mask::Name, "S***"),
            ("李", Mask::Name, "李某"),
            ("", Mask::Name, ""),
            ("+8613800138000", Mask::Phone, "138****8000"),
            ("138 0013 8000", Mask::Phone, "138****8000"),
            ("0737-2223333", Mask::Phone, "073****3333"),
            ("12345", Mask::Phone, "*****"),
            ("11010519491231002X", Mask::ResidentId, "110105********002X"),
            ("1101051949", Mask::ResidentId, "**********"),
            ("赫山区衡龙桥镇石桥村4组12号", Mask::Address, "赫山区衡龙桥****"),
            ("石桥村", Mask::Address, "****"),
            ("秘密", Mask::All, "****"),
        ] {
            assert_eq!(mask(value, how), want, "{value}");
        }
    }

    #[test]
    fn neither_json_nor_a_log_shows_the_value() {
        let phone = Masked::phone("+8613800138000");
        assert_eq!(serde_json::to_string(&phone).expect("writes"), "\"138****8000\"");
        assert_eq!(format!("{phone:?} {phone}"), "138****8000 138****8000");
    }
}
