//! What a catalogue gives: versions, overlays, migration maps, rights, ways, forms, generated texts.

use base::{Code, Home, Kind};
use packs::{Action, Catalogue, Facts, Name, Source, Subject, Taken, Target, Val};
use serde_json::json;
use std::collections::BTreeSet;

const RIGHT: &str = include_str!("../golden/pack.yaml");

fn source(path: &str, text: &str) -> Source {
    Source { path: path.into(), text: text.into() }
}

fn home() -> Home {
    Home::new(430903).expect("a county")
}

fn read(sources: &[Source]) -> Catalogue {
    Catalogue::read(sources, Some(home())).unwrap_or_else(|f| panic!("\n{f}"))
}

fn desk(more: &[(&str, &str)]) -> Vec<Source> {
    std::iter::once(source("desk/pack.yaml", RIGHT)).chain(more.iter().map(|(p, t)| source(p, t))).collect()
}

fn faults(sources: &[Source]) -> String {
    Catalogue::read(sources, Some(home())).expect_err("faults").to_string()
}

fn hash(c: &Catalogue) -> String {
    c.pack("desk").expect("the pack").hash.clone()
}

#[test]
fn a_version_is_named_by_its_files_and_can_be_read_again_alone() {
    let story = ("desk/stories/one.yaml", "story: {zh: 一, en: One}\ncounty: demo\nsteps: []\n");
    let plain = read(&desk(&[]));
    assert_eq!(hash(&plain).len(), 64);
    assert_eq!(hash(&plain), hash(&read(&desk(&[story]))), "stories do not change what a pack means");
    assert_ne!(hash(&plain), hash(&read(&[source("desk/pack.yaml", &RIGHT.replace("10 work-days", "11 work-days"))])));
    let user = source("user/pack.yaml", "pack: user\nname: {zh: 用, en: User}\nuses: [desk]\n");
    let both = read(&[source("desk/pack.yaml", RIGHT), user.clone()]);
    let other = read(&[source("desk/pack.yaml", &RIGHT.replace("10 work-days", "11 work-days")), user]);
    let of = |c: &Catalogue| c.pack("user").expect("the pack").hash.clone();
    assert_ne!(of(&both), of(&other), "a pack means something else when one that it uses changes");
    let again = read(&both.pack("user").expect("the pack").bundle);
    assert_eq!(of(&again), of(&both));
}

#[test]
fn an_overlay_changes_numbers_names_holders_and_texts() {
    let over = "flows:\n  report:\n    clock: {due: 8 work-days}\n    steps:\n      sort: {name: {zh: 分办, en: Sort it}, holder: {unit: water, at: county}}\nindicators:\n  on_time: {least: 5}\n";
    let c = read(&desk(&[("desk/overlays/430903.yaml", over)]));
    let flow = c.flow("desk", "report").expect("the flow");
    assert_eq!(serde_json::to_value(&flow.clock.due).expect("json"), json!({ "fixed": "8 work-days" }));
    assert_eq!(flow.step("sort").expect("sort").name.zh, "分办");
    assert_eq!(c.indicator("desk", "on_time").expect("on time").least, 5);
    let changed: Vec<(&str, Option<&str>, &str)> =
        c.changes().iter().map(|c| (c.path.as_str(), c.from.as_deref(), c.to.as_str())).collect();
    assert_eq!(changed[0], ("flows.report.clock.due", Some("10 work-days"), "8 work-days"));
    assert_eq!(changed.len(), 4);
    assert_ne!(hash(&c), hash(&read(&desk(&[]))));
    // Another county's overlay is not looked at.
    assert_eq!(hash(&read(&desk(&[("desk/overlays/430902.yaml", over)]))), hash(&read(&desk(&[]))));
}

#[test]
fn an_overlay_of_structure_or_of_nothing_is_refused() {
    let refuse = |over: &str| faults(&desk(&[("desk/overlays/430903.yaml", over)]));
    assert_eq!(
        refuse("flows:\n  report:\n    steps:\n      sort:\n        moves: {meet: {to: confirm}}\n"),
        "desk/overlays/430903.yaml:5:28 an overlay does not change flows.report.steps.sort.moves.meet.to; it changes numbers, names, holders and texts; for structure write a pack\n"
    );
    assert!(refuse("flows: {reports: {clock: {due: 8 work-days}}}\n").contains("did you mean \"report\"?"));
    assert!(refuse("flows: {report: {clock: {due: soon}}}\n").starts_with("desk/overlays/430903.yaml:1:31 \"soon\" does not fit here"));
    assert!(
        refuse("flows: {report: {clock: {due: 2 work-days}}}\n").contains("longer than the matter's 2 work-days"),
        "what a release broke is seen"
    );
    assert!(faults(&desk(&[("desk/overlays/heshan.yaml", "name: {zh: 一, en: One}\n")])).contains("no region's code"));
}

