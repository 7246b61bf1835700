use super::{
    ask::ask,
    json::{AskFigure, FigureShown},
};
use crate::{
    app::App,
    edge::{Answer, Path, Query, Who},
    routes::session::json::Words,
};
use axum::{Json, extract::State};

/// One figure
///
/// With the two counts it rests on; without a value where that would mislead, and then with the reason.
#[utoipa::path(get, path = "/api/figures/{indicator}", tag = "figures", params(("indicator" = String, Path), AskFigure), responses((status = 200, body = FigureShown)))]
pub async fn get_figure(
    State(app): State<App>,
    who: Who,
    Path(name): Path<String>,
    Query(q): Query<AskFigure>,
) -> Answer<Json<FigureShown>> {
    who.account()?;
    let ask = ask(&name, &q, app.store.now())?;
    let days = ask.days;
    let (figure, title) = app
        .look(&who, move |r, rules, caller| {
            let figure = insight::figure(r, caller, &ask)?;
            let title = rules.catalogue.indicator(&ask.indicator.pack, &ask.indicator.id).map(|i| Words::from(&i.name));
            Ok((figure, title))
        })
        .await?;
    let title = title.unwrap_or_else(|| Words { zh: name.clone(), en: name.clone() });
    Ok(Json(FigureShown { indicator: name, name: title, window: days.into(), figure: figure.into() }))
}
