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
fn table(m: &str, file: &str) -> Vec<(&'static str, String, Value, [u16; 3])> {
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
        ("POST /api/session/by-invitation", "/api/session/by-invitation".into(), json!({"invitation": "x", "password": "短"}), [422; 3]),
        ("GET /api/me", "/api/me".into(), json!(null), [401, 200, 200]),
        ("PATCH /api/me", "/api/me".into(), json!({}), [401, 204, 204]),
        ("GET /api/me/sessions", "/api/me/sessions".into(), json!(null), [401, 200, 200]),
        ("GET /api/me/readers", "/api/me/readers".into(), json!(null), [401, 200, 200]),
        ("GET /api/me/export", "/api/me/export".into(), json!(null), [401, 200, 200]),
        ("GET /api/me/consents", "/api/me/consents".into(), json!(null), [401, 200, 200]),
        ("POST /api/me/consents", "/api/me/consents".into(), json!({"purpose": "revisit", "wording": "1"}), [401, 204, 204]),
        ("DELETE /api/me/consents/{purpose}", "/api/me/consents/revisit".into(), json!(null), [401, 204, 204]),
        ("PUT /api/me/password", "/api/me/password".into(), json!({"login": "x", "old": "x", "new": "x"}), [401, 422, 422]),
        ("POST /api/me/second-factor", "/api/me/second-factor".into(), json!(null), [401, 409, 409]),
        ("PUT /api/me/second-factor", "/api/me/second-factor".into(), json!({"code": "1"}), [401, 409, 409]),
        ("DELETE /api/me/sessions/{session}", format!("/api/me/sessions/{m}"), json!(null), [401, 404, 404]),
        ("DELETE /api/me/sessions", "/api/me/sessions".into(), json!(null), [401, 204, 204]),
        ("GET /api/matters", "/api/matters".into(), json!(null), [401, 200, 200]),
        ("GET /api/matters/count", "/api/matters/count".into(), json!(null), [401, 200, 200]),
        ("POST /api/matters", "/api/matters".into(), json!({"flow": "direct_line.report", "form": {"words": "x", "place": {"region": group(HERE)}}}), [401, 201, 422]),
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
        ("POST /api/matters/{matter}/unmask", one("unmask"), json!({"fields": ["phone"], "purpose": "contact", "reason": "核实情况"}), [401, 404, 404]),
        ("POST /api/receipts", "/api/receipts".into(), json!({"number": "2026-000001", "receipt": "x"}), [404; 3]),
        ("POST /api/triage", "/api/triage".into(), json!({"text": "路灯"}), [401, 200, 200]),
        ("POST /api/files", "/api/files".into(), json!({}), [415; 3]),
        ("GET /api/files/{file}", format!("/api/files/{file}"), json!(null), [404; 3]),
        ("GET /api/events", "/api/events?after=x".into(), json!(null), [401, 400, 400]),
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
        let all = table(&id, &photo);
        let served = w.nobody().get("/api/openapi.json").await;
        for (path, item) in served.json["paths"].as_object().expect("paths") {
            for method in item.as_object().expect("methods").keys() {
                let route = format!("{} {path}", method.to_uppercase());
                assert!(all.iter().any(|(r, ..)| *r == route), "{route} is not in the table");
            }
        }
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
