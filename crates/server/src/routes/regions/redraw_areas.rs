use super::json::{HandsChanged, Redraw};
use crate::{
    app::App,
    edge::{Answer, Body, Key, Who},
};
use axum::{Json, extract::State};
use base::{Code, Error};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Redraw areas, with a preview of what changes hands
#[utoipa::path(post, path = "/api/areas/redrawings", tag = "regions", request_body = Redraw, responses((status = 200, body = [HandsChanged])))]
pub async fn redraw_areas(State(app): State<App>, who: Who, key: Key, body: Body<Redraw>) -> Answer<Json<Vec<HandsChanged>>> {
    who.account()?;
    let once = key.once(&who, "redraw_areas", body.hash);
    let Redraw { plan, apply, seen } = body.value;
    let plan: Vec<(Uuid, Vec<Code>)> = plan.into_iter().map(|p| (p.area, p.groups)).collect();
    let seen: BTreeSet<Code> = seen.into_iter().collect();
    let done = app
        .act(&who, once, move |unit, _, caller| {
            let changes = access::preview_redraw(unit, &plan)?;
            if apply {
                if changes.iter().map(|c| c.group).collect::<BTreeSet<_>>() != seen {
                    return Err(Error::conflict(
                        "preview_old",
                        "预览之后有变化，请重新预览",
                        "something changed since the preview; look again",
                    ));
                }
                access::redraw(unit, caller, &plan, &changes)?;
            }
            let shown = changes.into_iter().map(|c| HandsChanged {
                group: c.group,
                households: c.households,
                from: c.from,
                from_seats: c.from_seats,
                to: c.to,
                to_seats: c.to_seats,
            });
            Ok(shown.collect())
        })
        .await?;
    Ok(Json(done))
}
