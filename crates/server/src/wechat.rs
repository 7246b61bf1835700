//! WeChat's servers over HTTP, as its documents have them: `GET /sns/jscode2session`, `POST /cgi-bin/stable_token`,
//! `POST /cgi-bin/message/subscribe/send`. An answer is 200 whatever happened; `errcode` says what did.

use crate::config::{Template, WeChat as Config};
use access::{News, WeChat};
use base::{Error, Kind, Result, Time};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};
use ureq::Agent;

/// All of one call.
const TIMEOUT: Duration = Duration::from_secs(8);

/// A token is renewed so long before its end.
const BEFORE: Duration = Duration::from_secs(300);

/// One county's mini-program.
pub struct Http {
    appid: String,
    secret: String,
    url: String,
    templates: BTreeMap<String, Template>,
    agent: Agent,
    token: Mutex<Option<Token>>,
}

#[derive(Clone)]
struct Token {
    value: String,
    until: Instant,
}

/// Every answer's beginning.
#[derive(Deserialize)]
struct Said {
    #[serde(default)]
    errcode: i64,
    #[serde(default)]
    errmsg: String,
}

impl Http {
    /// `None` where none is configured.
    pub fn new(config: &Config) -> Option<Http> {
        let (appid, secret) = (config.appid.clone()?, config.secret.clone()?);
        let agent = Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .max_redirects(0)
            .user_agent(concat!("shuxiang/", env!("CARGO_PKG_VERSION")))
            .build()
            .new_agent();
        let (url, templates) = (config.url.clone(), config.templates.clone());
        Some(Http { appid, secret, url, templates, agent, token: Mutex::default() })
    }

    /// The access token, kept until shortly before its end. Of `old` it is known that WeChat takes it no more.
    fn token(&self, old: Option<&str>) -> Result<String> {
        let mut kept = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(token) = kept.as_ref().filter(|t| t.until > Instant::now() && old != Some(t.value.as_str())) {
            return Ok(token.value.clone());
        }
        let mut token = self.ask_token(false)?;
        if old == Some(token.value.as_str()) {
            token = self.ask_token(true)?;
        }
        *kept = Some(token.clone());
        Ok(token.value)
    }

    fn ask_token(&self, force: bool) -> Result<Token> {
        #[derive(Deserialize)]
        struct Given {
            access_token: String,
            expires_in: u64,
        }
        let body = json!({ "grant_type": "client_credential", "appid": self.appid, "secret": self.secret, "force_refresh": force });
        let given: Given = self.post("/cgi-bin/stable_token", "", &body)?;
        let lives = Duration::from_secs(given.expires_in).saturating_sub(BEFORE);
        Ok(Token { value: given.access_token, until: Instant::now() + lives })
    }

    fn post<T: for<'de> Deserialize<'de>>(&self, path: &str, query: &str, body: &Value) -> Result<T> {
        let sent = self.agent.post(format!("{}{path}{query}", self.url)).content_type("application/json").send(body.to_string());
        read(sent)
    }
}

impl WeChat for Http {
    fn openid(&self, code: &str) -> Result<String> {
        #[derive(Deserialize)]
        struct Given {
            openid: String,
        }
        let asked = self.agent.get(format!("{}/sns/jscode2session", self.url));
        let asked = asked.query("appid", &self.appid).query("secret", &self.secret).query("js_code", code);
        // The session key that comes along opens what the shell encrypts; nothing here is, so it is not kept.
        let given: Given = read(asked.query("grant_type", "authorization_code").call())?;
        Ok(given.openid)
    }

    fn send(&self, openid: &str, template: &str, news: &News) -> Result<()> {
        let Some(fields) = self.templates.get(template) else {
            return Err(given_up(format!("template {template} is no longer configured")));
        };
        let data: serde_json::Map<String, Value> =
            fields.iter().map(|(field, word)| (field.clone(), json!({ "value": fit(field, word, news) }))).collect();
        let page = format!("pages/index/index?path={}", news.path);
        let body = json!({ "touser": openid, "template_id": template, "page": page, "data": data });
        let once = |token: &str| self.post::<Value>("/cgi-bin/message/subscribe/send", &format!("?access_token={token}"), &body);
        let token = self.token(None)?;
        let sent = match once(&token) {
            Err(e) if e.code() == TOKEN => once(&self.token(Some(&token))?),
            sent => sent,
        };
        sent.map(drop)
    }
}

