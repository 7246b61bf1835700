//! The leaders' month: each number from its rows, each deed his who did it at the time, nothing shown to whom it is not.

use crate::world::{HERE, World, code, group, on_both};
use access::{Caller, Fill};
use base::{AccountId, SeatId};
use serde_json::{Value, json};
use store::{By, sql};
use uuid::Uuid;

async fn service(w: &World, who: &crate::world::Client<'_>, what: &str) -> String {
    let form = json!({"what": what, "words": "去看了看", "place": {"region": group(HERE)}});
    let made = who.post("/api/matters", json!({"flow": "three_leaders.service", "form": form})).await;
    assert_eq!(made.status, 201, "{made:?}");
    let _ = w;
    made.text("id")
}

async fn later(w: &World, at: &str) {
    w.clock.move_to(at.parse().expect("a time"));
    let (home, ring) = (w.home(HERE), w.app.ring());
    while w.app.store.run_due(home, &ring).await.expect("runs") > 0 {}
    w.sign_in_again().await;
}

async fn taken(w: &World, words: &str) -> String {
    let id = w.report(HERE, words).await;
    let taken = w.here("group_leader").post(&format!("/api/matters/{id}/take"), json!({})).await;
    assert_eq!(taken.status, 200, "{taken:?}");
    id
}

async fn moved(who: &crate::world::Client<'_>, id: &str, mv: &str, form: Value) {
    let moved = who.post(&format!("/api/matters/{id}/moves"), json!({"move": mv, "form": form})).await;
    assert_eq!(moved.status, 200, "{mv}: {moved:?}");
}

fn line(page: &Value, seat: SeatId, account: AccountId) -> Option<&Value> {
    let of = |l: &&Value| l["seat"]["id"] == json!(seat) && l["account"] == json!(account);
    page["items"].as_array().expect("lines").iter().find(of)
}

fn four(l: &Value) -> [i64; 4] {
    ["visits", "services", "solved", "late"].map(|k| l[k].as_i64().unwrap_or_else(|| panic!("no {k} in {l}")))
}

