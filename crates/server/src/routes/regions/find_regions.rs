use super::json::{FindRegions, RegionShown};
use crate::{
    app::App,
    edge::{Answer, Query, Who},
};
use axum::{Json, extract::State};
use base::{Code, Error, Result};

/// Find regions
///
/// By the beginning of a code or a part of a name, or those directly under one.
#[utoipa::path(get, path = "/api/regions", tag = "regions", params(FindRegions), responses((status = 200, body = [RegionShown])))]
pub async fn find_regions(State(app): State<App>, who: Who, Query(ask): Query<FindRegions>) -> Answer<Json<Vec<RegionShown>>> {
    if ask.q.as_ref().is_some_and(|q| q.chars().count() > 100) {
        return Err(Error::invalid("q", "最多 100 字", "at most 100 characters").into());
    }
    let under = ask.under.as_deref().map(str::parse::<Code>).transpose()?;
    let found = app
        .look(&who, move |r, _, _| -> Result<Vec<RegionShown>> {
            if let Some(words) = &ask.q {
                let found = access::search_regions(r, words)?;
                return Ok(found
                    .into_iter()
                    .map(|f| RegionShown { code: f.code, name: f.name, level: f.code.level(), ended: f.ended })
                    .collect());
            }
            let all = match under {
                Some(code) => access::children(r, code)?,
                None => access::region(r, r.home().code())?.into_iter().collect(),
            };
            Ok(all.into_iter().map(|x| RegionShown { code: x.code, name: x.name, level: x.code.level(), ended: None }).collect())
        })
        .await?;
    Ok(Json(found))
}
