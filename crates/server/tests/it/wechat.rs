//! The WeChat mini-program, against a real HTTP server on this machine that answers as WeChat's documents say.

use crate::world::{Answer, HERE, World, group};
use axum::http::Method;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    time::Duration,
};
use store::{Reader, sql, testing};

const SECRET: &str = "secret-of-the-mini-program";
const TEMPLATE: &str = "tmpl_progress";

/// What WeChat knows and was asked.
#[derive(Default)]
struct Servers {
    /// Codes of `wx.login` not used yet, and whose they are.
    codes: BTreeMap<String, String>,
    /// Tokens given out; the last is the one that is taken.
    tokens: usize,
    /// An error that the next call is answered with.
    fails: Option<i64>,
    sent: Vec<Value>,
    asked: Vec<String>,
}

type Kept = Arc<Mutex<Servers>>;

fn listen() -> (String, Kept) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let kept = Kept::default();
    let servers = kept.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            answer(stream.expect("a connection"), &servers);
        }
    });
    (url, kept)
}

fn answer(stream: TcpStream, servers: &Kept) {
    let mut reader = BufReader::new(stream);
    let (mut line, mut first, mut length) = (String::new(), String::new(), 0);
    while reader.read_line(&mut line).expect("a line") > 2 {
        if first.is_empty() {
            first = line.trim_end().to_owned();
        }
        if let Some((name, value)) = line.trim_end().split_once(": ")
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.parse().expect("a length");
        }
        line.clear();
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    let said = servers.lock().expect("whole").say(&first, &serde_json::from_slice(&body).unwrap_or(Value::Null)).to_string();
    let answer =
        format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{said}", said.len());
    reader.get_mut().write_all(answer.as_bytes()).expect("answers");
}

impl Servers {
    fn say(&mut self, request: &str, body: &Value) -> Value {
        let target = request.split(' ').nth(1).expect("a target").to_owned();
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        self.asked.push(path.to_owned());
        if let Some(code) = self.fails.take() {
            return json!({"errcode": code, "errmsg": "as asked for"});
        }
        let given: BTreeMap<&str, &str> = query.split('&').filter_map(|p| p.split_once('=')).collect();
        match path {
            "/sns/jscode2session" => {
                assert_eq!((given["appid"], given["secret"], given["grant_type"]), ("wx1", SECRET, "authorization_code"));
                match self.codes.remove(given["js_code"]) {
                    Some(openid) => json!({"openid": openid, "session_key": "HyVFkGl5F5OQWJZZaNzBBg=="}),
                    None => json!({"errcode": 40029, "errmsg": "invalid code"}),
                }
            }
            "/cgi-bin/stable_token" => {
                assert_eq!((body["appid"].clone(), body["secret"].clone()), (json!("wx1"), json!(SECRET)));
                if self.tokens == 0 || body["force_refresh"] == json!(true) {
                    self.tokens += 1;
                }
                json!({"access_token": format!("token-{}", self.tokens), "expires_in": 7200})
            }
            "/cgi-bin/message/subscribe/send" if given["access_token"] == format!("token-{}", self.tokens) => {
                self.sent.push(body.clone());
                json!({"errcode": 0, "errmsg": "ok"})
            }
            "/cgi-bin/message/subscribe/send" => json!({"errcode": 42001, "errmsg": "access_token expired"}),
            other => panic!("WeChat has no {other}"),
        }
    }
}

/// A county with a mini-program, on each database.
fn with_wechat(test: impl AsyncFn(World, Kept)) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    for database in testing::databases() {
        let (url, servers) = listen();
        runtime.block_on(async {
            let w = World::open_with(database, |c| {
                c.wechat.appid = Some("wx1".into());
                c.wechat.secret = Some(SECRET.into());
                c.wechat.url = url;
                let fields = [("character_string1", "number"), ("thing2", "text"), ("time3", "at")];
                c.wechat.templates = BTreeMap::from([(TEMPLATE.to_owned(), fields.map(|(k, v)| (k.to_owned(), v.to_owned())).into())]);
            })
            .await;
            // Reactions run on what happens from their first look on.
            w.settle(0).await;
            test(w, servers).await;
        });
    }
}

