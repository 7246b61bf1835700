//! 意见投诉: held by whom the county names, followed like a report, and never met by whom it is about.

use crate::world::{HERE, World, code, group, on_both, on_sqlite};
use serde_json::{Value, json};

const WORDS: &str = "办事拖拉，说好三天却没有人来";

/// The two seats that the county names, by token and seat.
struct Named {
    desk: (String, String),
    review: (String, String),
}

async fn named(w: &World) -> Named {
    let home = w.home(HERE);
    let county = code(HERE, "0000000000000");
    let seat = async |i, role| {
        let (token, _, seat) = w.seat(home, i, role, county, None).await;
        (token, seat.to_string())
    };
    Named { desk: seat(900, "complaints_desk").await, review: seat(901, "complaints_review").await }
}

fn complaint(about: Value, sender: &str) -> Value {
    json!({"flow": "complaints.complaint", "form": {"words": WORDS, "about": about, "sender": sender}})
}

/// Everything by which one might come upon it: the number of matters found.
async fn finds(w: &World, token: &str, id: &str) -> usize {
    let client = w.by_token(token);
    let listed = async |path: &str| {
        let page = client.get(path).await;
        page.json["items"].as_array().map_or(0, |all| all.iter().filter(|m| m["id"] == json!(id)).count())
    };
    let mut found = 0;
    for path in ["/api/matters", "/api/matters?mine=true", "/api/matters?flow=complaints.complaint", "/api/matters?q=%E6%8B%96%E6%8B%89"] {
        found += listed(path).await;
    }
    found += client.get("/api/matters/count?flow=complaints.complaint").await.json["n"].as_u64().unwrap_or(0) as usize;
    found += usize::from(client.get(&format!("/api/matters/{id}")).await.status == 200);
    found += usize::from(client.get(&format!("/api/matters/{id}/timeline")).await.status == 200);
    let sheet = client.get("/api/exports/matters/csv").await;
    found += usize::from(sheet.raw.contains("complaints.complaint"));
    let rows = client.get("/api/figures/complaints.on_time/matters?window=year&which=all").await;
    found + usize::from(rows.raw.contains(id))
}

#[test]
fn whom_it_is_about_finds_nothing_and_the_named_seat_has_it() {
    on_both(async |w| {
        let n = named(&w).await;
        let seat = w.seats[&("village_duty", HERE)];
        let about = json!([{"kind": "seat", "id": seat, "name": "石桥村值班"}]);
        let sent = w.here("resident").post("/api/matters", complaint(about, "named")).await;
        assert_eq!(sent.status, 201, "{sent:?}");
        let id = sent.text("id");
        assert_eq!(w.by_token(&n.desk.0).get(&format!("/api/matters/{id}")).await.json["holder"]["id"], json!(n.desk.1));
        assert!(finds(&w, &n.desk.0, &id).await >= 6, "the desk has it in every list");
        let told = |who| w.here(who).token();
        for who in ["village_duty", "village_lead", "township_duty", "county_desk", "county_leader", "county_it", "stranger"] {
            assert_eq!(finds(&w, &told(who), &id).await, 0, "{who}");
        }
        let follows = w.here("resident").get(&format!("/api/matters/{id}")).await;
        assert_eq!((follows.status, follows.json["title"].clone()), (200, json!(WORDS)), "and the sender follows it");
        // The desk's answer goes to the sender, and the sender has the last word.
        let moves = format!("/api/matters/{id}/moves");
        let answered = w.by_token(&n.desk.0).post(&moves, json!({"move": "answer", "form": {"answer": "已约谈，明天上门"}})).await;
        assert_eq!(answered.json["step"], json!("confirm"), "{answered:?}");
        let no = w.here("resident").post(&moves, json!({"move": "refuse", "form": {"solved": "unsolved"}})).await;
        assert_eq!(no.json["holder"], json!(n.review.1), "a no goes to the reviewer: {no:?}");
    });
}

#[test]
fn a_complaint_about_its_own_desk_goes_past_it() {
    on_both(async |w| {
        let n = named(&w).await;
        let about = json!([{"kind": "seat", "id": n.desk.1, "name": "意见投诉受理员"}]);
        let id = w.here("resident").post("/api/matters", complaint(about, "sealed")).await.text("id");
        assert_eq!(finds(&w, &n.desk.0, &id).await, 0, "list, search, count, sheet, figure, page");
        assert_eq!(w.by_token(&n.review.0).get(&format!("/api/matters/{id}")).await.json["holder"]["id"], json!(n.review.1));
        let both = json!([{"kind": "seat", "id": n.desk.1, "name": "受理员"}, {"kind": "seat", "id": n.review.1, "name": "复核员"}]);
        let sent = w.here("resident").post("/api/matters", complaint(both, "named")).await;
        assert_eq!((sent.status, sent.code()), (409, "nobody_free"), "no one is left, and the sender hears so at once");
        let it = w.seats[&("county_it", HERE)];
        let list = format!("/api/seats/{}/work", n.desk.1);
        let before = w.here("county_it").get(&list).await.json["all"].clone();
        let about = json!([{"kind": "seat", "id": it, "name": "县信息员"}]);
        let id = w.here("resident").post("/api/matters", complaint(about, "named")).await.text("id");
        assert_eq!(w.by_token(&n.desk.0).get(&format!("/api/matters/{id}")).await.json["holder"]["id"], json!(n.desk.1));
        let work = w.here("county_it").get(&list).await;
        assert!(work.status == 200 && !work.raw.contains(&id) && work.json["all"] == before, "nor in a list for handing over: {work:?}");
        let leader = w.seats[&("county_leader", HERE)];
        let about = json!([{"kind": "seat", "id": leader, "name": "县领导"}]);
        let id = w.here("resident").post("/api/matters", complaint(about, "named")).await.text("id");
        assert_eq!(finds(&w, &w.here("county_leader").token(), &id).await, 0);
        assert_eq!(w.by_token(&n.desk.0).get(&format!("/api/matters/{id}")).await.json["holder"]["id"], json!(n.desk.1));
    });
}

