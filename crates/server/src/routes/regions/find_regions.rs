use super::json::{FindRegions, RegionShown};
use crate::{
    app::App,
    edge::{Answer, Query, Who},
};
use axum::{Json, extract::State};
use base::{Code, Error, Level, Result, Time};

const MOST: usize = 200;

/// Find regions
///
/// By their codes, by the beginning of a code or a part of a name, or those directly under one.
#[utoipa::path(get, path = "/api/regions", tag = "regions", params(FindRegions), responses((status = 200, body = [RegionShown])))]
pub async fn find_regions(State(app): State<App>, who: Who, Query(ask): Query<FindRegions>) -> Answer<Json<Vec<RegionShown>>> {
    if ask.q.as_ref().is_some_and(|q| q.chars().count() > 100) {
        return Err(Error::invalid("q", "最多 100 字", "at most 100 characters").into());
    }
    let codes = ask.codes.as_deref().map(|all| all.split(',').map(str::parse).collect::<Result<Vec<Code>>>()).transpose()?;
    if codes.as_ref().is_some_and(|all| all.len() > MOST) {
        return Err(Error::invalid("codes", format!("最多 {MOST} 个"), format!("{MOST} at most")).into());
    }
    let under = ask.under.as_deref().map(str::parse::<Code>).transpose()?;
    let found = app
        .look(&who, move |r, rules, caller| -> Result<Vec<RegionShown>> {
            let found = |f: access::Found| (f.code, f.name, f.ended);
            let today = |x: access::Region| (x.code, x.name, None);
            let all: Vec<(Code, String, Option<Time>)> = match (codes.clone(), &ask.q, under) {
                (Some(codes), ..) => access::regions_of(r, codes)?.into_iter().map(found).collect(),
                (None, Some(words), _) => access::search_regions(r, words)?.into_iter().map(found).collect(),
                (None, None, Some(code)) => access::children(r, code)?.into_iter().map(today).collect(),
                (None, None, None) => access::region(r, r.home().code())?.into_iter().map(today).collect(),
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
