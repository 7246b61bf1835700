//! What always holds: a holder and a deadline, the resident's clock, who may see what.

use crate::town::{Town, on_both};
use base::Kind;
use matters::Outer;
use serde_json::json;
use store::{sql, testing};

#[test]
fn only_an_approved_pause_lengthens_the_residents_clock() {
    on_both(async |town: Town| {
        let id = town.open("resident", town.report()).await.expect("opens");
        let clock = town.get(id).await.clock_due;
        let duty = town.caller("village_duty");
        let own = duty.clone();
        town.run(move |u, rules| matters::ask_pause(u, rules, &own, id, "weather", "下雨")).await.expect("asks");
        let own = duty.clone();
        let e = town.run(move |u, rules| matters::decide(u, rules, &own, id, true, "")).await.expect_err("not his own");
        assert_eq!(e.kind(), Kind::Forbidden);
        let approver = town.caller("township_duty");
        let m = town.run(move |u, rules| matters::decide(u, rules, &approver, id, true, "同意")).await.expect("approves");
        assert_eq!(m.due.to_string(), "2026-11-26T18:00:00+08:00", "5 work-days at most");
        let e = town.make("group_leader", id, "neighbours", json!({})).await.expect_err("paused");
        assert_eq!(e.code(), "paused");
        town.until("2026-11-20T09:00:00+08:00").await;
        let m = town.run(move |u, rules| matters::resume(u, rules, &duty, id)).await.expect("resumes");
        assert_eq!(clock.to_string(), "2026-12-03T18:00:00+08:00");
        assert_eq!(m.clock_due.to_string(), "2026-12-04T18:00:00+08:00", "the 8 working hours of the pause are added");
    });
}

#[test]
fn two_pauses_in_a_step_both_lengthen_it() {
    on_both(async |town: Town| {
        let id = town.open("resident", town.report()).await.expect("opens");
        for (until, due) in [("10:00", "16:00"), ("11:00", "17:00")] {
            let (asks, resumes, approver) = (town.caller("village_duty"), town.caller("village_duty"), town.caller("township_duty"));
            town.run(move |u, rules| matters::ask_pause(u, rules, &asks, id, "weather", "")).await.expect("asks");
            town.run(move |u, rules| matters::decide(u, rules, &approver, id, true, "")).await.expect("approves");
            town.until(&format!("2026-11-19T{until}:00+08:00")).await;
            let m = town.run(move |u, rules| matters::resume(u, rules, &resumes, id)).await.expect("resumes");
            assert_eq!(m.due.to_string(), format!("2026-11-19T{due}:00+08:00"), "an hour more each time");
        }
    });
}

#[test]
fn a_pause_ends_by_itself() {
    on_both(async |town: Town| {
        let id = town.open("resident", town.report()).await.expect("opens");
        let (duty, approver) = (town.caller("village_duty"), town.caller("township_duty"));
        town.run(move |u, rules| matters::ask_pause(u, rules, &duty, id, "weather", "")).await.expect("asks");
        town.run(move |u, rules| matters::decide(u, rules, &approver, id, true, "")).await.expect("approves");
        town.until("2026-11-27T08:00:00+08:00").await;
        let m = town.get(id).await;
        assert_eq!(m.paused_at, None);
        assert!(town.kinds(id).await.contains(&"matter.resumed".to_owned()));
    });
}

#[test]
fn an_end_needs_an_approver_who_is_not_the_handler_and_can_be_objected_to() {
    on_both(async |town: Town| {
        let id = town.open("resident", town.report()).await.expect("opens");
        let duty = town.caller("village_duty");
        let own = duty.clone();
        let e =
            town.run(move |u, rules| matters::ask_end(u, rules, &own, id, "not_reached", "three_tries", "")).await.expect_err("no tries");
        assert_eq!(e.code(), "three_tries");
        let own = duty.clone();
        let m =
            town.run(move |u, rules| matters::ask_end(u, rules, &own, id, "not_accepted", "no_fact", "没有具体事实")).await.expect("asks");
        assert!(m.open, "nothing ends before it is approved");
        let approver = town.caller("township_duty");
        let m = town.run(move |u, rules| matters::decide(u, rules, &approver, id, true, "")).await.expect("approves");
        assert_eq!(m.ended_as.as_deref(), Some("not_accepted"));
        let resident = town.caller("resident");
        let m = town.run(move |u, rules| matters::object(u, rules, &resident, id, "有照片为证")).await.expect("objects");
        assert_eq!((m.open, m.holder), (true, town.seat("township_duty")));
    });
}

#[test]
fn the_same_outer_order_twice_is_one_matter_and_the_earlier_deadline_rules() {
    on_both(async |town: Town| {
        let mut report = town.report();
        report.outer = Some(Outer {
            source: "12345".into(),
            number: "GD2026-1".into(),
            due: Some("2026-11-19T12:00:00+08:00".parse().expect("a time")),
        });
        let first = town.open("township_duty", report.clone()).await.expect("opens");
        let second = town.open("township_duty", report).await.expect("opens");
        assert_eq!(first, second);
        assert_eq!(town.get(first).await.due.to_string(), "2026-11-19T12:00:00+08:00");
        town.until("2026-11-19T12:00:00+08:00").await;
        assert_eq!(town.get(first).await.supervisor, Some(town.seat("township_duty")));
    });
}

