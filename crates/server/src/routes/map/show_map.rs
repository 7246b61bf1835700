use super::{
    heap::APART_FROM,
    json::{BaseMap, LayerShown, MapShown},
    pmtiles,
};
use crate::{
    app::App,
    edge::{Answer, Who},
    geography,
    routes::session::json::Words,
};
use access::Caller;
use axum::{Json, extract::State};
use base::{Result, Text};
use geo::Outline;
use matters::Rules;
use packs::{Action, Shape, Subject};
use store::Reader;

/// What the map is made of
///
/// The county's base map, where it is, and the layers that I may see.
#[utoipa::path(get, path = "/api/map", tag = "map", responses((status = 200, body = MapShown)))]
pub async fn show_map(State(app): State<App>, who: Who) -> Answer<Json<MapShown>> {
    who.account()?;
    let (mut base, looking) = (app.config.map.shown(), app.clone());
    let shown = app
        .look(&who, move |r, rules, caller| {
            if let (Some(BaseMap::Pmtiles { fault, .. }), Some(file)) = (&mut base, looking.config.map.file(&looking.config.data)) {
                *fault = pmtiles::fault(&file).as_ref().map(Words::from);
            }
            let (bounds, demonstration) = match geography::boundary_of(r, r.home().code())? {
                Some(b) => (serde_json::from_str(&b.geometry).ok().and_then(|g| Outline::read(&g)).map(|o| o.bounds()), b.generated),
                None => around(&looking, r, caller)?,
            };
            Ok(MapShown { base, bounds, demonstration, layers: layers(rules, caller), apart_from: APART_FROM, deepest: 20 })
        })
        .await?;
    Ok(Json(shown))
}

/// Where there is no outline: all centres.
fn around(app: &App, r: &mut Reader, caller: &Caller) -> Result<(Option<[f64; 4]>, bool)> {
    let centres = app.geography.centres(r, caller)?;
    let mut all = centres.all().map(|c| c.at).peekable();
    let some = all.peek().is_some();
    let b = all.fold([f64::MAX, f64::MAX, f64::MIN, f64::MIN], |b, p| [b[0].min(p[0]), b[1].min(p[1]), b[2].max(p[0]), b[3].max(p[1])]);
    Ok((some.then_some(b), centres.all().any(|c| c.generated)))
}

fn layers(rules: &Rules, caller: &Caller) -> Vec<LayerShown> {
    let plain = |layer: &str, zh: &str, en: &str| LayerShown {
        layer: layer.into(),
        kind: None,
        name: Words::from(&Text::new(zh, en)),
        shape: "point",
    };
    let mut all = vec![plain("matters", "事项", "Matters"), plain("leaders", "三长", "Leaders")];
    for kind in rules.catalogue.kinds() {
        let shape = match kind.shape {
            Shape::None => continue,
            Shape::Point => "point",
            Shape::Line => "line",
            Shape::Polygon => "polygon",
        };
        let name = packs::Name::new(&kind.pack, &kind.id);
        if !caller.slices(Action::List, &Subject::Kind(name.clone())).iter().any(|s| matches!(s, access::Slice::Region(_))) {
            continue;
        }
        all.push(LayerShown { layer: "things".into(), kind: Some(name.to_string()), name: Words::from(&kind.name), shape });
    }
    all
}
