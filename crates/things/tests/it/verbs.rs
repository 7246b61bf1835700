//! Adding, changing, moving, removing, looking, listing: on both databases.

use crate::common::*;
use base::{Kind, Level, ThingId};
use proptest::{prelude::*, strategy::ValueTree};
use serde_json::json;
use std::{collections::BTreeSet, time::Duration};
use things::{After, AsOf, Filter, Patch, Sort, Test};

/// The whole list, page by page, as a client walks it.
async fn pages(w: &World, caller: &access::Caller, filter: &Filter, most: usize) -> Vec<ThingId> {
    let (mut all, mut after) = (Vec::new(), None::<After>);
    loop {
        let (register, caller, filter, from) = (w.register.clone(), caller.clone(), filter.clone(), after.take());
        let page = w.see({
            let (register, filter) = (register.clone(), filter.clone());
            move |r| things::list(r, &register, &caller, &filter, from, most)
        });
        let page = page.await.expect("lists");
        all.extend(page.iter().map(|t| t.id));
        match page.last().filter(|_| page.len() == most) {
            Some(last) => {
                // As a cursor carries it.
                let sealed = serde_json::to_string(&After::of(&register, &filter, last).expect("a place")).expect("writes");
                after = Some(serde_json::from_str(&sealed).expect("reads"));
            }
            None => return all,
        }
    }
}

fn patch(values: serde_json::Value) -> Patch {
    Patch { values: values.as_object().expect("an object").clone(), geometry: None }
}

#[test]
fn a_thing_is_added_seen_masked_and_opened_on_record() {
    on_both(async |w| {
        let county = w.county();
        let id = w
            .add(&county, "tree", "430903001201001", tree("T-1", "银杏"), Some(json!({"type": "Point", "coordinates": [112.35, 28.5]})))
            .await
            .expect("adds");
        let (register, caller) = (w.register.clone(), county.clone());
        let (seen, _) = w.see(move |r| things::look(r, &register, &caller, id)).await.expect("sees");
        assert_eq!(seen.values["carer"], json!({"name": "王某某", "phone": "138****8000"}));
        assert_eq!(seen.values["fund"], json!("1234.50"), "money is kept with two decimals");
        assert_eq!(seen.masked, ["carer"]);
        let (register, caller) = (w.register.clone(), county.clone());
        let open = w
            .run(move |unit| things::look_unmasked(unit, &register, &caller, id, &["carer".into()], "patrol", Duration::from_secs(86_400)))
            .await
            .expect("opens");
        assert_eq!(open.values["carer"]["name"], json!("王小明"));
        assert_eq!(w.rows("reading").await, 1);
        let town = w.caller(&[("town_registrar", "430903001")]);
        let register = w.register.clone();
        let refused = w.run(move |unit| things::look_unmasked(unit, &register, &town, id, &["carer".into()], "x", Duration::ZERO)).await;
        assert_eq!(refused.expect_err("no right to unmask").kind(), Kind::Forbidden);
        let journal = w.journal().await;
        let text = serde_json::to_string(&journal).expect("writes");
        assert!(!text.contains("王小明") && !text.contains("13800138000") && !text.contains("银杏"), "words stay out of the journal");
        let again = w.add(&county, "tree", "430903002201", tree("T-1", "樟树"), None).await.expect_err("one key");
        assert_eq!(again.code(), "key_taken");
        let wrong = w.add(&county, "tree", "430903001999", tree("T-2", "樟树"), None).await.expect_err("no such region");
        assert_eq!(wrong.fields()[0].field, "region");
        let long = "树".repeat(10_000);
        let wrong = w.add(&county, "tree", "430903001201", json!({"number": "T-3", "species": long, "grade": "third", "x": 1}), None).await;
        let fields: Vec<String> = wrong.expect_err("three faults").fields().iter().map(|f| f.field.clone()).collect();
        assert_eq!(fields, ["values.x", "values.species", "values.grade"]);
        // Erased: the thing stays, what was personal is gone, the chain knows.
        let (register, caller) = (w.register.clone(), county.clone());
        assert_eq!(w.run(move |unit| things::erase(unit, &register, &caller, id)).await.expect("erases"), 1);
        let register = w.register.clone();
        let (seen, _) = w.see(move |r| things::look(r, &register, &county, id)).await.expect("sees");
        assert!(!seen.values.contains_key("carer") && seen.values.contains_key("species"));
    });
}

