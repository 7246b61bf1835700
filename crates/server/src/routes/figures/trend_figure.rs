use super::{
    ask::ask,
    json::{AskFigure, EveryAsked, Point},
};
use crate::{
    app::App,
    edge::{Answer, Path, Query, Who, malformed},
};
use axum::{Json, extract::State};
use base::Text;
use insight::Every;

/// Points of one trend.
const MOST_DAYS: i64 = 3_700;

/// A figure day by day or month by month
#[utoipa::path(get, path = "/api/figures/{indicator}/trend", tag = "figures", params(("indicator" = String, Path), AskFigure), responses((status = 200, body = [Point])))]
pub async fn trend_figure(
    State(app): State<App>,
    who: Who,
    Path(name): Path<String>,
    Query(q): Query<AskFigure>,
) -> Answer<Json<Vec<Point>>> {
    who.account()?;
    let ask = ask(&name, &q, app.store.now())?;
    let every = match q.every {
        None | Some(EveryAsked::Month) => Every::Month,
        Some(EveryAsked::Day) => Every::Day,
    };
    if ask.days.last - ask.days.first > MOST_DAYS {
        return Err(malformed("from", Text::new("走势最多看十年", "a trend shows ten years at most")).into());
    }
    let points = app.look(&who, move |r, _, caller| insight::trend(r, caller, &ask, every)).await?;
    Ok(Json(points.into_iter().map(|(days, f)| Point { window: days.into(), figure: f.into() }).collect()))
}
