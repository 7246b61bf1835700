//! Things in from sheets and out again: on both databases.

use crate::common::*;
use access::Caller;
use serde_json::json;
use things::{
    Filter,
    export::{Clear, Export, Format},
    import::{self, Import, Report, State, Upload},
};
use uuid::Uuid;

fn upload(kind_: &str, bytes: impl Into<Vec<u8>>) -> Upload {
    Upload { kind: kind(kind_), bytes: bytes.into(), name: "表.csv".into(), region: None, since: None }
}

async fn check(w: &World, caller: &Caller, u: Upload) -> base::Result<(Uuid, Report)> {
    import::check(&w.store, &w.register, caller, u).await
}

async fn found(w: &World, caller: &Caller, id: Uuid) -> Import {
    let caller = caller.clone();
    w.see(move |r| import::find(r, &caller, id)).await.expect("finds")
}

async fn listed(w: &World, caller: &Caller, kind_: &str) -> Vec<things::Thing> {
    let (register, caller, filter) = (w.register.clone(), caller.clone(), Filter::of(kind(kind_)));
    w.see(move |r| things::list(r, &register, &caller, &filter, None, 100_000)).await.expect("lists")
}

async fn export(w: &World, caller: &Caller, kind_: &str, format: Format, clear: Option<Clear>) -> Vec<u8> {
    let mut out = Vec::new();
    let what = Export { filter: Filter::of(kind(kind_)), format, person: "台账员".into(), said: String::new(), clear };
    things::export::export(&w.store, &w.register, caller, &what, &mut out).await.expect("exports");
    out
}

/// Rows of trees; those whose number is in `changed` have another girth.
fn table(n: usize, changed: &[usize]) -> String {
    let mut csv = String::from("区划代码,树号,树种,胸围（cm）,级别,调查日期,养护人,养护人电话,经费,经度,纬度\n");
    for i in 0..n {
        let girth = if changed.contains(&i) { 999 } else { 100 + i % 400 };
        csv.push_str(&format!(
            "43090300{}201,T-{i},银杏,{girth},一级,2026年3月{}日,王小明,138{:08},{i}.5,112.3,28.{i:05}\n",
            i % 2 + 1,
            i % 28 + 1,
            i
        ));
    }
    csv
}

#[test]
fn a_dry_run_says_what_is_wrong_and_the_commit_does_what_it_said() {
    on_both(async |w| {
        let county = w.county();
        let mut csv = table(30, &[]);
        csv.push_str("430903001999,T-100,银杏,1,一级,2026-03-01,,,,,\n");
        csv.push_str(&format!("甲镇石桥村1组,T-101,{},abc,三级,昨天,李四,1.38E+10,1.234,200,28\n", "长".repeat(10_000)));
        csv.push_str("430903001201,T-5,银杏,1,一级,,,,,,\n");
        csv.push_str("石桥村,,银杏,1,一级,,,,,,\n");
        csv.push_str("430903001201,T-102,银杏,1,一级,,,,,,,错位\n");
        let (id, report) = check(&w, &county, upload("tree", csv.clone())).await.expect("checks");
        assert_eq!((report.total, report.wrong, report.added, report.same, report.changed), (35, 5, 30, 0, 0), "{:#?}", report.faults);
        let faults: Vec<(usize, String)> = report.faults.iter().map(|f| (f.row, f.column.clone().unwrap_or_default())).collect();
        for (row, column) in [
            (32, "A 区划代码"),
            (33, "D 胸围（cm）"),
            (33, "C 树种"),
            (33, "E 级别"),
            (33, "F 调查日期"),
            (33, "H 养护人电话"),
            (33, "I 经费"),
            (33, "J 经度"),
            (34, "number"),
            (35, "A 区划代码"),
            (36, "L"),
        ] {
            assert!(faults.contains(&(row, column.to_owned())), "{row} {column}: {faults:?}");
        }
        assert!(report.faults.iter().all(|f| !f.wrong.zh.is_empty() && !f.right.zh.is_empty() && f.value.chars().count() <= 41));
        assert_eq!(w.rows("thing").await, 0, "a dry run writes nothing");
        let refused = import::commit(&w.store, &w.register, &county, id, false).await.expect_err("wrong rows");
        assert_eq!(refused.code(), "rows_wrong");
        assert_eq!(import::commit(&w.store, &w.register, &county, id, true).await.expect("commits"), 30);
        assert_eq!(listed(&w, &county, "tree").await.len(), 30);
        assert_eq!(found(&w, &county, id).await.state, State::Shown);
        let (_, again) = check(&w, &county, upload("tree", csv)).await.expect("checks");
        assert_eq!((again.same, again.added, again.changed), (30, 0, 0));
        let before = w.journal().await.len();
        let (id, same) = check(&w, &county, upload("tree", table(30, &[]))).await.expect("checks");
        assert_eq!((same.same, same.wrong), (30, 0));
        assert_eq!(import::commit(&w.store, &w.register, &county, id, false).await.expect("commits"), 0);
        assert_eq!(w.journal().await.len(), before, "the same file twice changes nothing");
        let (id, changed) = check(&w, &county, upload("tree", table(31, &[3, 7]))).await.expect("checks");
        assert_eq!((changed.same, changed.changed, changed.added), (28, 2, 1));
        assert_eq!(import::commit(&w.store, &w.register, &county, id, false).await.expect("commits"), 3);
        let things = listed(&w, &county, "tree").await;
        assert_eq!(things.iter().filter(|t| t.values["girth"] == json!(999)).count(), 2);
        assert_eq!((things.len(), w.rows("thing").await, w.rows("import_row").await), (31, 31, 0), "swept");
        let journal = serde_json::to_string(&w.journal().await).expect("writes");
        assert!(!journal.contains("王小明") && !journal.contains("银杏"));
        let chain = w.store.verify(store::testing::home(), &[]).await.expect("verifies");
        assert!(chain.faults.is_empty(), "{:?}", chain.faults);
    });
}

