//! Webhooks against a real listener: signed, and repeated under the same id.

use crate::{
    listener::listen,
    town::{Town, home, on_both},
};
use reactions::webhook::{CHANNEL, Endpoint, Webhooks, sender};
use serde_json::Value as Json;
use std::time::Duration;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn hooks(url: &str, private_addresses: bool) -> Webhooks {
    Webhooks { to: [("office".to_owned(), Endpoint::new(url, SECRET).expect("an endpoint"))].into(), private_addresses }
}

#[test]
fn delivered_signed_and_repeated_under_the_same_id() {
    on_both(async |town: Town| {
        let (url, got) = listen(vec!["500 x".into(), "200 x".into()]);
        let send = sender(hooks(&url, true), town.clock.clone());
        town.job("road", false).await;
        town.settle().await;
        assert_eq!(town.store.send_due(home(), &send).await.expect("sends"), 1);
        assert_eq!(town.store.send_due(home(), &send).await.expect("sends"), 0, "not before its time");
        town.clock.move_to(town.store.now() + Duration::from_secs(2));
        assert_eq!(town.store.send_due(home(), &send).await.expect("sends"), 1);
        assert_eq!(town.count("select count(*) from outbox where state = 1").await, 1);
        let got = got.lock().expect("got").clone();
        assert_eq!(got.len(), 2);
        assert_eq!(got[0].headers["webhook-id"], got[1].headers["webhook-id"], "the receiver can tell a repetition");
        let endpoint = Endpoint::new(&url, SECRET).expect("an endpoint");
        for g in &got {
            let at: i64 = g.headers["webhook-timestamp"].parse().expect("seconds");
            assert_eq!(g.headers["webhook-signature"], endpoint.sign(&g.headers["webhook-id"], at, &g.body));
            assert_ne!(g.headers["webhook-signature"], endpoint.sign(&g.headers["webhook-id"], at, &format!("{} ", g.body)));
        }
        assert_ne!(got[0].headers["webhook-timestamp"], got[1].headers["webhook-timestamp"]);
        let body: Json = serde_json::from_str(&got[1].body).expect("JSON");
        assert_eq!(body["id"], got[1].headers["webhook-id"].as_str());
        assert_eq!((&body["reaction"], &body["event"]["kind"]), (&Json::from("trial.told"), &Json::from("matter.opened")));
        assert!(!got[1].body.contains("要去看看"), "no words go out");
    });
}

#[test]
fn private_addresses_and_unknown_names_are_given_up_at_once() {
    on_both(async |town: Town| {
        let (url, got) = listen(vec!["200 x".into()]);
        town.job("road", false).await;
        town.settle().await;
        let send = sender(hooks(&url, false), town.clock.clone());
        town.store.send_due(home(), &send).await.expect("sends");
        let outcome: Vec<(i64, Option<String>)> =
            town.store.read(home(), |r| r.many(store::sql("select state, error from outbox"))).await.expect("reads");
        assert_eq!(outcome[0].0, 2, "given up: {outcome:?}");
        assert!(outcome[0].1.as_deref().is_some_and(|e| e.contains("private address")), "{outcome:?}");
        town.write(|u| u.send(CHANNEL, &serde_json::json!({ "to": "nowhere", "county": "430903", "event": {} }))).await;
        town.store.send_due(home(), &send).await.expect("sends");
        assert_eq!(town.count("select count(*) from outbox where state = 2").await, 2);
        assert!(got.lock().expect("got").is_empty());
    });
}
