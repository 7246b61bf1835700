//! What a thing names beside itself, and what a township lays over a kind: on both databases.

use crate::common::*;
use base::{Error, ThingId};
use serde_json::json;
use std::{collections::BTreeSet, time::Duration};
use store::{By, Files, testing};
use things::{Patch, import};
use uuid::Uuid;

const WEEK: Duration = Duration::from_secs(8 * 86_400);

fn fields(e: &Error) -> Vec<String> {
    e.fields().iter().map(|f| f.field.clone()).collect()
}

fn sheet(csv: String, region: Option<&str>) -> import::Upload {
    import::Upload { kind: kind("house"), bytes: csv.into(), name: "老屋.csv".into(), region: region.map(code), since: None }
}

async fn change(w: &World, caller: &access::Caller, id: ThingId, values: serde_json::Value) -> base::Result<i64> {
    let (register, caller) = (w.register.clone(), caller.clone());
    let patch = Patch { values: values.as_object().expect("an object").clone(), geometry: None };
    w.run(move |unit| things::change(unit, &register, &caller, id, None, &patch, None)).await
}

#[test]
fn another_thing_that_is_named_is_there_and_of_its_kind() {
    on_both(async |w| {
        let county = w.county();
        let tree_ = w.add(&county, "tree", "430903001201", tree("T-1", "银杏"), None).await.expect("adds");
        let pond = w.add(&county, "pond", "430903001201", json!({"depth": 2}), None).await.expect("adds");
        let nobody = Uuid::now_v7();
        let wrong = json!({"number": "1", "trees": [tree_, pond, nobody]});
        let e = w.add(&county, "house", "430903001201", wrong, None).await.expect_err("two that are no trees");
        assert_eq!(fields(&e), ["values.trees[1]", "values.trees[2]"]);
        assert!(e.fields()[0].text.zh.contains("trees.tree"), "{e:?}");
        let house = w.add(&county, "house", "430903001201", json!({"number": "1", "trees": [tree_]}), None).await.expect("adds");
        let e = change(&w, &county, house, json!({"trees": [nobody]})).await.expect_err("not there");
        assert_eq!(fields(&e), ["values.trees[0]"]);
        // In a sheet each row says it.
        let csv = format!("区划代码,门牌,屋旁古树\n430903001201,2,{tree_}\n430903001201,3,{tree_}、{nobody}\n");
        let (id, report) = import::check(&w.store, &w.register, &county, sheet(csv, None)).await.expect("checks");
        assert_eq!((report.added, report.wrong, report.faults[0].row), (1, 1, 3), "{:?}", report.faults);
        // One that goes between the check and the commit.
        let (register, caller) = (w.register.clone(), county.clone());
        w.run(move |unit| things::remove(unit, &register, &caller, tree_, None, "枯死", None)).await.expect("removes");
        let e = import::commit(&w.store, &w.register, &county, id, true).await.expect_err("it has gone");
        assert_eq!(e.code(), "changed_since_check");
        // Who named it before may be changed in something else.
        change(&w, &county, house, json!({"number": "1-1"})).await.expect("changes");
    });
}

