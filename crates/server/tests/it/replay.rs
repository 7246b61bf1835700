//! Every route of the document, as nobody, as a stranger, as the same role in the next county: a table of what each is
//! answered. What one may not know of is *not found*, never *forbidden*. A route that is missing in the table fails.

use crate::world::{HERE, NEXT, World, group, on_sqlite};
use axum::http::Method;
use serde_json::{Value, json};

/// Who asks. `Next` is the village's duty officer of the next county.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum As {
    Nobody,
    Stranger,
    Next,
}

const OTHER: &str = "01a204d3-e840-77dd-a106-0dc0542195c6";

/// Answers to nobody, a stranger, the next county's officer; `m` is a matter of this county that is none of theirs.
fn table(m: &str, file: &str, seat: &str, account: &str) -> Vec<(&'static str, String, Value, [u16; 3])> {
    let one = |verb: &str| format!("/api/matters/{m}/{verb}");
    let words = json!({"words": "多说一句"});
    vec![
        ("GET /api/health", "/api/health".into(), json!(null), [200; 3]),
        ("GET /api/packs", "/api/packs".into(), json!(null), [200; 3]),
        ("GET /api/flows", "/api/flows".into(), json!(null), [200; 3]),
        ("GET /api/roles", "/api/roles".into(), json!(null), [200; 3]),
        ("GET /api/calendar/due", "/api/calendar/due?start=2026-09-30T16:20:00%2B08:00&term=5%20work-days".into(), json!(null), [200; 3]),
        ("POST /api/session", "/api/session".into(), json!({"login": "nobody", "password": "wrong"}), [401; 3]),
        ("POST /api/session/codes", "/api/session/codes".into(), json!({"phone": "1"}), [422; 3]),
        ("POST /api/session/by-code", "/api/session/by-code".into(), json!({"phone": "13900000000", "code": "0"}), [401; 3]),
        ("POST /api/session/by-wechat", "/api/session/by-wechat".into(), json!({"code": "x"}), [404; 3]),
        ("GET /api/me/wechat", "/api/me/wechat".into(), json!(null), [401, 200, 200]),
        ("POST /api/me/wechat", "/api/me/wechat".into(), json!({"ticket": "x"}), [401, 422, 403]),
        ("DELETE /api/me/wechat", "/api/me/wechat".into(), json!(null), [401, 204, 204]),
        ("POST /api/me/wechat/acceptances", "/api/me/wechat/acceptances".into(), json!({"templates": []}), [401, 409, 409]),
        ("POST /api/session/by-invitation", "/api/session/by-invitation".into(), json!({"invitation": "x", "password": "短"}), [422; 3]),
        ("GET /api/me", "/api/me".into(), json!(null), [401, 200, 200]),
        ("PATCH /api/me", "/api/me".into(), json!({}), [401, 204, 204]),
        ("GET /api/me/sessions", "/api/me/sessions".into(), json!(null), [401, 200, 200]),
        ("GET /api/me/readers", "/api/me/readers".into(), json!(null), [401, 200, 200]),
        ("GET /api/me/export", "/api/me/export".into(), json!(null), [401, 200, 200]),
        ("GET /api/me/consents", "/api/me/consents".into(), json!(null), [401, 200, 200]),
        ("POST /api/me/consents", "/api/me/consents".into(), json!({"purpose": "sms", "wording": "1"}), [401, 204, 204]),
        ("DELETE /api/me/consents/{purpose}", "/api/me/consents/sms".into(), json!(null), [401, 204, 204]),
        ("PUT /api/me/password", "/api/me/password".into(), json!({"login": "x", "old": "x", "new": "x"}), [401, 422, 422]),
        ("POST /api/me/second-factor", "/api/me/second-factor".into(), json!(null), [401, 409, 409]),
        ("PUT /api/me/second-factor", "/api/me/second-factor".into(), json!({"code": "1"}), [401, 409, 409]),
        ("DELETE /api/me/sessions/{session}", format!("/api/me/sessions/{m}"), json!(null), [401, 404, 404]),
        ("DELETE /api/me/sessions", "/api/me/sessions".into(), json!(null), [401, 204, 204]),
        ("GET /api/matters", "/api/matters".into(), json!(null), [401, 200, 200]),
        ("GET /api/matters/count", "/api/matters/count".into(), json!(null), [401, 200, 200]),
        ("GET /api/matters/alarms", "/api/matters/alarms".into(), json!(null), [401, 200, 200]),
        (
            "POST /api/matters",
            "/api/matters".into(),
            json!({"flow": "direct_line.report", "form": {"words": "x", "place": {"region": group(HERE)}}}),
            [401, 201, 422],
        ),
        ("GET /api/matters/{matter}", format!("/api/matters/{m}"), json!(null), [404; 3]),
        ("GET /api/matters/{matter}/timeline", one("timeline"), json!(null), [404; 3]),
        ("GET /api/matters/{matter}/similar", one("similar"), json!(null), [404; 3]),
        ("POST /api/matters/{matter}/moves", one("moves"), json!({"move": "area"}), [404; 3]),
        ("POST /api/matters/{matter}/take", one("take"), json!(null), [404; 3]),
        ("POST /api/matters/{matter}/answers", one("answers"), json!({"form": {}}), [404; 3]),
        ("POST /api/matters/{matter}/pause", one("pause"), json!({"reason": "weather"}), [404; 3]),
        ("POST /api/matters/{matter}/resume", one("resume"), json!(null), [404; 3]),
        ("POST /api/matters/{matter}/decisions", one("decisions"), json!({"yes": true}), [404; 3]),
        ("POST /api/matters/{matter}/end", one("end"), json!({"end": "withdrawn", "reason": "settled"}), [404; 3]),
        ("POST /api/matters/{matter}/objections", one("objections"), words.clone(), [404; 3]),
        ("POST /api/matters/{matter}/merge", one("merge"), json!({"into": OTHER}), [404; 3]),
        ("POST /api/matters/{matter}/links", one("links"), json!({"other": OTHER}), [404; 3]),
        ("POST /api/matters/{matter}/tries", one("tries"), json!({"how": "phone"}), [404; 3]),
        ("POST /api/matters/{matter}/words", one("words"), words.clone(), [404; 3]),
        ("POST /api/matters/{matter}/category", one("category"), json!({"category": "water"}), [404; 3]),
        ("POST /api/matters/{matter}/press", one("press"), words, [404; 3]),
        ("POST /api/matters/{matter}/vote", one("vote"), json!({"solved": "solved"}), [404; 3]),
        (
            "POST /api/matters/{matter}/unmask",
            one("unmask"),
            json!({"fields": ["phone"], "purpose": "contact", "reason": "核实情况"}),
            [401, 404, 404],
        ),
        ("POST /api/matters/{matter}/unseal", one("unseal"), json!({"reason": "核实情况"}), [401, 404, 404]),
        ("POST /api/matters/{matter}/revisit", one("revisit"), json!({"solved": "solved"}), [404; 3]),
        ("POST /api/matters/version-moves", "/api/matters/version-moves".into(), json!({"pack": "direct_line"}), [401, 404, 404]),
        ("POST /api/receipts", "/api/receipts".into(), json!({"number": "2026-000001", "receipt": "x"}), [404; 3]),
        ("POST /api/triage", "/api/triage".into(), json!({"text": "路灯"}), [401, 200, 200]),
        ("POST /api/files", "/api/files".into(), json!({}), [415; 3]),
        ("GET /api/files/{file}", format!("/api/files/{file}"), json!(null), [404; 3]),
        ("GET /api/events", "/api/events?after=x".into(), json!(null), [401, 400, 400]),
        ("GET /api/regions", "/api/regions?q=%E7%9F%B3%E6%A1%A5".into(), json!(null), [200; 3]),
        ("POST /api/regions", "/api/regions".into(), json!({"code": "430903003", "name": "新镇"}), [401, 403, 403]),
        ("PATCH /api/regions/{code}", "/api/regions/430903001".into(), json!({"name": "新名"}), [401, 403, 403]),
        ("DELETE /api/regions/{code}", "/api/regions/430903001201".into(), json!(null), [401, 403, 403]),
        ("POST /api/regions/recodings", "/api/regions/recodings".into(), json!({"old": "430903001", "new": "430903009"}), [401, 403, 403]),
        (
            "PUT /api/regions/{code}/boundary",
            "/api/regions/430903001/boundary".into(),
            json!({"geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}}),
            [401, 403, 403],
        ),
        ("DELETE /api/regions/{code}/boundary", "/api/regions/430903001/boundary".into(), json!(null), [401, 403, 403]),
        ("GET /api/map", "/api/map".into(), json!(null), [401, 200, 200]),
        ("GET /api/map/regions", "/api/map/regions".into(), json!(null), [401, 200, 200]),
        ("GET /api/map/base.pmtiles", "/api/map/base.pmtiles".into(), json!(null), [401, 404, 404]),
        ("GET /api/map/tiles/{layer}/{z}/{x}/{y}", "/api/map/tiles/matters/0/0/0".into(), json!(null), [401, 200, 200]),
        ("GET /api/seats/on-duty", "/api/seats/on-duty?region=430903001".into(), json!(null), [401, 200, 422]),
        ("GET /api/journal", "/api/journal".into(), json!(null), [401, 403, 403]),
        ("GET /api/readings", "/api/readings".into(), json!(null), [401, 403, 403]),
        ("GET /api/reactions/runs", "/api/reactions/runs".into(), json!(null), [401, 403, 403]),
        (
            "POST /api/reactions/{reaction}/runs/{entry}/replay",
            "/api/reactions/direct_line.urgent_hazard/runs/1/replay".into(),
            json!(null),
            [401, 403, 403],
        ),
        (
            "POST /api/reactions/{reaction}/runs/{entry}/drop",
            "/api/reactions/direct_line.urgent_hazard/runs/1/drop".into(),
            json!({"reason": "不再需要"}),
            [401, 403, 403],
        ),
        ("GET /api/units", "/api/units?region=430903001".into(), json!(null), [401, 200, 200]),
        ("GET /api/words", "/api/words".into(), json!(null), [200; 3]),
        (
            "PUT /api/words",
            "/api/words".into(),
            json!({"changes": [{"lang": "zh", "key": "desk.title", "text": "办公桌"}]}),
            [401, 403, 403],
        ),
        ("GET /api/calendar/days", "/api/calendar/days?from=2026-10-01&to=2026-10-08".into(), json!(null), [200; 3]),
        ("GET /api/areas", "/api/areas?village=430903001201".into(), json!(null), [200; 3]),
        (
            "POST /api/areas",
            "/api/areas".into(),
            json!({"kind": "片", "village": "430903001201", "name": "东片", "groups": []}),
            [401, 403, 403],
        ),
        ("DELETE /api/areas/{area}", format!("/api/areas/{m}"), json!(null), [404; 3]),
        (
            "POST /api/areas/redrawings",
            "/api/areas/redrawings".into(),
            json!({"plan": [{"area": m, "groups": []}], "apply": true}),
            [401, 404, 404],
        ),
        ("GET /api/seats", "/api/seats?region=430903001201".into(), json!(null), [401, 200, 200]),
        ("GET /api/seats/to-call", "/api/seats/to-call?region=430903001201".into(), json!(null), [401, 200, 200]),
        ("POST /api/seats", "/api/seats".into(), json!({"role": "village_duty", "region": "430903001201"}), [401, 403, 403]),
        ("DELETE /api/seats/{seat}", format!("/api/seats/{seat}"), json!(null), [401, 403, 404]),
        ("GET /api/seats/{seat}/work", format!("/api/seats/{seat}/work"), json!(null), [401, 403, 404]),
        ("GET /api/seats/{seat}/tenures", format!("/api/seats/{seat}/tenures"), json!(null), [401, 403, 404]),
        ("POST /api/seats/{seat}/tenures", format!("/api/seats/{seat}/tenures"), json!({"account": m}), [401, 403, 404]),
        (
            "POST /api/seats/{seat}/leave",
            format!("/api/seats/{seat}/leave"),
            json!({"acting": m, "since": "2026-11-10", "until": "2026-11-12"}),
            [401, 403, 404],
        ),
        ("DELETE /api/tenures/{tenure}", format!("/api/tenures/{m}"), json!(null), [404; 3]),
        ("GET /api/accounts", "/api/accounts".into(), json!(null), [401, 403, 403]),
        ("DELETE /api/accounts/{account}/sessions", format!("/api/accounts/{account}/sessions"), json!(null), [401, 403, 404]),
        ("POST /api/accounts", "/api/accounts".into(), json!({"name": "演示", "login": "someone"}), [401, 403, 403]),
        ("POST /api/accounts/{account}/invitations", format!("/api/accounts/{account}/invitations"), json!(null), [401, 403, 422]),
        ("POST /api/accounts/{account}/lock", format!("/api/accounts/{account}/lock"), json!(null), [401, 403, 404]),
        ("POST /api/accounts/{account}/unlock", format!("/api/accounts/{account}/unlock"), json!(null), [401, 403, 404]),
        (
            "POST /api/accounts/{account}/reset-second-factor",
            format!("/api/accounts/{account}/reset-second-factor"),
            json!(null),
            [401, 403, 422],
        ),
        ("GET /api/keys", "/api/keys".into(), json!(null), [401, 403, 403]),
        (
            "POST /api/keys",
            "/api/keys".into(),
            json!({"name": "x", "scopes": [{"on": "all", "actions": ["read"], "region": "430903"}], "until": "2027-01-01"}),
            [401, 403, 422],
        ),
        ("DELETE /api/keys/{id}", format!("/api/keys/{m}"), json!(null), [401, 403, 403]),
        ("GET /api/calendar/years", "/api/calendar/years".into(), json!(null), [200; 3]),
        ("POST /api/calendar/years", "/api/calendar/years".into(), json!({}), [400; 3]),
        ("GET /api/dashboard", "/api/dashboard".into(), json!(null), [401, 403, 200]),
        (
            "GET /api/exports/figures/{indicator}/{format}",
            "/api/exports/figures/worry_free.answered/csv".into(),
            json!(null),
            [401, 403, 403],
        ),
        (
            "GET /api/exports/leaders/matters/{format}",
            "/api/exports/leaders/matters/csv?seat=00000000-0000-7000-8000-000000000000&what=solved".into(),
            json!(null),
            [401, 404, 404],
        ),
        ("GET /api/exports/leaders/{format}", "/api/exports/leaders/csv?region=4309030012010000000".into(), json!(null), [401, 403, 403]),
        ("GET /api/leaders/months", "/api/leaders/months?region=4309030012010000000".into(), json!(null), [401, 403, 403]),
        (
            "GET /api/leaders/months/matters",
            "/api/leaders/months/matters?seat=00000000-0000-7000-8000-000000000000&what=solved".into(),
            json!(null),
            [401, 404, 404],
        ),
        ("GET /api/exports/matters/{format}", "/api/exports/matters/csv".into(), json!(null), [401, 403, 403]),
        ("GET /api/exports/things/{format}", "/api/exports/things/csv?kind=x.y".into(), json!(null), [401, 422, 422]),
        ("GET /api/figures/{indicator}", "/api/figures/direct_line.on_time".into(), json!(null), [401, 403, 200]),
        ("GET /api/figures/{indicator}/by/{by}", "/api/figures/direct_line.on_time/by/village".into(), json!(null), [401, 403, 200]),
        ("GET /api/figures/{indicator}/matters", "/api/figures/direct_line.on_time/matters".into(), json!(null), [401, 403, 200]),
        ("GET /api/figures/{indicator}/trend", "/api/figures/direct_line.on_time/trend".into(), json!(null), [401, 403, 200]),
        ("GET /api/hot-issues", "/api/hot-issues".into(), json!(null), [401, 200, 200]),
        ("POST /api/imports", "/api/imports".into(), json!({}), [400; 3]),
        ("POST /api/imports/messages", "/api/imports/messages?flow=direct_line.report".into(), json!({}), [401, 403, 403]),
        ("GET /api/imports/messages/{id}", format!("/api/imports/messages/{m}"), json!(null), [401, 404, 404]),
        ("DELETE /api/imports/messages/{id}", format!("/api/imports/messages/{m}"), json!(null), [401, 404, 404]),
        ("POST /api/imports/messages/{id}/commit", format!("/api/imports/messages/{m}/commit"), json!({}), [401, 404, 404]),
        ("GET /api/imports/messages/{id}/receipts", format!("/api/imports/messages/{m}/receipts"), json!(null), [401, 404, 404]),
        ("GET /api/imports/things", "/api/imports/things".into(), json!(null), [401, 200, 200]),
        ("POST /api/imports/things", "/api/imports/things?kind=x.y".into(), json!({}), [401, 422, 422]),
        ("GET /api/imports/things/{id}", format!("/api/imports/things/{m}"), json!(null), [401, 404, 404]),
        ("POST /api/imports/things/{id}/cancel", format!("/api/imports/things/{m}/cancel"), json!(null), [401, 404, 404]),
        ("POST /api/imports/things/{id}/commit", format!("/api/imports/things/{m}/commit"), json!({}), [401, 404, 404]),
        ("GET /api/indicators", "/api/indicators".into(), json!(null), [200; 3]),
        ("GET /api/kinds", "/api/kinds".into(), json!(null), [200; 3]),
        ("GET /api/things", "/api/things?kind=x.y".into(), json!(null), [401, 422, 422]),
        ("POST /api/things", "/api/things".into(), json!({}), [400; 3]),
        ("GET /api/things/{thing}", format!("/api/things/{m}"), json!(null), [401, 404, 404]),
        ("POST /api/things/{thing}/change", format!("/api/things/{m}/change"), json!({}), [400; 3]),
        ("GET /api/things/{thing}/history", format!("/api/things/{m}/history"), json!(null), [401, 404, 404]),
        ("POST /api/things/{thing}/move", format!("/api/things/{m}/move"), json!({}), [400; 3]),
        ("POST /api/things/{thing}/remove", format!("/api/things/{m}/remove"), json!({}), [400; 3]),
        ("POST /api/things/{thing}/unmask", format!("/api/things/{m}/unmask"), json!({}), [400; 3]),
        ("GET /api/triage/corrections", "/api/triage/corrections".into(), json!(null), [401, 403, 403]),
        // Last: they end what the others stand on.
        ("DELETE /api/session", "/api/session".into(), json!(null), [401, 204, 204]),
        ("DELETE /api/me", "/api/me".into(), json!(null), [401, 200, 409]),
    ]
}

#[test]
fn every_route_gives_nothing_away() {
    on_sqlite(async |w| {
        let id = w.report(HERE, "村里的事").await;
        let photo = w.here("village_duty").upload(crate::lifecycle::PHOTO, "image/png").await.text("id");
        let (seat, account) = (w.seats[&("village_duty", HERE)].to_string(), w.accounts[&("village_duty", HERE)].to_string());
        let all = table(&id, &photo, &seat, &account);
        let served = w.nobody().get("/api/openapi.json").await;
        let mut missing = Vec::new();
        for (path, item) in served.json["paths"].as_object().expect("paths") {
            for method in item.as_object().expect("methods").keys() {
                let route = format!("{} {path}", method.to_uppercase());
                if !all.iter().any(|(r, ..)| *r == route) {
                    missing.push(route);
                }
            }
        }
        assert!(missing.is_empty(), "not in the table: {missing:#?}");
        let mut wrong = Vec::new();
        for (i, who) in [As::Nobody, As::Stranger, As::Next].into_iter().enumerate() {
            for (route, path, body, expected) in &all {
                let answer = ask(&w, who, route, path, body).await;
                if answer.status != expected[i] {
                    wrong.push(format!("{who:?} {route}: {} and not {}: {}", answer.status, expected[i], answer.raw));
                }
                assert!(!answer.raw.contains("村里的事"), "{who:?} {route} gives words away");
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert_eq!(w.here("resident").get(&format!("/api/matters/{id}")).await.status, 200, "and it is still there");
    });
}

async fn ask(w: &World, who: As, route: &str, path: &str, body: &Value) -> crate::world::Answer {
    let method: Method = route.split(' ').next().expect("a method").parse().expect("a method");
    if matches!(route, "DELETE /api/session" | "DELETE /api/me") {
        w.sign_in_again().await;
    }
    let client = match who {
        As::Nobody => w.nobody(),
        As::Stranger => w.here("stranger"),
        As::Next => w.of("village_duty", NEXT),
    };
    client.send(method, path, Some(body.clone()).filter(|b| !b.is_null()), &[]).await
}
