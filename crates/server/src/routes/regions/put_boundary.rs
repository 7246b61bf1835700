use super::json::GiveBoundary;
use crate::{
    app::App,
    edge::{Answer, Body, Key, Path, Who, shape::Region},
    geography,
};
use axum::{extract::State, http::StatusCode};
use base::{Code, Error};

/// Give a region its outline
///
/// A closed polygon or several, WGS 84 (CGCS2000), at most 20,000 vertices. Its middle becomes the region's centre.
#[utoipa::path(put, path = "/api/regions/{code}/boundary", tag = "regions", params(("code" = inline(Region), Path)), request_body = GiveBoundary, responses((status = 204)))]
pub async fn put_boundary(
    State(app): State<App>,
    who: Who,
    key: Key,
    Path(region): Path<Code>,
    body: Body<GiveBoundary>,
) -> Answer<StatusCode> {
    who.account()?;
    let once = key.once(&who, "put_boundary", body.hash_of(region));
    let geometry = body.value.geometry;
    let checked = tokio::task::spawn_blocking(move || geography::check(&geometry)).await.map_err(Error::internal)??;
    app.act(&who, once, move |unit, _, caller| geography::put_boundary(unit, caller, region, &checked)).await?;
    Ok(StatusCode::NO_CONTENT)
}
