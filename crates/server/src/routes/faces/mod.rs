//! The pages: the console at `/console/`, the phone at `/m/`. What these paths have below them is the page's own history.

use crate::{app::App, edge::Problem};
use axum::{
    Router,
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use base::{Error, Kind};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/console", get(|| async { Redirect::permanent("/console/") }))
        .route("/console/", get(|headers: HeaderMap| async move { page(&headers, "console.html") }))
        .route("/console/{*page}", get(|headers: HeaderMap| async move { page(&headers, "console.html") }))
        .route("/m", get(|| async { Redirect::permanent("/m/") }))
        .route("/m/", get(|headers: HeaderMap| async move { page(&headers, "phone.html") }))
        .route("/m/{*page}", get(phone))
        .route("/assets/{*file}", get(asset))
}

/// Below `/m/` lie the phone's worker, manifest and icons, which are its only files with a name for ever; all else is a
/// page of its history. The worker lies there because it may answer for nothing above its own folder.
async fn phone(headers: HeaderMap, Path(below): Path<String>) -> Response {
    let named = below.rsplit_once('.').is_some_and(|(_, end)| matches!(end, "js" | "webmanifest" | "png" | "svg"));
    page(&headers, &if named { format!("m/{below}") } else { "phone.html".to_owned() })
}

async fn asset(headers: HeaderMap, Path(file): Path<String>) -> Response {
    page(&headers, &format!("assets/{file}"))
}

fn page(asked: &HeaderMap, path: &str) -> Response {
    let said = |name| asked.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let gzip = said(header::ACCEPT_ENCODING).split(',').any(|e| e.trim().split(';').next() == Some("gzip"));
    let Some(file) = faces::file(path, gzip) else { return missing(path) };
    let tag = format!("\"{}\"", file.hash);
    let lasting = if file.lasting { "public, max-age=31536000, immutable" } else { "no-cache" };
    let same = said(header::IF_NONE_MATCH).split(',').any(|t| t.trim() == tag);
    let mut answer = if same { StatusCode::NOT_MODIFIED.into_response() } else { file.bytes.into_response() };
    let h = answer.headers_mut();
    h.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.media_type));
    h.insert(header::CACHE_CONTROL, HeaderValue::from_static(lasting));
    h.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if file.packed {
        h.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        h.insert(header::ETAG, tag);
    }
    answer
}

/// A server that was built without the pages says so; a file that is none is not found.
fn missing(path: &str) -> Response {
    if path.ends_with(".html") {
        let text = Error::new(
            Kind::NotFound,
            "no_pages",
            "这个程序没有编入页面；请先在 web 文件夹运行 npm ci 和 npm run build，再编译",
            "This server was built without its pages; run npm ci and npm run build in the folder web, then build it again",
        );
        return Problem::from(text).into_response();
    }
    Problem::from(Error::not_found()).into_response()
}