#[test]
fn hostile_sheets_are_told_apart() {
    on_both(async |w| {
        let county = w.county();
        let (_, doubled) = check(&w, &county, upload("tree", "树号,树种,编号,树号\nT-1,银杏,,T-2\n")).await.expect("checks");
        assert_eq!((doubled.total, doubled.wrong, doubled.added), (1, 1, 0));
        assert!(doubled.faults[0].wrong.zh.contains("A 列"), "{doubled:?}");
        assert!(doubled.notes.iter().any(|n| n.zh.contains("编号")), "an unknown column is told");
        let e = check(&w, &county, upload("tree", "甲,乙\n1,2\n")).await.expect_err("no headings");
        assert!(e.to_string().contains("no headings"));
        let mixed = [table(3, &[]).into_bytes(), vec![0xd2, 0xf8, 0xd0, 0xd3, b'\n']].concat();
        let e = check(&w, &county, upload("tree", mixed)).await.expect_err("mixed encodings");
        assert!(e.to_string().contains("line 5"), "{e}");
        let e = check(&w, &county, upload("tree", vec![b'x'; 65 << 20])).await.expect_err("too large");
        assert_eq!(e.code(), "file_too_large");
        let nobody = w.caller(&[("village_viewer", "430903001201")]);
        assert_eq!(check(&w, &nobody, upload("tree", table(1, &[]))).await.expect_err("no right").kind(), base::Kind::Forbidden);
        // A township's registrar imports into his own township alone, and learns nothing of the other's trees.
        let (id, _) = check(&w, &county, upload("tree", table(4, &[]))).await.expect("checks");
        let town = w.caller(&[("town_registrar", "430903001")]);
        let caller = town.clone();
        assert!(w.see(move |r| import::find(r, &caller, id)).await.is_err(), "another's import");
        import::commit(&w.store, &w.register, &county, id, false).await.expect("commits");
        let (_, report) = check(&w, &town, upload("tree", table(4, &[1, 2]))).await.expect("checks");
        assert_eq!((report.wrong, report.changed, report.same), (2, 1, 1));
        // A title above the headings, names in the place of codes, a formula as text.
        let csv = "古树登记表\n\n乡镇,村,组,树号,树种\n甲镇,石桥村,2,T-50,=HYPERLINK(1)\n";
        let (id, report) = check(&w, &county, upload("tree", csv)).await.expect("checks");
        assert_eq!((report.added, report.wrong), (1, 0), "{report:?}");
        import::commit(&w.store, &w.register, &county, id, false).await.expect("commits");
        let things = listed(&w, &county, "tree").await;
        let t = things.iter().find(|t| t.values["number"] == json!("T-50")).expect("there");
        assert_eq!(t.region, code("430903001201002"));
        let csv = String::from_utf8(export(&w, &county, "tree", Format::Csv, None).await).expect("UTF-8");
        assert!(csv.starts_with('\u{feff}') && csv.contains(",'=HYPERLINK(1)"), "{csv}");
        assert!(csv.contains("养护人（已隐去）") && !csv.contains("王小明"));
    });
}

