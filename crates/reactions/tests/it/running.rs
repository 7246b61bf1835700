//! What a run does, and that it does it once.

use crate::town::{Town, VILLAGE, catalogue, home, on_both, open_store, runner, tools};
use access::{AccountKind, Agreement, NewAccount, make_account};
use calendar::Calendar;
use matters::Rules;
use reactions::{documents, notices, progress, see};
use serde_json::json;
use std::{sync::Arc, time::Instant};
use store::{By, sql};

#[test]
fn a_run_acts_once_with_its_cause_and_depth() {
    on_both(async |town: Town| {
        let id = town.job("road", false).await;
        town.settle().await;
        town.settle().await;
        let opened = town.opened("task").await;
        assert_eq!(opened.len(), 1, "{opened:?}");
        let cause = town.opened("job").await.remove(0);
        assert_eq!((opened[0].cause, opened[0].depth), (Some(cause.seq), 1));
        let ran = town.entries("reaction.ran").await;
        let follow = ran.iter().find(|e| e.payload["reaction"] == "trial.follow").expect("on record");
        assert_eq!((follow.actor.as_str(), follow.subject), ("pack:trial", id.uuid()));
        assert_eq!(follow.payload["did"][0]["open"], opened[0].subject.to_string());
        assert!(town.runner.idle(home()).await.expect("reads"));
        let it = town.caller("it");
        let all = town.store.read(home(), move |r| progress(r, &it)).await.expect("reads");
        let follow = all.iter().find(|p| p.name == "trial.follow").expect("there");
        assert_eq!((follow.ran, follow.unknown), (1, 0));
    });
}

#[test]
fn what_was_before_a_reaction_is_not_its_business() {
    on_both(async |town: Town| {
        // A second program with a fresh pack on a county that has a past.
        town.job("road", false).await;
        town.settle().await;
        let n = town.count("select count(*) from reaction_run").await;
        town.write(|u| u.write(sql("delete from reaction"))).await;
        let later = runner(&town.store, &town.rules);
        later.settle(home()).await.expect("settles");
        assert_eq!(town.opened("task").await.len(), 1);
        assert_eq!(town.count("select count(*) from reaction_run").await, n);
    });
}

#[test]
fn a_fact_that_is_missing_is_counted_and_shown() {
    on_both(async |town: Town| {
        let open = town.open_flow("job", json!({ "words": "没有分类" }), None, true).await;
        town.settle().await;
        let it = town.caller("it");
        let all = town.store.read(home(), move |r| progress(r, &it)).await.expect("reads");
        let urgent = all.iter().find(|p| p.name == "trial.urgent").expect("there");
        assert_eq!((urgent.ran, urgent.unknown, urgent.missing.as_deref()), (0, 1, Some("matter.category")));
        assert!(urgent.unknown_at.is_some());
        assert_eq!(town.count("select count(*) from notice").await, 0, "{open}");
    });
}

#[test]
fn notices_reach_seats_and_people_and_by_text_message_who_agreed_to_it() {
    on_both(async |mut town: Town| {
        let (platform, keys) = (access::Caller::system(home(), catalogue()), tools().keys);
        let new = NewAccount { kind: AccountKind::Resident, name: None, phone: Some("13812345678".into()), region: None, login: None };
        town.resident = town.write(move |u| make_account(u, &platform, &keys, new.clone())).await;
        let resident = town.caller("resident");
        town.write(move |u| access::give_consent(u, &resident, Agreement::Sms, "2026-11")).await;
        let id = town.job("flood", true).await;
        town.settle().await;
        for who in ["town", "helper", "resident"] {
            let caller = town.caller(who);
            let told = town.store.read(home(), move |r| notices(r, &caller, None, 10)).await.expect("reads");
            assert_eq!(told.len(), 1, "{who}");
            let text = told[0].text.clone().expect("words");
            assert_eq!((told[0].subject, text.zh.as_str()), (id.uuid(), "2026-000001 水"), "{who}");
            let caller = town.caller(who);
            let notice = told[0].id;
            town.write(move |u| see(u, &caller, notice)).await;
        }
        let it = town.caller("it");
        assert!(town.store.read(home(), move |r| notices(r, &it, None, 10)).await.expect("reads").is_empty());
        assert_eq!(town.count("select count(*) from outbox where kind = 'sms'").await, 1, "she alone agreed");
        let entries = town.journal().await;
        assert!(entries.iter().all(|e| !e.payload.to_string().contains("水")), "no words in the journal");
        // Erasing what is about the matter erases what was told of it.
        town.write(move |u| u.erase_words(id.uuid())).await;
        let caller = town.caller("town");
        let told = town.store.read(home(), move |r| notices(r, &caller, None, 10)).await.expect("reads");
        assert_eq!(told[0].text, None);
        let resident = town.caller("resident");
        town.write(move |u| access::withdraw_consent(u, &resident, Agreement::Sms)).await;
        town.job("flood", true).await;
        town.settle().await;
        assert_eq!(town.count("select count(*) from notice").await, 6, "all are told again on the page");
        assert_eq!(town.count("select count(*) from outbox where kind = 'sms'").await, 1, "and nobody by text message");
    });
}

