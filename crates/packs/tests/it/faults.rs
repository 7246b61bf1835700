//! One wrong line a rule: what the checker says of it, where, and how to mend it. Each case changes one piece of
//! `golden/pack.yaml` (which is right); the message is written out whole in `golden/faults.txt`, both languages.
//! `GOLDEN=write cargo test -p packs faults` writes that file again, to be read before it is kept.

use packs::{Catalogue, Source};

const RIGHT: &str = include_str!("../golden/pack.yaml");

/// What is wrong, the piece of the right pack, what stands in its place.
const CASES: &[(&str, &str, &str)] = &[
    ("not YAML", "pack: desk", "pack: [desk"),
    ("an unknown noun", "letters:\n", "leters:\n"),
    ("a noun without an engine", "pages:\n", "alarms: {x: {}}\npages:\n"),
    ("an unknown key", "due: 4 work-hours", "duo: 4 work-hours"),
    ("a key twice", "ends: [withdrawn, merged]", "ends: [withdrawn]\n    ends: [merged]"),
    ("a missing key", "name: {zh: 分流, en: Sort}\n        holder", "holder"),
    ("one language only", "{zh: 办理, en: Handle}", "{zh: 办理}"),
    ("a name with a hyphen", "      sort:\n", "      sort-it:\n"),
    ("an alias", "ends: [withdrawn, merged]", "ends: &x [withdrawn, merged]"),
    ("a wrong term", "due: 7 days", "due: 7 weeks"),
    ("a wrong share", "confirm_below: 0.8", "confirm_below: most"),
    ("a pack that is not there", "name: {zh: 示例, en: Sample}", "name: {zh: 示例, en: Sample}\nuses: [tree_leaders]"),
    ("a step that is not there", "to: handle}\n      handle", "to: handel}\n      handle"),
    ("a form that is not there", "form: outcome", "form: outcomes"),
    ("a list that is not there", "list: categories", "list: category"),
    ("a role that is not there", "offer: {role: group_leader", "offer: {role: group_lead"),
    ("a role at a level where nobody has it", "offer: {role: group_leader, at: place}", "offer: {role: group_leader, at: township}"),
    ("a group of roles as a holder", "holder: {role: village_duty", "holder: {role: leader"),
    ("an unpaid holder", "holder: {role: village_duty, at: place}", "holder: {role: group_leader, at: place}"),
    ("a role without a level", "level: village, may: {all: [read, list]}", "may: {all: [read, list]}"),
    ("a department that is not there", "unit: water, outdoor", "unit: watr, outdoor"),
    ("a department without a seat", "water: {zh: 水利局, en: Water}", "water: {zh: 水利局, en: Water, role: departement}"),
    ("a right that is none", "may: {report: [open]}", "may: {report: [opens]}"),
    ("a right on nothing", "may: {report: [open]}", "may: {reports: [open]}"),
    ("a step without a way out", "        moves:\n          meet: {name: {zh: 开会, en: Meet}, to: handle}", "        moves: {}"),
    ("a step that never ends", "done: {to: confirm,", "done: {to: sort,"),
    ("a step no move leads to", "to: confirm, form: outcome", "to: closed, form: outcome"),
    ("a step all of whose moves are conditional", "to: handle}\n      handle", "to: handle, if: matter.urgent}\n      handle"),
    ("a way longer than the matter's clock", "due: 10 work-days", "due: 5 work-days"),
    ("nobody holds the first step", "        holder: {role: village_duty, at: place}\n", ""),
    ("a move without a name", "meet: {name: {zh: 开会, en: Meet}, to: handle}", "meet: {to: handle}"),
    (
        "a join of a flow in which nobody is asked",
        "accept: {to: closed}",
        "accept: {to: closed}\n          ask: {name: {zh: 会商, en: Ask}, with: report, assist: chosen, join: all}",
    ),
    ("a join where nothing is opened", "accept: {to: closed}", "accept: {to: closed, join: all}"),
    ("a move with two ways", "accept: {to: closed}", "accept: {to: closed, with: report}"),
    ("then without most", "most: 2, then: up", "then: up"),
    ("then leads nowhere", "then: up", "then: consult"),
    ("no ladder to climb", "ladders:\n  up: {name: {zh: 阶梯, en: Ladder}, rungs: [group_leader, village_duty, {unit: true}]}\n", ""),
    ("an end that is none", "ends: [withdrawn, merged]", "ends: {withdrawn: {}, vanished: {}}"),
    ("the handler approves his own end", "ends: [withdrawn, merged]", "ends: {withdrawn: {}, merged: {approved_by: holder}}"),
    ("an expression that is none", "if: matter.urgent", "if: matter.urgent &&"),
    ("an unknown name in an expression", "if: matter.urgent", "if: mater.urgent"),
    ("an alarm that is not a yes or no", "ends: [withdrawn, merged]", "alarm: matter.returns\n    ends: [withdrawn, merged]"),
    ("an unknown member", "unit: matter.category.unit,", "unit: matter.category.units,"),
    ("a wrong type", "matter.returns < 3 &&", "matter.returns < '3' &&"),
    ("a wrong result", "if: matter.urgent", "if: matter.returns"),
    ("a fact that may be missing", "hit: has(resolved_at) && resolved_at", "hit: resolved_at"),
    ("a code that is none", "flow == \"report\"", "flow == \"reports\""),
    ("in without a list", "ended_as in [\"withdrawn\", \"merged\"]", "ended_as in \"withdrawn\""),
    ("an unknown function", "during(due_at, window)", "within(due_at, window)"),
    ("a function's arguments", "during(due_at, window)", "during(window, due_at)"),
    ("a department that an expression does not give", "unit: matter.category.unit,", "unit: matter.number,"),
    ("money and numbers", "min: \"matter.category.outdoor ? 1 : 0\"", "min: 'money(\"¥5\") + 1'"),
    ("a key that the field's type has not", "required: true, max: 2000", "required: true, of: 5"),
    ("a field's type that is none", "cost: {type: money", "cost: {type: cash"),
    (
        "a field that needs more",
        "cost: {type: money, name: {zh: 花费, en: Cost}, max: ¥500}",
        "cost: {type: choice, name: {zh: 花费, en: Cost}}",
    ),
    ("a text required to a level", "required: true, max: 2000", "required: village, max: 2000"),
    ("the key of a kind", "key: number", "key: nummer"),
    ("a row of the wrong type", "due: 5 work-days, rate", "due: soon, rate"),
    ("a row without a column", ", rate: 10 %}", "}"),
    ("a table's row that is not there", "row: visit", "row: visits"),
    ("a table's column without terms", "column: due}", "column: rate}"),
    ("a letter's unknown name", "\"{{ number }} received\"", "\"{{ numbr }} received\""),
    ("a letter's broken template", "\"{{ number }} received\"", "\"{{ number received\""),
    ("a reaction to a step that is not there", "step: handle, move: done", "step: handel, move: done"),
    ("a reaction to a move that is not there", "step: handle, move: done", "step: handle, move: don"),
    ("a verb without an engine", "do: {notify:", "do: {broadcast: {to: x}, notify:"),
    ("an expression in words", "{matter.number} is done", "{matter.numbr} is done"),
    ("an indicator without a denominator", "    of: flow == \"report\" && during(due_at, window)\n", ""),
    ("a breakdown that is none", "by: [township, category]", "by: [town, category]"),
    ("a page that is none", "resident: [report, mine]", "resident: [reports, mine]"),
    ("an indicator that is not there", "screen: [on_time]", "screen: [in_time]"),
];

fn check(text: &str) -> String {
    let source = Source { path: "desk/pack.yaml".into(), text: text.into() };
    match Catalogue::read(&[source], None) {
        Ok(_) => String::new(),
        Err(faults) => faults.0.iter().map(|f| format!("  {f}\n  {}\n", f.zh())).collect(),
    }
}

#[test]
fn the_right_pack_is_right() {
    assert_eq!(check(RIGHT), "");
}

#[test]
fn each_wrong_line_is_named_with_its_mend() {
    let mut said = String::new();
    for (what, from, to) in CASES {
        assert!(RIGHT.contains(from), "{what}: the right pack has no {from:?}");
        let text = RIGHT.replacen(from, to, 1);
        let faults = check(&text);
        assert!(!faults.is_empty(), "{what}: nothing was said");
        said.push_str(&format!("{what}\n{faults}"));
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/faults.txt");
    if std::env::var("GOLDEN").is_ok_and(|v| v == "write") {
        std::fs::write(path, &said).expect("writes");
    }
    let want = std::fs::read_to_string(path).expect("tests/golden/faults.txt");
    for (said, want) in said.lines().zip(want.lines()) {
        assert_eq!(said, want);
    }
    assert_eq!(said.lines().count(), want.lines().count());
}