#[test]
fn an_import_that_was_cut_off_goes_on_and_one_that_is_cancelled_leaves_nothing() {
    on_both(async |w| {
        let county = w.county();
        let step = async |id: Uuid| {
            let (register, caller) = (w.register.clone(), county.clone());
            w.run(move |unit| import::step(unit, &register, &caller, id, false)).await
        };
        let (id, _) = check(&w, &county, upload("tree", table(250, &[]))).await.expect("checks");
        assert_eq!(step(id).await.expect("a chunk"), Some(50));
        // Killed here: nobody sees anything of it.
        assert_eq!((listed(&w, &county, "tree").await.len(), w.rows("thing").await), (0, 50));
        assert_eq!(import::commit(&w.store, &w.register, &county, id, false).await.expect("goes on"), 200);
        assert_eq!(import::commit(&w.store, &w.register, &county, id, false).await.expect("is done"), 0);
        assert_eq!(listed(&w, &county, "tree").await.len(), 250);
        let first = listed(&w, &county, "tree").await;

        let (id, report) = check(&w, &county, upload("tree", table(300, &(0..150).collect::<Vec<_>>()))).await.expect("checks");
        assert_eq!((report.changed, report.added), (150, 50));
        assert_eq!(step(id).await.expect("a chunk"), Some(50));
        let (words, versions) = (w.rows("word").await, w.rows("thing_version").await);
        assert_eq!(listed(&w, &county, "tree").await, first, "what is changed is seen as it was");
        let seen = listed(&w, &county, "tree").await[0].id;
        let (register, caller) = (w.register.clone(), county.clone());
        let busy = w.run(move |unit| things::change(unit, &register, &caller, seen, None, &things::Patch::default(), None)).await;
        assert_eq!(busy.expect_err("being imported").code(), "importing");
        let (register, caller) = (w.register.clone(), county.clone());
        w.see(move |r| {
            let history = things::history(r, &register, &caller, seen)?;
            assert_eq!(history.len(), 1, "history knows nothing of it");
            Ok(())
        })
        .await
        .expect("reads");
        import::cancel(&w.store, &w.register, &county, id).await.expect("cancels");
        assert_eq!(listed(&w, &county, "tree").await, first);
        assert_eq!((w.rows("thing").await, w.rows("thing_version").await, w.rows("import_row").await), (250, 250, 0));
        assert!(w.rows("word").await <= words && versions > 250);
        let (id, report) = check(&w, &county, upload("tree", table(300, &[1]))).await.expect("checks");
        assert_eq!((report.changed, report.added), (1, 50));
        // Someone changes a row between check and commit: nothing is overwritten.
        let one = first.iter().find(|t| t.values["number"] == json!("T-1")).expect("there").id;
        let (register, caller) = (w.register.clone(), county.clone());
        let patch = things::Patch { values: json!({"girth": 77}).as_object().expect("an object").clone(), geometry: None };
        w.run(move |unit| things::change(unit, &register, &caller, one, None, &patch, None)).await.expect("changes");
        let e = import::commit(&w.store, &w.register, &county, id, false).await.expect_err("stale");
        assert_eq!(e.code(), "changed_since_check");
        import::cancel(&w.store, &w.register, &county, id).await.expect("cancels");
        // What is checked and forgotten does not lie about.
        let (id, _) = check(&w, &county, upload("tree", table(300, &[]))).await.expect("checks");
        assert_eq!(import::expire(&w.store, &w.register, w.store.now()).await.expect("nothing is old"), 0);
        w.clock.move_to(time("2026-04-03T09:00:00+08:00"));
        assert_eq!(import::expire(&w.store, &w.register, time("2026-04-02T09:00:00+08:00")).await.expect("expires"), 1);
        assert_eq!((found(&w, &county, id).await.state, w.rows("import_row").await), (State::Cancelled, 0));
        let caller = county.clone();
        let mine = w.see(move |r| import::latest(r, &caller, 10)).await.expect("lists");
        assert!(mine.len() == 4 && mine[0].id == id && mine.iter().all(|i| i.report.faults.is_empty()));
        let all = listed(&w, &county, "tree").await;
        assert_eq!(
            (all.len(), all.iter().filter(|t| t.values["girth"] == json!(77)).count()),
            (250, 1 + first.iter().filter(|t| t.values["girth"] == json!(77)).count())
        );
    });
}

