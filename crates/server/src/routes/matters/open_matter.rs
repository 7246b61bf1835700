use super::{
    json::{OpenMatter, OpenedMatter, Way},
    media,
};
use crate::{
    app::App,
    edge::{Answer, Body, Key, Who},
    intake::twins,
    routes::matters::suggest_category::category_of,
};
use access::{AccountKind, Caller, CallerKind, NewAccount, SeatAt};
use axum::{Json, extract::State, http::StatusCode};
use base::{Code, Error, Level, Result};
use language::Model;
use matters::{Opening, Outer, Spoke};
use packs::{Action, Door, FieldKind, Flow, Name, Subject};
use uuid::Uuid;

/// Open a matter
///
/// What a resident reports, also written down by another. Left without a category, triage suggests one. A sender
/// without an account is given a receipt to follow it by.
#[utoipa::path(post, path = "/api/matters", tag = "matters", request_body = OpenMatter, responses((status = 201, body = OpenedMatter)))]
pub async fn open_matter(State(app): State<App>, who: Who, key: Key, body: Body<OpenMatter>) -> Answer<(StatusCode, Json<OpenedMatter>)> {
    let once = key.once(&who, "open_matter", body.hash);
    let told = body.value;
    let rules = app.rules(who.home())?;
    let flow = rules.flow(&flow_name(&told.flow)?, told.region.unwrap_or(who.home().code()))?;
    let receipt = receipt(&app, &flow, &once, &told)?;
    let mut opening = opening(&app, &who.caller, &flow, &told, receipt.as_deref());
    if flow.apart {
        opening.about = spoken_of(&app, &who, &flow, &told.form).await?;
    }
    let (home, place) = (who.home(), matters::place_of(&flow, &opening));
    let at = place.or(told.region).unwrap_or(home.code());
    if told.door.is_none() && told.for_another.is_none() && writes_down(&flow, &who.caller, at) {
        opening.door = Door::Desk;
    }
    let (keys, resident) = (app.keys.clone(), told.resident);
    let needs = move || place.into_iter().map(|code| access::region_row(home, code)).collect();
    let opened = app
        .act_with(&who, once, needs, move |unit, rules, caller| {
            let mut opening = opening.clone();
            if let (Some(person), Some(_)) = (&resident, &opening.for_another) {
                // The desk may not make accounts; that a matter is opened for someone is reason enough for his.
                let platform = Caller::system(caller.home, caller.catalogue.clone());
                let (name, phone) = (person.name.clone(), Some(person.phone.clone()));
                let new = NewAccount { kind: AccountKind::Resident, name, phone, region: None, login: None };
                opening.resident = Some(access::make_account(unit, &platform, &keys, new)?);
            }
            let opened = matters::open(unit, rules, caller, &opening)?;
            if let (Some(form), false) = (&flow.opens.form, opened.known) {
                media::tie(unit, form, &opening.form, opened.id)?;
                twins::keep(unit, opened.id, &words(&flow, &opening.form))?;
            }
            Ok(opened)
        })
        .await?;
    let id = opened.id;
    let number = match opened.number.get() {
        Some(number) => Some(number.clone()),
        None => app.look(&who, move |r, _, _| Ok(matters::load(r, id)?.and_then(|m| m.number))).await?,
    };
    let receipt = receipt.filter(|_| !opened.known);
    Ok((StatusCode::CREATED, Json(OpenedMatter { id, number, known: opened.known, receipt })))
}

pub fn flow_name(text: &str) -> Result<Name> {
    let wrong =
        || Error::invalid("flow", "流程应写成“包.流程”，如 direct_line.report", "a flow is <pack>.<flow>, such as direct_line.report");
    text.split_once('.').map(|(pack, flow)| Name::new(pack, flow)).ok_or_else(wrong)
}

fn door(told: &OpenMatter, kind: CallerKind) -> Door {
    match (told.door, &told.for_another) {
        (Some(Way::Page), _) => Door::Page,
        (Some(Way::Miniprogram), _) => Door::Miniprogram,
        (Some(Way::Phone), _) => Door::Phone,
        (Some(Way::Desk), _) => Door::Desk,
        (Some(Way::Visit), _) => Door::Visit,
        (Some(Way::Connector), _) => Door::Connector,
        (None, Some(another)) => match another.by {
            Spoke::Phone => Door::Phone,
            Spoke::Desk => Door::Desk,
            Spoke::Visit => Door::Visit,
        },
        (None, None) if kind == CallerKind::Machine => Door::Connector,
        (None, None) => Door::Page,
    }
}

