//! The door through which a story moves time. It exists with `serve --story-clock` on a demo folder alone.

mod move_clock;

pub use move_clock::move_to;

use crate::app::App;
use axum::{Router, routing::get};

pub fn routes(app: &App) -> Router<App> {
    match &app.story {
        Some(_) => Router::new().route("/api/story/clock", get(move_clock::show_clock).post(move_clock::move_clock)),
        None => Router::new(),
    }
}