impl World {
    async fn by_wechat(&self, servers: &Kept, openid: &str, code: &str) -> Answer {
        servers.lock().expect("whole").codes.insert(code.into(), openid.into());
        self.nobody().post("/api/session/by-wechat", json!({ "code": code })).await
    }

    /// Signs in with the code that is sent to this number.
    async fn by_phone(&self, phone: &str, ticket: Option<&str>) -> Answer {
        assert_eq!(self.nobody().post("/api/session/codes", json!({ "phone": phone })).await.status, 200);
        let letter = |r: &mut Reader| {
            r.one(sql("select payload from outbox where county = $1 and kind = 'sms' order by id desc limit 1").bind(r.home()))
        };
        let payload: Option<(String,)> = self.app.store.read(self.home(HERE), letter).await.expect("reads");
        let payload: Value = serde_json::from_str(&payload.expect("a letter").0).expect("JSON");
        let sealed = payload["sealed"].as_str().expect("sealed");
        let bytes: Vec<u8> = (0..sealed.len() / 2).map(|i| u8::from_str_radix(&sealed[2 * i..2 * i + 2], 16).expect("hex")).collect();
        let text = self.app.keys.unseal("outbox.sms", uuid::Uuid::nil(), &bytes).expect("opens");
        let code: String = text.split("验证码 ").nth(1).expect("a code").chars().take(6).collect();
        self.nobody().post("/api/session/by-code", json!({"phone": phone, "code": code, "wechat": ticket})).await
    }

    async fn linked(&self, servers: &Kept, phone: &str, openid: &str) -> String {
        let ticket = self.by_wechat(servers, openid, &format!("first-{openid}")).await.text("ticket");
        let entered = self.by_phone(phone, Some(&ticket)).await;
        assert_eq!(entered.status, 200, "{entered:?}");
        entered.text("token")
    }

    async fn settle(&self, seconds: u64) {
        self.clock.move_to(self.app.store.now() + Duration::from_secs(seconds));
        self.app.settle(&self.app.ring()).await.expect("settles");
    }
}

#[test]
fn after_one_sign_in_by_phone_wechat_signs_in_by_itself() {
    with_wechat(async |w, servers| {
        let first = w.by_wechat(&servers, "openid-A", "code-1").await;
        assert_eq!((first.status, first.json["session"].clone()), (200, json!(null)), "nobody's yet");
        assert!(!first.headers.contains_key("set-cookie"));
        let token = w.by_phone("13811110001", Some(&first.text("ticket"))).await.text("token");
        let me = w.by_token(&token).get("/api/me/wechat").await;
        assert!(me.json["linked"].is_string(), "{me:?}");
        assert_eq!((me.json["on"].clone(), me.json["templates"].clone()), (json!(true), json!([TEMPLATE])));

        let again = w.by_wechat(&servers, "openid-A", "code-2").await;
        assert!(again.headers["set-cookie"].to_str().expect("text").contains("HttpOnly"), "{again:?}");
        let session = again.json["session"]["token"].as_str().expect("a session").to_owned();
        assert_eq!(w.by_token(&session).get("/api/me").await.json["account"], w.by_token(&token).get("/api/me").await.json["account"]);
        let used = w.nobody().post("/api/session/by-wechat", json!({"code": "code-2"})).await;
        assert_eq!((used.status, used.code()), (401, "wechat_code"), "a code is good once");

        // The same WeChat with another telephone: it is the other account's from then on.
        assert_eq!(w.by_token(&session).send(Method::DELETE, "/api/me/wechat", None, &[]).await.status, 204);
        let other = w.linked(&servers, "13811110002", "openid-A").await;
        assert_eq!(w.by_token(&token).get("/api/me/wechat").await.json["linked"], json!(null));
        let now = w.by_wechat(&servers, "openid-A", "code-3").await.json["session"]["account"].clone();
        assert_eq!(now, w.by_token(&other).get("/api/me").await.json["account"]);
        // Unlinked, it is nobody's again.
        assert_eq!(w.by_token(&other).send(Method::DELETE, "/api/me/wechat", None, &[]).await.status, 204);
        assert_eq!(w.by_wechat(&servers, "openid-A", "code-4").await.json["session"], json!(null));
    });
}

