//! Messages from sheets: checked, imported, sorted, followed, counted.

use crate::world::{HERE, World, code, on_both, on_sqlite};
use access::{Caller, MakeSeat};
use axum::{
    body::Body,
    http::{Method, Request},
};
use serde_json::{Value, json};
use server::{intake, routes};
use std::{path::PathBuf, time::Instant};
use store::By;

/// Real messages of residents, which are not part of the project.
fn data() -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("SHUXIANG_DATA").map_or(beside, PathBuf::from).join("messages");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: there is no {} (SHUXIANG_DATA)", folder.display());
    None
}

const UNITS: [&str; 7] = ["housing", "environment", "transport", "education", "labour", "commerce", "health"];

/// The departments of the subjects.
async fn departments(w: &World) {
    let home = w.home(HERE);
    let platform = Caller::system(home, w.app.rules(home).expect("packs").catalogue.clone());
    for unit in UNITS {
        let platform = platform.clone();
        let make = move |u: &mut store::Unit| {
            let new = MakeSeat { role: "department".into(), region: code(HERE, "0000000000000"), unit: Some(unit.into()), area: None };
            access::make_seat(u, &platform, new)
        };
        w.app.store.command(home, By::system("test"), make).await.expect("a seat");
    }
}

async fn send(w: &World, who: &str, path: &str, bytes: Vec<u8>) -> crate::world::Answer {
    let bearer = w.here(who).bearer();
    let request = Request::post(path).header("authorization", bearer).header("content-type", "application/octet-stream");
    w.here(who).raw(request.body(Body::from(bytes)).expect("a request")).await
}

