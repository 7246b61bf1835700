//! What is served fits the shapes that the document promises: pages are written by them. And lists by part.

use crate::world::{HERE, code, group, on_both, on_sqlite};
use serde_json::{Value, json};

/// What of `value` does not fit `schema`, with its path. Knows what the document uses.
fn misfits(api: &Value, schema: &Value, value: &Value, path: &str, found: &mut Vec<String>) {
    if let Some(name) = schema["$ref"].as_str() {
        let named = name.rsplit('/').next().expect("a name");
        return misfits(api, &api["components"]["schemas"][named], value, path, found);
    }
    if let Some(all) = schema["allOf"].as_array() {
        return all.iter().for_each(|s| misfits(api, s, value, path, found));
    }
    for one in ["oneOf", "anyOf"] {
        if let Some(some) = schema[one].as_array() {
            let tries = some.iter().map(|s| {
                let mut wrong = Vec::new();
                misfits(api, s, value, path, &mut wrong);
                wrong
            });
            let tries: Vec<Vec<String>> = tries.collect();
            if tries.iter().all(|t| !t.is_empty()) {
                found.push(format!("{path}: {value} is none of {}: {tries:?}", some.len()));
            }
            return;
        }
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(many) => many.iter().filter_map(Value::as_str).collect(),
        _ => return,
    };
    let is = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(n) if n.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let whole_number = is == "integer" && types.contains(&"number");
    if !(types.contains(&is) || whole_number) {
        return found.push(format!("{path}: {is}, not {types:?}"));
    }
    if let Some(known) = schema["enum"].as_array().filter(|k| !k.contains(value)) {
        return found.push(format!("{path}: {value} is not among {known:?}"));
    }
    if let (Some(items), Some(all)) = (schema.get("items"), value.as_array()) {
        all.iter().enumerate().for_each(|(i, v)| misfits(api, items, v, &format!("{path}[{i}]"), found));
    }
    let Some(members) = value.as_object() else { return };
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if !members.contains_key(name) {
            found.push(format!("{path}: {name} is missing"));
        }
    }
    for (name, v) in members {
        let at = format!("{path}.{name}");
        match (schema["properties"].get(name), schema.get("additionalProperties")) {
            (Some(s), _) => misfits(api, s, v, &at, found),
            (None, Some(s)) if s.is_object() => misfits(api, s, v, &at, found),
            _ => {}
        }
    }
}

fn fits(api: &Value, path: &str, answer: &Value) {
    let schema = &api["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"];
    assert!(schema.is_object(), "{path} has no shape");
    let mut found = Vec::new();
    misfits(api, schema, answer, "", &mut found);
    assert!(found.is_empty(), "{path}: {found:#?}");
}

#[test]
fn answers_fit_the_document() {
    on_sqlite(async |w| {
        let api = w.nobody().get("/api/openapi.json").await.json;
        for path in ["/api/flows", "/api/roles", "/api/packs", "/api/kinds"] {
            fits(&api, path, &w.nobody().get(path).await.json);
        }
        let form = json!({"words": "路灯不亮", "place": {"region": group(HERE), "point": [112.4, 28.5], "words": "桥头"}});
        let body = json!({"flow": "direct_line.report", "form": form, "category": "roads"});
        let id = w.here("resident").post("/api/matters", body).await.text("id");
        let duty = w.here("village_duty");
        assert_eq!(duty.post(&format!("/api/matters/{id}/moves"), json!({"move": "area"})).await.status, 200);
        duty.post(&format!("/api/matters/{id}/words"), json!({"words": "已去看过"})).await;
        for who in ["resident", "village_duty", "township_duty", "county_desk"] {
            let client = w.here(who);
            fits(&api, "/api/matters/{matter}", &client.get(&format!("/api/matters/{id}")).await.json);
            fits(&api, "/api/matters/{matter}/timeline", &client.get(&format!("/api/matters/{id}/timeline")).await.json);
            fits(&api, "/api/matters", &client.get("/api/matters?open=true").await.json);
            fits(&api, "/api/map/regions", &client.get("/api/map/regions").await.json);
            fits(&api, "/api/map", &client.get("/api/map").await.json);
        }
    });
}

#[test]
fn lists_by_what_i_have_to_do_with_it() {
    on_both(async |w| {
        let id = w.report(HERE, "村里的路").await;
        let n = async |who: &str, query: &str| {
            let client = w.here(who);
            let rows = client.get(&format!("/api/matters?{query}")).await;
            assert_eq!(rows.status, 200, "{rows:?}");
            let listed = rows.json["items"].as_array().expect("rows").len() as i64;
            let counted = client.get(&format!("/api/matters/count?{query}")).await.json["n"].as_i64().expect("a number");
            assert_eq!(listed, counted, "{who} {query}");
            listed
        };
        assert_eq!(n("village_duty", "part=held").await, 1);
        assert_eq!(n("village_lead", "part=held").await, 0);
        assert_eq!(n("resident", "waits=me").await, 0);
        let rows = w.here("village_duty").get("/api/matters?part=held").await.json;
        let row = &rows["items"][0];
        assert!(row["holder_title"]["zh"].as_str().is_some_and(|t| t.contains("石桥村")), "{row}");
        assert_eq!(row["files"], 0);
        let may = w.here("village_duty").get(&format!("/api/matters/{id}")).await.json["may"].clone();
        assert_eq!((&may["set_category"], &may["vote"], &may["decide"]), (&json!(true), &json!(false), &json!(false)));
        let hers = w.here("resident").get(&format!("/api/matters/{id}")).await.json["may"].clone();
        assert_eq!((&hers["ends"], &hers["set_category"]), (&json!(["withdrawn"]), &json!(false)));
        // It goes to somebody else: whoever held it finds it there.
        let moved = w.here("village_duty").post(&format!("/api/matters/{id}/moves"), json!({"move": "area"})).await;
        assert_eq!(moved.status, 200, "{moved:?}");
        let held = n("village_duty", "part=held").await;
        assert_eq!(n("village_duty", "handed_over=me").await, 1 - held);
        assert_eq!(n("village_duty", "late=now").await, 0);
        assert_eq!(n("village_duty", "part=asked").await + n("village_duty", "part=task").await, 0);
        for (wrong, status) in [("part=none", 400), ("waits=you", 400), ("late=soon", 400), ("part=held&waits=me", 422)] {
            assert_eq!(w.here("village_duty").get(&format!("/api/matters?{wrong}")).await.status, status, "{wrong}");
        }
    });
}

