//! What the document says of texts that are read as something more: a client knows before it asks what is refused.

use std::borrow::Cow;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};

/// As [`base::Code`] reads it: county, town, village, group, neighbourhood, each but the first left out or not zero where
/// one follows.
const REGION: &str = concat!(
    "^(1[1-9]|[2-7][0-9]|8[0-2])[0-9]{4}",
    "(([1-9][0-9]{2}|0[1-9][0-9]|00[1-9])",
    "(([1-9][0-9]{2}|0[1-9][0-9]|00[1-9])",
    "(([1-9][0-9]{2}|0[1-9][0-9]|00[1-9])",
    "([0-9]{4})?",
    "|000(0000)?)?",
    "|000(000(0000)?)?)?",
    "|000(000(000(0000)?)?)?)?$"
);

fn text(pattern: &str, example: &str, description: &str) -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::String).pattern(Some(pattern)).examples([example]).description(Some(description)).into()
}

/// A region's code in a document.
pub struct Region;

impl PartialSchema for Region {
    fn schema() -> RefOr<Schema> {
        text(REGION, "430903001200", "A region's code: 6, 9, 12, 15 or 19 digits (county, town, village, group, neighbourhood)")
    }
}

impl ToSchema for Region {
    fn name() -> Cow<'static, str> {
        "RegionCode".into()
    }
}

#[cfg(test)]
mod tests {
    use super::REGION;
    use base::Code;

    /// Every part absent, zero, at its ends and in between: the pattern takes exactly what is read.
    #[test]
    fn the_pattern_takes_what_is_read() {
        let pattern = regex::Regex::new(REGION).expect("a pattern");
        let three = ["000", "001", "010", "100", "999"];
        let levels: [&[&str]; 4] = [&three, &three, &three, &["0000", "0001", "9999"]];
        let mut all: Vec<String> =
            ["100000", "109999", "110000", "430903", "829999", "830000", "4309", "43090", "4309031", "x30903"].map(str::to_owned).into();
        let mut last = all.clone();
        for parts in levels {
            last = last.iter().flat_map(|before| parts.iter().map(move |part| format!("{before}{part}"))).collect();
            all.extend(last.iter().cloned());
        }
        let taken = all.iter().filter(|text| pattern.is_match(text)).count();
        assert!((100..all.len() - 100).contains(&taken), "{taken} of {}", all.len());
        for text in all {
            assert_eq!(pattern.is_match(&text), text.parse::<Code>().is_ok(), "{text}");
        }
    }
}