#[test]
fn whom_a_matter_is_about_is_not_told_of_it() {
    on_both(async |mut town: Town| {
        let about = town.seat("town").uuid();
        let report = async |town: &Town| {
            let id = town.job("flood", true).await;
            town.write(move |u| {
                let home = u.home();
                u.write(sql("insert into matter_about (county, subject, about) values ($1, $2, $3)").bind(home).bind(id).bind(about))
            })
            .await;
            town.settle().await;
        };
        report(&town).await;
        let by_seat = "select count(*) from notice where reaction = 'trial.urgent' and seat is not null";
        assert_eq!(town.count(by_seat).await, 0, "neither the one it is about nor the helper under him");
        assert_eq!(town.count("select count(*) from notice where reaction = 'trial.urgent' and account is not null").await, 1);
        // Where there is somebody above him, that one is told in his place.
        town.sit("chief", "430903", None).await;
        report(&town).await;
        let chief = town.caller("chief");
        let told = town.store.read(home(), move |r| notices(r, &chief, None, 10)).await.expect("reads");
        assert_eq!(told.len(), 1);
    });
}

#[test]
fn letters_are_kept_and_numbered_without_gaps() {
    on_both(async |town: Town| {
        let mut ids = Vec::new();
        for _ in 0..3 {
            ids.push(town.job("road", false).await);
        }
        for id in &ids {
            town.make("helper", *id, "done", json!({ "good": true, "answer": "换了灯泡" })).await;
        }
        town.settle().await;
        let mut numbers = Vec::new();
        for id in &ids {
            let id = id.uuid();
            let letters = town.store.read(home(), move |r| documents(r, id)).await.expect("reads");
            let letter = letters.iter().find(|d| d.letter == "trial.done").expect("written");
            let (number, text) = (letter.number.clone().expect("a number"), letter.text.clone().expect("words"));
            assert!(text.zh.starts_with(&format!("{number} 演示县：2026-00000")), "{}", text.zh);
            assert!(text.zh.ends_with("（路）换了灯泡。2026年11月19日"), "{}", text.zh);
            numbers.push(number);
        }
        assert_eq!(numbers, ["试告〔2026〕1号", "试告〔2026〕2号", "试告〔2026〕3号"]);
        let resident = town.caller("resident");
        let told = town.store.read(home(), move |r| notices(r, &resident, None, 10)).await.expect("reads");
        assert_eq!(told.iter().filter(|n| n.document.is_some()).count(), 3);
    });
}

#[test]
fn the_letter_of_an_end_is_written_by_itself() {
    on_both(async |town: Town| {
        let id = town.job("road", false).await;
        let (rules, helper) = (town.rules.clone(), town.caller("helper"));
        town.write(move |u| matters::ask_end(u, &rules, &helper, id, "not_accepted", "none", "没有这盏灯")).await;
        let (rules, approver) = (town.rules.clone(), town.caller("town"));
        town.write(move |u| matters::decide(u, &rules, &approver, id, true, "")).await;
        town.settle().await;
        let letters = town.store.read(home(), move |r| documents(r, id.uuid())).await.expect("reads");
        assert_eq!(letters.len(), 1);
        assert_eq!(letters[0].text.as_ref().expect("words").zh, "2026-000001 不予受理");
    });
}

#[test]
fn a_thing_is_added_and_others_react_to_it() {
    on_both(async |town: Town| {
        let id = town.job("road", false).await;
        town.make("helper", id, "done", json!({ "good": true })).await;
        town.settle().await;
        let added = town.entries("thing.added").await;
        assert_eq!(added.len(), 1, "{:?}", town.journal().await.iter().map(|e| (&e.kind, &e.payload)).collect::<Vec<_>>());
        assert_eq!(added[0].depth, 1);
        let ran = town.entries("reaction.ran").await;
        assert!(ran.iter().any(|e| e.payload["reaction"] == "trial.lamps" && e.depth == 2), "the lamp that came by a reaction");
    });
}

