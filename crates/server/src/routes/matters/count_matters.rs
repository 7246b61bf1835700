use super::{
    json::{Counted, ListMatters},
    list_matters::{filter, said},
};
use crate::{
    app::App,
    edge::{Answer, Query, Who},
};
use axum::{Json, extract::State};

/// Nobody reads further.
const MOST: i64 = 10_000;

/// Count matters
///
/// Of those that I may see, up to 10,000.
#[utoipa::path(get, path = "/api/matters/count", tag = "matters", params(ListMatters), responses((status = 200, body = Counted)))]
pub async fn count_matters(State(app): State<App>, who: Who, Query(ask): Query<ListMatters>) -> Answer<Json<Counted>> {
    who.account()?;
    let (mut filter, q) = (filter(&ask)?, ask.q);
    let n = app
        .look(&who, move |r, _, caller| {
            filter.said = said(r, q.as_deref())?;
            matters::count(r, caller, &filter, MOST)
        })
        .await?;
    Ok(Json(Counted { n, or_more: n >= MOST }))
}