#[test]
fn a_ticket_is_good_once_for_half_an_hour_and_for_residents_alone() {
    with_wechat(async |w, servers| {
        let resident = w.here("resident").token();
        let link = async |token: &str, ticket: &str| {
            w.by_token(token).send(Method::POST, "/api/me/wechat", Some(json!({ "ticket": ticket })), &[("idempotency-key", ticket)]).await
        };
        let ticket = w.by_wechat(&servers, "openid-B", "b-1").await.text("ticket");
        assert_eq!(link(&resident, &ticket).await.status, 204);
        assert_eq!(link(&resident, &ticket).await.status, 204, "the same request again");
        let stranger = link(&w.here("stranger").token(), &ticket).await;
        assert_eq!((stranger.status, stranger.json["fields"][0]["field"].clone()), (422, json!("ticket")), "it is used up");
        let late = w.by_wechat(&servers, "openid-C", "c-1").await.text("ticket");
        w.clock.move_to(w.app.store.now() + Duration::from_secs(31 * 60));
        assert_eq!(link(&resident, &late).await.status, 422);
        w.sign_in_again().await;
        let staff = w.by_wechat(&servers, "openid-D", "d-1").await.text("ticket");
        let refused = link(&w.here("village_duty").token(), &staff).await;
        assert_eq!((refused.status, refused.code()), (403, "staff_password"), "officials keep their second factor");
    });
}

#[test]
fn what_wechat_answers_is_told_in_plain_words() {
    with_wechat(async |w, servers| {
        for (errcode, status, code) in [
            (40029, 401, "wechat_code"),
            (40163, 401, "wechat_code"),
            (45011, 429, "wechat_often"),
            (40226, 403, "wechat_blocked"),
            (-1, 503, "wechat_busy"),
            (40013, 503, "wechat_busy"),
        ] {
            servers.lock().expect("whole").fails = Some(errcode);
            let answer = w.by_wechat(&servers, "openid-E", "e-1").await;
            assert_eq!((answer.status, answer.code()), (status, code), "{errcode}: {answer:?}");
            assert!(!answer.raw.contains(SECRET));
        }
    });
}

#[test]
fn a_server_that_is_not_there_gives_the_secret_to_no_log() {
    let gone = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let w = World::open_with(testing::sqlite(), |c| {
            c.wechat.appid = Some("wx1".into());
            c.wechat.secret = Some(SECRET.into());
            c.wechat.url = format!("http://{gone}");
        })
        .await;
        let wechat = w.app.wechat().expect("configured");
        let error = tokio::task::spawn_blocking(move || wechat.openid("x").expect_err("nobody answers")).await.expect("runs");
        let mut said = format!("{error:?} {error}");
        let mut cause = std::error::Error::source(&error);
        while let Some(e) = cause {
            said += &format!(" {e:?} {e}");
            cause = e.source();
        }
        assert_eq!(error.code(), "wechat_busy");
        assert!(said.contains("not reached") && !said.contains(SECRET), "{said}");
        assert!(!format!("{:?}", w.app.config).contains(SECRET));
    });
}

