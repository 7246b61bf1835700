//! Where a report came in: told truthfully, and nobody names a door that he did not come by.

use crate::world::{HERE, World, group, on_both, on_sqlite};
use serde_json::{Value, json};

fn report(door: Option<&str>, more: Value) -> Value {
    let mut body = json!({"flow": "direct_line.report", "category": "roads", "form": {"words": "路灯不亮", "place": {"region": group(HERE)}, "sender": "named"}});
    if let Some(door) = door {
        body["door"] = json!(door);
    }
    body.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
    body
}

/// The source that the holder reads, or the status and code of the refusal.
async fn came_by(w: &World, sender: &str, body: Value) -> Result<String, (u16, String)> {
    let sent = match sender {
        "nobody" => w.nobody().post("/api/matters", body).await,
        token if token.starts_with("k_") => w.by_token(token).post("/api/matters", body).await,
        name => w.here(name).post("/api/matters", body).await,
    };
    if sent.status != 201 {
        return Err((sent.status, sent.code().to_owned()));
    }
    let seen = w.here("village_duty").get(&format!("/api/matters/{}", sent.text("id"))).await;
    Ok(seen.text("source"))
}

#[test]
fn the_source_is_the_door_it_came_by() {
    on_both(async |w| {
        let told = |by: &str| json!({"for_another": {"by": by, "agreed": true}, "resident": {"phone": "13800008888"}});
        let nameless = |door| report(door, json!({"form": {"words": "路灯不亮", "place": {"region": group(HERE)}, "sender": "anonymous"}}));
        for (sender, body, source) in [
            ("resident", report(Some("page"), json!({})), "page"),
            ("resident", report(Some("miniprogram"), json!({})), "miniprogram"),
            ("resident", report(None, json!({})), "page"),
            ("nobody", nameless(Some("miniprogram")), "miniprogram"),
            ("group_leader", report(Some("page"), json!({})), "page"),
            ("village_duty", report(Some("phone"), told("phone")), "phone"),
            ("village_duty", report(Some("visit"), told("visit")), "visit"),
            ("village_duty", report(None, told("visit")), "visit"),
            ("village_duty", report(Some("desk"), json!({})), "desk"),
            ("village_duty", report(None, json!({})), "desk"),
            ("village_duty", report(Some("page"), json!({})), "page"),
            ("group_leader", report(None, json!({})), "page"),
            ("other_township_duty", report(None, json!({})), "page"),
        ] {
            assert_eq!(came_by(&w, sender, body.clone()).await, Ok(source.to_owned()), "{sender} {body}");
        }
    });
}

#[test]
fn nobody_names_a_door_that_he_did_not_come_by() {
    on_sqlite(async |w| {
        let refused = Err((403, "door".to_owned()));
        for door in ["phone", "desk", "visit", "connector"] {
            assert_eq!(came_by(&w, "resident", report(Some(door), json!({}))).await, refused, "{door}");
        }
        // What nobody told them was not told on the telephone.
        for door in ["phone", "visit", "connector"] {
            assert_eq!(came_by(&w, "village_duty", report(Some(door), json!({}))).await, refused, "{door}");
        }
        for door in ["open311", "sheet", "pack"] {
            let sent = w.here("resident").post("/api/matters", report(Some(door), json!({}))).await;
            assert_eq!(sent.status, 400, "{door} is no word of a request: {sent:?}");
        }
        let key = key(&w, json!({"on": "flow:direct_line.report", "actions": ["open"], "region": "430903", "door": "open311"})).await;
        assert_eq!(came_by(&w, &key, report(None, json!({}))).await, refused, "an Open311 client has its own door");
        assert_eq!(came_by(&w, &key, report(Some("connector"), json!({}))).await, refused);
        assert_eq!(came_by(&w, &key, report(Some("page"), json!({}))).await, refused);
        let nameless = json!({"form": {"words": "路灯不亮", "place": {"region": group(HERE)}, "sender": "anonymous"}});
        assert_eq!(came_by(&w, &key, report(None, nameless)).await, refused, "nor without a name");
        let sent = w
            .nobody()
            .form(
                "/open311/v2/requests.json",
                &format!("service_code=direct_line.report.water&api_key={key}&address_id=430903001201&description=Leak"),
            )
            .await;
        assert_eq!(sent.status, 200, "{sent:?}");
    });
}

#[test]
fn an_order_of_another_system_is_not_a_resident_s_to_bring() {
    on_sqlite(async |w| {
        let outer = |source: &str| json!({"outer": {"source": source, "number": "7"}});
        assert_eq!(came_by(&w, "village_duty", report(Some("desk"), outer("city_12345"))).await, Ok("city_12345".to_owned()));
        let probe = came_by(&w, "resident", report(None, outer("city_12345"))).await;
        assert_eq!(probe, Err((422, "invalid".to_owned())), "nor does he learn that there is one");
        for source in ["open311", "page", "pack"] {
            let sent = came_by(&w, "village_duty", report(Some("desk"), outer(source))).await;
            assert_eq!(sent, Err((422, "invalid".to_owned())), "{source} would be taken for a door");
        }
    });
}

async fn key(w: &World, scope: Value) -> String {
    let key = json!({"name": "演示客户端", "scopes": [scope], "until": "2027-11-09T00:00:00+08:00"});
    let made = w.here("county_it").post("/api/keys", key).await;
    assert_eq!(made.status, 201, "{made:?}");
    made.text("token")
}

#[test]
fn a_key_for_open311_alone_says_so() {
    on_sqlite(async |w| {
        let scope = |door: Value| json!({"on": "flow:direct_line.report", "actions": ["open"], "region": "430903", "door": door});
        for (door, status) in [(json!("open311"), 201), (json!("connector"), 403), (json!(null), 403), (json!("page"), 422)] {
            let key = json!({"name": "演示客户端", "scopes": [scope(door.clone())], "until": "2027-11-09T00:00:00+08:00"});
            let made = w.here("county_it").post("/api/keys", key).await;
            assert_eq!(made.status, status, "{door}: {made:?}");
        }
        let listed = w.here("county_it").get("/api/keys").await;
        assert_eq!(listed.json[0]["scopes"][0]["door"], json!("open311"));
    });
}