#[test]
fn two_servers_at_once_run_each_reaction_once() {
    on_both(async |town: Town| {
        let other_store = open_store(&town.database, town.clock.clone()).await;
        let other_rules = Arc::new(Rules::new(catalogue(), Calendar::shipped()));
        let others: Vec<_> = (0..2).map(|i| runner(if i == 0 { &town.store } else { &other_store }, &other_rules)).collect();
        for other in &others {
            other.settle(home()).await.expect("settles");
        }
        const N: usize = 60;
        let begun = Instant::now();
        let opening = async {
            for _ in 0..N {
                town.job("road", false).await;
            }
        };
        let (stop, stopping) = tokio::sync::watch::channel(false);
        let run = async {
            let all = others.iter().map(|o| o.run(stopping.clone()));
            tokio::join!(town.runner.run(stopping.clone()), futures_util::future::join_all(all))
        };
        let work = async {
            opening.await;
            let jobs = N as i64;
            while town.opened("task").await.len() < N
                || town.count("select count(*) from reaction where name = 'trial.follow' and ran < 60").await > 0
            {
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                assert!(begun.elapsed().as_secs() < 60, "{} of {jobs}", town.opened("task").await.len());
            }
            tokio::time::sleep(std::time::Duration::from_millis(700)).await;
            stop.send_replace(true);
        };
        let ((own, others), ()) = tokio::join!(run, work);
        own.expect("runs");
        others.into_iter().for_each(|o| o.expect("runs"));
        let tasks = town.opened("task").await;
        let mut causes: Vec<_> = tasks.iter().filter_map(|e| e.cause).collect();
        causes.sort_unstable();
        causes.dedup();
        assert_eq!((tasks.len(), causes.len()), (N, N), "each once");
        println!("{N} matters and their reactions by three runners: {:?}", begun.elapsed());
    });
}

#[test]
fn a_thing_is_found_by_its_key_and_changed() {
    on_both(async |town: Town| {
        let register = things::Register { catalogue: catalogue(), terms: |text| text.to_owned() };
        let values = json!({ "code": "L-1", "state": "good" }).as_object().expect("values").clone();
        let given = things::Given { region: VILLAGE.parse().expect("a code"), values, geometry: None };
        let (kind, caller) = (packs::Name::new("trial", "lamp"), access::Caller::system(home(), catalogue()));
        town.write(move |u| things::add(u, &register, &caller, &kind, &given, None)).await;
        town.job("flood", false).await;
        town.settle().await;
        let task = base::MatterId::from_uuid(town.opened("task").await[0].subject);
        town.make("helper", task, "done", json!({ "good": true })).await;
        town.settle().await;
        let changed = town.entries("thing.changed").await;
        assert_eq!(changed.len(), 1);
        assert_eq!((changed[0].depth, &changed[0].payload["fields"]), (1, &json!(["state"])));
    });
}

#[test]
fn others_are_answered_while_reactions_run() {
    on_both(async |town: Town| {
        for _ in 0..40 {
            let id = town.job("flood", true).await;
            town.make("helper", id, "done", json!({ "answer": "好了" })).await;
        }
        let settled = std::sync::atomic::AtomicBool::new(false);
        let work = async {
            let begun = Instant::now();
            town.settle().await;
            settled.store(true, std::sync::atomic::Ordering::SeqCst);
            begun.elapsed()
        };
        let others = async {
            let mut waits = Vec::new();
            while !settled.load(std::sync::atomic::Ordering::SeqCst) {
                let begun = Instant::now();
                town.store.command(home(), By::system("test"), |_| Ok(())).await.expect("runs");
                waits.push(begun.elapsed());
            }
            waits.sort_unstable();
            waits
        };
        let (took, waits) = tokio::join!(work, others);
        let ran = town.count("select cast(sum(ran) as bigint) from reaction").await;
        let (middle, most) = (waits[waits.len() / 2], waits[waits.len() - 1]);
        println!("{ran} runs in {took:?}; {} commands beside them waited {middle:?}, {most:?} at most", waits.len());
        // A round of 16 units of at most 50 ms.
        assert!(most.as_millis() < 800, "{most:?}");
    });
}
