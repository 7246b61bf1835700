use super::json::{AreaShown, ListAreas};
use crate::{
    app::App,
    edge::{Answer, Query, Who},
};
use axum::{Json, extract::State};
use base::{Code, Result};

/// The areas of a village: 片, 网格, 巷
#[utoipa::path(get, path = "/api/areas", tag = "regions", params(ListAreas), responses((status = 200, body = [AreaShown])))]
pub async fn list_areas(State(app): State<App>, who: Who, Query(ask): Query<ListAreas>) -> Answer<Json<Vec<AreaShown>>> {
    let village: Code = ask.village.parse()?;
    let shown = app
        .look(&who, move |r, _, _| -> Result<Vec<AreaShown>> {
            let now = r.now();
            let areas = access::areas_of(r, village)?;
            areas
                .into_iter()
                .map(|a| Ok(AreaShown { id: a.id, kind: a.kind, name: a.name, groups: access::groups_of(r, a.id, now)? }))
                .collect()
        })
        .await?;
    Ok(Json(shown))
}
