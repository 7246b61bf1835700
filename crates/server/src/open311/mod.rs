//! Open311 GeoReport v2: clients that exist today report and follow.
//!
//! Complete: discovery, services and their definitions, requests, tokens, in XML and JSON; with the extensions that
//! the field uses: `servicerequestupdates` (read and write), several `media_url` and uploads, `page` and `page_size`,
//! `extensions=true`. What a report's words are is shown to the key that sent it and to no other.

mod discovery;
mod list_requests;
mod list_updates;
mod params;
mod place;
mod post_request;
mod post_update;
mod said;
mod service;
mod shown;
mod token;
mod tree;

use crate::{
    app::App,
    edge::{self, Who},
};
use access::{Caller, CallerKind};
use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::Response,
    routing::any,
};
use base::{Error, Home, Kind, Result};
use params::Params;
use tree::{Format, Tree};

pub const ROOT: &str = "/open311/v2";

pub fn routes() -> Router<App> {
    // The format is a suffix of the last part of the path, which no router's pattern takes: one route, one small table.
    Router::new().route("/open311/v2/{*rest}", any(answer))
}

/// What an operation gives: the name of the root element, and the tree.
type Given = Result<(&'static str, Tree)>;

async fn answer(State(app): State<App>, request: Request) -> Response {
    let path = request.uri().path().strip_prefix(ROOT).unwrap_or_default().trim_matches('/').to_owned();
    let (path, format) = match (path.strip_suffix(".json"), path.strip_suffix(".xml")) {
        (Some(p), _) => (p.to_owned(), Format::Json),
        (_, Some(p)) => (p.to_owned(), Format::Xml),
        // XML is the format that every client must understand.
        _ => (path.clone(), if wishes_json(request.headers()) { Format::Json } else { Format::Xml }),
    };
    let parts: Vec<&str> = path.split('/').collect();
    match route(&app, request, &parts).await {
        Ok((root, tree)) => write(StatusCode::OK, root, &tree, format),
        Err(e) => refuse(&e, format),
    }
}

async fn route(app: &App, request: Request, parts: &[&str]) -> Given {
    let (method, headers) = (request.method().clone(), request.headers().clone());
    let params = match method {
        Method::POST => Params::of_request(request).await?,
        Method::GET | Method::HEAD => Params::of_query(request.uri().query()),
        _ => return Err(no_method()),
    };
    if let ["discovery"] = parts {
        return Ok(discovery::discovery(app));
    }
    let who = caller(app, &params, &headers).await?;
    let get = method != Method::POST;
    match parts {
        ["services"] if get => service::list(app, &who),
        ["services", code] if get => service::definition(app, &who, code),
        ["requests"] if get => list_requests::list(app, &who, &params).await,
        ["requests"] => post_request::post(app, &who, params).await,
        ["requests", id] if get => list_requests::one(app, &who, id, &params).await,
        ["tokens", token] if get => token::find(app, &who, token).await,
        ["servicerequestupdates"] if get => list_updates::list(app, &who, &params).await,
        ["servicerequestupdates"] => post_update::post(app, &who, params).await,
        ["services" | "requests" | "tokens", ..] => Err(no_method()),
        _ => Err(Error::new(Kind::NotFound, "no_such_route", "没有这个地址", "There is no such address")),
    }
}

fn no_method() -> Error {
    Error::new(Kind::Malformed, "no_such_method", "这个地址不能这样用", "This address does not take that method")
}

fn wishes_json(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).is_some_and(|v| v.contains("application/json"))
}

/// Whoever shows a key, or nobody, in the jurisdiction that is asked for.
async fn caller(app: &App, params: &Params, headers: &HeaderMap) -> Result<Who> {
    let home = jurisdiction(app, params).await?;
    let bearer = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()?.strip_prefix("Bearer "));
    let Some(key) = params.get("api_key").or(bearer) else {
        let caller = Caller::nobody(home, app.rules(home)?.catalogue.clone());
        return Ok(Who { caller, token: None, session: None, full: false, device: "nobody".into(), done_at: None });
    };
    let wrong = || {
        Error::new(Kind::Forbidden, "api_key", "api_key 不对或已失效", "The api_key is wrong or has ended")
            .field("api_key", "不对", "wrong")
    };
    let who = edge::known(app, key).await.map_err(|e| if e.kind() == Kind::Unauthenticated { wrong() } else { e })?;
    if who.caller.kind != CallerKind::Machine || who.home() != home {
        return Err(wrong());
    }
    Ok(who)
}

/// `jurisdiction_id` is the county's code; one server with one county needs none.
async fn jurisdiction(app: &App, params: &Params) -> Result<Home> {
    let Some(id) = params.get("jurisdiction_id") else { return app.home().await };
    let asked = id.parse::<i32>().ok().and_then(|n| Home::new(n).ok());
    let known = app.store.homes().await?;
    asked.filter(|h| known.contains(h)).ok_or_else(|| {
        Error::new(Kind::NotFound, "jurisdiction", "没有这个 jurisdiction_id", "The jurisdiction_id was not found").field(
            "jurisdiction_id",
            "应是县代码，如 430903",
            "a county's code, such as 430903",
        )
    })
}

fn write(status: StatusCode, root: &str, tree: &Tree, format: Format) -> Response {
    let mut response = Response::new(Body::from(tree.write(root, format)));
    *response.status_mut() = status;
    let kind = match format {
        Format::Xml => "text/xml; charset=utf-8",
        Format::Json => "application/json; charset=utf-8",
    };
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    // Reports and their states are public: any page may read them.
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

/// An array of `{code, description}`, one for each wrong value. The specification knows 400, 401, 403 and 404.
fn refuse(e: &Error, format: Format) -> Response {
    let status = match e.kind() {
        Kind::Invalid | Kind::UnsupportedMedia | Kind::Conflict => StatusCode::BAD_REQUEST,
        Kind::Unauthenticated => StatusCode::FORBIDDEN,
        kind => StatusCode::from_u16(kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
    };
    if status.is_server_error() {
        tracing::error!(error = ?e, "an Open311 request failed");
    }
    let error = |text: String| Tree::Map(vec![("code", Tree::Int(status.as_u16().into())), ("description", Tree::Text(text))]);
    let mut all: Vec<Tree> = e.fields().iter().map(|f| error(format!("{}: {} / {}", f.field, f.text.zh, f.text.en))).collect();
    if all.is_empty() {
        all.push(error(format!("{} / {}", e.text().zh, e.text().en)));
    }
    write(status, "errors", &Tree::List("error", all), format)
}
