//! Every role that the shipped packs declare, here, in a neighbouring township and in the next county, against every
//! family of operations: who is answered what is a reviewed file (renewed with `BLESS=1`). What `access` refuses is
//! refused over HTTP whatever that file says, and nothing of this county ever answers the next one.

use crate::world::{Client, HERE, NEXT, World, code, group, on_sqlite};
use access::{Caller, Object};
use axum::http::Method;
use base::{AccountId, MatterId};
use packs::{Action, Subject};
use serde_json::{Value, json};
use std::{collections::BTreeMap, path::PathBuf};

/// Where the matters happen, and a place of the same kind in another township.
const OURS: &str = "0012010040001";
const ELSEWHERE: &str = "0022010010001";

/// What the operation is done to, with the right that it takes. Where the flow itself may give the right (its holder,
/// the resident), whoever may not even read is refused.
enum Needs {
    Matter(Action),
    County(Action),
    /// The same of the caller's own county, whichever that is.
    AtHome(Action),
    /// Of one's own: nothing of others can be reached.
    Own,
    /// Figures and lists of everything in the village.
    Leaders,
}

use Needs::{AtHome, County, Leaders, Matter, Own};

struct Op {
    /// Method and path; `{m}` is a fresh matter where the operation changes it.
    route: &'static str,
    body: Value,
    needs: Needs,
}

fn op(route: &'static str, needs: Needs, body: Value) -> Op {
    Op { route, body, needs }
}

