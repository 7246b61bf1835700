use super::{
    ask::{MOST, ask},
    json::{AskFigure, WhichAsked},
};
use crate::{
    app::App,
    edge::{self, Answer, Path, Query, Who, cursor},
    routes::matters::{json::MatterPage, show},
};
use axum::{Json, extract::State};
use insight::{After, LISTED, Which};

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
    let which = which(q.which);
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
pub fn which(asked: Option<WhichAsked>) -> Which {
    match asked {
        None | Some(WhichAsked::Cases) => Which::Cases,
        Some(WhichAsked::Hits) => Which::Hits,
        Some(WhichAsked::Misses) => Which::Misses,
        Some(WhichAsked::Outs) => Which::Outs,
        Some(WhichAsked::Mutes) => Which::Mutes,
    }
}
