//! A small county with its people, and clients named after them.

use access::{AccountKind, Caller, Fill, MakeSeat, NewAccount, RegionRow};
use axum::{
    Router,
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use base::{AccountId, Code, Home, SeatId, StoryClock};
use serde_json::{Value, json};
use server::{app::App, config::Config, county, routes};
use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex},
};
use store::{By, Database, testing};
use tower::ServiceExt;

/// 赫山区 and the next county.
pub const HERE: i32 = 430_903;
pub const NEXT: i32 = 430_922;

pub struct World {
    pub app: App,
    pub router: Router,
    pub clock: Arc<StoryClock>,
    /// By name and county.
    tokens: Mutex<BTreeMap<(&'static str, i32), String>>,
    pub accounts: BTreeMap<(&'static str, i32), AccountId>,
    pub seats: BTreeMap<(&'static str, i32), SeatId>,
}

/// Everyone who holds a seat: name, role, the region's tail, department.
const SEATED: [(&str, &str, &str, Option<&str>); 13] = [
    ("neighbour_leader", "neighbour_leader", "0012010040001", None),
    ("group_leader", "group_leader", "0012010040000", None),
    ("other_group_leader", "group_leader", "0012010050000", None),
    ("village_duty", "village_duty", "0012010000000", None),
    ("village_lead", "village_lead", "0012010000000", None),
    ("township_duty", "township_duty", "0010000000000", None),
    ("other_township_duty", "township_duty", "0020000000000", None),
    ("township_station", "township_station", "0010000000000", Some("water")),
    ("department", "department", "0000000000000", Some("water")),
    ("county_leader", "county_leader", "0000000000000", None),
    ("county_desk", "county_desk", "0000000000000", None),
    ("keeper", "keeper", "0000000000000", None),
    ("county_it", "county_it", "0000000000000", None),
];

const RESIDENTS: [&str; 2] = ["resident", "stranger"];

fn regions(home: i32) -> Vec<RegionRow> {
    let rows = [
        ("0000000000000", "演示县"),
        ("0010000000000", "桃花镇"),
        ("0012010000000", "石桥村"),
        ("0012010040000", "4组"),
        ("0012010040001", "1邻"),
        ("0012010050000", "5组"),
        ("0020000000000", "柳溪镇"),
        ("0022010000000", "柳溪村"),
        ("0022010010000", "1组"),
        ("0022010010001", "1邻"),
    ];
    rows.map(|(tail, name)| RegionRow { code: code(home, tail), name: name.into() }).to_vec()
}

pub fn code(home: i32, tail: &str) -> Code {
    format!("{home}{tail}").parse().expect("a region code")
}

/// 4 组 of 石桥村.
pub fn group(home: i32) -> String {
    code(home, "0012010040000").to_string()
}

pub fn packs() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../packs")
}

/// Runs a test on each database there is.
pub fn on_both(test: impl AsyncFn(World)) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    for database in testing::databases() {
        runtime.block_on(async { test(World::open(database).await).await });
    }
}

/// Where the database makes no difference.
pub fn on_sqlite(test: impl AsyncFn(World)) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(async { test(World::open(testing::sqlite()).await).await });
}

impl World {
    pub async fn open(database: Database) -> World {
        World::open_with(database, |_| {}).await
    }

    pub async fn open_with(database: Database, configure: impl FnOnce(&mut Config)) -> World {
        let clock = Arc::new(StoryClock::at("2026-11-09T09:00:00+08:00".parse().expect("a Monday")));
        let data = tempfile::tempdir().expect("a folder").keep().join("data");
        std::fs::create_dir_all(&data).expect("a folder");
        std::fs::write(data.join("demo"), "").expect("a mark");
        let url = match database {
            Database::Postgres(url) => Some(url),
            Database::Sqlite(_) => None,
        };
        let mut config = Config { data, database: url, packs: packs(), ..Config::default() };
        configure(&mut config);
        let app = App::open(config, Some(clock.clone())).await.expect("opens");
        let (router, _) = routes::build(&app);
        let mut world = World { app, router, clock, tokens: Mutex::default(), accounts: BTreeMap::new(), seats: BTreeMap::new() };
        for home in [HERE, NEXT] {
            world.people(home).await;
        }
        world
    }

    async fn people(&mut self, county: i32) {
        let home = Home::new(county).expect("a county");
        county::found(&self.app, home, "演示县", regions(county)).await.expect("regions");
        for (i, (name, role, tail, unit)) in SEATED.into_iter().enumerate() {
            let (token, account, seat) = self.seat(home, i, role, code(county, tail), unit).await;
            self.tokens.lock().expect("whole").insert((name, county), token);
            self.accounts.insert((name, county), account);
            self.seats.insert((name, county), seat);
        }
        for (i, name) in RESIDENTS.into_iter().enumerate() {
            let (token, account) = self.account(home, AccountKind::Resident, 50 + i, None).await;
            self.tokens.lock().expect("whole").insert((name, county), token);
            self.accounts.insert((name, county), account);
        }
    }