#[test]
fn a_figure_can_be_asked_as_of_a_day_as_known_on_another() {
    on_both(async |w| {
        // research: accepted 03-20, on 04-15 undone back to then; as of 03-31: known 03-31 1/1, known 04-30 0/1.
        let county = w.county();
        let start = time("2026-04-01T09:00:00+08:00");
        let id = w.add(&county, "tree", "430903001201", tree("T-1", "银杏"), None).await.expect("adds");
        w.clock.move_to(time("2026-04-15T09:00:00+08:00"));
        let (register, caller) = (w.register.clone(), county.clone());
        let since = time("2026-04-03T00:00:00+08:00");
        w.run(move |unit| things::change(unit, &register, &caller, id, Some(1), &patch(json!({"grade": "second"})), Some(since)))
            .await
            .expect("changes");
        w.clock.move_to(time("2026-05-01T09:00:00+08:00"));
        let (register, caller) = (w.register.clone(), county.clone());
        w.run(move |unit| things::move_to(unit, &register, &caller, id, None, code("430903002201"), None)).await.expect("moves");
        let grade = async |at: &str, known: &str| -> Vec<(String, String)> {
            let (register, caller, ask) =
                (w.register.clone(), county.clone(), AsOf { kind: kind("tree"), at: time(at), known: time(known) });
            let all = w.see(move |r| things::as_of(r, &register, &caller, &ask, None, 100)).await.expect("asks");
            all.iter()
                .map(|v| (v.thing.values["grade"].as_str().unwrap_or_default().to_owned(), v.thing.region.to_string()[..9].to_owned()))
                .collect()
        };
        let is = |g: &str, r: &str| vec![(g.to_owned(), r.to_owned())];
        assert_eq!(grade("2026-04-10", "2026-04-14").await, is("first", TOWNS[0]), "what we knew before the correction");
        assert_eq!(grade("2026-04-10", "2026-04-30").await, is("second", TOWNS[0]), "what we knew after it");
        assert_eq!(grade("2026-04-02", "2026-04-30").await, is("first", TOWNS[0]), "before it was so");
        assert_eq!(grade("2026-05-02", "2026-05-02").await, is("second", TOWNS[1]), "after the move");
        assert_eq!(grade("2026-03-01", "2026-05-02").await, [], "before it was there");
        assert_eq!(grade("2026-04-10", "2026-03-31").await, [], "before we knew of it");
        // A change that reaches back behind the move keeps the move.
        let (register, caller) = (w.register.clone(), county.clone());
        w.run(move |unit| things::change(unit, &register, &caller, id, Some(3), &patch(json!({"girth": 130})), Some(since)))
            .await
            .expect("changes");
        assert_eq!(grade("2026-05-02", "2026-06-01").await, is("second", TOWNS[1]));
        let (register, caller) = (w.register.clone(), county.clone());
        let stale = w.run(move |unit| things::change(unit, &register, &caller, id, Some(1), &patch(json!({"girth": 1})), None)).await;
        assert_eq!(stale.expect_err("seen before").code(), "changed_since");
        for wrong in [time("2027-01-01"), time("2020-01-01")] {
            let (register, caller) = (w.register.clone(), county.clone());
            let e = w.run(move |unit| things::change(unit, &register, &caller, id, None, &patch(json!({"girth": 1})), Some(wrong))).await;
            assert_eq!(e.expect_err("outside its life").fields()[0].field, "since");
        }
        w.clock.move_to(time("2026-06-01T09:00:00+08:00"));
        let (register, caller) = (w.register.clone(), county.clone());
        w.run(move |unit| things::remove(unit, &register, &caller, id, None, "枯死", None)).await.expect("removes");
        assert_eq!(grade("2026-06-02", "2026-06-02").await, []);
        assert_eq!(grade("2026-05-02", "2026-06-02").await, is("second", TOWNS[1]));
        let (register, caller) = (w.register.clone(), county.clone());
        let all = w.see(move |r| things::history(r, &register, &caller, id)).await.expect("history");
        assert_eq!(all.len(), 9, "added, then four revisions that each leave a span before and one after");
        assert!(all.last().is_some_and(|v| v.thing.gone) && all[0].thing.since == start);
        let again = w.add(&county, "tree", "430903001201", tree("T-1", "银杏"), None).await.expect_err("its key stays");
        assert_eq!(again.code(), "key_taken");
    });
}

