//! The course of a report, as PACKS' stories tell it.

use crate::town::{self, Town, on_both};
use matters::{Chosen, ForAnother, Moving, Spoke, Waits};
use serde_json::json;

fn verdict(solved: &str) -> serde_json::Value {
    json!({ "solved": solved, "pleased": 4 })
}

#[test]
fn from_the_report_to_the_residents_word() {
    on_both(async |town: Town| {
        let id = town.open("resident", town.report()).await.expect("opens");
        let m = town.get(id).await;
        assert_eq!((m.step.as_str(), m.holder, m.offered), ("sort", town.seat("village_duty"), Some(town.seat("group_leader"))));
        assert_eq!(m.due.to_string(), "2026-11-19T15:00:00+08:00", "4 work-hours: 09–12 and 14–15");
        assert_eq!(m.clock_due.to_string(), "2026-12-03T18:00:00+08:00", "10 work-days");
        assert_eq!(m.number.as_deref(), Some("2026-000001"));
        assert!(m.title.starts_with("邻居新房"));

        town.make("group_leader", id, "neighbours", json!({})).await.expect("sorts");
        let m = town.make("group_leader", id, "agreed", json!({ "minutes": "两家同意装天沟" })).await.expect("agrees");
        assert_eq!((m.step.as_str(), m.resolved_at.is_some()), ("tell", true));
        let m = town.make("group_leader", id, "told", json!({})).await.expect("tells");
        assert_eq!((m.step.as_str(), m.waits()), ("confirm", Waits::Resident));
        let m = town.make("resident", id, "accept", verdict("solved")).await.expect("accepts");
        assert!(!m.open);
        assert_eq!((m.ended_as.as_deref(), m.solved.as_deref(), m.pleased), (Some("done"), Some("solved"), Some(4)));
        assert_eq!(town.kinds(id).await, ["matter.opened", "matter.moved", "matter.moved", "matter.moved", "matter.closed"]);
    });
}

#[test]
fn a_title_left_empty_is_taken_from_the_next_words() {
    on_both(async |mut town: Town| {
        let titled = "  report:\n    title:  {type: text, name: {zh: 标题, en: Title}, max: 100}\n    words:";
        town.adopt(town::read(&town::changed("  report:\n    words:", titled)), calendar::Calendar::shipped()).await;
        let id = town.open("resident", town.report()).await.expect("opens");
        assert!(town.get(id).await.title.starts_with("邻居新房"));
        let mut report = town.report();
        report.form["title"] = json!("滴水");
        let id = town.open("resident", report).await.expect("opens");
        assert_eq!(town.get(id).await.title, "滴水");
    });
}

#[test]
fn a_refusal_reopens_it_one_tier_up() {
    on_both(async |town: Town| {
        let id = town.open("resident", town.report()).await.expect("opens");
        for (mv, form) in [("neighbours", json!({})), ("agreed", json!({ "minutes": "两家同意" })), ("told", json!({}))] {
            town.make("group_leader", id, mv, form).await.expect(mv);
        }
        let m = town.make("resident", id, "refuse", verdict("unsolved")).await.expect("refuses");
        assert_eq!((m.step.as_str(), m.holder), ("handle", town.seat("area_leader")));
        assert_eq!((m.resolved_at, m.reopened), (None, 1), "the done that was refused no longer stands");
    });
}

#[test]
fn a_passed_deadline_brings_in_the_next_rung_even_where_it_is_vacant() {
    on_both(async |town: Town| {
        town.leave("area_leader").await;
        let id = town.open("resident", town.report()).await.expect("opens");
        town.make("group_leader", id, "neighbours", json!({})).await.expect("sorts");
        town.until("2026-11-25T18:00:01+08:00").await;
        let m = town.get(id).await;
        assert_eq!(m.holder, town.seat("group_leader"), "the holder stays");
        assert_eq!(m.supervisor, Some(town.seat("village_duty")), "the vacant rung is passed over");
        assert_eq!(m.card, 0, "no mark on one who is not paid");
        assert!(m.due > "2026-11-25T18:00:01+08:00".parse().expect("a time"));
        let m = town.make("village_duty", id, "not_agreed", json!({})).await;
        assert!(m.is_err(), "a supervisor does not do the holder's work");
    });
}

