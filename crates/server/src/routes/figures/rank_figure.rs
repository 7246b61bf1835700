use super::{
    ask::{ask, by},
    json::{AskFigure, BestAsked, RankedShown, Ranking},
};
use crate::{
    app::App,
    edge::{Answer, Path2, Query, Who},
    routes::{matters::show, session::json::Words},
};
use access::Caller;
use axum::{Json, extract::State};
use base::{Code, Result};
use insight::Best;
use matters::Rules;
use packs::By;
use store::Reader;

/// A figure by category, department, place or seat, ranked
///
/// By the cautious end of its interval, so that 3 of 3 does not beat 930 of 1,000. Ties share a rank; too few cases
/// have none. Never by person.
#[utoipa::path(
    get, path = "/api/figures/{indicator}/by/{by}", tag = "figures",
    params(("indicator" = String, Path), ("by" = String, Path, pattern = "^(category|unit|handler|county|township|village|group)$"), AskFigure), responses((status = 200, body = Ranking))
)]
pub async fn rank_figure(
    State(app): State<App>,
    who: Who,
    Path2(name, word): Path2<String, String>,
    Query(q): Query<AskFigure>,
) -> Answer<Json<Ranking>> {
    who.account()?;
    let ask = ask(&name, &q, app.store.now())?;
    let best = match q.best {
        None | Some(BestAsked::High) => Best::High,
        Some(BestAsked::Low) => Best::Low,
    };
    let by = by(&word)?;
    let days = ask.days;
    let rows = app
        .look(&who, move |r, rules, caller| {
            let parts = insight::breakdown(r, caller, &ask, &by)?;
            let ranked = insight::rank(parts.into_iter().map(|p| (p.key, p.figure)).collect(), best);
            let mut rows = Vec::with_capacity(ranked.len());
            for row in ranked {
                let name = name_of(r, rules, caller, &ask.indicator.pack, &by, &row.key)?;
                let fraction = |rate: base::Rate| rate.0 as f64 / 1e6;
                rows.push(RankedShown {
                    rank: row.rank,
                    name,
                    key: row.key,
                    figure: row.figure.into(),
                    low: row.low.map(fraction),
                    high: row.high.map(fraction),
                });
            }
            Ok(rows)
        })
        .await?;
    Ok(Json(Ranking { indicator: name, window: days.into(), rows }))
}

fn name_of(r: &mut Reader, rules: &Rules, caller: &Caller, pack: &str, by: &By, key: &str) -> Result<Words> {
    if key.is_empty() {
        return Ok(Words { zh: "未分".into(), en: "none".into() });
    }
    let found = match by {
        By::Category => {
            let own = rules.catalogue.flows().filter(|f| f.pack == pack).chain(rules.catalogue.flows());
            own.filter_map(|f| f.category.as_ref()?.list.entry(key).map(|e| Words::from(&e.name))).next()
        }
        By::Unit => rules.catalogue.unit(key).map(|u| Words::from(&u.name)),
        By::Handler => match key.parse() {
            Ok(seat) => show::seat(r, rules, caller, seat)?.map(|s| s.title),
            Err(_) => None,
        },
        By::Level(_) => match key.parse::<Code>() {
            Ok(code) => {
                let path = rules.directory.place(r, caller, code)?.to_string();
                Some(Words { zh: path.clone(), en: path })
            }
            Err(_) => None,
        },
    };
    Ok(found.unwrap_or_else(|| show::named(key)))
}
