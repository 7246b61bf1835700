//! What comes after: a call when nobody answered, a new version of a pack, a year's holidays.

use crate::town::{self, Town, on_both};
use base::{Kind, MatterId};
use calendar::Calendar;
use matters::{Chosen, Matter, Moving};
use packs::Source;
use serde_json::{Value as Json, json};
use store::{sql, testing};

async fn last(town: &Town, id: MatterId, kind: &str) -> Json {
    let entries = town.store.read(testing::home(), move |r| store::journal::of(r, base::Id::uuid(id))).await.expect("reads");
    entries.into_iter().rfind(|e| e.kind == kind).unwrap_or_else(|| panic!("no {kind}")).payload
}

/// Its timer, and whether it has exactly one.
async fn timer(town: &Town, id: MatterId) -> base::Time {
    let rows: Vec<(base::Time,)> = town
        .store
        .read(testing::home(), move |r| {
            r.many(sql("select due from timer where county = $1 and subject = $2 and kind = 'matter.due'").bind(r.home()).bind(id))
        })
        .await
        .expect("reads");
    assert_eq!(rows.len(), 1);
    rows[0].0
}

/// The desk of the township did it and told her; she did not answer.
async fn unanswered(town: &Town) -> Matter {
    let id = town.open("resident", town.report()).await.expect("opens");
    town.make("village_duty", id, "area", json!({})).await.expect("to handle");
    town.make("village_duty", id, "done", json!({ "answer": "劝好了" })).await.expect("done");
    town.make("village_duty", id, "told", json!({})).await.expect("told");
    let after = town.get(id).await.due;
    town.until(&(after + std::time::Duration::from_secs(1)).to_string()).await;
    town.get(id).await
}

#[test]
fn silence_is_asked_about_and_unsolved_opens_it_one_tier_up() {
    on_both(async |mut town: Town| {
        let calendar = Calendar::shipped();
        town.adopt(town::read(&town::changed("revisit: 10 %", "revisit: 100 %")), calendar).await;
        let m = unanswered(&town).await;
        assert_eq!((m.open, m.ended_as.as_deref(), m.revisit), (false, Some("unanswered"), true));
        let id = m.id;
        let ask = |who: &str, solved: &'static str, pleased: Option<i64>| {
            let caller = town.caller(who);
            town.run(move |u, rules| matters::revisit(u, rules, &caller, id, solved, pleased, "电话里说还在滴水"))
        };
        let e = ask("village_duty", "solved", Some(5)).await.expect_err("who did it asks nobody");
        assert_eq!(e.kind(), Kind::Forbidden);
        let e = ask("township_duty", "hardly", None).await.expect_err("no such answer");
        assert_eq!(e.fields()[0].field, "solved");
        let e = ask("township_duty", "unsolved", Some(9)).await.expect_err("of five");
        assert_eq!(e.fields()[0].field, "pleased");
        let m = ask("township_duty", "unsolved", Some(1)).await.expect("asks her");
        assert_eq!((m.open, m.step.as_str(), m.holder), (true, "handle", town.seat("township_duty")), "one tier above the village");
        assert_eq!((m.solved.as_deref(), m.pleased, m.resolved_at, m.reopened, m.revisit), (Some("unsolved"), Some(1), None, 1, false));
        assert_eq!(timer(&town, id).await, m.due);
        let entry = last(&town, id, "matter.revisited").await;
        assert_eq!((entry["solved"].as_str(), entry["pleased"].as_i64()), (Some("unsolved"), Some(1)));
        assert!(!entry.to_string().contains("滴水"), "what she said is a word");
        let e = ask("township_duty", "solved", None).await.expect_err("asked once");
        assert_eq!(e.code(), "no_revisit");

        let m = unanswered(&town).await;
        let (id, caller) = (m.id, town.caller("township_duty"));
        let m = town.run(move |u, rules| matters::revisit(u, rules, &caller, id, "solved", Some(5), "好了")).await.expect("asks her");
        assert_eq!((m.open, m.ended_as.as_deref(), m.solved.as_deref()), (false, Some("unanswered"), Some("solved")));
    });
}