#[test]
fn files_that_a_thing_names_are_kept_until_no_version_names_them() {
    on_both(async |w| {
        let (county, home) = (w.county(), testing::home());
        let folder = std::env::temp_dir().join(format!("things-{}", Uuid::now_v7()));
        let files = Files::folder(&folder).expect("a folder");
        let mut ids = Vec::new();
        for bytes in [&b"a photo"[..], b"another photo", b"a signature", b"a photo in a sheet"] {
            let stored = files.bring(&w.store, home, By::system("test"), "image/jpeg", bytes.into()).await.expect("brings");
            ids.push((store::files::id(&stored.sha256), stored.sha256));
        }
        let values = json!({"number": "1", "photos": [ids[0].0], "agreed": ids[2].0});
        let house = w.add(&county, "house", "430903001201", values, None).await.expect("adds");
        change(&w, &county, house, json!({"photos": [ids[1].0]})).await.expect("changes");
        let csv = format!("区划代码,门牌,照片\n430903001201,2,\"[\"\"{}\"\"]\"\n", ids[3].0);
        let (import, report) = import::check(&w.store, &w.register, &county, sheet(csv, None)).await.expect("checks");
        assert_eq!((report.added, report.wrong), (1, 0), "{:?}", report.faults);
        let (register, caller) = (w.register.clone(), county.clone());
        w.run(move |unit| import::step(unit, &register, &caller, import, false)).await.expect("a chunk");
        w.clock.move_to(w.store.now() + WEEK);
        assert_eq!(w.store.sweep_files(home, &files).await.expect("sweeps"), 0, "an older version still names the first");
        // Who may see the thing sees its photos, and no signature.
        let (register, caller, all) = (w.register.clone(), county.clone(), ids.clone());
        let seen = w.see(move |r| {
            all.iter().map(|(_, sha)| things::shows_file(r, &register, &caller, house, sha)).collect::<base::Result<Vec<_>>>()
        });
        assert_eq!(seen.await.expect("looks"), [true, true, false, false]);
        // The import is taken back, the personal values are erased: their files go, the photos stay.
        import::cancel(&w.store, &w.register, &county, import).await.expect("cancels");
        let (register, caller) = (w.register.clone(), county.clone());
        w.run(move |unit| things::erase(unit, &register, &caller, house)).await.expect("erases");
        let left = w.see(move |r| store::files::of(r, house.uuid())).await.expect("reads");
        assert_eq!(left.iter().map(|f| f.sha256).collect::<BTreeSet<_>>(), BTreeSet::from([ids[0].1, ids[1].1]));
        w.clock.move_to(w.store.now() + WEEK);
        assert_eq!(w.store.sweep_files(home, &files).await.expect("sweeps"), 2);
        let gone = change(&w, &county, house, json!({"photos": [ids[3].0]})).await.expect_err("swept");
        assert_eq!(fields(&gone), ["values.photos[0]"]);
        std::fs::remove_dir_all(&folder).expect("removes");
    });
}

#[test]
fn a_township_has_numbers_and_names_of_its_own() {
    on_both(async |w| {
        let county = w.county();
        let four = json!({"number": "1", "floors": 4});
        let e = w.add(&county, "house", "430903001201", four.clone(), None).await.expect_err("three at most");
        assert_eq!(fields(&e), ["values.floors"]);
        let there = w.add(&county, "house", "430903002201", four, None).await.expect("five at most in the second township");
        change(&w, &county, there, json!({"floors": 5})).await.expect("changes");
        let e = change(&w, &county, there, json!({"floors": 6})).await.expect_err("six");
        assert_eq!(fields(&e), ["values.floors"]);
        let csv = "区划代码,门牌,层数\n430903001201,2,4\n430903002201,3,4\n".to_owned();
        let (_, report) = import::check(&w.store, &w.register, &county, sheet(csv, None)).await.expect("checks");
        assert_eq!((report.added, report.wrong, report.faults[0].row), (1, 1, 2), "{:?}", report.faults);
        // Its sheets have its headings.
        let what = things::export::Export {
            filter: things::Filter { region: Some(code("430903002")), ..things::Filter::of(kind("house")) },
            format: things::export::Format::Csv,
            person: String::new(),
            said: String::new(),
            clear: None,
        };
        let mut out = Vec::new();
        things::export::export(&w.store, &w.register, &county, &what, &mut out).await.expect("exports");
        let out = String::from_utf8(out).expect("text");
        assert!(out.contains("楼层") && !out.contains("层数"), "{out}");
        let (_, again) = import::check(&w.store, &w.register, &county, sheet(out, Some("430903002"))).await.expect("checks");
        assert_eq!((again.wrong, again.total), (0, 1), "{:?}", again.faults);
    });
}