/// Each number opens to as many rows as it says; gives their ids.
async fn opened(who: &crate::world::Client<'_>, l: &Value, what: &str) -> Vec<String> {
    let (seat, account) = (l["seat"]["id"].as_str().expect("an id"), l["account"].as_str().expect("an id"));
    let (mut ids, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/leaders/months/matters?seat={seat}&account={account}&what={what}&month=2026-11&most=1{cursor}");
        let page = who.get(&path).await;
        assert_eq!(page.status, 200, "{page:?}");
        ids.extend(page.json["items"].as_array().expect("rows").iter().map(|m| m["id"].as_str().expect("an id").to_owned()));
        match page.json["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(ids.len() as i64, l[what].as_i64().expect("a number"), "{what} of {l}");
    ids
}

/// The same from every row there is, and from the journal, without the engine's own look.
async fn recounted(w: &World, seat: SeatId, account: AccountId) -> [i64; 4] {
    let home = w.home(HERE);
    let read = move |r: &mut store::Reader| {
        type Row = (Uuid, String, Option<SeatId>, Option<AccountId>, Option<SeatId>, Option<AccountId>, Option<i64>, String);
        let rows: Vec<Row> = r.many(
            sql("select id, flow, opener_seat, opener, doer_seat, doer, resolved_at, body from matter where county = $1").bind(home),
        )?;
        let mut n = [0; 4];
        for (_, flow, opener_seat, opener, doer_seat, doer, resolved, body) in rows {
            let wrote = flow == "service" && opener_seat == Some(seat) && opener == Some(account);
            let visit = body.contains("\"visit\"") || body.contains("\"look\"");
            n[0] += i64::from(wrote && visit);
            n[1] += i64::from(wrote && !visit);
            n[2] += i64::from(flow != "service" && resolved.is_some() && doer_seat == Some(seat) && doer == Some(account));
        }
        let lates: Vec<(Uuid, i64, String)> =
            r.many(sql("select subject, at, payload from journal where county = $1 and kind = 'matter.late'").bind(home))?;
        let sat: Vec<(i64, i64)> = r.many(
            sql("select since, until from tenure where county = $1 and seat = $2 and account = $3 and kind = 0")
                .bind(home)
                .bind(seat)
                .bind(account),
        )?;
        let mut late = std::collections::BTreeSet::new();
        for (subject, at, payload) in lates {
            let payload: Value = serde_json::from_str(&payload).map_err(base::Error::internal)?;
            if payload["holder"] == json!(seat) && sat.iter().any(|(since, until)| *since <= at && at < *until) {
                late.insert(subject);
            }
        }
        n[3] = late.len() as i64;
        Ok(n)
    };
    w.app.store.read(home, read).await.expect("reads")
}

#[test]
fn a_month_is_what_was_done_and_each_number_opens_to_it() {
    on_both(async |w| {
        let (seat, she) = (w.seats[&("group_leader", HERE)], w.accounts[&("group_leader", HERE)]);
        let leader = w.here("group_leader");
        let visit = service(&w, &leader, "visit").await;
        let look = service(&w, &leader, "look").await;
        let errand = service(&w, &leader, "errand").await;
        let solved = taken(&w, "两家争一条水沟").await;
        moved(&leader, &solved, "neighbours", json!({})).await;
        moved(&leader, &solved, "agreed", json!({"minutes": "两家说好了，各让一尺"})).await;
        moved(&leader, &solved, "told", json!({})).await;
        let late = taken(&w, "路灯不亮").await;
        later(&w, "2026-11-12T09:00:00+08:00").await;

        later(&w, "2026-11-12T10:00:00+08:00").await;
        // The office goes to another; what is solved from here on is his.
        let home = w.home(HERE);
        let (platform, to) = (Caller::system(home, w.app.rules(home).expect("packs").catalogue.clone()), w.accounts[&("stranger", HERE)]);
        let fill =
            move |u: &mut store::Unit| access::fill_seat(u, &platform, Fill { seat, account: to, deputy: false, since: None, until: None });
        w.app.store.command(home, By::system("test"), fill).await.expect("handed over");
        w.sign_in_again().await;
        let successor = w.here("stranger");
        let his = service(&w, &successor, "visit").await;
        moved(&successor, &late, "neighbours", json!({})).await;
        moved(&successor, &late, "agreed", json!({"minutes": "换了灯泡，大家轮流看管"})).await;
        moved(&successor, &late, "told", json!({})).await;
        later(&w, "2026-11-20T09:00:00+08:00").await;

        let village = code(HERE, "0012010000000").to_string();
        let path = format!("/api/leaders/months?region={village}&month=2026-11");
        for who in ["village_duty", "village_lead", "township_duty", "county_leader"] {
            let reader = w.here(who);
            let page = reader.get(&path).await;
            assert_eq!(page.status, 200, "{who}: {page:?}");
            assert_eq!((page.text("from"), page.text("to")), ("2026-11-01T00:00:00+08:00".into(), "2026-12-01T00:00:00+08:00".into()));
            let (hers, next) = (line(&page.json, seat, she).expect("hers"), line(&page.json, seat, to).expect("his"));
            assert_eq!((four(hers), four(next)), ([2, 1, 1, 1], [1, 0, 1, 0]), "{who}");
            assert_eq!((recounted(&w, seat, she).await, recounted(&w, seat, to).await), (four(hers), four(next)));
            assert!(hers["until"].is_string() && next["since"].is_string(), "{hers} {next}");
            let mut visits = opened(&reader, hers, "visits").await;
            visits.sort();
            let mut both = vec![visit.clone(), look.clone()];
            both.sort();
            assert_eq!(visits, both);
            assert_eq!(opened(&reader, hers, "services").await, std::slice::from_ref(&errand));
            assert_eq!(opened(&reader, hers, "solved").await, std::slice::from_ref(&solved));
            assert_eq!(opened(&reader, hers, "late").await, std::slice::from_ref(&late));
            assert_eq!(
                (opened(&reader, next, "visits").await, opened(&reader, next, "solved").await),
                (vec![his.clone()], vec![late.clone()])
            );
            let regions: Vec<&str> =
                page.json["items"].as_array().expect("lines").iter().filter_map(|l| l["seat"]["region"].as_str()).collect();
            assert!(regions.is_sorted(), "by region and nothing else: {regions:?}");
        }

        // His own, without any right; what he kept stays readable after it has closed by itself.
        let own = successor.get("/api/leaders/months?month=2026-11").await;
        assert_eq!(own.json["items"].as_array().map(Vec::len), Some(1), "{own:?}");
        assert_eq!(four(&own.json["items"][0]), [1, 0, 1, 0]);
        assert_eq!(opened(&successor, &own.json["items"][0], "visits").await, std::slice::from_ref(&his));
        assert_eq!(successor.get(&format!("/api/matters/{his}")).await.status, 200);
        assert_eq!(w.here("group_leader").get("/api/leaders/months").await.json["items"], json!([]), "she holds no seat now");

        // Strangers see nothing, not by any way.
        let rows = format!("/api/leaders/months/matters?seat={seat}&account={she}&what=solved&month=2026-11");
        for who in ["resident", "group_leader", "other_township_duty", "department", "county_it"] {
            assert!([403, 404].contains(&w.here(who).get(&path).await.status), "{who}");
            assert!([403, 404].contains(&w.here(who).get(&rows).await.status), "{who}");
        }
        for (bad, field) in [("month=2026-13", "month"), ("month=11", "month"), ("most=0", "most")] {
            let refused = w.here("village_duty").get(&format!("/api/leaders/months?region={village}&{bad}")).await;
            assert_eq!((refused.status, refused.json["fields"][0]["field"].clone()), (400, json!(field)), "{refused:?}");
        }

        // The month before has nothing; paging one by one gives the same lines.
        let before = w.here("village_duty").get(&format!("/api/leaders/months?region={village}&month=2026-10")).await;
        assert!(before.json["items"].as_array().expect("lines").iter().all(|l| four(l) == [0; 4]), "{before:?}");
        let (mut lines, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = w.here("village_duty").get(&format!("{path}&most=1{cursor}")).await;
            lines.extend(page.json["items"].as_array().expect("lines").clone());
            match page.json["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(json!(lines), w.here("village_duty").get(&path).await.json["items"]);

        // A sheet for whoever may export, of the lines and of a number's rows.
        let sheet = w.here("township_duty").get(&format!("/api/exports/leaders/csv?region={village}&month=2026-11")).await;
        assert_eq!(sheet.status, 200, "{sheet:?}");
        assert!(sheet.raw.contains("桃花镇石桥村4组组长,演示人,,2026-11-09,2026-11-12,2,1,1,1"), "{}", sheet.raw);
        let sheet = w
            .here("township_duty")
            .get(&format!("/api/exports/leaders/matters/csv?seat={seat}&account={she}&what=visits&month=2026-11"))
            .await;
        assert_eq!((sheet.status, sheet.raw.lines().count()), (200, 4), "{}", sheet.raw);
        assert_eq!(w.here("village_duty").get(&format!("/api/exports/leaders/csv?region={village}")).await.status, 403);
    });
}

#[test]
fn what_is_about_the_reader_is_not_in_the_numbers() {
    on_both(async |w| {
        let (seat, she) = (w.seats[&("group_leader", HERE)], w.accounts[&("group_leader", HERE)]);
        let leader = w.here("group_leader");
        let id = taken(&w, "村里的账没有公开").await;
        moved(&leader, &id, "neighbours", json!({})).await;
        moved(&leader, &id, "agreed", json!({"minutes": "把账贴出来，大家都看了"})).await;
        let (home, about) = (w.home(HERE), w.accounts[&("village_lead", HERE)]);
        let matter: Uuid = id.parse().expect("an id");
        let put = move |u: &mut store::Unit| {
            u.write(sql("insert into matter_about (county, subject, about) values ($1, $2, $3)").bind(home).bind(matter).bind(about))
        };
        w.app.store.command(home, By::system("test"), put).await.expect("about him");
        let village = code(HERE, "0012010000000").to_string();
        let path = format!("/api/leaders/months?region={village}");
        for (who, n) in [("village_lead", 0), ("township_duty", 1)] {
            let reader = w.here(who);
            let page = reader.get(&path).await;
            let hers = line(&page.json, seat, she).expect("hers");
            assert_eq!(four(hers)[2], n, "{who}");
            assert_eq!(opened(&reader, hers, "solved").await.len() as i64, n, "{who}");
        }
    });
}
