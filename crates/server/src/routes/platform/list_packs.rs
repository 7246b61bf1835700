use super::json::{LadderShown, PackShown, RungShown};
use crate::{
    app::App,
    edge::{Answer, Who},
    routes::session::json::Words,
};
use axum::{Json, extract::State};
use packs::{Catalogue, Ladder, Rung};

/// The packs that are loaded
#[utoipa::path(get, path = "/api/packs", tag = "platform", responses((status = 200, body = [PackShown])))]
pub async fn list_packs(State(app): State<App>, who: Who) -> Answer<Json<Vec<PackShown>>> {
    let rules = app.rules(who.home())?;
    let shown = rules.catalogue.packs().map(|p| PackShown {
        id: p.id.clone(),
        name: Words::from(&p.name),
        uses: p.uses.clone(),
        hash: p.hash.clone(),
        ladders: rules.catalogue.ladders().filter(|l| l.pack == p.id).map(|l| ladder(&rules.catalogue, l)).collect(),
    });
    Ok(Json(shown.collect()))
}

fn ladder(catalogue: &Catalogue, l: &Ladder) -> LadderShown {
    let rungs = l.rungs.iter().map(|rung| match rung {
        Rung::Role(id) => RungShown { role: Some(id.clone()), paid: catalogue.role(id).is_some_and(|r| r.paid) },
        Rung::Unit => RungShown { role: None, paid: true },
    });
    LadderShown { ladder: format!("{}.{}", l.pack, l.id), name: Words::from(&l.name), rungs: rungs.collect() }
}
