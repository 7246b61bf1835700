use crate::{
    app::App,
    edge::{Answer, Key, Path, Who, shape::Region},
    geography,
};
use axum::{extract::State, http::StatusCode};
use base::Code;

/// Take a region's outline away
///
/// The centre that it gave stays.
#[utoipa::path(delete, path = "/api/regions/{code}/boundary", tag = "regions", params(("code" = inline(Region), Path)), responses((status = 204)))]
pub async fn remove_boundary(State(app): State<App>, who: Who, key: Key, Path(region): Path<Code>) -> Answer<StatusCode> {
    let once = key.once_on(&who, "remove_boundary", region);
    app.act(&who, once, move |unit, _, caller| geography::remove_boundary(unit, caller, region)).await?;
    Ok(StatusCode::NO_CONTENT)
}