/// What a template's kind of field takes at most, by WeChat's own limits.
fn fit(field: &str, word: &str, news: &News) -> String {
    let said = match word {
        "number" => news.number.clone().unwrap_or_else(|| "-".into()),
        "at" => return time(news.at, field.starts_with("date")),
        _ => news.text.clone(),
    };
    let most = match field.trim_end_matches(|c: char| c.is_ascii_digit()) {
        "phrase" => 5,
        "name" => 10,
        "thing" => 20,
        _ => 32,
    };
    match said.char_indices().nth(most) {
        Some(_) => said.chars().take(most - 1).chain(['…']).collect(),
        None => said,
    }
}

/// 2026年11月9日 09:05, Beijing time.
fn time(at: Time, day_alone: bool) -> String {
    let (text, date) = (at.to_string(), at.date());
    let day = format!("{}年{}月{}日", date.year(), date.month(), date.day());
    if day_alone { day } else { format!("{day} {}", text.get(11..16).unwrap_or_default()) }
}

fn read<T: for<'de> Deserialize<'de>>(answer: std::result::Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Result<T> {
    let text = answer.and_then(|mut a| a.body_mut().read_to_string()).map_err(|e| busy(why(&e)))?;
    let value: Value = serde_json::from_str(&text).map_err(|_| busy("it answered no JSON".into()))?;
    let said = Said::deserialize(&value).map_err(|_| busy("it answered something else".into()))?;
    refuse(&said)?;
    T::deserialize(value).map_err(|_| busy("its answer lacks what it should have".into()))
}

/// The address that was asked holds the secret, so of a failure nothing is told that might quote it.
fn why(e: &ureq::Error) -> String {
    match e {
        ureq::Error::StatusCode(status) => format!("it answered {status}"),
        ureq::Error::Timeout(_) => "it did not answer in time".into(),
        ureq::Error::Io(e) => format!("it was not reached: {}", e.kind()),
        _ => "it was not reached".into(),
    }
}

/// Code of the error where the access token is good no more.
const TOKEN: &str = "wechat_token";

fn refuse(said: &Said) -> Result<()> {
    let why = format!("WeChat answered {}: {}", said.errcode, said.errmsg.chars().take(200).collect::<String>());
    Err(match said.errcode {
        0 => return Ok(()),
        // Wrong, over, or used before.
        40029 | 40163 => Error::new(
            Kind::Unauthenticated,
            "wechat_code",
            "微信登录已失效，请重新打开小程序",
            "The sign-in by WeChat has ended; open the mini-program again",
        ),
        45011 => Error::new(Kind::RateLimited, "wechat_often", "登录太频繁，请过一分钟再试", "Too many sign-ins; try again in a minute"),
        40226 => Error::new(
            Kind::Forbidden,
            "wechat_blocked",
            "微信认为这个账号有风险，不能用微信登录；请用手机号登录",
            "WeChat holds this account to be at risk; sign in with your telephone number",
        ),
        40001 | 40014 | 42001 => Error::new(Kind::Unavailable, TOKEN, "微信暂时不可用", "WeChat is not available just now").caused_by(why),
        // The person refused meanwhile, is not there any more, or the template is not as the configuration has it.
        43101 | 40003 | 40037 | 41030 | 47003 => given_up(why),
        _ => busy(why),
    })
}

fn busy(why: String) -> Error {
    Error::new(Kind::Unavailable, "wechat_busy", "微信暂时没有回应，请稍后再试", "WeChat does not answer just now; try again soon")
        .caused_by(why)
}

/// The outbox tries no more what is of kind *invalid*.
fn given_up(why: String) -> Error {
    Error::new(
        Kind::Invalid,
        "wechat_given_up",
        "微信消息没有送出，也不再重试",
        format!("the message was not delivered and is not tried again: {why}"),
    )
}
