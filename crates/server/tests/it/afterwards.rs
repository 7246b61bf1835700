//! What comes after a matter was taken in: a visit when it was closed without a word, a newer version of its pack, the
//! sender of a sealed report.

use crate::world::{HERE, NEXT, World, group, packs};
use serde_json::{Value, json};
use std::{fs, path::Path};
use store::testing;

const DAY: std::time::Duration = std::time::Duration::from_secs(24 * 3600);

/// The shipped packs in a folder of their own.
pub fn copied() -> std::path::PathBuf {
    let folder = tempfile::tempdir().expect("a folder").keep();
    copy(&packs(), &folder);
    folder
}

/// The same with a text of the direct line changed.
pub fn changed(from: &str, to: &str) -> std::path::PathBuf {
    let folder = copied();
    // Its stories speak of the steps as they are shipped.
    fs::remove_dir_all(folder.join("direct_line/stories")).expect("removes");
    edit(&folder, from, to);
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("reads") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("copies");
        }
    }
}

fn edit(packs: &Path, from: &str, to: &str) {
    let path = packs.join("direct_line/pack.yaml");
    let text = fs::read_to_string(&path).expect("reads");
    assert!(text.contains(from), "{from} is in the pack");
    fs::write(path, text.replace(from, to)).expect("writes");
}

fn on_both_with(packs: impl Fn() -> std::path::PathBuf, test: impl AsyncFn(World)) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    for database in testing::databases() {
        let world = async { World::open_with(database, |c| c.packs = packs()).await };
        runtime.block_on(async { test(world.await).await });
    }
}

#[test]
fn a_matter_that_closed_without_a_word_is_revisited() {
    on_both_with(
        || changed("revisit: 10 %", "revisit: 100 %"),
        async |w| {
            let id = w.report(HERE, "水管滴水").await;
            let path = format!("/api/matters/{id}");
            let photo = w.here("village_duty").upload(crate::lifecycle::PHOTO, "image/png").await.text("id");
            let (moves, visit) = (format!("{path}/moves"), format!("{path}/revisit"));
            for body in [
                json!({"move": "area"}),
                json!({"move": "done", "form": {"answer": "已换阀门", "media": [photo]}}),
                json!({"move": "told"}),
            ] {
                assert_eq!(w.here("village_duty").post(&moves, body).await.status, 200);
            }
            let early = w.here("township_duty").post(&visit, json!({"solved": "solved"})).await;
            assert_eq!((early.status, early.code()), (409, "no_revisit"), "{early:?}");
            w.clock.move_to(w.app.store.now() + DAY * 9);
            w.app.settle(&w.app.ring()).await.expect("the week ends");
            w.sign_in_again().await;
            assert_eq!(w.here("resident").get(&path).await.text("ended_as"), "unanswered");

            let said = json!({"solved": "unsolved", "pleased": 1, "words": "电话里说还在滴水"});
            for (who, county, status) in [("village_lead", HERE, 403), ("stranger", HERE, 404), ("township_duty", NEXT, 404)] {
                assert_eq!(w.of(who, county).post(&visit, said.clone()).await.status, status, "{who} of {county}");
            }
            assert_eq!(w.nobody().post(&visit, said.clone()).await.status, 404);
            let wrong = w.here("township_duty").post(&visit, json!({"solved": "perhaps"})).await;
            assert_eq!((wrong.status, wrong.json["fields"][0]["field"].clone()), (422, json!("solved")));
            let opened = w.here("township_duty").post(&visit, said.clone()).await;
            assert_eq!((opened.status, opened.json["open"].clone()), (200, json!(true)), "{opened:?}");
            assert_eq!(w.here("township_duty").post(&visit, said).await.code(), "no_revisit", "once");
        },
    );
}

async fn move_versions(w: &World, who: &str, county: i32, dry_run: bool) -> crate::world::Answer {
    w.of(who, county).post("/api/matters/version-moves", json!({"pack": "direct_line", "dry_run": dry_run})).await
}

