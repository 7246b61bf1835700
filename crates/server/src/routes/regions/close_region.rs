use crate::{
    app::App,
    edge::{Answer, Key, Path, Who, shape::Region},
};
use axum::{extract::State, http::StatusCode};
use base::Code;

/// Close a region
///
/// Its code stays searchable with its dates.
#[utoipa::path(delete, path = "/api/regions/{code}", tag = "regions", params(("code" = inline(Region), Path)), responses((status = 204)))]
pub async fn close_region(State(app): State<App>, who: Who, key: Key, Path(region): Path<Code>) -> Answer<StatusCode> {
    let once = key.once_on(&who, "close_region", region);
    app.act(&who, once, move |unit, _, caller| access::close_region(unit, caller, region)).await?;
    Ok(StatusCode::NO_CONTENT)
}