/// Whoever stands under the one that did the work asks no more freely than he himself.
#[test]
fn a_call_about_the_work_of_a_superior_is_refused() {
    on_both(async |mut town: Town| {
        let mut pack =
            town::changed("township_duty:        {may: {report: [confirm, unmask]}}", "village_lead: {may: {report: [confirm]}}");
        pack[1].text = pack[1].text.replace("revisit: 10 %", "revisit: 100 %");
        town.adopt(town::read(&pack), Calendar::shipped()).await;
        let m = {
            let id = town.open("resident", town.report()).await.expect("opens");
            town.make("village_duty", id, "area", json!({})).await.expect("to handle");
            town.make("village_duty", id, "up", json!({ "reason": "村里办不了" })).await.expect("up");
            town.make("township_duty", id, "done", json!({ "answer": "办好了" })).await.expect("done");
            town.make("township_duty", id, "told", json!({})).await.expect("told");
            let after = town.get(id).await.due;
            town.until(&(after + std::time::Duration::from_secs(1)).to_string()).await;
            town.get(id).await
        };
        assert!(m.revisit);
        let (id, under) = (m.id, town.caller("village_lead"));
        let e =
            town.run(move |u, rules| matters::revisit(u, rules, &under, id, "solved", Some(5), "")).await.expect_err("stands under him");
        assert_eq!(e.code(), "own_act");
    });
}

/// The county renames 办理 and does away with 屋场会; its map says where what is open goes.
fn next_version(map: &str, old: &str) -> Vec<Source> {
    let mut pack = town::changed("", "");
    let text = &mut pack[1].text;
    let (meet, handle) = (text.find("      meet:").expect("the step"), text.find("      handle:").expect("the next"));
    text.replace_range(meet..handle, "");
    *text = text.replace("to: meet, offer: {role: group_leader, at: place}", "to: work");
    *text = text.replace("      handle:\n", "      work:\n").replace("to: handle", "to: work").replace("step: handle", "step: work");
    pack.push(Source {
        path: "direct_line/migrations/next.yaml".into(),
        text: format!("from: {old}\nflows: {{report: {{steps: {map}}}}}\n"),
    });
    pack
}

async fn move_all(town: &Town, dry: bool, after: Option<MatterId>, most: i64) -> base::Result<Vec<matters::Moved>> {
    let caller = town.caller("county_it");
    let map = town.rules.catalogue.migrations()[0].clone();
    town.run(move |u, rules| matters::move_versions(u, rules, &caller, &map, dry, after, most)).await
}