#[test]
fn a_list_filters_searches_and_pages_over_several_grants() {
    on_both(async |w| {
        let county = w.county();
        let mut ids = Vec::new();
        for i in 0..30 {
            let region = ["430903001201001", "430903001202", "430903002201002", "430903002"][i % 4];
            let mut values = tree(&format!("T-{i}"), if i % 3 == 0 { "银杏" } else { "香樟树" });
            values["girth"] = json!(100 + i);
            values["fund"] = json!(format!("{i}.50"));
            let point = json!({"type": "Point", "coordinates": [112.0 + i as f64 / 100.0, 28.0]});
            ids.push(w.add(&county, "tree", region, values, Some(point)).await.expect("adds"));
        }
        let list = async |caller: &access::Caller, filter: Filter, after: Option<After>, most: usize| -> Vec<ThingId> {
            let (register, caller) = (w.register.clone(), caller.clone());
            w.see(move |r| things::list(r, &register, &caller, &filter, after, most))
                .await
                .expect("lists")
                .into_iter()
                .map(|t| t.id)
                .collect()
        };
        let all = Filter::of(kind("tree"));
        assert_eq!(list(&county, all.clone(), None, 100).await, ids);
        let two = w.caller(&[("village_viewer", "430903001201"), ("town_registrar", "430903002"), ("village_viewer", "430903002201")]);
        let paged = pages(&w, &two, &all, 7).await;
        let want: Vec<ThingId> = (0..30).filter(|i| i % 4 != 1).map(|i| ids[i]).collect();
        assert_eq!(paged, want, "each once, in order, whatever grants overlap");
        let (register, caller, filter) = (w.register.clone(), two.clone(), all.clone());
        assert_eq!(w.see(move |r| things::count(r, &register, &caller, &filter, 1_000)).await.expect("counts"), want.len() as i64);
        let with = |field: &str, test: Test| Filter { fields: vec![(field.into(), test)], ..all.clone() };
        assert_eq!(list(&county, with("species", Test::Is("银杏".into())), None, 100).await.len(), 10);
        assert_eq!(list(&county, with("girth", Test::AtLeast("125".into())), None, 100).await.len(), 5);
        assert_eq!(list(&county, with("fund", Test::AtMost("4.50".into())), None, 100).await.len(), 5);
        assert_eq!(list(&county, with("seen", Test::AtLeast("2026-03-21".into())), None, 100).await.len(), 0);
        let bad = Filter { fields: vec![("note".into(), Test::Is("x".into()))], ..all.clone() };
        let (register, caller) = (w.register.clone(), county.clone());
        assert!(w.see(move |r| things::list(r, &register, &caller, &bad, None, 10)).await.is_err(), "not declared for search");
        let found = Filter { terms: Some("香樟".into()), ..all.clone() };
        assert_eq!(list(&county, found, None, 100).await.len(), 20);
        let none = Filter { terms: Some("!!'\"".into()), ..all.clone() };
        assert_eq!(list(&county, none, None, 100).await.len(), 0);
        let bounds = Filter { bounds: Some([112.095, 27.0, 112.205, 29.0]), ..all.clone() };
        assert_eq!(list(&county, bounds, None, 100).await.len(), 11);
        let inside = Filter { region: Some(code("430903002201")), ..all.clone() };
        assert_eq!(list(&two, inside, None, 100).await.len(), 7);
        let stranger = w.caller(&[]);
        assert_eq!(list(&stranger, all, None, 100).await.len(), 0);
    });
}

