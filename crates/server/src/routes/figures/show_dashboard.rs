use super::{
    ask::days,
    json::{AskDashboard, FigureShown},
};
use crate::{
    app::{App, DAY_STARTS},
    edge::{Answer, Query, Who, malformed},
    routes::session::json::Words,
};
use axum::{Json, extract::State};
use base::Text;
use insight::Ask;

/// The figures of the screen
///
/// Those that the packs put on their pages, all at once. Left out are those that you may not see.
#[utoipa::path(get, path = "/api/dashboard", tag = "figures", params(AskDashboard), responses((status = 200, body = [FigureShown])))]
pub async fn show_dashboard(State(app): State<App>, who: Who, Query(q): Query<AskDashboard>) -> Answer<Json<Vec<FigureShown>>> {
    who.account()?;
    let days = days([&q.from, &q.to, &q.window], app.store.now())?;
    let wrong = |_| malformed("region", Text::new("区划代码不对", "the region code is wrong"));
    let region = q.region.as_deref().map(|r| r.parse().map_err(wrong)).transpose()?;
    let shown = app
        .look(&who, move |r, rules, caller| {
            let mut shown = Vec::new();
            let mut refused = None;
            for name in rules.catalogue.pages().iter().flat_map(|p| &p.console.screen) {
                let Some(indicator) = rules.catalogue.indicator(&name.pack, &name.id) else { continue };
                match insight::figure(r, caller, &Ask { indicator: name.clone(), days, region, only: None, starts: DAY_STARTS }) {
                    Ok(figure) => shown.push(FigureShown {
                        indicator: name.to_string(),
                        name: Words::from(&indicator.name),
                        window: days.into(),
                        figure: figure.into(),
                    }),
                    Err(e) if matches!(e.kind(), base::Kind::Forbidden | base::Kind::NotFound) => refused = Some(e),
                    Err(e) => return Err(e),
                }
            }
            match (shown.is_empty(), refused) {
                (true, Some(e)) => Err(e),
                _ => Ok(shown),
            }
        })
        .await?;
    Ok(Json(shown))
}
