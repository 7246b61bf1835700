use crate::{
    app::App,
    edge::{Answer, home_of},
};
use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::IntoResponse,
};

/// The latest signed checkpoint of each chain, as notes, and the key that checks them. For everyone.
pub async fn checkpoints(State(app): State<App>, headers: HeaderMap) -> Answer<impl IntoResponse> {
    let home = home_of(&app, &headers).await?;
    let notes = app.store.read(home, store::checkpoint::checkpoints).await?;
    let mut text = format!("{}\n\n", app.witness.verifier());
    for checkpoint in notes {
        text += &checkpoint.note;
        text.push('\n');
    }
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text))
}