#[test]
fn whom_a_report_is_about_finds_nothing_of_it_nor_does_who_stands_under_him() {
    on_both(async |town: Town| {
        let (duty_seat, duty_account, _) = town.seats["village_duty"].clone();
        let mut report = town.report();
        report.form["about"] = json!({ "kind": "person", "name": "某值班", "id": duty_account });
        let id = town.open("resident", report).await.expect("opens");
        let m = town.get(id).await;
        assert_eq!(m.holder, town.seat("township_duty"), "neither he nor who stands under him holds it");
        assert_eq!(m.offered, None);
        let mut duty = town.caller("village_duty");
        duty.barred = vec![duty_account.uuid(), duty_seat.uuid()];
        let (caller, all) = (duty.clone(), matters::Filter::default());
        let listed = town.store.read(testing::home(), move |r| matters::list(r, &caller, &all, None, 50)).await.expect("lists");
        assert!(listed.is_empty());
        let caller = duty.clone();
        let e = town.store.read(testing::home(), move |r| matters::look(r, &caller, id)).await.expect_err("not found");
        assert_eq!(e.kind(), Kind::NotFound);
        let e = town.run(move |u, rules| matters::add(u, rules, &duty, id, "看到了", &[], None)).await.expect_err("not found");
        assert_eq!(e.kind(), Kind::NotFound);
        let above = town.caller("township_duty");
        let n =
            town.store.read(testing::home(), move |r| matters::count(r, &above, &matters::Filter::default(), 100)).await.expect("counts");
        assert_eq!(n, 1);
    });
}

#[test]
fn lists_page_without_gap_or_double() {
    on_both(async |town: Town| {
        let mut ids = Vec::new();
        for _ in 0..23 {
            ids.push(town.open("resident", town.report()).await.expect("opens"));
        }
        for who in ["village_duty", "group_leader", "township_duty", "resident"] {
            let (mut seen, mut after) = (Vec::new(), None);
            loop {
                let caller = town.caller(who);
                let page = town
                    .store
                    .read(testing::home(), move |r| matters::list(r, &caller, &matters::Filter::default(), after, 5))
                    .await
                    .expect("lists");
                let Some(last) = page.last() else { break };
                after = Some(last.place());
                seen.extend(page.iter().map(|m| m.id));
            }
            assert_eq!(seen.len(), 23, "{who}");
            seen.sort_unstable();
            seen.dedup();
            assert_eq!(seen.len(), 23, "{who}");
        }
    });
}

#[test]
fn every_open_matter_has_a_seat_and_one_timer() {
    on_both(async |town: Town| {
        let id = town.open("resident", town.report()).await.expect("opens");
        town.open("resident", town.report()).await.expect("opens");
        town.make("group_leader", id, "neighbours", json!({})).await.expect("sorts");
        town.until("2026-12-02T00:00:00+08:00").await;
        let home = testing::home();
        let loose = town
            .store
            .read(home, move |r| {
                r.count(
                    sql("select count(*) from matter m where m.county = $1 and m.open = 1 and (not exists (select 1 from seat s where s.county = m.county and s.id = m.holder)
                         or 1 <> (select count(*) from timer t where t.county = m.county and t.subject = m.id and t.kind = 'matter.due' and t.due = m.due))")
                    .bind(home),
                )
            })
            .await
            .expect("counts");
        assert_eq!(loose, 0);
    });
}

#[test]
fn a_code_that_names_no_place_is_refused_and_named() {
    on_both(async |town: Town| {
        let mut report = town.report();
        report.form["place"]["region"] = json!("4309031012019990000");
        let e = town.open("resident", report).await.expect_err("there is no group 999");
        assert_eq!((e.kind(), e.fields()[0].field.as_str()), (Kind::Invalid, "form.place.region"));
        assert!(e.fields()[0].text.zh.contains("4309031012019990000"), "{e:?}");

        // Where the form has no place, the region beside it is looked up.
        let mut consultation = town.report();
        (consultation.flow, consultation.form, consultation.category) =
            (packs::Name::new("three_leaders", "consultation"), json!({}), None);
        consultation.region = Some("430903101999".parse().expect("a code"));
        let system = access::Caller::system(testing::home(), town.rules.catalogue.clone());
        let (by, absent) = (system.clone(), consultation.clone());
        let e = town.run(move |u, rules| matters::open(u, rules, &by, &absent)).await.expect_err("there is no village 999");
        assert_eq!((e.kind(), e.fields()[0].field.as_str()), (Kind::Invalid, "region"));
        consultation.region = Some("430903101201".parse().expect("a code"));
        town.run(move |u, rules| matters::open(u, rules, &system, &consultation)).await.expect("the village is there");
    });
}