#[test]
fn open_matters_move_to_a_new_version_by_its_map() {
    on_both(async |mut town: Town| {
        town.sit("county_it", "430903", None).await;
        let old = town.rules.catalogue.pack("direct_line").expect("the pack").hash.clone();
        let sorting = town.open("resident", town.report()).await.expect("opens");
        let meeting = town.open("resident", town.report()).await.expect("opens");
        town.make("group_leader", meeting, "neighbours", json!({})).await.expect("sorts");
        // One was returned twice, and a consultation is held on it.
        let waiting = town.open("resident", town.report()).await.expect("opens");
        let clause = json!({ "clause": "not_our_duty", "reason": "不属我局职责" });
        for _ in 0..2 {
            town.make("village_duty", waiting, "area", json!({})).await.expect("to handle");
            town.make("village_duty", waiting, "return", clause.clone()).await.expect("returns");
        }
        town.make("village_duty", waiting, "area", json!({})).await.expect("to handle");
        let chosen = vec![Chosen { unit: Some("justice".into()), level: Some(base::Level::County), ..Chosen::default() }];
        let consult = Moving { id: "consult".into(), chosen, ..Moving::default() };
        let child = town.make_with("village_duty", waiting, consult).await.expect("consults").child.expect("a consultation");
        let closed = town.open("resident", town.report()).await.expect("opens");
        let resident = town.caller("resident");
        town.run(move |u, rules| matters::ask_end(u, rules, &resident, closed, "withdrawn", "by_himself", "")).await.expect("withdraws");

        // A map that leaves out a step moves nothing, in whatever chunk that step would come.
        town.adopt(town::read(&next_version("{handle: work}", &old)), Calendar::shipped()).await;
        let e = move_all(&town, false, None, 1).await.expect_err("meet has no place");
        assert_eq!((e.kind(), e.code()), (Kind::Conflict, "no_place"));
        assert!(e.text().zh.contains("meet"), "{e:?}");
        assert_eq!(town.get(sorting).await.version, old);
        // A map to a step that is not there is the checker's to refuse.
        let faults = packs::Catalogue::read(&next_version("{meet: nowhere}", &old), None).expect_err("no such step").to_string();
        assert!(faults.contains("direct_line/migrations/next.yaml:2:") && faults.contains("nowhere"), "{faults}");

        town.adopt(town::read(&next_version("{handle: work, meet: work}", &old)), Calendar::shipped()).await;
        let stranger = town.caller("township_duty");
        let map = town.rules.catalogue.migrations()[0].clone();
        let e = town.run(move |u, rules| matters::move_versions(u, rules, &stranger, &map, true, None, 10)).await.expect_err("not his");
        assert_eq!(e.kind(), Kind::NotFound);
        let tried = move_all(&town, true, None, 10).await.expect("a dry run");
        let steps: Vec<_> = tried.iter().map(|m| (m.id, m.from.as_str(), m.to.as_str())).collect();
        assert_eq!(steps, [(sorting, "sort", "sort"), (meeting, "meet", "work"), (waiting, "handle", "work")]);
        assert_eq!((town.get(meeting).await.step.as_str(), town.get(meeting).await.version == old), ("meet", true), "it changed nothing");

        // In two chunks, for real.
        let first = move_all(&town, false, None, 2).await.expect("moves");
        let rest = move_all(&town, false, Some(first[1].id), 2).await.expect("moves");
        assert_eq!([first, rest].concat(), tried);
        assert!(move_all(&town, false, None, 10).await.expect("nothing is left").is_empty());
        let new = town.rules.catalogue.pack("direct_line").expect("the pack").hash.clone();
        let m = town.get(meeting).await;
        assert_eq!((m.step.as_str(), &m.version), ("work", &new));
        assert_eq!(timer(&town, meeting).await, m.due, "its deadline stays");
        let entry = last(&town, meeting, "matter.version_moved").await;
        assert_eq!(
            (entry["from"].as_str(), entry["step"].as_str(), entry["was"].as_str()),
            (Some("meet"), Some("work"), Some(old.as_str()))
        );
        assert_eq!(town.get(closed).await.version, old, "what has ended keeps its version");

        // It goes on under the new one: the consultation comes back to the new step, and its returns are still counted.
        town.make("village_lead", child, "decide", json!({})).await.expect("decides");
        town.make("village_lead", child, "decided", json!({ "decision": "村里办", "unit": "justice" })).await.expect("decided");
        let m = town.get(waiting).await;
        assert_eq!((m.step.as_str(), m.child, m.holder), ("work", None, town.seat("department.justice")));
        let m = town.make("department.justice", waiting, "return", clause).await.expect("the third return");
        assert!(m.child.is_some(), "two returns before the new version count");
    });
}

#[test]
fn what_waits_for_an_approval_that_the_new_version_does_not_know_is_decided_first() {
    on_both(async |mut town: Town| {
        town.sit("county_it", "430903", None).await;
        let old = town.rules.catalogue.pack("direct_line").expect("the pack").hash.clone();
        let id = town.open("resident", town.report()).await.expect("opens");
        let duty = town.caller("village_duty");
        town.run(move |u, rules| matters::ask_end(u, rules, &duty, id, "not_accepted", "no_fact", "没有具体事实")).await.expect("asks");
        let mut pack = next_version("{handle: work, meet: work}", &old);
        let end = pack[1].text.lines().find(|l| l.trim_start().starts_with("not_accepted:")).expect("the end").to_owned();
        pack[1].text = pack[1].text.replace(&format!("{end}\n"), "");
        town.adopt(town::read(&pack), Calendar::shipped()).await;
        assert_eq!(move_all(&town, true, None, 10).await.expect_err("it is asked for").code(), "asked");
        let approver = town.caller("township_duty");
        town.run(move |u, rules| matters::decide(u, rules, &approver, id, false, "")).await.expect("refuses");
        assert_eq!(move_all(&town, false, None, 10).await.expect("moves").len(), 1);
    });
}