/// What a number stands for is opened by its ids, and nothing that one may not list is.
#[test]
fn a_list_of_ids_is_those_that_i_may_list() {
    on_both(async |w| {
        let (road, lamp) = (w.report(HERE, "村里的路").await, w.report(HERE, "路灯不亮").await);
        let listed = async |who: &str, ids: &str| {
            let found = w.here(who).get(&format!("/api/matters?ids={ids}")).await;
            assert_eq!(found.status, 200, "{found:?}");
            found.json["items"].as_array().expect("rows").iter().map(|m| m["id"].as_str().expect("an id").to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(listed("county_desk", &lamp).await, std::slice::from_ref(&lamp));
        assert_eq!(listed("county_desk", &format!("{road},{lamp}")).await.len(), 2);
        assert_eq!(w.here("county_desk").get(&format!("/api/matters/count?ids={road}")).await.json["n"], 1);
        assert!(listed("other_township_duty", &road).await.is_empty());
        for (wrong, status) in [("", 400), ("1", 422), (vec![road.as_str(); 201].join(",").as_str(), 422)] {
            assert_eq!(w.here("county_desk").get(&format!("/api/matters?ids={wrong}")).await.status, status, "{wrong:.20}");
        }
    });
}

#[test]
fn what_one_asks_for_oneself_waits_for_another() {
    on_both(async |w| {
        let id = w.report(HERE, "村里的路").await;
        let flows = w.nobody().get("/api/flows").await.json;
        let flow = flows.as_array().and_then(|f| f.iter().find(|f| f["flow"] == "direct_line.report")).expect("the flow").clone();
        let reasons = flow["declared"]["ends"]["not_accepted"]["reasons"]["entries"].as_object().cloned();
        let reason = reasons.and_then(|r| r.keys().next().cloned()).unwrap_or_else(|| "不归本县".into());
        let asked = w.here("village_duty").post(&format!("/api/matters/{id}/end"), json!({"end": "not_accepted", "reason": reason})).await;
        assert_eq!(asked.status, 200, "{asked:?}");
        let waits = w.here("township_duty").get("/api/matters?waits=me").await.json["items"].as_array().map(Vec::len);
        let part = w.here("township_duty").get("/api/matters?part=asked").await.json["items"].as_array().map(Vec::len);
        assert_eq!((waits, part), (Some(1), Some(1)));
        let may = w.here("township_duty").get(&format!("/api/matters/{id}")).await.json["may"]["decide"].clone();
        let own = w.here("village_duty").get(&format!("/api/matters/{id}")).await.json["may"]["decide"].clone();
        assert_eq!((may, own), (json!(true), json!(false)));
    });
}

#[test]
fn a_matter_is_found_by_its_number_and_its_place() {
    on_both(async |w| {
        let id = w.report(HERE, "桥头的路灯不亮").await;
        let desk = w.here("county_desk");
        let number = desk.get(&format!("/api/matters/{id}")).await.text("number");
        let (_, short) = number.split_once('-').expect("a year and a number");
        let short = short.trim_start_matches('0');
        for q in [number.as_str(), short, "石桥村", "石桥村 路灯", "桃花镇", "路灯"] {
            let found = desk.send(axum::http::Method::GET, &format!("/api/matters?q={}", encoded(q)), None, &[]).await;
            let ids: Vec<&str> = found.json["items"].as_array().expect("rows").iter().filter_map(|m| m["id"].as_str()).collect();
            assert_eq!(ids, [id.as_str()], "{q}");
        }
        for q in ["柳溪村", "石桥村 水渠", "2026-999999", "2025-000001"] {
            let found = desk.get(&format!("/api/matters/count?q={}", encoded(q))).await;
            assert_eq!(found.json["n"], 0, "{q}");
        }
        let found = desk.get(&format!("/api/regions?q={}", encoded("石桥"))).await.json;
        let village = found.as_array().expect("regions").iter().find(|r| r["code"] == code(HERE, "0012010000000").to_string());
        assert_eq!(village.map(|v| v["path"].clone()), Some(json!("桃花镇")));
    });
}

fn encoded(text: &str) -> String {
    text.bytes().map(|b| format!("%{b:02X}")).collect()
}