#[test]
fn what_goes_out_comes_in_again_and_changes_nothing() {
    on_both(async |w| {
        let county = w.county();
        let (id, _) = check(&w, &county, upload("tree", table(40, &[]))).await.expect("checks");
        import::commit(&w.store, &w.register, &county, id, false).await.expect("commits");
        let clear = Clear { fields: vec!["carer".into()], purpose: "audit".into(), kept: std::time::Duration::from_secs(60) };
        for format in [Format::Csv, Format::Xlsx, Format::GeoJson] {
            for clear in [None, Some(clear.clone())] {
                let bytes = export(&w, &county, "tree", format, clear).await;
                let (_, report) = check(&w, &county, upload("tree", bytes)).await.expect("checks");
                assert_eq!(
                    (report.same, report.wrong, report.changed, report.added),
                    (40, 0, 0, 0),
                    "{format:?} {:?}",
                    report.faults.first()
                );
            }
        }
        assert_eq!(w.rows("reading").await, 120, "every unmasked thing is on record");
        let town = w.caller(&[("town_registrar", "430903001")]);
        let csv = String::from_utf8(export(&w, &town, "tree", Format::Csv, None).await).expect("UTF-8");
        assert_eq!(csv.lines().count(), 21, "his township's");
        let mut out = Vec::new();
        let what =
            Export { filter: Filter::of(kind("tree")), format: Format::Csv, person: "镇".into(), said: String::new(), clear: Some(clear) };
        assert!(things::export::export(&w.store, &w.register, &town, &what, &mut out).await.is_err(), "no right to unmask");
        let pond = |extra: &str| {
            format!(
                r#"{{"type":"FeatureCollection","features":[
                {{"type":"Feature","properties":{{"区划代码":"430903001201","depth":2.5,"owner":"13800138000","area":"120.5","颜色":"绿"}},
                  "geometry":{{"type":"Polygon","coordinates":[[[112,28],[112.1,28],[112.1,28.1],[112,28]]]}}}}{extra}]}}"#
            )
        };
        let bow = r#",{"type":"Feature","properties":{"region":"430903001201"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,1],[0,0]]]}}"#;
        let (_, report) = check(&w, &county, upload("pond", pond(bow))).await.expect("checks");
        assert_eq!((report.wrong, report.added), (1, 1));
        assert!(report.faults[0].wrong.en.contains("crosses itself") && report.faults[0].row == 2);
        assert!(report.notes.iter().any(|n| n.zh.contains("颜色")));
        let (id, _) = check(&w, &county, upload("pond", pond(""))).await.expect("checks");
        import::commit(&w.store, &w.register, &county, id, false).await.expect("commits");
        let (_, again) = check(&w, &county, upload("pond", pond(""))).await.expect("checks");
        assert_eq!((again.same, again.added), (1, 0), "without a key the row's hash tells");
        assert_eq!(
            listed(&w, &county, "pond").await[0].values,
            *json!({"depth": 2.5, "owner": "138****8000", "area": "120.50"}).as_object().expect("an object")
        );
        let e = check(&w, &county, upload("pond", r#"{"type":"FeatureCollection","features":[{"type":]}"#)).await.expect_err("torn");
        assert!(e.to_string().contains("line 1"), "{e}");
    });
}

/// Memory of this process, MB, without the pages of the database's file that SQLite maps.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("RssAnon:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|n| n.parse::<u64>().ok()).unwrap_or_default() / 1024
}