const YEAR_2027: &str = r#"
year = 2027
source = "演示"
announced = 2026-11-20

[[holiday]]
name = { zh = "元旦", en = "New Year's Day" }
off = [2027-01-01, 2027-01-08]
"#;

#[test]
fn a_provisional_deadline_is_counted_again_when_the_year_is_entered() {
    on_both(async |mut town: Town| {
        town.sit("county_it", "430903", None).await;
        town.until("2026-12-28T09:00:00+08:00").await;
        let id = town.open("resident", town.report()).await.expect("opens");
        town.make("village_duty", id, "area", json!({})).await.expect("to handle");
        let waiting = town.open("resident", town.report()).await.expect("opens");
        town.make("village_duty", waiting, "area", json!({})).await.expect("to handle");
        let chosen = vec![Chosen { unit: Some("justice".into()), level: Some(base::Level::County), ..Chosen::default() }];
        let consult = Moving { id: "consult".into(), chosen, ..Moving::default() };
        let child = town.make_with("village_duty", waiting, consult).await.expect("consults").child.expect("a consultation");
        let before = town.get(id).await;
        assert_eq!((before.provisional, before.clock_due.to_string().as_str()), (true, "2027-01-11T18:00:00+08:00"));
        assert_eq!(before.due.to_string(), "2027-01-04T18:00:00+08:00", "5 work-days in the step, without the holidays of 2027");

        let duty = town.caller("township_duty");
        let e = town.run(move |u, _| matters::enter_year(u, &duty, YEAR_2027)).await.expect_err("not his");
        assert_eq!(e.kind(), Kind::NotFound);
        let it = town.caller("county_it");
        assert_eq!(town.run(move |u, _| matters::enter_year(u, &it, YEAR_2027)).await.expect("enters"), 2027);
        let calendar = town.store.read(testing::home(), matters::calendar).await.expect("reads");
        town.adopt(town::catalogue(), calendar).await;
        // As the server does: chunk by chunk until nothing is left.
        let mut after = None;
        while let Some(last) = town.run(move |u, rules| matters::recount(u, rules, after, 1)).await.expect("counts") {
            after = Some(last);
        }

        let m = town.get(id).await;
        assert_eq!((m.provisional, m.clock_due.to_string().as_str()), (false, "2027-01-19T18:00:00+08:00"));
        assert_eq!(m.due.to_string(), "2027-01-12T18:00:00+08:00");
        assert_eq!(timer(&town, id).await, m.due, "its timer has moved with it");
        let entry = last(&town, id, "matter.recounted").await;
        assert_eq!((entry["was"].clone(), entry["clock_was"].clone()), (json!(before.due), json!(before.clock_due)));
        // A consultation's clock is the time of the step that waits for it.
        let (parent, c) = (town.get(waiting).await, town.get(child).await);
        assert_eq!(c.clock_due.to_string(), "2027-01-12T18:00:00+08:00");
        assert_eq!((parent.step_due, parent.due), (Some(c.clock_due), c.clock_due));
        assert_eq!(timer(&town, waiting).await, parent.due);
        // A second look finds nothing.
        assert_eq!(town.run(|u, rules| matters::recount(u, rules, None, 10)).await.expect("counts"), None);

        town.until("2027-01-12T17:59:59+08:00").await;
        assert_eq!(town.get(id).await.late, 0, "the old moments passed without a consequence");
        town.until("2027-01-12T18:00:00+08:00").await;
        assert_eq!(town.get(id).await.late, 1);
    });
}
