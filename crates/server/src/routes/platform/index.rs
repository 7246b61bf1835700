use axum::response::Html;

/// The way to the pages and to the interfaces.
pub async fn index() -> Html<&'static str> {
    Html(include_str!("index.html"))
}
