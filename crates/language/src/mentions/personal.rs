//! Numbers of persons in a text, so that they can be masked before others read it.

use super::numerals::Scan;
use std::ops::Range;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PersonalKind {
    Mobile,
    Landline,
    /// 18 characters of the shape of GB 11643, or 15 of the old one; also with a wrong check digit: it was meant as one.
    ResidentId,
    /// 16 to 19 digits that end as ISO/IEC 7812 (Luhn) says.
    BankCard,
}

/// Where such a number stands, in bytes of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Personal {
    pub span: Range<usize>,
    pub kind: PersonalKind,
}

/// Finds numbers of telephones, identity cards and bank cards; spaces and hyphens inside them do not hide them.
/// What follows the first 20,000 characters is not read: do not show it.
pub fn personal(text: &str) -> Vec<Personal> {
    let scan = Scan::of(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < scan.chars.len() {
        if !scan.chars[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let ends = parts(&scan, at);
        let kind = ends.iter().rev().find_map(|(number, end)| Some((kind_of(number)?, *end)));
        match kind {
            Some((kind, end)) => {
                found.push(Personal { span: scan.byte(at)..scan.byte(end), kind });
                at = end;
            }
            None => at = ends[0].1,
        }
    }
    found
}

/// The digits from `at` on (an X may be the eighteenth), read over single spaces and hyphens: what is read and where it
/// ends at the end of each part, so that what follows a number after a space does not hide it.
fn parts(scan: &Scan, at: usize) -> Vec<(String, usize)> {
    let mut ends: Vec<(String, usize)> = Vec::new();
    let (mut read, mut next) = (String::new(), at);
    while let Some(c) = scan.chars.get(next).filter(|_| read.len() < 32 || ends.is_empty()) {
        let digit = |c: &char| c.is_ascii_digit() || (matches!(c, 'x' | 'X') && read.len() == 17);
        if digit(c) {
            read.push(c.to_ascii_uppercase());
        } else if matches!(c, ' ' | '-') && scan.chars.get(next + 1).is_some_and(digit) {
            ends.push((read.clone(), next));
        } else {
            break;
        }
        next += 1;
    }
    ends.push((read, next));
    ends
}

fn kind_of(number: &str) -> Option<PersonalKind> {
    let local = number.strip_prefix("0086").or_else(|| number.strip_prefix("86").filter(|n| n.len() == 11)).unwrap_or(number);
    let b = local.as_bytes();
    let date = |month: usize| {
        let part = |i: usize| b[i..i + 2].iter().fold(0, |n, d| n * 10 + u32::from(d.wrapping_sub(b'0')));
        (1..=12).contains(&part(month)) && (1..=31).contains(&part(month + 2))
    };
    match b.len() {
        11 if b[0] == b'1' && (b'3'..=b'9').contains(&b[1]) => Some(PersonalKind::Mobile),
        10..=12 if b[0] == b'0' && b[1] != b'0' => Some(PersonalKind::Landline),
        18 if (b"19".contains(&b[6]) || b[6] == b'2') && date(10) => Some(PersonalKind::ResidentId),
        15 if b[0] != b'0' && date(8) => Some(PersonalKind::ResidentId),
        16..=19 if b.ends_with(b"X") => None,
        16..=19 if luhn(b) => Some(PersonalKind::BankCard),
        _ => None,
    }
}

fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(i, d)| {
            let d = u32::from(d - b'0') << (i % 2);
            if d > 9 { d - 9 } else { d }
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&str, PersonalKind)> {
        personal(text).into_iter().map(|p| (&text[p.span], p.kind)).collect()
    }

    #[test]
    fn finds_what_must_be_masked() {
        use PersonalKind::*;
        assert_eq!(found("请打13800138000，或138 0013-8000。"), [("13800138000", Mobile), ("138 0013-8000", Mobile)]);
        assert_eq!(found("+8613800138000"), [("8613800138000", Mobile)]);
        assert_eq!(found("办公室0737-4422123"), [("0737-4422123", Landline)]);
        assert_eq!(found("身份证11010519491231002x号"), [("11010519491231002x", ResidentId)]);
        assert_eq!(found("１１０１０５１９４９１２３１００２Ｘ"), [("１１０１０５１９４９１２３１００２Ｘ", ResidentId)]);
        assert_eq!(found("卡号6222 2212 3456 7895"), []);
        assert_eq!(found("卡号4539 5787 6362 1486"), [("4539 5787 6362 1486", BankCard)]);
        assert_eq!(found("2019 13800138000"), [("13800138000", Mobile)]);
        assert_eq!(found("138 0013 8000 2单元"), [("138 0013 8000", Mobile)]);
    }

    #[test]
    fn leaves_ordinary_numbers() {
        assert!(found("2026年3月5日第12组交了3500元，编号188006，20260305").is_empty());
    }
}