#[test]
fn a_township_has_its_own() {
    let county = ("desk/overlays/430903.yaml", "indicators: {on_time: {least: 5}}\n");
    let town = ("desk/overlays/430903001.yaml", "flows: {report: {clock: {due: 9 work-days}}}\n");
    let c = read(&desk(&[county, town]));
    let due = |c: &Catalogue| serde_json::to_value(&c.flow("desk", "report").expect("flow").clock.due).expect("json");
    assert_eq!(due(&c), json!({ "fixed": "10 work-days" }));
    let village: Code = "430903001201".parse().expect("a village");
    assert_eq!(due(c.at(village)), json!({ "fixed": "9 work-days" }));
    assert_eq!(c.at(village).indicator("desk", "on_time").expect("on time").least, 5);
    let next: Code = "430903002201".parse().expect("a village");
    assert_eq!(due(c.at(next)), json!({ "fixed": "10 work-days" }));
}

#[test]
fn open_matters_move_by_a_whole_map() {
    let old = read(&desk(&[]));
    let new_text =
        RIGHT.replace("      handle:\n", "      work:\n").replace("to: handle", "to: work").replace("step: handle", "step: work");
    let map = format!("from: {}\nflows: {{report: {{steps: {{handle: work}}}}}}\n", hash(&old));
    let new = read(&[source("desk/pack.yaml", &new_text), source("desk/migrations/1.yaml", &map)]);
    let migration = &new.migrations()[0];
    assert_eq!(migration.from, hash(&old));
    assert_eq!(migration.check(&old, &new), []);
    assert_eq!(migration.step(&new, "report", "handle").as_deref(), Some("work"));
    assert_eq!(migration.step(&new, "report", "sort").as_deref(), Some("sort"));
    let none = map.replace("handle: work", "meet: work");
    let bad = read(&[source("desk/pack.yaml", &new_text), source("desk/migrations/1.yaml", &none)]);
    let said: Vec<String> = bad.migrations()[0].check(&old, &bad).into_iter().map(|t| t.en).collect();
    assert_eq!(said, ["step \"handle\" of flow \"report\" has nowhere to go", "the old version of flow \"report\" has no step \"meet\""]);
    let wrong = map.replace("handle: work", "handle: wrk");
    let said = faults(&[source("desk/pack.yaml", &new_text), source("desk/migrations/1.yaml", &wrong)]);
    assert!(said.contains("no step \"wrk\" in flow \"report\"; did you mean \"work\"?"), "{said}");
}

#[test]
fn rights_are_what_the_pack_says() {
    let c = read(&desk(&[]));
    let report = Subject::Flow(Name::new("desk", "report"));
    assert!(c.may("group_leader", Action::Open, &report));
    assert!(!c.may("group_leader", Action::Read, &report));
    assert!(c.may("village_duty", Action::Read, &report));
    assert!(c.may("village_duty", Action::List, &Subject::Kind(Name::new("desk", "pump"))));
    assert!(!c.may("village_duty", Action::Read, &Subject::Platform), "all is every flow and kind, not the platform");
    assert!(!c.may("nobody", Action::Read, &report));
}