    /// Someone new in a new seat: his token, account and seat.
    pub async fn seat(&self, home: Home, i: usize, role: &str, region: Code, unit: Option<&str>) -> (String, AccountId, SeatId) {
        let paid = self.app.rules(home).expect("packs").catalogue.role(role).is_some_and(|r| r.paid);
        let kind = if paid { AccountKind::Staff } else { AccountKind::Resident };
        let (_, account) = self.account(home, kind, i, Some(region)).await;
        let platform = Caller::system(home, self.app.rules(home).expect("packs").catalogue.clone());
        let (role, unit) = (role.to_owned(), unit.map(str::to_owned));
        let seat = self
            .app
            .store
            .command(home, By::system("test"), move |u| {
                let seat = access::make_seat(u, &platform, MakeSeat { role: role.clone(), region, unit: unit.clone(), area: None })?;
                access::fill_seat(u, &platform, Fill { seat, account, deputy: false, since: None, until: None })?;
                Ok(seat)
            })
            .await
            .expect("a seat")
            .value;
        // Filling a seat of staff ends sessions: sign in afterwards.
        (self.session(home, account).await, account, seat)
    }

    async fn account(&self, home: Home, kind: AccountKind, i: usize, region: Option<Code>) -> (String, AccountId) {
        let platform = Caller::system(home, self.app.rules(home).expect("packs").catalogue.clone());
        let keys = self.app.keys.clone();
        let phone = format!("139{:08}", i64::from(home.get()) % 1000 * 1000 + i as i64);
        let id = self
            .app
            .store
            .command(home, By::system("test"), move |u| {
                let new = NewAccount { kind, name: Some("演示人".into()), phone: Some(phone.clone()), region, login: None };
                access::make_account(u, &platform, &keys, new)
            })
            .await
            .expect("an account")
            .value;
        (self.session(home, id).await, id)
    }

    async fn session(&self, home: Home, id: AccountId) -> String {
        let open = move |u: &mut store::Unit| access::open_session(u, id, &access::Device::default(), true);
        self.app.store.command(home, By::system("test"), open).await.expect("a session").value.token
    }

    /// Sessions of staff end after half an hour without use: after a story has moved its clock, all sign in again.
    pub async fn sign_in_again(&self) {
        for ((name, county), account) in &self.accounts {
            let open = |id| move |u: &mut store::Unit| access::open_session(u, id, &access::Device::default(), true);
            // Whoever has erased his account stays away.
            if let Ok(done) = self.app.store.command(self.home(*county), By::system("test"), open(*account)).await {
                self.tokens.lock().expect("whole").insert((name, *county), done.value.token);
            }
        }
    }

    pub fn home(&self, county: i32) -> Home {
        Home::new(county).expect("a county")
    }

    pub fn nobody(&self) -> Client<'_> {
        Client { world: self, token: None }
    }

    /// Somebody of this county, by name: `resident`, `village_duty` …
    pub fn here(&self, name: &str) -> Client<'_> {
        self.of(name, HERE)
    }

    pub fn of(&self, name: &str, county: i32) -> Client<'_> {
        let token = self.tokens.lock().expect("whole").iter().find(|((n, c), _)| *n == name && *c == county).map(|(_, t)| t.clone());
        Client { world: self, token: Some(token.unwrap_or_else(|| panic!("nobody is called {name}"))) }
    }

    pub fn by_token(&self, token: &str) -> Client<'_> {
        Client { world: self, token: Some(token.to_owned()) }
    }

    /// A plain report of the resident: its id.
    pub async fn report(&self, county: i32, words: &str) -> String {
        let body = json!({"flow": "direct_line.report", "form": {"words": words, "place": {"region": group(county)}}, "category": "roads"});
        let answer = self.of("resident", county).post("/api/matters", body).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.text("id")
    }
}

pub struct Client<'w> {
    world: &'w World,
    token: Option<String>,
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: axum::http::HeaderMap,
    pub json: Value,
    pub raw: String,
}

impl Answer {
    pub fn text(&self, field: &str) -> String {
        self.json[field].as_str().unwrap_or_else(|| panic!("no {field} in {}", self.raw)).to_owned()
    }

    pub fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or_default()
    }
}

impl Client<'_> {
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None, &[]).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body), &[]).await
    }

    pub async fn send(&self, method: Method, path: &str, body: Option<Value>, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = match body {
            Some(json) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(json.to_string())
            }
            None => Body::empty(),
        };
        self.raw(request.body(body).expect("a request")).await
    }

    /// A request made by hand.
    pub async fn raw(&self, request: Request<Body>) -> Answer {
        let response = self.world.router.clone().oneshot(request).await.expect("answers");
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = axum::body::to_bytes(response.into_body(), 64 << 20).await.expect("a body");
        let raw = String::from_utf8_lossy(&bytes).into_owned();
        let answer = Answer { status: status.as_u16(), headers, json: serde_json::from_str(&raw).unwrap_or(Value::Null), raw };
        assert_ne!(status, StatusCode::INTERNAL_SERVER_ERROR, "{answer:?}");
        if status.is_client_error() && !answer.raw.starts_with("<?xml") && !answer.raw.starts_with('[') {
            assert_eq!(answer.headers[header::CONTENT_TYPE], "application/problem+json", "{answer:?}");
            assert_eq!(answer.json["status"], status.as_u16());
        }
        answer
    }
}

impl Client<'_> {
    pub async fn upload(&self, bytes: &'static [u8], kind: &str) -> Answer {
        let token = self.token.clone().unwrap_or_default();
        let request =
            Request::post("/api/files").header(header::AUTHORIZATION, format!("Bearer {token}")).header(header::CONTENT_TYPE, kind);
        self.raw(request.body(Body::from(bytes)).expect("a request")).await
    }
}

impl Client<'_> {
    pub fn token(&self) -> String {
        self.token.clone().unwrap_or_default()
    }

    pub fn bearer(&self) -> String {
        format!("Bearer {}", self.token())
    }
}
