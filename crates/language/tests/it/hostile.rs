//! Whatever comes in, nothing panics, nothing takes long, and every span can be cut out of the text.

use base::Time;
use language::{
    Correction, Fingerprint, Gazetteer, Message, Model, PlaceName, closeness, hot, personal, search_query, search_terms, segment, times,
};
use proptest::prelude::*;
use std::time::{Duration, Instant};

const NOW: Time = Time(1_790_000_000_000);

fn everything(text: &str, places: &Gazetteer) {
    let suggestion = Model::shipped().suggest(text);
    let sum: f32 = suggestion.ranked.iter().map(|r| r.probability).sum();
    assert!((sum - 1.0).abs() < 1e-3, "probabilities add up to {sum}");
    assert!(suggestion.ranked.is_sorted_by(|a, b| a.probability >= b.probability));
    for reason in &suggestion.reasons {
        assert!(text.contains(&reason.words) && reason.weight > 0.0 && reason.weight <= 1.001, "{reason:?}");
    }
    for word in segment(text) {
        assert!(!word.is_empty());
    }
    let terms = search_terms(text);
    assert!(terms.split(' ').all(|t| t.chars().all(char::is_alphanumeric)));
    for term in search_query(text) {
        assert!(term.text.chars().all(char::is_alphanumeric) && !term.text.is_empty());
    }
    let print = Fingerprint::of(text);
    assert_eq!(Fingerprint::from_bytes(&print.to_bytes()).expect("just written"), print);
    assert!((0.0..=1.0).contains(&closeness(text, "自来水停了")));
    for span in times(text, NOW).into_iter().map(|t| (t.span, t.from < t.to)).inspect(|t| assert!(t.1)).map(|t| t.0) {
        assert!(!text[span].is_empty());
    }
    for p in personal(text) {
        assert!(!text[p.span].is_empty());
    }
    for p in places.find(text, None) {
        assert!(!text[p.span].is_empty() && !p.candidates.is_empty());
    }
}

fn places() -> Gazetteer {
    let names = [("430903104201", "新桥村村民委员会"), ("430903", "赫山区")];
    Gazetteer::new(names.map(|(code, name)| PlaceName { name: name.into(), code: code.parse().expect("a code") })).expect("builds")
}

#[test]
fn odd_texts() {
    let places = places();
    for text in [
        "",
        " ",
        "\u{0}\u{1}\u{7f}",
        "。，！？",
        "🙂🙂👨‍👩‍👧‍👦",
        "水",
        "1",
        "x",
        "ﷺİß\u{301}",
        "第",
        "2026年",
        "\u{feff}",
        "三组",
        "０",
        "十十十",
    ] {
        everything(text, &places);
    }
    let empty = Model::shipped().suggest("🙂");
    assert!(empty.reasons.is_empty() && empty.ranked[0].probability < 0.5, "nothing was said: {:?}", empty.ranked[0]);
}

#[test]
fn a_million_characters_take_a_moment() {
    let places = places();
    for text in [
        "水".repeat(1_000_000),
        "1".repeat(1_000_000),
        "3月".repeat(500_000),
        "1 2-".repeat(250_000),
        "今天新桥村四组，".repeat(125_000),
        "\u{0}".repeat(1_000_000),
    ] {
        let start = Instant::now();
        everything(&text, &places);
        assert!(start.elapsed() < Duration::from_secs(5), "{:?} for {}…", start.elapsed(), text.chars().take(5).collect::<String>());
    }
}

#[test]
fn hot_issues_of_odd_messages() {
    let odd = |text: &str| Message {
        sender: String::new(),
        time: NOW,
        region: None,
        title: String::new(),
        text: text.into(),
        supporters: u32::MAX,
    };
    let messages: Vec<Message> = ["", "🙂", "水", "水", "。", "自来水停了", "自来水停了"].map(odd).to_vec();
    assert!(hot(&messages, NOW, &Default::default()).iter().all(|i| i.heat.is_finite()));
    assert!(hot(&[], NOW, &Default::default()).is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, rng_seed: proptest::test_runner::RngSeed::Fixed(7), failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_text(text in "\\PC{0,80}") {
        everything(&text, &places());
    }

    #[test]
    fn any_mix_of_what_is_looked_for(text in "([0-9０-９]{1,12}|[年月日号点半时分组第周天前上下昨今]|新桥村|赫山|[ -/:.xX]|[一二三十百]|水){0,30}") {
        everything(&text, &places());
    }

    #[test]
    fn corrections_of_any_text(text in "\\PC{0,40}", label in "\\PC{0,8}") {
        let adapted = Model::shipped().adapted(&[Correction { text: text.clone(), label }]);
        let sum: f32 = adapted.suggest(&text).ranked.iter().map(|r| r.probability).sum();
        prop_assert!((sum - 1.0).abs() < 1e-3);
    }

    #[test]
    fn a_damaged_model_is_refused_or_read(at in 0usize..2_000, byte in any::<u8>(), cut in 0usize..3_000) {
        let mut bytes = SMALL.with(Clone::clone);
        let n = bytes.len();
        bytes[at % n] = byte;
        bytes.truncate(n.saturating_sub(cut));
        if let Ok(model) = Model::load(&bytes) {
            model.suggest("自来水停了");
        }
    }
}

thread_local! {
    /// A model of a few messages: small enough that a changed byte hits every part of the file.
    static SMALL: Vec<u8> = {
        let example = |i: usize| language::Example {
            id: i.to_string(),
            label: if i.is_multiple_of(2) { "水" } else { "路" }.into(),
            text: if i.is_multiple_of(2) { "自来水 停了" } else { "路灯 坏了" }.into(),
            cut: true,
        };
        Model::train(&(0..12).map(example).collect::<Vec<_>>(), &Default::default()).expect("trains").save()
    };
}