#[test]
fn cards_bind_paid_seats_and_the_ladder_is_climbed_to_its_top() {
    on_both(async |town: Town| {
        let id = town.open("resident", town.report()).await.expect("opens");
        town.until("2026-11-19T15:00:00+08:00").await;
        let m = town.get(id).await;
        assert_eq!((m.holder, m.supervisor, m.card), (town.seat("village_duty"), Some(town.seat("township_duty")), 1));
        assert_eq!(m.due.to_string(), "2026-11-20T09:00:00+08:00", "half again, at least 4 work-hours");
        town.until("2026-12-31T00:00:00+08:00").await;
        let m = town.get(id).await;
        assert_eq!((m.supervisor, m.card, m.clock_late), (Some(town.seat("county_leader")), 2, true));
        assert!(m.due > "2026-12-31T00:00:00+08:00".parse().expect("a time"), "at the top it repeats every working day");
    });
}

#[test]
fn a_third_return_opens_a_consultation_and_the_first_receiver_stays_responsible() {
    on_both(async |town: Town| {
        let id = town.open("resident", town.report()).await.expect("opens");
        let clause = json!({ "clause": "not_our_duty", "reason": "不属我局职责" });
        for _ in 0..2 {
            town.make("village_duty", id, "area", json!({})).await.expect("to handle");
            town.make("village_duty", id, "return", clause.clone()).await.expect("returns");
        }
        town.make("village_duty", id, "area", json!({})).await.expect("to handle");
        let moving = Moving {
            id: "return".into(),
            form: clause,
            chosen: vec![Chosen { unit: Some("justice".into()), level: Some(base::Level::County), ..Chosen::default() }],
            ..Moving::default()
        };
        let m = town.make_with("village_duty", id, moving).await.expect("the third");
        let child = m.child.expect("a consultation");
        assert_eq!((m.step.as_str(), m.holder, m.returns), ("handle", town.seat("village_duty"), 3));
        let c = town.get(child).await;
        assert_eq!((c.flow.as_str(), c.holder, c.parent), ("consultation", town.seat("village_lead"), Some(id)));
        let blocked = town.make("village_duty", id, "done", json!({ "answer": "办了" })).await.expect_err("waits");
        assert_eq!(blocked.code(), "waits_for_child");

        let justice = town.caller("department.justice");
        town.run(move |u, rules| matters::answer(u, rules, &justice, child, &json!({ "opinion": "ours", "words": "我局主办" })))
            .await
            .expect("answers");
        town.make("village_lead", child, "decide", json!({})).await.expect("decides");
        town.make("village_lead", child, "decided", json!({ "decision": "司法局主办", "unit": "justice" })).await.expect("decided");
        let m = town.get(id).await;
        assert_eq!((m.step.as_str(), m.child, m.holder), ("handle", None, town.seat("department.justice")), "the decision's unit holds it");
    });
}

/// `join` of the move that opens a consultation goes before the consultation's own.
#[test]
fn a_consultation_goes_on_when_the_move_that_opened_it_says() {
    let opinion = json!({ "opinion": "help", "words": "我局配合" });
    let units = ["water", "justice"];
    for (join, answers) in [("all", 2), ("{quorum: 1}", 1), ("lead_decides", 0)] {
        on_both(async |mut town: Town| {
            let pack = town::changed("join: lead_decides", &format!("join: {join}"));
            town.adopt(town::read(&pack), calendar::Calendar::shipped()).await;
            let id = town.open("resident", town.report()).await.expect("opens");
            town.make("village_duty", id, "area", json!({})).await.expect("to handle");
            let chosen = units.map(|u| Chosen { unit: Some(u.into()), level: Some(base::Level::County), ..Chosen::default() }).into();
            let consult = Moving { id: "consult".into(), chosen, ..Moving::default() };
            let child = town.make_with("village_duty", id, consult).await.expect("consults").child.expect("a consultation");
            for unit in units.into_iter().take(answers) {
                let e = town.make("village_lead", child, "decide", json!({})).await.expect_err("it waits");
                assert_eq!(e.code(), "tasks_open", "{join}");
                let seat = town.tasks(child).await.into_iter().find(|t| t.state == 0).and_then(|t| t.seat).expect("a task");
                let (caller, values) = (town.caller(town.who(seat)), opinion.clone());
                town.run(move |u, rules| matters::answer(u, rules, &caller, child, &values)).await.expect(unit);
            }
            town.make("village_lead", child, "decide", json!({})).await.unwrap_or_else(|e| panic!("{join}: {e:?}"));
        });
    }
}