#[test]
fn ways_are_all_that_the_flow_allows_and_no_more() {
    let c = read(&desk(&[]));
    let flow = c.flow("desk", "report").expect("the flow");
    let names = |way: &[Taken]| way.iter().map(|t| format!("{}.{}", t.step, t.r#move)).collect::<Vec<_>>().join(" ");
    let two: Vec<String> = flow.paths(2).iter().map(|w| names(w)).collect();
    assert_eq!(two, ["sort.meet", "sort.meet handle.assign", "sort.meet handle.done", "sort.meet handle.return", "sort.meet handle.up"]);
    let all = flow.paths(8);
    let distinct: BTreeSet<String> = all.iter().map(|w| names(w)).collect();
    assert_eq!(distinct.len(), all.len());
    for way in &all {
        assert!(way.len() <= 8);
        assert!(way.iter().filter(|t| t.r#move == "return").count() <= 2, "{}", names(way));
        for pair in way.windows(2) {
            let mv = flow.step(&pair[0].step).expect("step").find(&pair[0].r#move).expect("move");
            assert!(matches!(&mv.to, Target::Step(to) if *to == pair[1].step));
        }
    }
}

#[test]
fn done_is_found_from_the_flow() {
    let c = read(&desk(&[]));
    let flow = c.flow("desk", "report").expect("the flow");
    assert_eq!(flow.telling(), ["confirm"]);
    let resolving: Vec<String> =
        flow.steps.values().flat_map(|s| s.moves.values().filter(|m| m.resolves).map(|m| format!("{}.{}", s.id, m.id))).collect();
    assert_eq!(resolving, ["handle.done"]);
    assert_eq!(flow.endings(), ["open", "done", "withdrawn", "merged", "unanswered"]);
}

#[test]
fn a_form_names_each_wrong_value() {
    let c = read(&desk(&[]));
    let report = c.form("desk", "report").expect("the form");
    let outcome = c.form("desk", "outcome").expect("the form");
    let none = Facts::new();
    let village = json!({ "region": "430903001201" });
    assert!(report.check(&json!({ "words": "路坏了", "place": village }), &none, "form").is_ok());
    let fields = |r: base::Result<()>| {
        let e = r.expect_err("wrong");
        assert_eq!(e.kind(), Kind::Invalid);
        e.fields().iter().map(|f| f.field.clone()).collect::<Vec<_>>()
    };
    assert_eq!(fields(report.check(&json!(null), &none, "form")), ["form.words", "form.place"]);
    assert_eq!(fields(report.check(&json!([]), &none, "form")), ["form"]);
    assert_eq!(fields(report.check(&json!({ "words": " ", "place": village, "wrods": 1 }), &none, "form")), ["form.wrods", "form.words"]);
    assert_eq!(fields(report.check(&json!({ "words": "路".repeat(2001), "place": village }), &none, "form")), ["form.words"]);
    assert_eq!(
        fields(report.check(&json!({ "words": 5, "place": { "region": "430903001" } }), &none, "form")),
        ["form.words", "form.place.region"]
    );
    assert_eq!(
        fields(report.check(&json!({ "words": "x", "place": { "region": "430903001201", "point": [200, 1] } }), &none, "f")),
        ["f.place.point"]
    );
    assert_eq!(fields(outcome.check(&json!({ "answer": "好", "cost": "500.01" }), &none, "form")), ["form.cost"]);
    assert_eq!(fields(outcome.check(&json!({ "answer": "好", "cost": 5 }), &none, "form")), ["form.cost"]);
    // A bound that an expression gives: outdoors a photo is needed.
    let list = c.list("desk", "categories").expect("the list");
    let at = |code: &str| Facts::new().with("matter", Val::map([("category", list.val(code).expect("a code"))]));
    assert!(outcome.check(&json!({ "answer": "好" }), &at("water"), "form").is_ok());
    assert_eq!(fields(outcome.check(&json!({ "answer": "好" }), &at("roads"), "form")), ["form.media"]);
    assert_eq!(fields(outcome.check(&json!({ "answer": "好", "media": ["x"] }), &at("roads"), "form")), ["form.media[0]"]);
    assert!(report.field("words").is_some_and(|f| f.words()));
}

#[test]
fn a_story_that_cannot_happen_is_refused() {
    let story = |line: &str| {
        let text = format!(
            "story: {{zh: 一, en: One}}\ncounty: demo\nsteps:\n  - {{as: resident 4-9, does: report, words: x, sees: {{receipt: A}}}}\n  - {line}\n"
        );
        faults(&desk(&[("desk/stories/one.yaml", &text)]))
    };
    assert_eq!(
        story("{as: village_duty 石桥, does: sort.meat, on: A}"),
        "desk/stories/one.yaml:5:38 no move \"meat\" in step \"sort\"; did you mean \"meet\"? Moves: meet\n"
    );
    assert!(story("{as: village_duti 石桥, does: sort.meet, on: A}").contains("did you mean \"village_duty\"?"));
    assert!(story("{as: village_duty 石桥, does: sort.meet, on: B}").contains("no matter \"B\" in this story so far"));
    assert!(story("{as: village_duty 石桥, does: sort.meet, on: A, words_: x}").contains("no field \"words_\""));
    assert!(story("{clock: 4 work-days}").contains("write +4 work-days +1 s"));
    assert!(story("{as: resident 4-9, within: 5 days, sees: {matter: A}}").contains("within is real time"));
    assert!(story("{sees: {step: hande, of: A}}").contains("did you mean \"handle\"?"));
    assert!(story("{sees: {closed: cancelled, of: A}}").contains("no end \"cancelled\""));
}

#[test]
fn a_new_pack_reads_without_a_fault() {
    let three = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../packs/three_leaders/pack.yaml")).expect("the pack");
    let mut sources = packs::new_pack("street_lamps").expect("a name");
    assert_eq!(sources.len(), 2);
    sources.push(source("three_leaders/pack.yaml", &three));
    let c = read(&sources);
    assert_eq!(c.stories().len(), 1);
    assert!(c.flow("street_lamps", "request").is_some());
    for name in ["", "Street", "9lamps", "street-lamps", "../x"] {
        assert!(packs::new_pack(name).is_err(), "{name}");
    }
}

#[test]
fn schema_and_docs_come_from_the_same_shapes() {
    for schema in [packs::json_schema(), packs::story_schema()] {
        let text = schema.to_string();
        let mut names = BTreeSet::new();
        for part in text.split("\"$ref\":\"#/$defs/").skip(1) {
            names.insert(part.split('"').next().expect("a name").to_owned());
        }
        assert!(names.len() > 3);
        for name in names {
            assert!(schema["$defs"].get(&name).is_some(), "{name}");
        }
    }
    let step = &packs::json_schema()["$defs"]["a_step"];
    assert_eq!(step["required"], json!(["name", "moves"]));
    assert_eq!(step["additionalProperties"], json!(false));
    let docs = packs::language();
    for word in ["`offer_for`", "`during(t, window)`", "`resolved_at`", "`village_duty`", "`unseal`", "`not_agreed`"] {
        assert_eq!(docs.contains(word), word != "`village_duty`", "{word}");
    }
    let c = read(&desk(&[]));
    let page = c.page("desk").expect("the page");
    assert!(page.contains("sort --> handle: 开会"));
    assert!(page.contains("confirm --> [*]: 逾期 unanswered"));
}

#[test]
fn packs_that_do_not_fit_together_are_refused() {
    let using =
        |id: &str, other: &str| source(&format!("{id}/pack.yaml"), &format!("pack: {id}\nname: {{zh: 甲, en: A}}\nuses: [{other}]\n"));
    assert!(faults(&[using("a", "b"), using("b", "a")]).contains("packs use each other in a circle"));
    assert!(faults(&[source("a/pack.yaml", "pack: b\nname: {zh: 甲, en: A}\n")]).contains("not named like its folder"));
    assert!(faults(&[source("a/stories/x.yaml", "story: {zh: 甲, en: A}\n")]).contains("there is no pack.yaml"));
    assert!(
        faults(&[source("a/pack.yaml", "pack: a\nname: {zh: 甲, en: A}\n"), source("a/more.yaml", "x: 1\n")])
            .contains("not a file of a pack")
    );
    let twice =
        RIGHT.replace("pack: desk", "pack: desk2").replace("name: {zh: 示例, en: Sample}", "name: {zh: 示例, en: Sample}\nuses: [desk]");
    let said = faults(&[source("desk/pack.yaml", RIGHT), source("desk2/pack.yaml", &twice)]);
    assert!(said.contains("role \"group_leader\" is already declared by pack desk"), "{said}");
    assert!(said.contains("department \"water\" is already declared by pack desk"), "{said}");
}

#[test]
fn kinds_may_widen_and_not_narrow() {
    let field = "number: {type: text, name: {zh: 编号, en: Number}, required: true}";
    let with = |fields: &str| read(&[source("desk/pack.yaml", &RIGHT.replace(field, fields))]);
    let choice = "state: {type: choice, name: {zh: 现状, en: State}, of: {good: {zh: 好, en: Good}, bad: {zh: 坏, en: Bad}}}";
    let old = with(&format!("{field}, power: {{type: number, name: {{zh: 功率, en: Power}}, max: 100}}, {choice}"));
    let said = |fields: &str| with(fields).breaks(&old).into_iter().map(|t| t.en).collect::<Vec<_>>();
    let wider = choice.replace("bad:", "worse: {zh: 更坏, en: Worse}, bad:");
    let power = "power: {type: number, name: {zh: 功率, en: Power}, max: 200}";
    assert_eq!(said(&format!("{field}, {power}, {wider}, maker: {{type: text, name: {{zh: 厂家, en: Maker}}}}")), [] as [&str; 0]);
    assert_eq!(said(&format!("{field}, {choice}")), ["kind \"pump\", field \"power\": is gone; keep it with deprecated: true"]);
    let small = power.replace("200", "50");
    assert_eq!(said(&format!("{field}, {small}, {choice}")), ["kind \"pump\", field \"power\": has a narrower range"]);
    let text = power.replace("number", "text");
    assert_eq!(said(&format!("{field}, {text}, {choice}")), ["kind \"pump\", field \"power\": has another type"]);
    let less = choice.replace(", bad: {zh: 坏, en: Bad}", "");
    assert_eq!(said(&format!("{field}, {power}, {less}")), ["kind \"pump\", field \"state\": has lost the code \"bad\""]);
    let new = "maker: {type: text, name: {zh: 厂家, en: Maker}, required: true}";
    assert_eq!(
        said(&format!("{field}, {power}, {choice}, {new}")),
        ["kind \"pump\", field \"maker\": is new and cannot be required: older things have none"]
    );
}