#[test]
fn a_list_shows_exactly_what_a_look_up_would() {
    on_both(async |w| {
        let county = w.county();
        let places = [
            "430903",
            "430903001",
            "430903002",
            "430903001201",
            "430903001202",
            "430903002201",
            "430903001201001",
            "430903001201002",
            "430903002202003",
        ];
        let mut ids = Vec::new();
        for (i, place) in places.iter().cycle().take(36).enumerate() {
            ids.push(w.add(&county, "tree", place, tree(&format!("T-{i}"), "银杏"), None).await.expect("adds"));
        }
        let grant = (0..3_usize, 0..places.len());
        let strategy = proptest::collection::vec(grant, 0..4);
        let mut runner = proptest::test_runner::TestRunner::new_with_rng(
            ProptestConfig::with_cases(60),
            proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
        );
        for _ in 0..60 {
            let grants = strategy.new_tree(&mut runner).expect("a case").current();
            let roles = ["county_registrar", "town_registrar", "village_viewer"];
            let grants: Vec<(&str, &str)> = grants.into_iter().map(|(r, p)| (roles[r], places[p])).collect();
            let caller = w.caller(&grants);
            let (register, who) = (w.register.clone(), caller.clone());
            let listed: BTreeSet<ThingId> = w
                .see(move |r| things::list(r, &register, &who, &Filter::of(kind("tree")), None, 1_000))
                .await
                .expect("lists")
                .into_iter()
                .map(|t| t.id)
                .collect();
            let (register, who, all) = (w.register.clone(), caller, ids.clone());
            let seen: BTreeSet<ThingId> = w
                .see(move |r| Ok(all.into_iter().filter(|id| things::look(r, &register, &who, *id).is_ok()).collect()))
                .await
                .expect("looks");
            assert_eq!(listed, seen, "{grants:?}");
        }
        assert!(code("430903001201").level() == Level::Village);
    });
}

#[test]
fn a_list_sorts_by_a_declared_field_page_by_page() {
    on_both(async |w| {
        let county = w.county();
        let mut rows: Vec<(Option<f64>, ThingId, String, &str)> = Vec::new();
        for i in 0..40_usize {
            let region = ["430903001201001", "430903001202", "430903002201002", "430903002"][i % 4];
            let mut values = tree(&format!("T-{i}"), "银杏");
            // Some equal, some none, some that no decimal writes short.
            let girth = (i % 7 != 0).then(|| (i * 37 % 11) as f64 / 3.0);
            values["girth"] = serde_json::json!(girth);
            values["seen"] = json!(format!("2026-03-{:02}", 1 + i * 5 % 13));
            let id = w.add(&county, "tree", region, values.clone(), None).await.expect("adds");
            rows.push((girth, id, values["seen"].as_str().expect("a date").to_owned(), region));
        }
        let two = w.caller(&[("village_viewer", "430903001201"), ("town_registrar", "430903002")]);
        for (caller, mine) in [(&county, &["43"][..]), (&two, &["430903001201", "430903002"][..])] {
            for descending in [false, true] {
                let sorted = |field: &str| Filter { sort: Some(Sort { field: field.into(), descending }), ..Filter::of(kind("tree")) };
                let visible = || rows.iter().filter(|row| mine.iter().any(|m| row.3.starts_with(m)));
                let mut valued: Vec<_> = visible().filter(|row| row.0.is_some()).collect();
                valued.sort_by(|a, b| a.0.partial_cmp(&b.0).expect("numbers").then(a.1.cmp(&b.1)));
                if descending {
                    valued.reverse();
                }
                let mut want: Vec<ThingId> = valued.iter().map(|row| row.1).collect();
                want.extend(visible().filter(|row| row.0.is_none()).map(|row| row.1));
                assert_eq!(pages(&w, caller, &sorted("girth"), 3).await, want, "descending {descending}, none last");
                let mut dated: Vec<_> = visible().collect();
                dated.sort_by(|a, b| a.2.cmp(&b.2).then(a.1.cmp(&b.1)));
                if descending {
                    dated.reverse();
                }
                assert_eq!(pages(&w, caller, &sorted("seen"), 4).await, dated.iter().map(|row| row.1).collect::<Vec<_>>());
            }
        }
        let (register, bad) =
            (w.register.clone(), Filter { sort: Some(Sort { field: "species".into(), descending: false }), ..Filter::of(kind("tree")) });
        let refused = w.see(move |r| things::list(r, &register, &county, &bad, None, 10)).await.expect_err("for search alone");
        assert_eq!(refused.fields()[0].field, "sort");
        assert!(refused.fields()[0].text.zh.contains("girth, seen, fund"), "{refused:?}");
    });
}

