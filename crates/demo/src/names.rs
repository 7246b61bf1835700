//! Words that mark what is generated.

/// 1 to 99 as in 四组, 十二组.
pub fn numeral(n: i64) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let (tens, ones) = ((n / 10) as usize, DIGITS[(n % 10) as usize]);
    match tens {
        0 => ones.into(),
        1 => format!("十{ones}"),
        2..=9 => format!("{}十{ones}", DIGITS[tens]),
        _ => n.to_string(),
    }
}

/// The name of a person who does not exist.
pub fn person(what: &str) -> String {
    format!("演示·{what}")
}

/// Blocks of numbers that no subscriber can have: see the crate's page.
#[derive(Clone, Copy)]
pub enum Block {
    Leaders = 0,
    Officials = 1,
    Residents = 2,
    Households = 3,
}

/// 11 digits that pass the check of form: `179`, the block, and seven digits of `n`.
pub fn phone(block: Block, n: usize) -> String {
    format!("179{}{:07}", block as u8, n % 10_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerals() {
        let read: Vec<String> = [1, 9, 10, 12, 20, 35].map(numeral).into();
        assert_eq!(read, ["一", "九", "十", "十二", "二十", "三十五"]);
    }

    #[test]
    fn numbers_have_the_form_and_the_mark() {
        for block in [Block::Leaders, Block::Officials, Block::Residents, Block::Households] {
            let number = phone(block, 15_999);
            assert!(number.starts_with("179") && base::mobile(&number).is_ok(), "{number}");
        }
    }
}
