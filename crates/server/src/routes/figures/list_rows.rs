use super::{ask::ask, json::AskFigure};
use crate::{
    app::App,
    edge::{self, Answer, Path, Query, Who, cursor, malformed},
    routes::matters::{json::MatterPage, show},
};
use axum::{Json, extract::State};
use base::{Result, Text};
use insight::{After, LISTED, Which};

const MOST: usize = 200;

/// The matters behind a figure
///
/// Exactly those that it counts: all cases, the hits, the misses, those left out, those of which nothing was recorded.
#[utoipa::path(get, path = "/api/figures/{indicator}/matters", tag = "figures", params(("indicator" = String, Path), AskFigure), responses((status = 200, body = MatterPage)))]
pub async fn list_figure_matters(
    State(app): State<App>,
    who: Who,
    Path(name): Path<String>,
    Query(q): Query<AskFigure>,
) -> Answer<Json<MatterPage>> {
    who.account()?;
    let most = edge::most(q.most, 50, MOST)?;
    let ask = ask(&name, &q, app.store.now())?;
    let which = which(q.which.as_deref())?;
    let filter = AskFigure { cursor: None, ..q.clone() };
    let query = cursor::query_hash(&("list_figure_matters", &name, &filter, ask.days, who.caller.account, who.home().get()))?;
    let after: Option<After> = q.cursor.as_deref().map(|c| cursor::open(query, c)).transpose()?;
    let page = app
        .look(&who, move |r, rules, caller| {
            let (rows, next) = insight::rows(r, caller, &ask, which, LISTED, after, most)?;
            let next = next.map(|n| cursor::seal(query, &n)).transpose()?;
            Ok(MatterPage { items: show::listed(r, rules, caller, rows)?, next })
        })
        .await?;
    Ok(Json(page))
}

/// Which of a figure's matters are meant.
pub fn which(word: Option<&str>) -> Result<Which> {
    Ok(match word {
        None | Some("cases") => Which::Cases,
        Some("hits") => Which::Hits,
        Some("misses") => Which::Misses,
        Some("outs") => Which::Outs,
        Some("mutes") => Which::Mutes,
        Some(_) => {
            return Err(malformed(
                "which",
                Text::new("应是 cases、hits、misses、outs 或 mutes", "should be cases, hits, misses, outs or mutes"),
            ));
        }
    })
}
