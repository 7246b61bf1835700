//! Checks of numbers that name persons and bodies. A right check digit is not an identity: pages say 格式正确, never
//! 已核验.

use crate::{Error, Result};
use jiff::civil::Date;

/// GB 11643-1999: 6 digits of region, 8 of birth, 3 of sequence, one check digit by ISO 7064 MOD 11-2. Also the
/// residence permits of Hong Kong, Macao and Taiwan (81–83) and of foreigners (9, edition of 2023).
///
/// The region is that of the day of issue, so only its province is checked. Gives the number in upper case.
pub fn resident_id(s: &str, today: Date) -> Result<String> {
    let wrong = |zh: &str, en: &str| Err(Error::invalid("resident_id", zh, en));
    let id = s.trim().to_ascii_uppercase();
    let b = id.as_bytes();
    if b.len() != 18 || !b[..17].iter().all(u8::is_ascii_digit) || !(b[17].is_ascii_digit() || b[17] == b'X') {
        return wrong("身份证号应是 18 位，最后一位可以是 X", "a resident id has 18 digits, the last may be X");
    }
    const PROVINCES: [&str; 34] = [
        "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43", "44", "45", "46", "50",
        "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82",
    ];
    if !(PROVINCES.contains(&&id[..2]) || &id[..2] == "83" || b[0] == b'9') {
        return wrong("身份证号开头的省份代码不对", "the first two digits name no province");
    }
    let birth: Option<Date> =
        id[6..14].parse::<u32>().ok().and_then(|d| Date::new((d / 10_000) as i16, (d / 100 % 100) as i8, (d % 100) as i8).ok());
    match birth {
        Some(d) if d <= today && d.year() >= 1850 => {}
        _ => return wrong("身份证号里的出生日期不对", "the date of birth in the number is not a day that was"),
    }
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = b[..17].iter().zip(WEIGHTS).map(|(d, w)| u32::from(d - b'0') * w).sum();
    if b"10X98765432"[(sum % 11) as usize] != b[17] {
        return wrong("身份证号有一位抄错了，请核对", "one digit of the resident id is wrong");
    }
    Ok(id)
}

/// GB 32100-2015, unified social credit code: 18 of 31 characters (no I O S V Z), weights 3^(i−1) mod 31; characters
/// 9 to 17 are the organisation's code of GB 11714 with its own check.
pub fn credit_code(s: &str) -> Result<String> {
    let wrong = |zh: &str, en: &str| Err(Error::invalid("credit_code", zh, en));
    const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    let code = s.trim().to_ascii_uppercase();
    let values: Option<Vec<u32>> = code.bytes().map(|c| ALPHABET.iter().position(|a| *a == c).map(|p| p as u32)).collect();
    let (Some(v), true) = (values, code.len() == 18) else {
        return wrong(
            "统一社会信用代码应是 18 位数字或大写字母（不含 I、O、S、V、Z）",
            "a unified social credit code has 18 digits or letters (no I, O, S, V, Z)",
        );
    };
    const BODY: [u32; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
    let sum: u32 = v[..17].iter().zip(BODY).map(|(d, w)| d * w).sum();
    if (31 - sum % 31) % 31 != v[17] {
        return wrong("统一社会信用代码有一位抄错了，请核对", "one character of the credit code is wrong");
    }
    const ORGANISATION: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    // GB 11714 counts letters from A = 10 in the plain alphabet.
    let plain = |c: u8| if c.is_ascii_digit() { u32::from(c - b'0') } else { u32::from(c - b'A') + 10 };
    let b = code.as_bytes();
    let sum: u32 = b[8..16].iter().zip(ORGANISATION).map(|(c, w)| plain(*c) * w).sum();
    let check = match 11 - sum % 11 {
        10 => b'X',
        11 => b'0',
        n => b'0' + n as u8,
    };
    if check != b[16] {
        return wrong("统一社会信用代码里的组织机构代码有误", "the organisation's code inside the credit code is wrong");
    }
    Ok(code)
}

/// A mobile number of the mainland, in E.164: `138 0013-8000` becomes `+8613800138000`.
pub fn mobile(s: &str) -> Result<String> {
    let digits: String = s.chars().filter(|c| !matches!(c, ' ' | '-' | '\u{3000}')).collect();
    let local = digits.strip_prefix("+86").or_else(|| digits.strip_prefix("0086")).unwrap_or(&digits);
    let b = local.as_bytes();
    if b.len() == 11 && b.iter().all(u8::is_ascii_digit) && b[0] == b'1' && (b'3'..=b'9').contains(&b[1]) {
        Ok(format!("+86{local}"))
    } else {
        Err(Error::invalid("phone", "手机号应是 11 位，例如 138 0013 8000", "a mobile number has 11 digits, such as 138 0013 8000"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = Date::constant(2026, 11, 22);

    #[test]
    fn resident_ids_of_the_standard() {
        for id in ["11010519491231002X", "440524188001010014", " 11010519491231002x "] {
            assert!(resident_id(id, TODAY).is_ok(), "{id}");
        }
        for id in ["110105194912310021", "11010519490231002X", "11010520991231002X", "110105491231002", "", "1101051949123100２X"] {
            assert!(resident_id(id, TODAY).is_err(), "{id}");
        }
    }

    #[test]
    fn every_slip_of_one_digit_or_two_neighbours_is_caught() {
        let id = "11010519491231002X";
        let mut slips = 0;
        for i in 0..17 {
            for d in b'0'..=b'9' {
                let mut b = id.as_bytes().to_vec();
                if b[i] != d {
                    b[i] = d;
                    assert!(resident_id(std::str::from_utf8(&b).expect("ascii"), TODAY).is_err());
                    slips += 1;
                }
            }
            let mut b = id.as_bytes().to_vec();
            b.swap(i, i + 1);
            if b != id.as_bytes() {
                assert!(resident_id(std::str::from_utf8(&b).expect("ascii"), TODAY).is_err());
            }
        }
        assert_eq!(slips, 153);
    }

    #[test]
    fn credit_codes() {
        for code in ["9144030071526726XG", "914403001922038216", "91110000802100433B", "91350100M000100Y43"] {
            assert!(credit_code(code).is_ok(), "{code}");
        }
        for code in ["9144030071526726XH", "9144030071526726IG", "9144030071526726X", ""] {
            assert!(credit_code(code).is_err(), "{code}");
        }
    }

    #[test]
    fn mobiles() {
        for s in ["138 0013-8000", "+8613800138000", "008613800138000"] {
            assert_eq!(mobile(s).expect(s), "+8613800138000");
        }
        for s in ["12800138000", "1380013800", "+8513800138000", "0737-2223333", "１３８００１３８０００"] {
            assert!(mobile(s).is_err(), "{s}");
        }
    }
}