#[test]
fn a_recoded_village_keeps_its_things_and_their_past() {
    on_both(async |w| {
        let county = w.county();
        let (old, new) = ("430903001201", "430903002301");
        let here = w.add(&county, "tree", "430903001201001", tree("T-1", "银杏"), None).await.expect("adds");
        let there = w.add(&county, "tree", "430903001202", tree("T-2", "银杏"), None).await.expect("adds");
        w.clock.move_to(time("2026-04-10T09:00:00+08:00"));
        let (register, caller) = (w.register.clone(), county.clone());
        w.run(move |unit| things::change(unit, &register, &caller, here, None, &patch(json!({"girth": 130})), None))
            .await
            .expect("changes");
        w.clock.move_to(time("2026-05-01T09:00:00+08:00"));
        let as_of = async |at: &str| {
            let (register, caller, ask) = (w.register.clone(), county.clone(), AsOf { kind: kind("tree"), at: time(at), known: time(at) });
            let all = w.see(move |r| things::as_of(r, &register, &caller, &ask, None, 100)).await.expect("asks");
            all.into_iter().map(|v| (v.thing.id, v.thing.values["girth"].clone())).collect::<Vec<_>>()
        };
        let before = [as_of("2026-04-05").await, as_of("2026-04-20").await];
        access::recode(&w.store, &w.system, code(old), code(new), things::HOLDS, |_| Ok(0)).await.expect("re-codes");
        assert_eq!([as_of("2026-04-05").await, as_of("2026-04-20").await], before, "the month before is as it was");
        w.clock.move_to(time("2026-06-01T09:00:00+08:00"));
        assert_eq!(as_of("2026-05-20").await, before[1], "and the month after");
        let found = async |region: &str| pages(&w, &county, &Filter { region: Some(code(region)), ..Filter::of(kind("tree")) }, 10).await;
        assert_eq!(found(new).await, [here], "by the new code");
        assert_eq!(found(old).await, [here], "and by the old one");
        assert_eq!(found("430903001").await, [there], "the town it left has it no more");
        assert_eq!(found("430903002").await, [here]);
        let viewer = w.caller(&[("village_viewer", new)]);
        let (register, who) = (w.register.clone(), viewer.clone());
        let (seen, _) = w.see(move |r| things::look(r, &register, &who, here)).await.expect("sees");
        assert_eq!(seen.region.to_string(), "4309030023010010000");
        let register = w.register.clone();
        assert_eq!(w.see(move |r| things::history(r, &register, &viewer, here)).await.expect("its past").len(), 3);
    });
}
