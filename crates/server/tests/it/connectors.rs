//! What leaves for other systems, against a real listener on this machine.

use crate::{
    afterwards::changed,
    listener::{Got, listen},
    world::{HERE, World, group},
};
use reactions::webhook::Endpoint;
use serde_json::{Value, json};
use server::config::Connector;
use std::{collections::BTreeMap, time::Duration};
use store::{sql, testing};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn on_both_with(connect: impl Fn(&mut server::config::Config), test: impl AsyncFn(World)) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    for database in testing::databases() {
        let world = async { World::open_with(database, &connect).await };
        runtime.block_on(async { test(world.await).await });
    }
}

async fn settle_after(w: &World, seconds: u64) {
    w.clock.move_to(w.app.store.now() + Duration::from_secs(seconds));
    w.app.settle(&w.app.ring()).await.expect("settles");
}

/// Channel, tries, state (0 waits, 1 sent, 2 given up) and what was said last.
async fn letters(w: &World) -> Vec<(String, i64, i64, Option<String>)> {
    let letters = |r: &mut store::Reader| {
        r.many(sql("select kind, tries, state, error from outbox where county = $1 and kind <> 'sms' order by id").bind(r.home()))
    };
    w.app.store.read(w.home(HERE), letters).await.expect("reads")
}

async fn order(w: &World, source: &str) -> String {
    let form = json!({"words": "路灯不亮", "place": {"region": group(HERE)}});
    let outer = json!({"source": source, "number": "20261109-17"});
    let body = json!({"flow": "direct_line.report", "form": form, "category": "roads", "door": "desk", "outer": outer});
    let opened = w.here("county_desk").post("/api/matters", body).await;
    assert_eq!(opened.status, 201, "{opened:?}");
    opened.text("id")
}

fn whole(got: &Got) -> Value {
    let at: i64 = got.headers["webhook-timestamp"].parse().expect("seconds");
    let endpoint = Endpoint::new("http://x.example", SECRET).expect("an endpoint");
    assert_eq!(got.headers["webhook-signature"], endpoint.sign(&got.headers["webhook-id"], at, &got.body), "signed");
    serde_json::from_str(&got.body).expect("JSON")
}

#[test]
fn the_system_that_an_order_came_from_is_told_and_told_again() {
    for database in testing::databases() {
        let (url, got) = listen(vec!["503 x".into(), "200 x".into()]);
        let connector = Connector { url, secret: SECRET.into() };
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let w = World::open_with(database, |c| {
                c.outer = BTreeMap::from([("city_12345".to_owned(), connector)]);
                c.webhooks.private_addresses = true;
            })
            .await;
            let matter = order(&w, "city_12345").await;
            settle_after(&w, 0).await;
            let waiting = letters(&w).await;
            assert_eq!((waiting.len(), waiting[0].1, waiting[0].2), (1, 1, 0), "{waiting:?}");
            assert!(waiting[0].3.as_deref().is_some_and(|e| e.contains("503")), "{waiting:?}");
            settle_after(&w, 2).await;
            assert_eq!(letters(&w).await[0].2, 1, "the second time it is taken");
            let got = got.lock().expect("kept");
            assert_eq!(got[0].headers["webhook-id"], got[1].headers["webhook-id"], "the receiver can tell a repetition");
            let told = whole(&got[1]);
            assert_eq!((told["county"].clone(), told["event"]["what"].clone()), (json!(HERE.to_string()), json!("receipt")));
            assert_eq!((told["event"]["number"].clone(), told["event"]["matter"].clone()), (json!("20261109-17"), json!(matter)));
        });
    }
}

#[test]
fn an_order_of_a_source_without_a_connector_is_given_up_where_it_is_seen() {
    on_both_with(
        |_| {},
        async |w| {
            order(&w, "elsewhere").await;
            settle_after(&w, 0).await;
            let all = letters(&w).await;
            assert_eq!((all[0].0.as_str(), all[0].2), ("outer", 2), "{all:?}");
            assert!(all[0].3.as_deref().is_some_and(|e| e.contains("elsewhere")), "{all:?}");
        },
    );
}

const REACTION: (&str, &str) =
    ("reactions:\n", "reactions:\n  office:\n    when: {flow: report, is: opened}\n    do:\n      - webhook: {to: office}\n");

#[test]
fn a_packs_webhook_leaves_signed() {
    for private in [true, false] {
        for database in testing::databases() {
            let (url, got) = listen(vec!["200 x".into()]);
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let w = World::open_with(database, |c| {
                    c.packs = changed(REACTION.0, REACTION.1);
                    c.webhooks.to = BTreeMap::from([("office".to_owned(), Connector { url, secret: SECRET.into() })]);
                    c.webhooks.private_addresses = private;
                })
                .await;
                // A new reaction follows what happens from now on.
                settle_after(&w, 0).await;
                let matter = w.report(HERE, "路灯不亮").await;
                settle_after(&w, 0).await;
                let all = letters(&w).await;
                assert_eq!((all.len(), all[0].0.as_str()), (1, "webhook"), "{all:?}");
                let got = got.lock().expect("kept");
                if private {
                    assert_eq!((all[0].2, got.len()), (1, 1), "{all:?}");
                    let told = whole(&got[0]);
                    assert!(told.to_string().contains(&matter) && !told.to_string().contains("路灯"), "ids and no words: {told}");
                } else {
                    assert_eq!((all[0].2, got.len()), (2, 0), "a private address is given up at once: {all:?}");
                }
            });
        }
    }
}

/// A receiver may not send us on: the next address could be one of the county's own network.
#[test]
fn a_redirection_is_not_followed() {
    let (inside, reached) = listen(vec!["200 x".into()]);
    let (url, got) = listen(vec![format!("307 x\r\nlocation: {inside}")]);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let w = World::open_with(testing::sqlite(), |c| {
            c.outer = BTreeMap::from([("city_12345".to_owned(), Connector { url, secret: SECRET.into() })]);
            c.webhooks.private_addresses = true;
        })
        .await;
        order(&w, "city_12345").await;
        settle_after(&w, 0).await;
        let all = letters(&w).await;
        assert_eq!((all[0].2, got.lock().expect("kept").len()), (0, 1), "it is tried again, and said why: {all:?}");
        assert!(all[0].3.as_deref().is_some_and(|e| e.contains("307")), "{all:?}");
        assert!(reached.lock().expect("kept").is_empty());
    });
}
