//! Every route, with its OpenAPI description in one place.

pub mod accounts;
pub mod calendar;
pub mod document;
pub mod exports;
mod faces;
pub mod figures;
pub mod files;
pub mod imports;
mod journal;
pub mod map;
pub mod matters;
mod platform;
mod reactions;
pub mod regions;
pub mod seats;
pub mod session;
pub mod story;
pub mod things;
pub mod triage;
pub mod words;

use crate::{app::App, edge, open311};
use axum::{Router, middleware};
use base::{Error, Result};
use std::{future::Future, net::SocketAddr};
use tokio::net::TcpListener;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

/// The whole application, and the document that describes it.
pub fn build(app: &App) -> (Router, OpenApi) {
    let described = OpenApiRouter::with_openapi(document::head())
        .merge(platform::routes())
        .merge(session::routes())
        .merge(matters::routes())
        .merge(files::routes())
        .merge(journal::routes())
        .merge(regions::routes())
        .merge(map::routes())
        .merge(seats::routes())
        .merge(accounts::routes())
        .merge(calendar::routes())
        .merge(things::routes())
        .merge(figures::routes())
        .merge(triage::routes())
        .merge(words::routes())
        .merge(imports::routes())
        .merge(exports::routes())
        .merge(reactions::routes());
    let (router, mut api) = described.split_for_parts();
    document::finish(&mut api);
    let text = document::text(&api);
    let router = router
        .merge(document::route(text))
        .merge(platform::plain())
        .merge(faces::routes())
        .merge(journal::plain())
        .merge(open311::routes())
        .merge(story::routes(app))
        .fallback(edge::no_such_route)
        .method_not_allowed_fallback(edge::no_such_method)
        .layer(middleware::from_fn_with_state(edge::Guard::new(&app.config.map.hosts()), edge::outer))
        .with_state(app.clone());
    (router, api)
}

/// Starts the parts and serves until `stop`; then lets what runs come to its end.
pub async fn serve(app: App, listener: TcpListener, stop: impl Future<Output = ()> + Send + 'static) -> Result<()> {
    for home in app.store.homes().await? {
        crate::county::prepare(&app, home).await?;
    }
    app.start_parts();
    let (router, _) = build(&app);
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let parts = app.clone();
    let graceful = async move {
        stop.await;
        parts.parts.stop().await;
    };
    axum::serve(listener, service).with_graceful_shutdown(graceful).await.map_err(Error::internal)
}
