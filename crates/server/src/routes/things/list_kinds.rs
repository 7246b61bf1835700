use super::json::KindShown;
use crate::{
    app::App,
    edge::{Answer, Who},
};
use axum::{Json, extract::State};
use base::Level;
use serde_json::json;

/// The kinds of things, with their fields
///
/// Whose seats all lie in one township sees them with what that township lays over them.
#[utoipa::path(get, path = "/api/kinds", tag = "things", responses((status = 200, body = [KindShown])))]
pub async fn list_kinds(State(app): State<App>, who: Who) -> Answer<Json<Vec<KindShown>>> {
    let rules = app.rules(who.home())?;
    let mut towns = who.caller.grants.iter().map(|g| g.region.at(Level::Town));
    let own = towns.next().flatten().filter(|first| towns.all(|t| t == Some(*first)));
    let laid_over = own.map_or(&rules.catalogue, |town| rules.catalogue.at(town));
    let shown = rules.catalogue.kinds().map(|k| {
        let k = laid_over.kind(&k.pack, &k.id).unwrap_or(k);
        KindShown { kind: format!("{}.{}", k.pack, k.id), declared: json!(**k) }
    });
    Ok(Json(shown.collect()))
}
