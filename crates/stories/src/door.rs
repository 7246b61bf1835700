//! The HTTP API, as any client has it.

use serde_json::Value;
use std::time::Duration;
use ureq::{Agent, Body, http};

/// A server, by its address.
pub struct Door {
    agent: Agent,
    address: String,
}

/// What a request was answered with.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    /// `null` where there was no JSON.
    pub body: Value,
}

/// Who asks: a session's token, and the address that a proxy would name.
#[derive(Clone, Copy, Default)]
pub struct From<'a> {
    pub token: Option<&'a str>,
    pub address: Option<&'a str>,
}

impl Door {
    pub fn new(address: &str) -> Door {
        let config = Agent::config_builder().http_status_as_error(false).timeout_global(Some(Duration::from_secs(600)));
        Door { agent: Agent::new_with_config(config.build()), address: address.trim_end_matches('/').to_owned() }
    }

    pub fn get(&self, from: From, path: &str) -> Result<Answer, String> {
        let request = marked(from, http::Request::get(self.url(path))).body(()).map_err(|e| e.to_string())?;
        answer(self.agent.run(request))
    }

    pub fn send(&self, from: From, method: &str, path: &str, body: &Value) -> Result<Answer, String> {
        let request = marked(from, http::Request::builder().method(method).uri(self.url(path))).header("content-type", "application/json");
        answer(self.agent.run(request.body(body.to_string()).map_err(|e| e.to_string())?))
    }

    /// A body that is no JSON.
    pub fn bring(&self, from: From, path: &str, kind: &str, bytes: &[u8]) -> Result<Answer, String> {
        let request = marked(from, http::Request::post(self.url(path))).header("content-type", kind);
        answer(self.agent.run(request.body(bytes).map_err(|e| e.to_string())?))
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }
}

fn marked(from: From, mut request: http::request::Builder) -> http::request::Builder {
    if let Some(token) = from.token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    if let Some(address) = from.address {
        request = request.header("x-forwarded-for", address);
    }
    request
}

fn answer(outcome: Result<http::Response<Body>, ureq::Error>) -> Result<Answer, String> {
    let mut response = outcome.map_err(|e| format!("服务器没有回答 / the server did not answer: {e}"))?;
    let status = response.status().as_u16();
    let text = response.body_mut().with_config().limit(64 << 20).read_to_string().map_err(|e| e.to_string())?;
    Ok(Answer { status, body: serde_json::from_str(&text).unwrap_or(Value::Null) })
}

impl Answer {
    pub fn is_good(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The problem's code, where it is one.
    pub fn problem(&self) -> &str {
        self.body["code"].as_str().unwrap_or("no_problem_detail")
    }

    /// In a line, for the message of a failure.
    pub fn told(&self) -> String {
        if self.is_good() {
            return format!("{} {}", self.status, short(&self.body.to_string()));
        }
        let text = |key: &str| self.body[key].as_str().unwrap_or_default().to_owned();
        let fields = self.body["fields"].as_array().map(|f| f.iter().map(|f| format!("; {}: {}", f["field"], f["en"])).collect::<String>());
        format!("{} {}: {} / {}{}", self.status, self.problem(), text("title_zh"), text("title_en"), fields.unwrap_or_default())
    }
}

fn short(text: &str) -> String {
    match text.char_indices().nth(300) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
