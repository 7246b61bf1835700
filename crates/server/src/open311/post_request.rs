//! `POST requests`: a report.

use super::{
    Given,
    params::Params,
    place::Asked,
    said,
    service::{self, Service},
    tree::Tree,
};
use crate::{
    app::App,
    edge::Who,
    intake::twins,
    routes::matters::{media, open_matter},
};
use access::{AccountKind, Caller, CallerKind, NewAccount};
use base::{Error, Result};
use matters::Opening;
use packs::{Door, Field, FieldKind, Identity};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// How the client says that its sender is reached.
const CONTACT: [&str; 6] = ["first_name", "last_name", "email", "phone", "device_id", "account_id"];

pub async fn post(app: &App, who: &Who, params: Params) -> Given {
    let code =
        params.get("service_code").ok_or_else(|| Error::invalid("service_code", "缺少 service_code", "service_code was not provided"))?;
    let rules = app.rules(who.home())?;
    let service = service::find(&rules.catalogue, code)?;
    let asked = Asked::read(&params)?;
    let nobody = who.caller.kind == CallerKind::Nobody;
    let (words, left) = said::words(&params)?;
    let mut form = form(&service, &params, &words, nobody)?;
    let photos = said::photos(app, who, &params).await?;
    if let (Some(field), false) = (field(&service, |k| matches!(k, FieldKind::Media { .. })), photos.is_empty()) {
        form.insert(field.id.clone(), json!(photos));
    }
    let place_field = field(&service, |k| matches!(k, FieldKind::Place)).map(|f| f.id.clone());
    let words = open_matter::words(&service.flow, &Value::Object(form.clone()));
    let receipt = nobody.then(|| open_matter::code(&app.keys.index("receipt", &Uuid::new_v4().to_string())));
    let opening = Opening {
        flow: service.flow.name_of(),
        door: Door::Open311,
        form: Value::Null,
        region: None,
        category: service.category.as_ref().map(|c| c.code.clone()),
        triage: None,
        urgent: false,
        resident: None,
        for_another: None,
        outer: None,
        told_at: None,
        terms: language::search_terms(&words),
        about: Vec::new(),
        receipt: receipt.as_deref().map(matters::receipt_hash),
    };
    let (keys, phone) = (app.keys.clone(), params.get("phone").filter(|_| !nobody).and_then(|p| base::mobile(p).ok()));
    let (name, contact) = (sender_name(&params), contact(&service, &params, &left));
    let opened = app
        .act(who, None, move |unit, rules, caller| {
            let mut opening = opening.clone();
            let region = asked.region(unit)?;
            let mut form = form.clone();
            match &place_field {
                Some(field) => drop(form.insert(field.clone(), asked.value(region))),
                None => opening.region = Some(region),
            }
            opening.form = Value::Object(form);
            if phone.is_some() {
                // The client vouches for who reports; he is asked in the end whether it is solved.
                let platform = Caller::system(caller.home, caller.catalogue.clone());
                let new = NewAccount { kind: AccountKind::Resident, name: name.clone(), phone: phone.clone(), region: None, login: None };
                opening.resident = Some(access::make_account(unit, &platform, &keys, new)?);
            }
            let opened = matters::open(unit, rules, caller, &opening)?;
            if let Some(form) = &service.flow.opens.form {
                media::tie(unit, form, &opening.form, opened.id)?;
                twins::keep(unit, opened.id, &open_matter::words(&service.flow, &opening.form))?;
            }
            if let Some(contact) = &contact {
                unit.word(opened.id.uuid(), "open311.contact", contact)?;
            }
            Ok(opened)
        })
        .await
        .map_err(said::in_their_words)?;
    let number = app.look(who, move |r, _, _| Ok(matters::load(r, opened.id)?.and_then(|m| m.number))).await?;
    let notice = receipt.map(|code| format!("匿名回执码 / receipt {code}"));
    let request =
        Tree::Map(vec![("service_request_id", Tree::maybe(number)), ("service_notice", Tree::maybe(notice)), ("account_id", Tree::Null)]);
    Ok(("service_requests", Tree::List("request", vec![request])))
}

fn field(service: &Service, is: impl Fn(&FieldKind) -> bool) -> Option<&Field> {
    service.form().and_then(|form| form.fields.values().find(|f| is(&f.kind)))
}

fn form(service: &Service, params: &Params, words: &str, nobody: bool) -> Result<Map<String, Value>> {
    let mut form = Map::new();
    if let Some(f) = field(service, |k| matches!(k, FieldKind::Text)) {
        form.insert(f.id.clone(), json!(words));
    }
    if let Some(f) = field(service, |k| matches!(k, FieldKind::Identity { .. }))
        && let FieldKind::Identity { of } = &f.kind
        && nobody
        && of.contains(&Identity::Anonymous)
    {
        form.insert(f.id.clone(), json!("anonymous"));
    }
    let known = service::attributes(service.form());
    for (code, value) in params.attributes() {
        let Some(f) = known.iter().find(|f| f.id == code) else { continue };
        let path = format!("attribute[{code}]");
        match &f.kind {
            FieldKind::Choice { many: true, .. } => {
                let all = form.entry(code).or_insert_with(|| json!([]));
                if let Value::Array(all) = all {
                    all.push(json!(value));
                }
            }
            kind => drop(form.insert(
                code.to_owned(),
                typed(kind, value).ok_or_else(|| Error::invalid(path, "值的格式不对", "the value has another form"))?,
            )),
        }
    }
    Ok(form)
}

/// A form's text as the JSON that its field takes.
fn typed(kind: &FieldKind, value: &str) -> Option<Value> {
    Some(match kind {
        FieldKind::Number { .. } | FieldKind::Scale { .. } => match value.parse::<i64>() {
            Ok(n) => json!(n),
            Err(_) => json!(value.parse::<f64>().ok().filter(|x| x.is_finite())?),
        },
        FieldKind::Bool => {
            json!(matches!(value, "true" | "1").then_some(true).or_else(|| matches!(value, "false" | "0").then_some(false))?)
        }
        _ => json!(value),
    })
}

/// 王小明, or `first last` of a Latin name.
fn sender_name(params: &Params) -> Option<String> {
    let parts = [params.get("last_name"), params.get("first_name")];
    let latin = parts.iter().flatten().all(|p| p.is_ascii());
    let joined = match (parts, latin) {
        ([Some(last), Some(first)], true) => format!("{first} {last}"),
        (parts, _) => parts.iter().flatten().copied().collect(),
    };
    access::check_name(&joined).ok()
}

/// With the attributes that this service does not ask for: clients send the same ones to every council.
fn contact(service: &Service, params: &Params, left: &[String]) -> Option<String> {
    let known = service::attributes(service.form());
    let unknown: Vec<_> = params.attributes().into_iter().filter(|(code, _)| !known.iter().any(|f| f.id == *code)).collect();
    let all = said::beside(params, &CONTACT, &unknown, left);
    (!all.is_empty()).then(|| Value::Object(all).to_string())
}