#[test]
fn nobody_rates_his_own_work() {
    on_both(async |town: Town| {
        let mut report = town.report();
        report.resident = Some(town.resident);
        report.for_another = Some(ForAnother { by: Spoke::Phone, agreed: true });
        let id = town.open("village_duty", report).await.expect("a clerk writes it down");
        town.make("village_duty", id, "area", json!({})).await.expect("to handle");
        town.make("village_duty", id, "done", json!({ "answer": "劝好了" })).await.expect("done");
        town.make("village_duty", id, "told", json!({})).await.expect("told");
        let for_her = |mv: &str| Moving {
            id: mv.into(),
            form: verdict("solved"),
            for_another: Some(ForAnother { by: Spoke::Phone, agreed: true }),
            ..Moving::default()
        };
        let e = town.make_with("village_duty", id, for_her("accept")).await.expect_err("his own work");
        assert_eq!(e.code(), "own_act");
        let e = town.make("village_lead", id, "accept", verdict("solved")).await.expect_err("not the resident");
        assert_eq!(e.kind(), base::Kind::Forbidden);
        let m = town.make_with("township_duty", id, for_her("accept")).await.expect("another tier takes her word");
        assert_eq!(m.solved.as_deref(), Some("solved"));
    });
}

#[test]
fn without_a_resident_another_tier_confirms_and_silence_closes() {
    on_both(async |town: Town| {
        let mut report = town.report();
        report.form["sender"] = json!("anonymous");
        report.receipt = Some(matters::receipt_hash("K7Q2M9XA"));
        let mut nobody = town.caller("resident");
        nobody.account = None;
        nobody.kind = access::CallerKind::Nobody;
        let id = town.run(move |u, rules| matters::open(u, rules, &nobody, &report)).await.expect("opens").id;
        town.make("group_leader", id, "neighbours", json!({})).await.expect("sorts");
        town.make("group_leader", id, "agreed", json!({ "minutes": "说好了" })).await.expect("agrees");
        let m = town.make("group_leader", id, "told", json!({})).await.expect("tells");
        assert_eq!((m.waits(), m.waits_seat), (Waits::Seat, Some(town.seat("area_leader"))));
        assert!(town.make("group_leader", id, "accept", verdict("solved")).await.is_err());
        town.until("2026-12-01T00:00:00+08:00").await;
        let m = town.get(id).await;
        assert_eq!((m.open, m.ended_as.as_deref()), (false, Some("unanswered")));
    });
}

/// Also of one who is signed in: neither the matter nor the journal says who she is.
#[test]
fn an_anonymous_report_leaves_no_name_in_the_journal() {
    on_both(async |town: Town| {
        let mut report = town.report();
        report.form["sender"] = json!("anonymous");
        let id = town.open("resident", report).await.expect("opens");
        assert_eq!((town.get(id).await.resident, town.get(id).await.opener), (None, None));
        let entries = town.store.read(store::testing::home(), move |r| store::journal::of(r, base::Id::uuid(id))).await.expect("reads");
        assert_eq!(entries[0].actor, "nobody");
        let named = town.open("resident", town.report()).await.expect("opens");
        let entries = town.store.read(store::testing::home(), move |r| store::journal::of(r, base::Id::uuid(named))).await.expect("reads");
        assert!(entries[0].actor.starts_with("account:"), "{}", entries[0].actor);
    });
}