#[test]
fn open_matters_move_to_a_newer_version() {
    on_both_with(
        || changed("# 三事分流", "#"),
        async |w| {
            let id = w.report(HERE, "路灯不亮").await;
            let path = format!("/api/matters/{id}");
            let old = w.here("resident").get(&path).await.text("version");
            assert_eq!(move_versions(&w, "county_it", HERE, true).await.status, 422, "there is no map yet");

            // The next version sorts in a step of another name; its map says which.
            let folder = w.app.config.packs.clone();
            for (from, to) in [("      sort:  ", "      triage:  "), ("to: sort", "to: triage")] {
                edit(&folder, from, to);
            }
            let maps = folder.join("direct_line/migrations");
            fs::create_dir_all(&maps).expect("a folder");
            fs::write(maps.join("next.yaml"), format!("from: {old}\nflows: {{report: {{steps: {{sort: triage}}}}}}\n")).expect("writes");
            for county in [HERE, NEXT] {
                w.app.forget_rules(w.home(county));
                server::county::prepare(&w.app, w.home(county)).await.expect("packs");
            }

            for (who, county, status) in [("county_desk", HERE, 404), ("keeper", HERE, 404), ("stranger", HERE, 404)] {
                assert_eq!(move_versions(&w, who, county, false).await.status, status, "{who}");
            }
            assert_eq!(w.nobody().post("/api/matters/version-moves", json!({"pack": "direct_line"})).await.status, 401);
            let next = move_versions(&w, "county_it", NEXT, false).await;
            assert_eq!((next.status, next.json[0]["steps"].clone()), (200, json!([])), "the next county has none of ours");

            let dry = move_versions(&w, "county_it", HERE, true).await;
            let steps = json!([{"from": "sort", "to": "triage", "n": 1}]);
            assert_eq!((dry.status, dry.json[0]["steps"].clone()), (200, steps.clone()), "{dry:?}");
            assert_eq!(w.here("resident").get(&path).await.text("step"), "sort", "a dry run moves nothing");
            let real = move_versions(&w, "county_it", HERE, false).await;
            assert_eq!((real.json[0]["from"].clone(), real.json[0]["steps"].clone()), (json!(old), steps), "{real:?}");
            let seen = w.here("resident").get(&path).await;
            assert_eq!(seen.text("step"), "triage");
            assert_ne!(seen.text("version"), old);
            assert_eq!(move_versions(&w, "county_it", HERE, false).await.json[0]["steps"], json!([]), "nothing is left");
            let timeline = w.here("resident").get(&format!("{path}/timeline")).await;
            assert_eq!(timeline.json[1]["kind"], "matter.version_moved");
            let verified = w.app.store.verify(w.home(HERE), &[]).await.expect("verifies");
            assert!(verified.whole(), "{verified:?}");
        },
    );
}

#[test]
fn a_sealed_sender_is_opened_by_the_keeper_and_told() {
    on_both_with(packs, async |w| {
        let form = json!({"words": "干部吃拿卡要", "place": {"region": group(HERE)}, "sender": "sealed"});
        let told =
            w.here("resident").post("/api/matters", json!({"flow": "direct_line.report", "form": form, "category": "conduct"})).await;
        let (unseal, why) = (format!("/api/matters/{}/unseal", told.text("id")), json!({"reason": "需当面核实线索"}));
        for (who, county, status) in [
            ("township_duty", HERE, 403),
            ("county_desk", HERE, 403),
            ("resident", HERE, 403),
            ("stranger", HERE, 404),
            ("keeper", NEXT, 404),
        ] {
            let answer = w.of(who, county).post(&unseal, why.clone()).await;
            assert_eq!(answer.status, status, "{who} of {county}: {answer:?}");
        }
        assert_eq!(w.nobody().post(&unseal, why.clone()).await.status, 401);
        let short = w.here("keeper").post(&unseal, json!({"reason": "看"})).await;
        assert_eq!((short.status, short.json["fields"][0]["field"].clone()), (422, json!("reason")));
        assert_eq!(w.here("resident").get("/api/me/readers").await.json, json!([]), "nobody has looked so far");

        let open = w.here("keeper").post(&unseal, why.clone()).await;
        assert_eq!((open.status, open.text("account")), (200, w.accounts[&("resident", HERE)].to_string()), "{open:?}");
        assert!(open.text("phone").starts_with("+86139"), "{open:?}");
        let readers = w.here("resident").get("/api/me/readers").await;
        let purposes: Vec<Value> = readers.json.as_array().expect("a list").iter().map(|r| r["fields"].clone()).collect();
        assert!(purposes.contains(&json!(["sender"])), "{readers:?}");
        let letters: Vec<(String,)> = w
            .app
            .store
            .read(w.home(HERE), |r| r.many(store::sql("select kind from outbox where county = $1").bind(r.home())))
            .await
            .expect("reads");
        assert_eq!(letters, [("sms".to_owned(),)], "the sender is told");
        let named = w.report(HERE, "路灯不亮").await;
        let answer = w.here("keeper").post(&format!("/api/matters/{named}/unseal"), why).await;
        assert_eq!((answer.status, answer.code()), (409, "not_sealed"));
    });
}