#[test]
fn who_is_called_by_name_or_had_the_matter_in_hand_does_not_meet_it_either() {
    on_sqlite(async |w| {
        let n = named(&w).await;
        let renamed = w.by_token(&n.desk.0).send(axum::http::Method::PATCH, "/api/me", Some(json!({"name": "欧阳石桥"})), &[]).await;
        assert_eq!(renamed.status, 204, "{renamed:?}");
        let mut by_title = complaint(json!([]), "named");
        by_title["form"]["words"] = json!("上次找意见投诉受理员，拖拉了半个月");
        let mut by_words = complaint(json!([]), "named");
        by_words["form"]["words"] = json!("受理的欧阳石桥不回电话，办事拖拉");
        for body in [complaint(json!([{"name": "受理员欧阳石桥"}]), "named"), by_words, by_title] {
            let sent = w.here("resident").post("/api/matters", body).await;
            assert_eq!(sent.status, 201, "{sent:?}");
            assert_eq!(finds(&w, &n.desk.0, &sent.text("id")).await, 0);
            assert!(finds(&w, &n.review.0, &sent.text("id")).await > 0);
        }
        // Whoever had a matter of mine in hand, and who stands under them.
        let report = w.report(HERE, "路灯坏了没有人修").await;
        let other = json!([{"kind": "matter", "id": report, "name": "路灯"}]);
        let id = w.here("resident").post("/api/matters", complaint(other.clone(), "named")).await.text("id");
        let id: base::MatterId = id.parse().expect("an id");
        let about = move |r: &mut store::Reader| {
            let m = matters::load(r, id)?.expect("a matter");
            matters::about(r, &m)
        };
        let barred = w.app.store.read(w.home(HERE), about).await.expect("reads");
        let seat = w.seats[&("village_duty", HERE)].uuid();
        assert!(barred.contains(&seat), "the village's duty held it");
        let other = w.here("stranger").post("/api/matters", complaint(other, "named")).await;
        assert_eq!(
            (other.status, other.json["fields"][0]["field"].clone()),
            (422, json!("form.about")),
            "another's matter is not his to name"
        );
    });
}

#[test]
fn without_a_name_it_is_followed_by_a_receipt_and_another_confirms() {
    on_both(async |w| {
        let n = named(&w).await;
        let sent = w.nobody().post("/api/matters", complaint(json!([{"name": "村里"}]), "anonymous")).await;
        assert_eq!(sent.status, 201, "{sent:?}");
        let moves = format!("/api/matters/{}/moves", sent.text("id"));
        let answer = json!({"move": "answer", "form": {"answer": "已查实，已改正"}});
        assert_eq!(w.by_token(&n.desk.0).post(&moves, answer).await.status, 200);
        let ask = json!({"number": sent.text("number"), "receipt": sent.text("receipt")});
        let progress = w.nobody().post("/api/receipts", ask).await;
        assert_eq!(
            (progress.json["open"].clone(), progress.json["answers"].clone()),
            (json!(true), json!(["已查实，已改正"])),
            "{progress:?}"
        );
        let accept = json!({"move": "accept", "form": {"solved": "solved"}});
        assert_ne!(w.by_token(&n.desk.0).post(&moves, accept.clone()).await.status, 200, "not who answered");
        assert_eq!(w.by_token(&n.review.0).post(&moves, accept).await.json["open"], json!(false));
    });
}

#[test]
fn a_key_for_everything_reads_none_and_a_county_without_the_seats_says_so() {
    on_sqlite(async |w| {
        let sent = w.here("resident").post("/api/matters", complaint(json!([]), "named")).await;
        assert_eq!((sent.status, sent.code()), (409, "no_seat"), "nobody is there to read it");
        let n = named(&w).await;
        let sent = w.here("resident").post("/api/matters", complaint(json!([]), "named")).await;
        let id = sent.text("id");
        let key = w.key(&[packs::Action::Read, packs::Action::List, packs::Action::Export]).await;
        assert_eq!(finds(&w, &key, &id).await, 0, "all is not what is kept apart");
        assert!(finds(&w, &n.desk.0, &id).await > 0);
        let report = w.here("resident").post("/api/matters", json!({"flow": "direct_line.report", "category": "roads", "form": {"words": "路灯", "place": {"region": group(HERE)}, "sender": "named"}})).await;
        assert_eq!(w.by_token(&key).get(&format!("/api/matters/{}", report.text("id"))).await.status, 200, "but all the rest");
    });
}
