//! Expressions: what they give, what is unknown, and how fast. Each is written as an indicator or a guard of a pack,
//! because that is the only door.

use base::Time;
use packs::{Catalogue, Facts, Figure, Source, Stopped, Truth, Val};

/// A pack with this expression as the denominator of an indicator.
fn pack(expr: &str) -> Result<Catalogue, String> {
    let right = include_str!("../golden/pack.yaml");
    let quoted = expr.replace('\'', "''");
    let text = right.replace("of: flow == \"report\" && during(due_at, window)", &format!("of: '{quoted}'"));
    Catalogue::read(&[Source { path: "desk/pack.yaml".into(), text }], None).map_err(|f| f.to_string())
}

fn expr(source: &str) -> packs::Expr {
    let c = pack(source).unwrap_or_else(|f| panic!("{source}: {f}"));
    match &c.indicator("desk", "on_time").expect("the indicator").figure {
        Figure::Share { of, .. } => of.clone(),
        other => panic!("{other:?}"),
    }
}

fn at(s: &str) -> Val {
    Val::Time(s.parse::<Time>().expect(s))
}

fn facts() -> Facts {
    let c = pack("true").expect("right");
    let category = c.list("desk", "categories").expect("the list").val("water").expect("water");
    Facts::new()
        .with("flow", Val::str("report"))
        .with("category", category)
        .with("urgent", Val::Bool(false))
        .with("returns", Val::Int(2))
        .with("received_at", at("2026-09-01T09:00"))
        .with("due_at", at("2026-09-15T18:00"))
        .with("ended_as", Val::str("open"))
        .with("now", at("2026-09-30T00:00"))
        .with("window", Val::Window("2026-09-01".parse().expect("day"), "2026-10-01".parse().expect("day")))
}

fn test(source: &str) -> Truth {
    expr(source).test(&facts()).unwrap_or_else(|e| panic!("{source}: {e:?}"))
}

#[test]
fn gives_what_it_says() {
    for (source, want) in [
        ("flow == \"report\" && during(due_at, window)", true),
        ("during(received_at, window) && !urgent", true),
        ("returns * 3 + 1 == 7", true),
        ("7 / 2 == 3 && 7 % 2 == 1 && -1 < 0", true),
        ("1 + 0.5 == 1.5", true),
        ("returns in [1, 2, 3]", true),
        ("category in [\"roads\"]", false),
        ("category == \"water\" && category.unit == \"water\"", true),
        ("category.outdoor", false),
        ("due_at - received_at > days(14)", true),
        ("received_at + hours(2) < due_at", true),
        ("received_at > time(\"2026-09-01T08:59\")", true),
        ("money(\"¥1,000.00\") * rate(\"12.5 %\") == money(\"¥125\")", true),
        ("money(\"¥0.03\") * rate(\"50 %\") == money(\"¥0.02\")", true),
        ("area(\"1 mu\") > area(\"666.66 m2\")", true),
        ("split(money(\"¥100\"), [1, 1, 1])[0] == money(\"¥33.34\")", true),
        ("split(money(\"¥100\"), [1, 1, 1])[2] == money(\"¥33.33\")", true),
        ("size(\"百姓\") == 2 && \"百姓直通车\".contains(\"直通\")", true),
        ("[1, 2, 3].exists(x, x > 2) && [1, 2].all(x, x > 0)", true),
        ("[1, 2, 3].filter(x, x > 1).map(x, x * 2)[0] == 4", true),
        ("urgent ? false : true", true),
        ("ended_as in [\"withdrawn\", \"merged\"]", false),
    ] {
        assert_eq!(test(source), if want { Truth::True } else { Truth::False }, "{source}");
    }
}

#[test]
fn unknown_is_never_false() {
    let gone = Facts::new().with("flow", Val::str("report"));
    let run = |s: &str| expr(s).test(&gone).expect(s);
    assert_eq!(run("urgent"), Truth::Unknown("urgent".into()));
    assert_eq!(run("!urgent"), Truth::Unknown("urgent".into()));
    assert_eq!(run("urgent || flow == \"report\""), Truth::True);
    assert_eq!(run("urgent && flow != \"report\""), Truth::False);
    assert_eq!(run("urgent && flow == \"report\""), Truth::Unknown("urgent".into()));
    assert_eq!(run("has(resolved_at)"), Truth::False);
    assert_eq!(run("has(resolved_at) && resolved_at < due_at"), Truth::False);
}

#[test]
fn never_wraps_and_never_runs_on() {
    for source in ["returns * 9223372036854775807 > 0", "1 / (returns - 2) == 1", "7 % (returns - 2) == 1"] {
        assert_eq!(expr(source).eval(&facts()).expect_err(source), Stopped::Arithmetic, "{source}");
    }
    let list = format!("[{}]", vec!["1"; 90].join(","));
    let deep = format!("{list}.all(a, {list}.all(b, {list}.all(c, a + b + c > 0)))");
    assert_eq!(expr(&deep).eval(&facts()).expect_err("cost"), Stopped::Cost);
}

