//! Opens a matter.

use crate::{
    Context,
    scene::{Scene, no_value},
    who::{about, seat_for},
};
use base::{Code, Error, Kind, MatterId, Result};
use matters::Opening;
use packs::{At, Door, FieldKind, Flow, Name, Opener, Value, Who};
use serde_json::{Map, Value as Json, json};
use store::Unit;

/// What is opened, and where.
pub(crate) struct Wanted<'a> {
    pub flow: &'a Name,
    pub at: At,
    pub holder: Option<&'a Who>,
    pub form: Map<String, Json>,
}

pub(crate) fn open(unit: &mut Unit, c: Context, scene: &Scene, w: Wanted) -> Result<MatterId> {
    let region = match w.at {
        At::Place => scene.place,
        At::Level(level) => scene.place.at(level).unwrap_or(scene.place),
    };
    let declared = c.rules.flow(w.flow, region)?;
    // A run does what the opened flow lets packs do, too.
    if !declared.opens.by.contains(&Opener::Pack) {
        return Err(Error::new(
            Kind::Forbidden,
            "not_for_packs",
            format!("流程“{}”没有写由应用包登记；请在它的 opens.by 里加 pack", declared.name.zh),
            format!("the flow {} is not opened by packs; add `pack` to its opens.by", w.flow),
        ));
    }
    let opening = Opening {
        flow: w.flow.clone(),
        door: Door::Pack,
        terms: terms(c, &w.form),
        form: placed(&declared, w.form, region),
        region: Some(region),
        category: None,
        triage: None,
        urgent: false,
        resident: None,
        for_another: None,
        outer: None,
        told_at: None,
        about: Vec::new(),
        receipt: None,
    };
    let about = about(unit, scene)?;
    let lead = match w.holder {
        Some(who) => seat_for(unit, c, scene, &about, who)?.map(|s| s.id),
        None => None,
    };
    Ok(matters::open_by_pack(unit, c.rules, &opening, lead, &about)?.id)
}

/// Words are filled in Chinese: that is what people here read first.
pub(crate) fn values<'v>(scene: &Scene, declared: impl IntoIterator<Item = (&'v String, &'v Value)>) -> Result<Map<String, Json>> {
    let mut values = Map::new();
    for (field, value) in declared {
        let json = match value {
            Value::Words(template) => json!(template.fill(&scene.facts).map_err(|s| no_value(field, &s))?.zh),
            Value::Expr(e) => json!(e.eval(&scene.facts).map_err(|s| no_value(e.source(), &s))?),
        };
        values.insert(field.clone(), json);
    }
    Ok(values)
}

fn terms(c: Context, form: &Map<String, Json>) -> String {
    let words: Vec<&str> = form.values().filter_map(Json::as_str).collect();
    (c.tools.terms)(&words.join(" "))
}

/// The form's place is where the reaction opens it, unless it says otherwise.
fn placed(flow: &Flow, mut form: Map<String, Json>, region: Code) -> Json {
    let place = flow.opens.form.as_ref().and_then(|f| f.fields.values().find(|f| matches!(f.kind, FieldKind::Place)));
    if let Some(place) = place
        && !form.contains_key(&place.id)
    {
        form.insert(place.id.clone(), json!({ "region": region }));
    }
    Json::Object(form)
}
