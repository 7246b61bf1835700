use super::json::{FindRegions, RegionShown};
use crate::{
    app::App,
    edge::{Answer, Query, Who},
};
use axum::{Json, extract::State};
use base::{Code, Error, Level, Result, Time};

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
        .look(&who, move |r, rules, caller| -> Result<Vec<RegionShown>> {
            let all: Vec<(Code, String, Option<Time>)> = match (&ask.q, under) {
                (Some(words), _) => access::search_regions(r, words)?.into_iter().map(|f| (f.code, f.name, f.ended)).collect(),
                (None, Some(code)) => access::children(r, code)?.into_iter().map(|x| (x.code, x.name, None)).collect(),
                (None, None) => access::region(r, r.home().code())?.into_iter().map(|x| (x.code, x.name, None)).collect(),
            };
            let shown = all.into_iter().map(|(code, name, ended)| {
                let path = match code.parent().filter(|p| p.level() > Level::County) {
                    Some(parent) => rules.directory.place(r, caller, parent)?.to_string(),
                    None => String::new(),
                };
                Ok(RegionShown { code, name, level: code.level(), path, ended })
            });
            shown.collect()
        })
        .await?;
    Ok(Json(found))
}