fn ops() -> Vec<Op> {
    let none = || Value::Null;
    let village = code(HERE, "0012010000000").to_string();
    vec![
        op("GET /api/matters/{m}", Matter(Action::Read), none()),
        op("GET /api/matters/{m}/timeline", Matter(Action::Read), none()),
        op("GET /api/matters/{m}/similar", Matter(Action::Read), none()),
        op("GET /api/files/{file}", Matter(Action::Read), none()),
        op("GET /api/files/{file}?size=small", Matter(Action::Read), none()),
        op("POST /api/matters/{m}/moves", Matter(Action::Read), json!({"move": "area"})),
        op("POST /api/matters/{m}/take", Matter(Action::Read), none()),
        op("POST /api/matters/{m}/answers", Matter(Action::Read), json!({"form": {}})),
        op("POST /api/matters/{m}/pause", Matter(Action::Read), json!({"reason": "weather"})),
        op("POST /api/matters/{m}/resume", Matter(Action::Read), none()),
        op("POST /api/matters/{m}/decisions", Matter(Action::Read), json!({"yes": true})),
        op("POST /api/matters/{m}/end", Matter(Action::Read), json!({"end": "withdrawn", "reason": "settled"})),
        op("POST /api/matters/{m}/objections", Matter(Action::Read), json!({"words": "不同意"})),
        op("POST /api/matters/{m}/merge", Matter(Action::Merge), json!({"into": "{kept}"})),
        op("POST /api/matters/{m}/links", Matter(Action::Link), json!({"other": "{kept}"})),
        op("POST /api/matters/{m}/tries", Matter(Action::Read), json!({"how": "phone"})),
        op("POST /api/matters/{m}/words", Matter(Action::Read), json!({"words": "多说一句"})),
        op("POST /api/matters/{m}/category", Matter(Action::Read), json!({"category": "water"})),
        op("POST /api/matters/{m}/press", Matter(Action::Read), json!({"words": "请抓紧"})),
        op("POST /api/matters/{m}/vote", Matter(Action::Read), json!({"solved": "solved"})),
        op("POST /api/matters/{m}/revisit", Matter(Action::Read), json!({"solved": "solved"})),
        op(
            "POST /api/matters/{m}/unmask",
            Matter(Action::Unmask),
            json!({"fields": ["phone"], "purpose": "contact", "reason": "核实情况"}),
        ),
        op("POST /api/matters/{sealed}/unseal", Matter(Action::Unseal), json!({"reason": "需当面核实线索"})),
        op("POST /api/matters/version-moves", AtHome(Action::Packs), json!({"pack": "direct_line", "dry_run": true})),
        op("GET /api/journal", AtHome(Action::Operate), none()),
        op("GET /api/readings", AtHome(Action::Operate), none()),
        op("GET /api/reactions/runs", AtHome(Action::Operate), none()),
        op("POST /api/reactions/direct_line.urgent_hazard/runs/1/replay", AtHome(Action::Operate), none()),
        op("POST /api/reactions/direct_line.urgent_hazard/runs/1/drop", AtHome(Action::Operate), json!({"reason": "不再需要"})),
        op("GET /api/leaders/months", Own, none()),
        op("GET /api/leaders/months?region={village}", Leaders, none()),
        op("GET /api/leaders/months/matters?seat={leader}&what=solved", Leaders, none()),
        op("GET /api/exports/leaders/csv?region={village}", Leaders, none()),
        op("GET /api/matters", Own, none()),
        op("GET /api/matters/count", Own, none()),
        op("GET /api/matters/alarms", Own, none()),
        op("GET /api/dashboard", Own, none()),
        op("GET /api/figures/direct_line.on_time", Own, none()),
        op("GET /api/hot-issues", Own, none()),
        op("GET /api/exports/matters/csv", Own, none()),
        op("GET /api/exports/figures/direct_line.on_time/csv", Own, none()),
        op("GET /api/triage/corrections", Own, none()),
        op("POST /api/triage", Own, json!({"text": "路灯不亮"})),
        op("POST /api/imports/messages?flow=worry_free.message&dry_run=true", Own, none()),
        op("GET /api/things?kind=worry_free.none", Own, none()),
        op("GET /api/me/readers", Own, none()),
        op("GET /api/me/wechat", Own, none()),
        op("POST /api/me/wechat", Own, json!({"ticket": "x"})),
        op("DELETE /api/me/wechat", Own, none()),
        op("POST /api/me/wechat/acceptances", Own, json!({"templates": []})),
        op("PATCH /api/regions/{village}", County(Action::Regions), json!({"name": "石桥村"})),
        op(
            "PUT /api/regions/{village}/boundary",
            County(Action::Regions),
            json!({"geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}}),
        ),
        op("GET /api/map", Own, none()),
        op("GET /api/map/regions", Own, none()),
        op("GET /api/map/tiles/matters/0/0/0", Own, none()),
        op("GET /api/map/tiles/leaders/0/0/0", Own, none()),
        op("GET /api/seats/on-duty?region=4309030010000000000", Own, none()),
        op("GET /api/units", Own, none()),
        op("PUT /api/words", AtHome(Action::Packs), json!({"changes": [{"lang": "zh", "key": "desk.title", "text": "办公桌"}]})),
        op("POST /api/areas", County(Action::Regions), json!({"kind": "片", "village": village, "name": "{fresh}", "groups": []})),
        op("POST /api/regions/recodings", County(Action::Regions), json!({"old": village, "new": village})),
        op("GET /api/seats?region={village}", Own, none()),
        op("GET /api/seats/to-call?region={village}", Own, none()),
        op("POST /api/seats", County(Action::Seats), json!({"role": "village_duty", "region": village})),
        op("GET /api/seats/{seat}/work", County(Action::Seats), none()),
        op("GET /api/seats/{seat}/tenures", County(Action::Seats), none()),
        op("POST /api/seats/{seat}/tenures", County(Action::Seats), json!({"account": "{account}"})),
        op("POST /api/accounts", AtHome(Action::Accounts), json!({"name": "演示", "login": "{fresh}"})),
        op("POST /api/accounts/{account}/unlock", County(Action::Accounts), none()),
        op("POST /api/accounts/{account}/invitations", County(Action::Accounts), none()),
        op("GET /api/accounts", AtHome(Action::Accounts), none()),
        op("GET /api/keys", AtHome(Action::Accounts), none()),
        op("POST /api/calendar/years", AtHome(Action::Calendar), json!({"table": "year = 2027"})),
    ]
}

/// Somebody who asks.
struct Actor {
    name: String,
    county: i32,
    token: Option<String>,
    account: Option<AccountId>,
}

async fn actors(w: &World) -> Vec<Actor> {
    let catalogue = w.app.rules(w.home(HERE)).expect("packs").catalogue.clone();
    let mut all = vec![Actor { name: "nobody".into(), county: HERE, token: None, account: None }];
    for (name, county) in [("resident", HERE), ("stranger", HERE), ("resident", NEXT)] {
        let (token, account) = (w.of(name, county).token(), w.accounts[&(name, county)]);
        let shown = if county == NEXT { format!("{name}, next county") } else { name.to_owned() };
        all.push(Actor { name: shown, county, token: Some(token), account: Some(account) });
    }
    for (i, role) in catalogue.roles().enumerate() {
        let places = [(0, "", HERE, OURS), (1, ", neighbouring", HERE, ELSEWHERE), (2, ", next county", NEXT, OURS)];
        for (j, says, county, tail) in places {
            let region = code(county, tail).at(role.level).expect("a place of that level");
            if j == 1 && region == code(HERE, OURS).at(role.level).expect("a place") {
                continue;
            }
            let unit = role.of_unit.then_some("water");
            let (token, account, _) = w.seat(w.home(county), 100 + 3 * i + j, &role.id, region, unit).await;
            all.push(Actor { name: format!("{}{says}", role.id), county, token: Some(token), account: Some(account) });
        }
    }
    all
}

/// What stands in the places of a path or a body.
type Names = BTreeMap<&'static str, String>;

fn filled(text: &str, names: &Names) -> String {
    names.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

async fn open(w: &World, sender: &str) -> String {
    let form = json!({"words": "村里的事", "place": {"region": group(HERE)}, "sender": sender});
    let opened = w.here("resident").post("/api/matters", json!({"flow": "direct_line.report", "form": form, "category": "roads"})).await;
    assert_eq!(opened.status, 201, "{opened:?}");
    opened.text("id")
}

/// What `access` says of it, by the same rules that the engines ask.
async fn allowed(w: &World, actor: &Actor, op: &Op, names: &Names) -> bool {
    let home = w.home(actor.county);
    let catalogue = w.app.rules(home).expect("packs").catalogue.clone();
    let caller = match actor.account {
        None => Caller::nobody(home, catalogue),
        Some(account) => {
            let callers = w.app.callers.clone();
            let find = move |r: &mut store::Reader| access::caller_of(r, &callers, &catalogue, account);
            w.app.store.read(home, find).await.expect("a caller")
        }
    };
    match op.needs {
        Own => true,
        Leaders => {
            let village = Object::at(code(HERE, "0012010000000"));
            [Action::Figures, Action::List].iter().all(|a| caller.check(*a, &Subject::All, &village).is_ok())
        }
        AtHome(action) => caller.check(action, &Subject::Platform, &Object::at(home.code())).is_ok(),
        County(action) => caller.check(action, &Subject::Platform, &Object::at(code(HERE, "0012010000000"))).is_ok(),
        Matter(action) => {
            let id: MatterId = names[if op.route.contains("{sealed}") { "sealed" } else { "m" }].parse().expect("an id");
            let check = move |r: &mut store::Reader| {
                let m = matters::load(r, id)?.expect("is there");
                let (seats, about) = (matters::seats(r, &m)?, matters::about(r, &m)?);
                let object = Object { region: m.region, seats: &seats, owner: m.resident, about: &about };
                // Her own name and number are open to her.
                let own = action == Action::Unmask && caller.account.is_some() && m.resident == caller.account;
                Ok(own || caller.check(action, &Subject::Flow(m.flow_name()), &object).is_ok())
            };
            w.app.store.read(w.home(HERE), check).await.expect("reads")
        }
    }
}

#[test]
fn each_role_is_answered_what_the_packs_say() {
    on_sqlite(async |w| {
        let photo = w.here("resident").upload(crate::lifecycle::PHOTO, "image/png").await.text("id");
        let form = json!({"words": "村里的事", "place": {"region": group(HERE)}, "media": [photo]});
        let body = json!({"flow": "direct_line.report", "form": form, "category": "roads"});
        let kept = w.here("resident").post("/api/matters", body).await.text("id");
        let names = Names::from([
            ("file", photo),
            ("kept", kept),
            ("sealed", open(&w, "sealed").await),
            ("village", code(HERE, "0012010000000").to_string()),
            ("seat", w.seats[&("village_lead", HERE)].to_string()),
            ("leader", w.seats[&("group_leader", HERE)].to_string()),
            ("account", w.accounts[&("village_lead", HERE)].to_string()),
        ]);
        let (actors, mut table, mut leaks) = (actors(&w).await, String::new(), Vec::new());
        for op in ops() {
            let mut answered: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
            for (i, actor) in actors.iter().enumerate() {
                let mut names = names.clone();
                // What a write does for one must not decide what the next is answered.
                let fresh = op.route.starts_with("POST") && op.route.contains("{m}");
                names.insert("m", if fresh { open(&w, "named").await } else { names["kept"].clone() });
                names.insert("fresh", format!("fresh{i}x{}", table.len()));
                let may = allowed(&w, actor, &op, &names).await;
                let answer = ask(&w, actor, &op, &names).await;
                answered.entry(answer.status).or_default().push(&actor.name);
                let reached = (200..300).contains(&answer.status);
                let ours = matches!(op.needs, Matter(_) | County(_) | Leaders);
                if reached && (!may || ours && actor.county != HERE) {
                    leaks.push(format!("{} may not {}: {}", actor.name, op.route, answer.status));
                }
                let shows = answer.raw.contains("村里的事") || answer.raw.contains(&names["kept"]);
                if shows && actor.county != HERE {
                    leaks.push(format!("{} is shown something by {}", actor.name, op.route));
                }
            }
            table += &format!("{}\n", op.route);
            for (status, who) in answered {
                table += &format!("  {status}  {}\n", who.join("; "));
            }
        }
        assert!(leaks.is_empty(), "{leaks:#?}");
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/matrix.txt");
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&path, &table).expect("writes");
        }
        let reviewed = std::fs::read_to_string(&path).unwrap_or_default();
        for (now, was) in table.lines().zip(reviewed.lines()) {
            assert_eq!(now, was, "not as reviewed in tests/matrix.txt; if that is right: BLESS=1 cargo test -p server matrix");
        }
        assert_eq!(table.lines().count(), reviewed.lines().count());
    });
}

async fn ask(w: &World, actor: &Actor, op: &Op, names: &Names) -> crate::world::Answer {
    let (method, path) = op.route.split_once(' ').expect("a method and a path");
    let method: Method = method.parse().expect("a method");
    let client: Client = actor.token.as_ref().map_or_else(|| w.nobody(), |token| w.by_token(token));
    let body: Option<Value> = (!op.body.is_null()).then(|| filled(&op.body.to_string(), names).parse().expect("JSON"));
    client.send(method, &filled(path, names), body, &[]).await
}
