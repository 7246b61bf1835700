use axum::response::Html;

/// What this is, until the pages are here.
pub async fn index() -> Html<&'static str> {
    Html(include_str!("index.html"))
}
