use super::{json::ListedMatter, show};
use crate::{
    app::App,
    edge::{Answer, Path, Who},
    intake::twins,
};
use access::Caller;
use axum::{Json, extract::State};
use base::{Level, MatterId, Result};
use matters::{Filter, Listed, Matter, Rules};
use std::{collections::HashSet, time::Duration};
use store::{Columns, Reader, sql};

/// Days back, and rows looked at.
const DAYS: u64 = 90;
const CANDIDATES: usize = 200;

/// Matters that may be the same
///
/// Those whose words are alike, from anywhere in the county within a year; then of the same village in the last 90 days
/// those whose titles share words with it, the nearest first. A person decides.
#[utoipa::path(get, path = "/api/matters/{matter}/similar", tag = "matters", params(("matter" = Uuid, Path)), responses((status = 200, body = [ListedMatter])))]
pub async fn list_similar(State(app): State<App>, who: Who, Path(id): Path<MatterId>) -> Answer<Json<Vec<ListedMatter>>> {
    let similar = app
        .look(&who, move |r, rules, caller| {
            let (m, _) = matters::look(r, caller, id)?;
            let region = m.region.at(Level::Village).unwrap_or(m.region);
            let from = m.received_at - Duration::from_secs(DAYS * 86_400);
            let filter = Filter { flow: Some(m.flow_name()), region: Some(region), received_from: Some(from), ..Filter::default() };
            let own = terms(&m.title);
            let rows = matters::list(r, caller, &filter, None, CANDIDATES)?;
            let mut near: Vec<_> = rows.into_iter().filter(|x| x.id != id).map(|x| (share(&own, &terms(&x.title)), x)).collect();
            near.retain(|(share, _)| *share >= 0.4);
            near.sort_by(|a, b| b.0.total_cmp(&a.0));
            let mut all = told_alike(r, rules, caller, &m)?;
            near.retain(|(_, x)| all.iter().all(|a| a.id != x.id));
            all.extend(near.into_iter().map(|(_, x)| x));
            all.truncate(20);
            show::listed(r, rules, caller, all)
        })
        .await?;
    Ok(Json(similar))
}

/// What was told in the same words, as far as the caller may read it.
fn told_alike(r: &mut Reader, rules: &Rules, caller: &Caller, m: &Matter) -> Result<Vec<Listed>> {
    let mut ids = twins::alike(r, &rules.catalogue, m)?;
    ids.retain(|id| matters::look(r, caller, *id).is_ok());
    let mut q = sql("select ");
    q.push(Listed::COLUMNS).push(" from matter where county = ").arg(r.home()).push(" and id in ").list(ids.iter().copied());
    let mut rows: Vec<Listed> = r.many(q)?;
    rows.sort_by_key(|x| ids.iter().position(|id| *id == x.id));
    Ok(rows)
}

fn terms(text: &str) -> HashSet<String> {
    language::search_terms(text).split_whitespace().map(str::to_owned).collect()
}

/// Jaccard's: terms in both, of those in either.
fn share(a: &HashSet<String>, b: &HashSet<String>) -> f64 {
    let both = a.intersection(b).count() as f64;
    let either = a.union(b).count() as f64;
    if either == 0.0 { 0.0 } else { both / either }
}