/// Someone of the staff who opens it by his seat saw it in his office; who has no seat for it reports as anyone does, and
/// leaders without pay have the phone's page.
fn writes_down(flow: &Flow, caller: &Caller, place: Code) -> bool {
    caller.kind == CallerKind::Staff && flow.opens.doors.contains(&Door::Desk) && matters::by_seat(flow, caller, place).is_some()
}

fn opening(app: &App, caller: &Caller, flow: &Flow, told: &OpenMatter, receipt: Option<&str>) -> Opening {
    let (home, kind) = (caller.home, caller.kind);
    let words = words(flow, &told.form);
    Opening {
        flow: flow.name_of(),
        door: door(told, kind),
        form: told.form.clone(),
        region: told.region,
        category: told.category.clone(),
        triage: if told.category.is_some() { None } else { triage(&app.triage(home, Some(flow)), flow, &words) },
        urgent: told.urgent,
        resident: None,
        for_another: told.for_another.clone(),
        outer: told.outer.as_ref().map(|o| Outer { source: o.source.clone(), number: o.number.clone(), due: o.due }),
        told_at: told.told_at,
        terms: language::search_terms(&words),
        about: Vec::new(),
        receipt: receipt.map(matters::receipt_hash),
    }
}

/// The texts of the opening form.
pub fn words(flow: &Flow, form: &serde_json::Value) -> String {
    let fields = flow.opens.form.iter().flat_map(|f| &f.fields).filter(|(_, f)| matches!(f.kind, FieldKind::Text));
    fields.filter_map(|(id, _)| form[id].as_str()).collect::<Vec<_>>().join("\n")
}

/// Officials whom a matter that is kept apart calls by name, and the county's seats that could read it where it calls them
/// by their title, in a party's name or in its words: they never meet it.
async fn spoken_of(app: &App, who: &Who, flow: &Flow, form: &serde_json::Value) -> Result<Vec<Uuid>> {
    let fields = flow.opens.form.iter().flat_map(|f| &f.fields);
    let parties = fields.filter(|(_, f)| matches!(f.kind, FieldKind::Party { .. })).map(|(id, _)| form[id].to_string());
    let text = parties.chain([words(flow, form)]).collect::<Vec<_>>().join("\n");
    let keys = app.keys.clone();
    let on = Subject::Flow(flow.name_of());
    app.look(who, move |r, rules, _| {
        let mut about: Vec<Uuid> = access::officials_in(r, &keys, &text)?.into_iter().map(|id| id.uuid()).collect();
        let county = r.home().code();
        let roles = rules.catalogue.roles().filter(|x| x.level <= Level::County && text.contains(&x.name.zh));
        for role in roles.filter(|x| rules.catalogue.may(&x.id, Action::Read, &on)) {
            if let SeatAt::Filled(seat) | SeatAt::Vacant(seat) = access::find_seat(r, &role.id, None, role.level, county)? {
                about.push(seat.id.uuid());
            }
        }
        Ok(about)
    })
    .await
}

/// The category that the model suggests for the words, and how sure it is, in millionths.
pub fn triage(model: &Model, flow: &Flow, words: &str) -> Option<(String, i64)> {
    let declared = flow.category.as_ref().filter(|c| c.from_triage && !words.trim().is_empty())?;
    let suggestion = model.suggest(words);
    let first = suggestion.ranked.first()?;
    let code = category_of(&declared.list, &first.label)?;
    Some((code, (f64::from(first.probability) * 1_000_000.0) as i64))
}

/// Who leaves no name gets a code to follow it by. It is made from the request's own key, so that the same
/// request again is answered with the same code although the database keeps only its hash.
fn receipt(app: &App, flow: &Flow, once: &Option<store::Once>, told: &OpenMatter) -> Result<Option<String>> {
    let fields = flow.opens.form.iter().flat_map(|f| &f.fields);
    let mut identities = fields.filter(|(_, f)| matches!(f.kind, FieldKind::Identity { .. }));
    if !identities.any(|(id, _)| told.form[id] == "anonymous") {
        return Ok(None);
    }
    let seed = match once {
        Some(once) => format!("{}/{}/{:?}", once.who, once.key, once.body),
        None => Uuid::new_v4().to_string() + &Uuid::new_v4().to_string(),
    };
    Ok(Some(code(&app.keys.index("receipt", &seed))))
}

/// 80 bits in letters and digits that people do not mistake for each other, in four groups.
pub fn code(bytes: &[u8; 32]) -> String {
    const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let letter = |i: usize| char::from(LETTERS[usize::from(bytes[i] & 31)]);
    (0..16).map(|i| if i > 0 && i % 4 == 0 { format!("-{}", letter(i)) } else { letter(i).to_string() }).collect()
}
