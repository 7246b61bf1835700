use super::json::ChangeRegion;
use crate::{
    app::App,
    edge::{Answer, Body, Key, Path, Who, shape::Region},
};
use axum::{extract::State, http::StatusCode};
use base::Code;

/// Rename a region, or say how many households it has
#[utoipa::path(patch, path = "/api/regions/{code}", tag = "regions", params(("code" = inline(Region), Path)), request_body = ChangeRegion, responses((status = 204)))]
pub async fn rename_region(
    State(app): State<App>,
    who: Who,
    key: Key,
    Path(region): Path<Code>,
    body: Body<ChangeRegion>,
) -> Answer<StatusCode> {
    let once = key.once(&who, "rename_region", body.hash_of(region));
    let ChangeRegion { name, households } = body.value;
    app.act(&who, once, move |unit, _, caller| {
        if let Some(name) = &name {
            access::rename_region(unit, caller, region, name)?;
        }
        households.map_or(Ok(()), |n| access::set_households(unit, caller, region, n))
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