#[test]
fn wrong_ones_are_refused_before_they_run() {
    for source in [
        "flow",
        "flow == 1",
        "returns == \"2\"",
        "urgent + 1 == 2",
        "due_at + due_at == due_at",
        "category > \"a\"",
        "category == \"mud\"",
        "category in [\"mud\"]",
        "window == window",
        "resolved_at < due_at",
        "has(1)",
        "has(nothing)",
        "[] == []",
        "{\"a\": 1}.a == 1",
        "size(1) == 1",
        "split(1, [1])[0] == 1",
        "money(\"five\") == money(\"¥5\")",
        "money(\"¥5\") * money(\"¥5\") == money(\"¥25\")",
        "null == null",
        "b\"a\" == b\"a\"",
        "1u == 1u",
        "flow.matches(\"r.*\")",
        "[1, 2].map(x, y)[0] == 1",
        "urgent ? 1 : 2",
        "return",
        "a.b.c",
        "((",
    ] {
        assert!(pack(source).is_err(), "{source}");
    }
    assert!(pack(&"!".repeat(600)).is_err());
    assert!(pack(&format!("{}true{}", "(".repeat(400), ")".repeat(400))).is_err());
}

/// The limit is 20 µs; a build without optimisation is given room.
#[test]
fn is_fast() {
    let e = expr(
        "flow == \"report\" && during(due_at, window) && (has(resolved_at) && resolved_at <= due_at || returns > 1 && category.unit == \"water\")",
    );
    let facts = facts();
    let start = std::time::Instant::now();
    let n = 20_000;
    for _ in 0..n {
        assert_eq!(e.test(&facts).expect("runs"), Truth::True);
    }
    let each = start.elapsed() / n;
    println!("one evaluation: {each:?}");
    assert!(each < std::time::Duration::from_micros(20), "{each:?}");
}

/// Numbers and conditions in any combination, as text.
fn random() -> impl proptest::strategy::Strategy<Value = String> {
    use proptest::prelude::*;
    let number = prop_oneof![Just("returns".to_owned()), Just("reopened".to_owned()), (-9..10_i64).prop_map(|n| n.to_string())];
    let number = number.prop_recursive(3, 12, 2, |n| {
        (n.clone(), prop_oneof![Just("+"), Just("-"), Just("*"), Just("/"), Just("%")], n).prop_map(|(a, op, b)| format!("({a} {op} {b})"))
    });
    let compared = (number.clone(), prop_oneof![Just("=="), Just("!="), Just("<"), Just("<="), Just(">"), Just(">=")], number.clone());
    let leaf = prop_oneof![
        Just("urgent".to_owned()),
        compared.prop_map(|(a, op, b)| format!("({a} {op} {b})")),
        (number.clone(), number.clone(), number).prop_map(|(a, b, c)| format!("({a} in [{b}, {c}])")),
    ];
    leaf.prop_recursive(3, 16, 3, |c| {
        prop_oneof![
            (c.clone(), prop_oneof![Just("&&"), Just("||")], c.clone()).prop_map(|(a, op, b)| format!("({a} {op} {b})")),
            c.clone().prop_map(|a| format!("!{a}")),
            (c.clone(), c.clone(), c).prop_map(|(a, b, d)| format!("({a} ? {b} : {d})")),
        ]
    })
}

/// Where CEL's own interpreter gives a value, ours gives the same.
#[test]
fn agrees_with_the_interpreter_of_the_cel_crate() {
    use proptest::test_runner::{Config, RngSeed, TestRunner};
    let config = Config { cases: 400, rng_seed: RngSeed::Fixed(7), failure_persistence: None, ..Config::default() };
    let facts = facts().with("reopened", Val::Int(5));
    let compared = std::cell::Cell::new(0);
    TestRunner::new(config)
        .run(&random(), |source| {
            let program = cel::Program::compile(&source).expect("CEL reads it");
            let mut context = cel::Context::default();
            for (name, n) in [("returns", 2_i64), ("reopened", 5)] {
                context.add_variable_from_value(name, n);
            }
            context.add_variable_from_value("urgent", false);
            if let Ok(cel::Value::Bool(theirs)) = program.execute(&context) {
                compared.set(compared.get() + 1);
                let ours = expr(&source).test(&facts);
                proptest::prop_assert_eq!(ours, Ok(if theirs { Truth::True } else { Truth::False }), "{}", source);
            }
            Ok(())
        })
        .expect("agrees");
    assert!(compared.get() > 200, "{compared:?}");
}
