//! Arbitrary input gives faults, never a panic and never an endless run.

use packs::{Catalogue, Facts, Source};
use proptest::prelude::*;

const RIGHT: &str = include_str!("../golden/pack.yaml");

fn read(text: String) {
    let story = Source { path: "desk/stories/x.yaml".into(), text: text.clone() };
    let over = Source { path: "desk/overlays/430903.yaml".into(), text: text.clone() };
    let main = Source { path: "desk/pack.yaml".into(), text };
    let home = base::Home::new(430903).ok();
    let right = Source { path: "desk/pack.yaml".into(), text: RIGHT.into() };
    let _ = Catalogue::read(&[main], home);
    let _ = Catalogue::read(&[right, story, over], home);
}

/// Pieces of packs in any order: nearer to the truth than noise, so deeper in the checker.
fn pieces() -> impl Strategy<Value = String> {
    let lines: Vec<&'static str> = RIGHT.lines().collect();
    let odd = prop_oneof![
        Just("{"),
        Just("- "),
        Just("? x"),
        Just("!!str"),
        Just("*a"),
        Just("&a"),
        Just("|"),
        Just(">-"),
        Just("\t"),
        Just("%TAG ! x"),
        Just("---"),
        Just("\"\\u0000"),
        Just("due: 99999999999 work-days"),
        Just("x: [[[[[[[[[["),
        Just("steps: {}"),
        Just("matter.category.unit"),
    ];
    proptest::collection::vec(prop_oneof![4 => proptest::sample::select(lines), 1 => odd], 0..60).prop_map(|l| l.join("\n"))
}

/// The right pack with one stretch of characters replaced.
fn scars() -> impl Strategy<Value = String> {
    let n = RIGHT.chars().count();
    (0..n, 0..40_usize, ".{0,12}").prop_map(|(at, len, new)| {
        let chars: Vec<char> = RIGHT.chars().collect();
        let end = (at + len).min(chars.len());
        chars[..at].iter().copied().chain(new.chars()).chain(chars[end..].iter().copied()).collect()
    })
}

/// A value of any shape, for forms.
fn values() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        ".{0,20}".prop_map(Into::into),
    ];
    let key = prop_oneof![
        Just("words".to_owned()),
        Just("place".into()),
        Just("media".into()),
        Just("cost".into()),
        Just("region".into()),
        ".{0,6}"
    ];
    leaf.prop_recursive(3, 20, 5, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Into::into),
            proptest::collection::vec((key.clone(), inner), 0..5).prop_map(|m| serde_json::Value::Object(m.into_iter().collect())),
        ]
    })
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        rng_seed: proptest::test_runner::RngSeed::Fixed(20260930),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(150))]

    #[test]
    fn noise_never_panics(text in "[\\PC\n\t:\\-{}\\[\\]\"'|>&*!%#,? ]{0,200}") {
        read(text);
    }

    #[test]
    fn pieces_never_panic(text in pieces()) {
        read(text);
    }

    #[test]
    fn scars_never_panic(text in scars()) {
        read(text);
    }

    #[test]
    fn expressions_never_panic(text in "[a-z0-9 .()&|!<>=+*/%?:,\\[\\]'{}-]{0,60}") {
        let quoted = text.replace('\'', "''");
        read(RIGHT.replace("if: matter.urgent", &format!("if: '{quoted}'")));
    }

    #[test]
    fn forms_never_panic(values in values()) {
        let right = Source { path: "desk/pack.yaml".into(), text: RIGHT.into() };
        let catalogue = Catalogue::read(&[right], None).expect("right");
        for id in ["report", "outcome"] {
            let form = catalogue.form("desk", id).expect("the form");
            let _ = form.check(&values, &Facts::new(), "form");
            let _ = form.facts(&values);
        }
    }
}

#[test]
fn deep_and_long_ones_are_refused_at_once() {
    let start = std::time::Instant::now();
    for text in [
        "[".repeat(100_000),
        "{a: ".repeat(20_000),
        "- ".repeat(50_000),
        format!("pack: desk\nname: {{zh: {}, en: x}}\n", "长".repeat(900_000)),
        "a: 1\n".repeat(400_001),
    ] {
        let main = Source { path: "desk/pack.yaml".into(), text };
        assert!(Catalogue::read(&[main], None).is_err());
    }
    assert!(start.elapsed() < std::time::Duration::from_secs(20), "{:?}", start.elapsed());
}