async fn figure(w: &World, id: &str, window: &str) -> Value {
    let answer = w.here("county_leader").get(&format!("/api/figures/worry_free.{id}?{window}")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json["figure"].clone()
}

const SHEET: &str = "留言编号,留言用户,留言主题,留言时间,留言详情,答复意见,答复时间
101,甲,路灯不亮,2026/3/2 09:00:00,小区门口的公交站台路灯坏了两个月，晚上等公交车看不见路，请交通部门尽快维修,已于三月五日修复，请放心出行,2026/3/5 10:00:00
102,乙,工资拖欠,2026/3/3,工地拖欠农民工工资三个月，社保也没有缴纳，请劳动监察部门处理,\"=HYPERLINK(\"\"http://x\"\",\"\"已转办\"\")\",2026/4/20 10:00:00
103,丙,搅拌站扰民,2026/11/2 09:00:00,丽发小区旁边的搅拌站日夜施工，噪音和灰尘让居民无法休息，请有关部门尽快查处，还我们一个安静的家园,,
104,丁,搅拌站又扰民,2026/11/3 09:00:00,丽发小区旁边的搅拌站日夜施工，噪音和灰尘让居民无法休息！请有关部门尽快查处，还我们一个安静的家园。,,
105,戊,将来,2027/1/1 09:00:00,这条的时间在将来,,
106,己,先答后问,2026/5/2 09:00:00,答复时间比留言早的一条,不可能,2026/5/1 09:00:00
101,庚,编号重复,2026/5/2 09:00:00,和第一条编号一样,,
,辛,没有编号,2026/5/2 09:00:00,没有编号的一条,,
";

#[test]
fn a_live_report_shows_the_imported_message_that_says_the_same() {
    on_both(async |w| {
        departments(&w).await;
        let path = "/api/imports?flow=worry_free.message&name=a.csv";
        let brought = send(&w, "county_desk", path, SHEET.into()).await;
        assert_eq!(brought.json["opened"], json!(4), "{brought:?}");
        let listed = w.here("county_desk").get("/api/matters?flow=worry_free.message").await;
        let ids = |title: &str| {
            let items = listed.json["items"].as_array().expect("a list");
            items.iter().find(|m| m["title"] == title).map(|m| m["id"].clone()).expect(title)
        };
        let live = w.report(HERE, "丽发小区旁边的搅拌站日夜施工，噪音、灰尘让居民无法休息。请有关部门尽快查处，还我们安静的家园！").await;
        let other = w.report(HERE, "村口的水渠堵了，田里进不了水").await;
        let similar = async |who: &str, id: &str| {
            let answer = w.here(who).get(&format!("/api/matters/{id}/similar")).await;
            assert_eq!(answer.status, 200, "{answer:?}");
            answer.json.as_array().expect("a list").iter().map(|m| m["id"].clone()).collect::<Vec<_>>()
        };
        let near = similar("county_desk", &live).await;
        assert!(near.contains(&ids("搅拌站扰民")) && near.contains(&ids("搅拌站又扰民")), "{near:?}");
        assert!(!near.contains(&ids("路灯不亮")) && !similar("county_desk", &other).await.contains(&ids("搅拌站扰民")));
        // And the other way; whoever may not read messages is shown none.
        assert!(similar("county_desk", ids("搅拌站扰民").as_str().expect("an id")).await.contains(&json!(live)));
        assert!(similar("village_duty", &live).await.iter().all(|id| *id != ids("搅拌站扰民")));
    });
}

#[test]
fn a_sheet_is_checked_row_by_row_and_imported_once() {
    on_both(async |w| {
        departments(&w).await;
        let path = "/api/imports/messages?flow=worry_free.message&name=a.csv";
        for who in ["resident", "village_duty", "department"] {
            assert_eq!(send(&w, who, path, SHEET.into()).await.status, 403, "{who}");
        }
        let checked = send(&w, "county_desk", path, SHEET.into()).await;
        assert_eq!(checked.status, 200, "{checked:?}");
        let report = &checked.json["report"];
        let counts = ["total", "wrong", "known", "staged", "answered", "same"].map(|k| report[k].as_u64().expect(k));
        assert_eq!(counts, [8, 4, 0, 4, 2, 1], "{report}");
        let mut rows: Vec<u64> = report["faults"].as_array().expect("faults").iter().map(|f| f["row"].as_u64().expect("a row")).collect();
        rows.sort_unstable();
        assert_eq!(rows, [6, 7, 8, 9]);
        assert_eq!(report["faults"][0]["column"], "D 留言时间", "{report}");
        assert!(report["notes"][0]["zh"].as_str().expect("a note").contains("第 3 行"), "a date without a time is told: {report}");

        let id = checked.text("id");
        let commit = format!("/api/imports/messages/{id}/commit");
        let refused = w.here("county_desk").post(&commit, json!({})).await;
        assert_eq!((refused.status, refused.code()), (409, "rows_wrong"));
        assert_eq!(w.here("county_leader").post(&commit, json!({"skip_wrong": true})).await.status, 404, "another's file is nobody's");
        let done = w.here("county_desk").post(&commit, json!({"skip_wrong": true})).await;
        assert_eq!((done.status, done.json["opened"].clone()), (200, json!(4)), "{done:?}");
        let again = w.here("county_desk").post(&commit, json!({"skip_wrong": true})).await;
        assert_eq!(again.json["opened"], json!(0));
        let twice = send(&w, "county_desk", "/api/imports?flow=worry_free.message&name=b.csv", SHEET.into()).await;
        assert_eq!((twice.json["opened"].clone(), twice.json["report"]["known"].clone()), (json!(0), json!(4)), "{twice:?}");

        let listed = w.here("county_desk").get("/api/matters?flow=worry_free.message").await;
        let items = listed.json["items"].as_array().expect("a list");
        assert_eq!(items.len(), 4);
        let by_title = |title: &str| items.iter().find(|m| m["title"] == title).unwrap_or_else(|| panic!("{title} in {listed:?}"));
        let answered = by_title("路灯不亮");
        assert_eq!(
            (answered["open"].clone(), answered["ended_as"].clone(), answered["received_at"].clone()),
            (json!(false), json!("answered"), json!("2026-03-02T09:00:00+08:00"))
        );
        let (first, second) = (by_title("搅拌站扰民"), by_title("搅拌站又扰民"));
        assert_eq!((first["open"].clone(), second["same_as"].clone()), (json!(true), first["id"].clone()));
        assert!(first["due"].as_str().expect("a time") > "2026-11-09T09", "its next deadline lies ahead: {first}");

        // Its sender follows it.
        let receipts = w.here("county_desk").get(&format!("/api/imports/messages/{id}/receipts")).await;
        let line = receipts.raw.lines().find(|l| l.starts_with("101,")).expect("a line").to_owned();
        let cells: Vec<&str> = line.split(',').collect();
        let progress = w.nobody().post("/api/receipts", json!({"number": cells[1], "receipt": cells[2]})).await;
        assert_eq!((progress.status, progress.json["open"].clone()), (200, json!(false)), "{progress:?}");
        assert_eq!(progress.json["answers"], json!(["已于三月五日修复，请放心出行"]));

        // What the sheet cannot show has no figure, and says why.
        routes::figures::catch_up(&w.app, w.home(HERE)).await.expect("counts");
        let solved = figure(&w, "solved", "window=year").await;
        assert_eq!(
            (solved["shown"].clone(), solved["why_code"].clone(), solved["mutes"].clone()),
            (json!("—"), json!("not_recorded"), json!(2))
        );
        let answered = figure(&w, "answered", "window=year").await;
        assert_eq!(
            (answered["cases"].clone(), answered["hits"].clone(), answered["why_code"].clone()),
            (json!(4), json!(2), json!("too_few"))
        );
        let rows = w.here("county_leader").get("/api/figures/worry_free.answered/matters?window=year&which=misses").await;
        assert_eq!(rows.json["items"].as_array().map(Vec::len), Some(2), "{rows:?}");
        let path = "/api/exports/figures/worry_free.answered/csv?window=year&which=misses";
        let sheet = w.here("county_desk").get(path).await;
        assert_eq!((sheet.status, sheet.raw.lines().count()), (200, 4), "a line of its own, headings, the two: {sheet:?}");
        assert!(sheet.raw.starts_with("\u{feff}指标“答复率”背后的事项；2026-01-01 至 "), "{}", sheet.raw);
        for row in rows.json["items"].as_array().expect("rows") {
            assert!(sheet.raw.contains(row["number"].as_str().expect("a number")), "{}", sheet.raw);
        }
        let book = w.here("county_desk").get(&path.replace("/csv", "/xlsx")).await;
        assert!(book.status == 200 && book.raw.starts_with("PK"), "a book");
        assert_eq!(w.here("county_leader").get(path).await.status, 403, "who may look and not export");
        assert_eq!(w.here("county_desk").get(&path.replace("/csv", "/pdf")).await.status, 400);

        // A formula in a cell is text, and goes out guarded.
        let sheet = w.here("county_desk").get("/api/exports/matters/csv?flow=worry_free.message").await;
        assert_eq!(sheet.status, 200, "{sheet:?}");
        assert!(sheet.raw.starts_with("\u{feff}事项清单；筛选：flow=worry_free.message；"), "{}", sheet.raw);
        assert_eq!(sheet.raw.lines().count(), 6);
        assert_eq!(w.here("village_duty").get("/api/exports/matters/csv").await.status, 403);

        let verified = w.app.store.verify(w.home(HERE), &[]).await.expect("verifies");
        assert!(verified.whole(), "{verified:?}");
    });
}

#[test]
fn what_cannot_be_read_is_named() {
    on_sqlite(async |w| {
        let path = "/api/imports/messages?flow=worry_free.message";
        for (bytes, says) in [("编号,内容\n1,2\n", "留言时间"), ("", "空"), ("PK\u{3}\u{4}not a zip", "xlsx")] {
            let answer = send(&w, "county_desk", path, bytes.into()).await;
            assert_eq!(answer.status, 422, "{bytes}: {answer:?}");
            assert!(answer.raw.to_lowercase().contains(says), "{says}: {answer:?}");
        }
        let map = format!("{path}&dry_run=true&map=%E6%9D%A5%E4%BF%A1=words");
        let told = "编号,来信,留言时间\n1,=cmd|' /C calc'!A0 路灯坏了,2026-01-05 10:00\n2,\"'\",2026-01-05 25:00\n";
        let answer = send(&w, "county_desk", &map, told.into()).await;
        assert_eq!(
            (answer.json["id"].clone(), answer.json["report"]["staged"].clone(), answer.json["report"]["wrong"].clone()),
            (Value::Null, json!(1), json!(1)),
            "{answer:?}"
        );
        let lines = "{\"number\": 7, \"at\": \"2026-01-05 10:00\", \"words\": \"路灯坏了没人修\"}\n{\"number\": 8}\nnot json\n";
        let answer = send(&w, "county_desk", &format!("{path}&name=a.jsonl&dry_run=true"), lines.into()).await;
        assert_eq!((answer.json["report"]["staged"].clone(), answer.json["report"]["wrong"].clone()), (json!(1), json!(2)), "{answer:?}");
        let source = send(&w, "county_desk", &format!("{path}&source=a%20b"), SHEET.into()).await;
        assert_eq!((source.status, source.json["fields"][0]["field"].clone()), (422, json!("source")));
    });
}

/// The five figures of the 2,816 messages. On time was counted once more by hand: the seventh Monday-to-Friday day after
/// the message, 18:00.
async fn five(w: &World) {
    let window = "from=2010-01-01&to=2026-12-31";
    for (id, shown, hits, cases, mutes) in [
        ("answered", "100.0 %", 2_816, 2_816, 0),
        ("solved", "—", 0, 0, 2_816),
        ("pleased", "—", 0, 0, 2_816),
        ("on_time", "46.8 %", 1_318, 2_816, 0),
        ("repeated", "2.3 %", 65, 2_816, 0),
    ] {
        let f = figure(w, id, window).await;
        println!("{id}: {} ({} of {}, not recorded {}) {}", f["shown"], f["hits"], f["cases"], f["mutes"], f["why"]["zh"]);
        assert_eq!(
            (f["shown"].clone(), f["hits"].clone(), f["cases"].clone(), f["mutes"].clone()),
            (json!(shown), json!(hits), json!(cases), json!(mutes)),
            "{id}"
        );
    }
}

#[test]
fn real_messages_become_matters() {
    let Some(folder) = data() else { return };
    on_both(async |w| {
        departments(&w).await;
        for (file, n) in [("answered.xlsx", 2_816), ("hot-issues.xlsx", 4_326)] {
            let bytes = std::fs::read(folder.join(file)).expect("reads");
            let begun = Instant::now();
            let path = format!("/api/imports/messages?flow=worry_free.message&name={file}&source={}", file.replace(".xlsx", ""));
            let checked = send(&w, "county_desk", &path, bytes).await;
            assert_eq!(checked.status, 200, "{checked:?}");
            let report = &checked.json["report"];
            let counts: Vec<String> = ["total", "wrong", "staged", "answered", "sorted", "to_sort", "same"]
                .iter()
                .map(|k| format!("{k} {}", report[*k]))
                .collect();
            println!(
                "{file}: {}; {} alike; notes {}; {:?}",
                counts.join(", "),
                report["alike"].as_array().map_or(0, Vec::len),
                report["notes"],
                begun.elapsed()
            );
            assert_eq!(report["total"], json!(n));
            for f in report["faults"].as_array().expect("faults").iter().take(5) {
                println!("  fault {f}");
            }
            let done = w
                .here("county_desk")
                .post(&format!("/api/imports/messages/{}/commit", checked.text("id")), json!({"skip_wrong": true}))
                .await;
            println!("{file}: opened {}; {:?}", done.json["opened"], begun.elapsed());
            assert_eq!(done.json["opened"], report["staged"]);
            let begun = Instant::now();
            routes::figures::catch_up(&w.app, w.home(HERE)).await.expect("counts");
            println!("{file}: figures kept up in {:?}", begun.elapsed());
            if file == "answered.xlsx" {
                five(&w).await;
            }
        }
        let begun = Instant::now();
        let hot = w.here("county_desk").get("/api/hot-issues?flow=worry_free.message&days=90&at=2020-01-08T00:00:00%2B08:00&most=5").await;
        assert_eq!(hot.status, 200, "{hot:?}");
        println!("hot issues over {} messages in {:?}", hot.json["messages"], begun.elapsed());
        for issue in hot.json["issues"].as_array().expect("issues") {
            println!(
                "  {} {} people {} messages heat {} {}",
                issue["title"], issue["people"], issue["messages"], issue["heat"], issue["words"]
            );
        }
        let ranked = w.here("county_leader").get("/api/figures/worry_free.on_time/by/unit?from=2010-01-01&to=2026-12-31").await;
        for row in ranked.json["rows"].as_array().expect("rows") {
            println!("  {} {} {} of {}", row["rank"], row["name"]["zh"], row["figure"]["hits"], row["figure"]["cases"]);
        }
        let board = w.here("county_leader").get("/api/dashboard?from=2010-01-01&to=2026-12-31").await;
        assert!(board.json.as_array().expect("figures").len() >= 5, "{board:?}");
    });
}

/// A commit that is cut off goes on where it stopped, and nothing is doubled.
#[test]
fn an_import_that_was_cut_off_goes_on() {
    on_both(async |w| {
        let home = w.home(HERE);
        let mut sheet = String::from("留言编号,留言时间,留言详情\n");
        for i in 0..40 {
            sheet.push_str(&format!("{i},2026-10-{:02} 10:00,第{i}条：门口第{i}盏路灯坏了没有人来修理\n", i % 28 + 1));
        }
        let checked = send(&w, "county_desk", "/api/imports/messages?flow=worry_free.message", sheet.clone().into()).await;
        let id: uuid::Uuid = checked.text("id").parse().expect("an id");
        let platform = Caller::system(home, w.app.rules(home).expect("packs").catalogue.clone());
        let first = intake::step(&w.app, &platform, id, false).await.expect("a chunk").expect("some");
        let so_far = w.here("county_desk").get(&format!("/api/imports/messages/{id}")).await;
        assert_eq!((so_far.json["state"].clone(), so_far.json["opened"].clone()), (json!("committing"), json!(first)));
        assert!((1..40).contains(&first));
        // Nobody meets what is there so far: no list, count, search, figure; nor by its id.
        let brought: Vec<(uuid::Uuid,)> = w
            .app
            .store
            .read(home, |r| r.many(store::sql("select matter from brought where county = $1").bind(r.home())))
            .await
            .expect("reads");
        assert_eq!(brought.len() as u64, first);
        routes::figures::catch_up(&w.app, home).await.expect("counts");
        for who in ["county_desk", "county_leader"] {
            for path in ["/api/matters", "/api/matters?open=true", "/api/matters?q=路灯"] {
                let path = path.replace("路灯", "%E8%B7%AF%E7%81%AF");
                assert_eq!(w.here(who).get(&path).await.json["items"], json!([]), "{who} {path}");
            }
            assert_eq!(w.here(who).get("/api/matters/count?flow=worry_free.message").await.json["n"], json!(0));
            assert_eq!(w.here(who).get(&format!("/api/matters/{}", brought[0].0)).await.status, 404);
        }
        assert_eq!(figure(&w, "answered", "from=2026-10-01&to=2026-10-31").await["cases"], json!(0));
        // The server was stopped here. The same file again finds what is there, and the commit goes on.
        let again = send(&w, "county_desk", "/api/imports/messages?flow=worry_free.message&dry_run=true", sheet.into()).await;
        assert_eq!((again.json["report"]["known"].clone(), again.json["report"]["staged"].clone()), (json!(first), json!(40 - first)));
        intake::commit(&w.app, &platform, id, false).await.expect("goes on");
        let count = w.here("county_desk").get("/api/matters/count?flow=worry_free.message").await;
        assert_eq!(count.json["n"], json!(40));
        routes::figures::catch_up(&w.app, home).await.expect("counts");
        assert_eq!(figure(&w, "answered", "from=2026-10-01&to=2026-10-31").await["cases"], json!(40));
        assert_eq!(w.here("county_desk").get(&format!("/api/matters/{}", brought[0].0)).await.status, 200);
        let whole = w.here("county_desk").get(&format!("/api/imports/messages/{id}")).await;
        assert_eq!((whole.json["state"].clone(), whole.json["opened"].clone()), (json!("done"), json!(40)));
    });
}

/// What was cut off can be dropped: nothing of it stays, and the same file comes in whole later.
#[test]
fn an_import_that_was_cut_off_is_dropped() {
    on_both(async |w| {
        let home = w.home(HERE);
        let mut sheet = String::from("留言编号,留言时间,留言详情\n");
        for i in 0..40 {
            sheet.push_str(&format!("{i},2026-10-{:02} 10:00,第{i}条：门口第{i}盏路灯坏了没有人来修理\n", i % 28 + 1));
        }
        let path = "/api/imports/messages?flow=worry_free.message";
        let checked = send(&w, "county_desk", path, sheet.clone().into()).await;
        let import = format!("/api/imports/messages/{}", checked.text("id"));
        let platform = Caller::system(home, w.app.rules(home).expect("packs").catalogue.clone());
        let id: uuid::Uuid = checked.text("id").parse().expect("an id");
        for _ in 0..2 {
            intake::step(&w.app, &platform, id, false).await.expect("a chunk").expect("some");
        }
        for who in ["county_leader", "stranger"] {
            assert_eq!(w.here(who).send(Method::DELETE, &import, None, &[]).await.status, 404, "{who}");
        }
        assert_eq!(w.here("county_desk").send(Method::DELETE, &import, None, &[]).await.status, 204);
        assert_eq!(w.here("county_desk").send(Method::DELETE, &import, None, &[]).await.status, 204, "twice is once");
        let seen = w.here("county_desk").get(&import).await;
        assert_eq!((seen.json["state"].clone(), seen.json["opened"].clone()), (json!("dropped"), json!(0)));
        let left = w.app.store.read(home, |r| {
            let tables = ["matter", "part", "timer", "search", "brought", "twin", "intake_row"];
            tables
                .iter()
                .map(|t| {
                    let mut q = store::sql("select count(*) from ");
                    q.push(t).push(" where county = ").arg(r.home());
                    Ok((*t, r.count(q)?))
                })
                .collect::<base::Result<Vec<_>>>()
        });
        for (table, n) in left.await.expect("counts") {
            assert_eq!(n, 0, "{table}");
        }
        let words = w
            .app
            .store
            .read(home, |r| r.count(store::sql("select count(*) from word where county = $1 and value is not null").bind(r.home())));
        assert_eq!(words.await.expect("counts"), 0, "and no text");
        let cannot = w.here("county_desk").post(&format!("{import}/commit"), json!({"skip_wrong": false})).await;
        assert_eq!((cannot.status, cannot.code()), (409, "dropped"));
        let again = send(&w, "county_desk", path, sheet.into()).await;
        assert_eq!(again.json["report"]["staged"], json!(40), "{again:?}");
        let done =
            w.here("county_desk").post(&format!("/api/imports/messages/{}/commit", again.text("id")), json!({"skip_wrong": false})).await;
        assert_eq!(done.json["opened"], json!(40), "{done:?}");
        let whole = format!("/api/imports/messages/{}", again.text("id"));
        let shown = w.here("county_desk").send(Method::DELETE, &whole, None, &[]).await;
        assert_eq!((shown.status, shown.code()), (409, "imported"), "what is shown stays");
        let verified = w.app.store.verify(home, &[]).await.expect("verifies");
        assert!(verified.whole(), "{verified:?}");
    });
}

/// What a flow's matters may say outside is its pack's word: titles masked, or no rows at all.
#[test]
fn a_sensitive_flow_goes_out_without_its_titles_and_a_core_one_not_at_all() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let flow = "name:     {zh: 群众反映, en: Report}";
    for (level, shown, asked) in [("sensitive", true, 200), ("core", false, 403)] {
        let packs = crate::afterwards::changed(flow, &format!("{flow}\n    sensitivity: {level}"));
        runtime.block_on(async {
            let w = World::open_with(store::testing::sqlite(), |c| c.packs = packs).await;
            let id = w.report(HERE, "请保密的一件事").await;
            let number = w.here("county_desk").get(&format!("/api/matters/{id}")).await.text("number");
            let all = w.here("county_desk").get("/api/exports/matters/csv").await;
            assert_eq!((all.status, all.raw.contains(&number), all.raw.contains("请保密")), (200, shown, false), "{level}: {all:?}");
            let named = w.here("county_desk").get("/api/exports/matters/csv?flow=direct_line.report").await;
            assert_eq!(named.status, asked, "{level}: {named:?}");
            assert_eq!(asked == 403, named.code() == "core_stays");
            assert!(w.here("county_desk").get("/api/matters").await.raw.contains("请保密"), "whoever may read it reads it");
        });
    }
}