/// 100,000 rows with `SHUXIANG_LARGE=1`, else 5,000: time and memory are printed.
#[test]
fn many_rows() {
    let n = if std::env::var_os("SHUXIANG_LARGE").is_some() { 100_000 } else { 5_000 };
    on_both(async |w| {
        let county = w.county();
        let (bytes, before) = (table(n, &[]).into_bytes(), resident());
        let size = bytes.len() >> 20;
        let start = std::time::Instant::now();
        let (id, report) = check(&w, &county, upload("tree", bytes)).await.expect("checks");
        assert_eq!(report.added, n as i64, "{:?}", report.faults.first());
        let checked = start.elapsed();
        import::commit(&w.store, &w.register, &county, id, false).await.expect("commits");
        let all = start.elapsed();
        println!("{n} rows, {size} MB: checked in {checked:.1?}, committed in {:.1?}, memory {before} -> {} MB", all - checked, resident());
        let start = std::time::Instant::now();
        let (register, caller, filter) = (w.register.clone(), w.caller(&[("town_registrar", "430903001")]), Filter::of(kind("tree")));
        let page = w.see(move |r| things::list(r, &register, &caller, &filter, None, 50)).await.expect("lists");
        println!("a list of {}: {:.1?}", page.len(), start.elapsed());
        let start = std::time::Instant::now();
        let out = export(&w, &county, "tree", Format::Xlsx, None).await;
        println!("XLSX of {} KB out in {:.1?}, memory {} MB", out.len() >> 10, start.elapsed(), resident());
        let start = std::time::Instant::now();
        let (_, again) = check(&w, &county, upload("tree", out)).await.expect("checks");
        assert_eq!(again.same, n as i64);
        println!("the same XLSX checked again in {:.1?}, memory {} MB", start.elapsed(), resident());
    });
}

/// Sensitive values are masked like personal ones and go out where they were opened; core ones go out never.
#[test]
fn what_is_sensitive_goes_no_further_than_it_may() {
    on_both(async |w| {
        let county = w.county();
        let id =
            w.add(&county, "well", "430903001201", json!({"number": "W1", "depth": 87.5, "valve": "井房北墙"}), None).await.expect("adds");
        let seen = listed(&w, &county, "well").await.remove(0);
        assert_eq!((seen.values["number"].clone(), seen.masked.len()), (json!("W1"), 2), "{seen:?}");
        assert!(!serde_json::to_string(&seen).expect("writes").contains("87.5"), "{seen:?}");
        assert!(!w.journal().await.iter().any(|e| e.payload.to_string().contains("87.5")), "nor does the journal hold it");
        let (register, caller) = (w.register.clone(), county.clone());
        let opened = w
            .run(move |unit| {
                things::look_unmasked(
                    unit,
                    &register,
                    &caller,
                    id,
                    &["depth".into(), "valve".into()],
                    "audit",
                    std::time::Duration::from_secs(60),
                )
            })
            .await
            .expect("opens");
        assert_eq!(
            (opened.values["depth"].clone(), opened.values["valve"].clone()),
            (json!(87.5), json!("井房北墙")),
            "one by one both are opened"
        );
        let clear =
            |field: &str| Some(Clear { fields: vec![field.into()], purpose: "audit".into(), kept: std::time::Duration::from_secs(60) });
        let text = async |format, clear| String::from_utf8(export(&w, &county, "well", format, clear).await).expect("UTF-8");
        let plain = text(Format::Csv, None).await;
        assert!(plain.contains("井深（敏感）（已隐去）") && !plain.contains("87.5") && !plain.contains("阀门"), "{plain}");
        let with = text(Format::Csv, clear("depth")).await;
        assert!(with.contains("井深（敏感）,") || with.contains("井深（敏感）\r\n"), "the sheet says what it holds: {with}");
        assert!(with.contains("87.5") && !with.contains("阀门") && !with.contains("北墙"), "{with}");
        let map = text(Format::GeoJson, clear("depth")).await;
        assert!(map.contains("87.5") && !map.contains("valve") && !map.contains("阀门"), "{map}");
        let what = Export {
            filter: Filter::of(kind("well")),
            format: Format::Csv,
            person: String::new(),
            said: String::new(),
            clear: clear("valve"),
        };
        let refused = things::export::export(&w.store, &w.register, &county, &what, &mut Vec::new()).await.expect_err("stays");
        assert_eq!(refused.code(), "core_stays");
    });
}