#[test]
fn one_acceptance_is_one_message_by_the_outbox() {
    with_wechat(async |w, servers| {
        let token = w.linked(&servers, "13811110003", "openid-F").await;
        let mine = w.by_token(&token);
        let accept = async |key: &str| {
            mine.send(Method::POST, "/api/me/wechat/acceptances", Some(json!({"templates": [TEMPLATE]})), &[("idempotency-key", key)])
                .await
                .status
        };
        assert_eq!((accept("1").await, accept("1").await), (204, 204));
        assert_eq!(mine.get("/api/me/wechat").await.json["left"], json!(1), "the same request is one acceptance");
        assert_eq!(mine.get("/api/me/consents").await.json[0]["purpose"], json!("wechat"), "on record");
        let unknown = mine.post("/api/me/wechat/acceptances", json!({"templates": ["other"]})).await;
        assert_eq!((unknown.status, unknown.json["fields"][0]["field"].clone()), (422, json!("templates")));

        // A token that WeChat takes no more is renewed, and the message goes all the same.
        w.answered(&token).await;
        servers.lock().expect("whole").tokens = 7;
        w.settle(5).await;
        {
            let seen = servers.lock().expect("whole");
            assert_eq!(seen.sent.len(), 1, "{:?}", seen.asked);
            let sent = &seen.sent[0];
            assert_eq!((sent["touser"].clone(), sent["template_id"].clone()), (json!("openid-F"), json!(TEMPLATE)));
            let text = sent["data"]["thing2"]["value"].as_str().expect("text");
            assert!(text.chars().count() <= 20 && text.starts_with("您反映的事"), "{text}");
            assert!(sent["data"]["character_string1"]["value"].as_str().expect("a number").starts_with("2026-"));
            assert!(sent["data"]["time3"]["value"].as_str().expect("a time").starts_with("2026年11月9日 "), "{sent}");
            assert!(sent["page"].as_str().expect("a page").starts_with("pages/index/index?path=matters/"));
        }
        assert_eq!(mine.get("/api/me/wechat").await.json["left"], json!(0));
        w.answered(&token).await;
        w.settle(5).await;
        assert_eq!(servers.lock().expect("whole").sent.len(), 1, "nothing more was accepted");

        // What was accepted and taken back is not sent, nor does it come back with a later word.
        assert_eq!(accept("2").await, 204);
        assert_eq!(mine.send(Method::DELETE, "/api/me/consents/wechat", None, &[]).await.status, 204);
        assert_eq!(mine.get("/api/me/wechat").await.json["left"], json!(0));
        w.answered(&token).await;
        w.settle(5).await;
        assert_eq!(servers.lock().expect("whole").sent.len(), 1);
        // Her own copy names it; erased, nothing of it stays.
        assert_eq!(mine.get("/api/me/export").await.json["wechat"]["openid"], json!("openid-F"));
        assert_eq!(mine.send(Method::DELETE, "/api/me", None, &[]).await.status, 200);
        assert_eq!(w.by_wechat(&servers, "openid-F", "f-9").await.json["session"], json!(null));
    });
}

#[test]
fn a_token_that_ended_is_renewed_and_who_refused_is_not_asked_again() {
    with_wechat(async |w, servers| {
        let token = w.linked(&servers, "13811110004", "openid-G").await;
        let accept = json!({"templates": [TEMPLATE]});
        for round in 0..3 {
            assert_eq!(w.by_token(&token).post("/api/me/wechat/acceptances", accept.clone()).await.status, 204);
            w.answered(&token).await;
            match round {
                // The token that was kept is no longer the one.
                1 => servers.lock().expect("whole").tokens += 1,
                2 => servers.lock().expect("whole").fails = Some(43101),
                _ => {}
            }
            w.settle(5).await;
        }
        let seen = std::mem::take(&mut *servers.lock().expect("whole"));
        assert_eq!(seen.sent.len(), 2, "two went, the third was refused: {:?}", seen.asked);
        let asked = |path: &str| seen.asked.iter().filter(|p| *p == path).count();
        assert_eq!(asked("/cgi-bin/stable_token"), 2, "once, and once more when it had ended: {:?}", seen.asked);
        let given_up =
            |r: &mut Reader| r.count(sql("select count(*) from outbox where county = $1 and kind = 'wechat' and state = 2").bind(r.home()));
        assert_eq!(w.app.store.read(w.home(HERE), given_up).await.expect("counts"), 1);
    });
}

impl World {
    /// A report of hers that is answered and waits for her word.
    async fn answered(&self, token: &str) {
        let form = json!({"words": "门口的水管漏水，请来修", "place": {"region": group(HERE)}, "sender": "named"});
        let sent = self
            .by_token(token)
            .post("/api/matters", json!({"flow": "direct_line.report", "category": "dispute", "form": form, "door": "miniprogram"}))
            .await;
        assert_eq!(sent.status, 201, "{sent:?}");
        let moves = format!("/api/matters/{}/moves", sent.text("id"));
        for (who, body) in [
            ("village_duty", json!({"move": "area"})),
            ("village_duty", json!({"move": "done", "form": {"answer": "修好了，请看看"}})),
            ("village_duty", json!({"move": "told"})),
        ] {
            let made = self.here(who).post(&moves, body).await;
            assert_eq!(made.status, 200, "{made:?}");
        }
    }
}
