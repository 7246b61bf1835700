//! The packs that are shipped read without a fault, and say what they must.

use packs::{Action, Catalogue, Figure, Name, Subject};
use std::path::PathBuf;

fn shipped() -> Catalogue {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../packs");
    let entries = std::fs::read_dir(root).expect("packs").map(|e| e.expect("entry").path());
    let mut folders: Vec<PathBuf> = entries.filter(|p| p.join("pack.yaml").is_file()).collect();
    folders.sort();
    let home = base::Home::new(430903).expect("a county");
    Catalogue::load(&folders, Some(home)).unwrap_or_else(|faults| panic!("\n{faults}"))
}

#[test]
fn every_category_has_a_department_and_every_department_a_seat() {
    let c = shipped();
    for (pack, list, n) in [("direct_line", "categories", 20), ("worry_free", "subjects", 7)] {
        let list = c.list(pack, list).expect("the list");
        assert_eq!(list.entries.len(), n);
        for entry in list.entries.values() {
            let unit = c.unit(entry.unit().expect("a department")).expect("declared");
            assert_eq!(unit.role_at(base::Level::County), Some("department"));
            assert!(unit.role_at(base::Level::Town).is_some());
        }
    }
    // As the messages that triage learns from are labelled.
    let zh: Vec<&str> = c.list("worry_free", "subjects").expect("the list").entries.values().map(|e| e.name.zh.as_str()).collect();
    assert_eq!(zh, ["城乡建设", "环境保护", "交通运输", "教育文体", "劳动和社会保障", "商贸旅游", "卫生计生"]);
}

#[test]
fn clocks_and_cards_bind_no_leader() {
    let c = shipped();
    let leaders = c.group("leader").expect("三长");
    assert_eq!(leaders.roles, ["neighbour_leader", "group_leader", "area_leader"]);
    for role in &leaders.roles {
        assert!(!c.role(role).expect("declared").paid, "{role}");
    }
    assert!(c.role("village_duty").expect("declared").paid);
    let ladder = c.ladder_of(c.flow("direct_line", "report").expect("the flow")).expect("the ladder");
    assert_eq!(ladder.rungs.len(), 7);
}

#[test]
fn the_direct_line_allows_what_it_says() {
    let c = shipped();
    let flow = c.flow("direct_line", "report").expect("the flow");
    assert_eq!(flow.steps.keys().map(String::as_str).collect::<Vec<_>>(), ["sort", "help", "meet", "handle", "tell", "confirm"]);
    assert_eq!(flow.telling(), ["tell", "confirm"]);
    let handle: Vec<&str> = flow.step("handle").expect("handle").moves.keys().map(String::as_str).collect();
    assert_eq!(handle, ["assign", "done", "return", "up", "consult", "joint"]);
    let start = std::time::Instant::now();
    let ways = flow.paths(8);
    println!("ways up to length 8: {} in {:?}", ways.len(), start.elapsed());
    assert!(ways.len() > 1_000);
    assert_eq!(flow.ends.len(), 5);
    assert!(flow.ends.values().filter(|e| e.id != "withdrawn").all(|e| e.approved_by.is_some() && e.reasons.is_some()));
}

/// Of what is urgent, only reports of the direct line concern life.
#[test]
fn the_flows_whose_urgent_matters_concern_life_are_named() {
    let c = shipped();
    let alarms: Vec<String> = c.flows().filter(|f| f.alarm.is_some()).map(|f| f.name_of().to_string()).collect();
    assert_eq!(alarms, ["direct_line.report"]);
    assert!(c.flow("worry_free", "message").expect("the flow").clock.urgent.is_some(), "urgent, and no alarm");
}

#[test]
fn the_five_figures_of_the_station_are_shares() {
    let c = shipped();
    for id in ["answered", "solved", "pleased", "on_time", "repeated"] {
        let i = c.indicator("worry_free", id).expect(id);
        assert!(matches!(&i.figure, Figure::Share { window, .. } if window.len() == 1), "{id}");
        assert_eq!(i.least, 20);
    }
}

#[test]
fn a_dispute_is_looked_at_again_and_may_go_to_court_in_time() {
    let c = shipped();
    let due = &c.flow("worry_free", "judicial").expect("the flow").clock.due;
    assert_eq!(due.on("2026-09-01".parse().expect("a day")).to_string(), "30 days");
    assert_eq!(c.plans().count(), 1);
    for id in ["offer_confirmation", "broken_promise"] {
        assert!(c.reactions().any(|r| (r.pack.as_str(), r.id.as_str()) == ("worry_free", id)), "{id}");
    }
}

#[test]
fn only_a_keeper_opens_what_is_sealed() {
    let c = shipped();
    let report = Subject::Flow(Name::new("direct_line", "report"));
    let who: Vec<&str> = c.roles().map(|r| r.id.as_str()).filter(|r| c.may(r, Action::Unseal, &report)).collect();
    assert_eq!(who, ["keeper"]);
    let operators: Vec<&str> = c.roles().map(|r| r.id.as_str()).filter(|r| c.may(r, Action::Accounts, &Subject::Platform)).collect();
    assert_eq!(operators, ["county_it"]);
}

#[test]
fn each_pack_has_its_story() {
    let c = shipped();
    for pack in ["three_leaders", "direct_line", "worry_free"] {
        assert!(c.stories().iter().any(|s| s.pack == pack && s.county == "demo" && !s.steps.is_empty()), "{pack}");
        assert!(c.page(pack).expect("a page").contains("stateDiagram-v2"));
    }
    assert!(c.stories().iter().any(|s| s.name.zh == "屋檐滴水" && s.steps.len() == 10));
}
