//! Services: the categories of every flow that Open311 may open. A code is `<pack>.<flow>.<category>`.

use super::{Given, tree::Tree};
use crate::{app::App, edge::Who};
use base::{Error, Kind, Result};
use packs::{Catalogue, Door, Entry, Field, FieldKind, Flow, Form, Required};
use std::sync::Arc;

pub struct Service {
    pub flow: Arc<Flow>,
    pub category: Option<Arc<Entry>>,
}

impl Service {
    pub fn code(&self) -> String {
        code(&self.flow.pack, &self.flow.id, self.category.as_ref().map(|c| c.code.as_str()))
    }

    pub fn name(&self) -> String {
        self.category.as_ref().map_or_else(|| self.flow.name.zh.clone(), |c| c.name.zh.clone())
    }

    pub fn form(&self) -> Option<&Form> {
        self.flow.opens.form.as_deref()
    }
}

pub fn code(pack: &str, flow: &str, category: Option<&str>) -> String {
    match category {
        Some(c) => format!("{pack}.{flow}.{c}"),
        None => format!("{pack}.{flow}"),
    }
}

fn all(catalogue: &Catalogue) -> Vec<Service> {
    let mut all = Vec::new();
    for flow in catalogue.flows().filter(|f| f.opens.doors.contains(&Door::Open311)) {
        match &flow.category {
            Some(c) => {
                let offered = c.list.entries.values().filter(|e| !e.deprecated);
                all.extend(offered.map(|e| Service { flow: flow.clone(), category: Some(Arc::new(Entry::clone(e))) }));
            }
            None => all.push(Service { flow: flow.clone(), category: None }),
        }
    }
    all
}

pub fn find(catalogue: &Catalogue, code: &str) -> Result<Service> {
    all(catalogue).into_iter().find(|s| s.code() == code).ok_or_else(|| {
        Error::new(Kind::NotFound, "service_code", "没有这个 service_code", "The service_code was not found").field(
            "service_code",
            format!("没有“{code}”，见 services"),
            format!("no {code}; see services"),
        )
    })
}

/// What the specification asks beside its own parameters: the form's fields that a client can fill in.
pub fn attributes(form: Option<&Form>) -> Vec<&Field> {
    let Some(form) = form else { return Vec::new() };
    let description = form.fields.values().find(|f| matches!(f.kind, FieldKind::Text)).map(|f| &f.id);
    let fields = form.fields.values().filter(|f| Some(&f.id) != description && !f.deprecated && datatype(f).is_some());
    fields.collect()
}

fn datatype(f: &Field) -> Option<&'static str> {
    Some(match &f.kind {
        FieldKind::Text => "text",
        FieldKind::Plot | FieldKind::Money | FieldKind::Area { .. } | FieldKind::Term => "string",
        FieldKind::Number { .. } => "number",
        FieldKind::Date | FieldKind::Time => "datetime",
        FieldKind::Bool | FieldKind::Scale { .. } | FieldKind::Choice { many: false, .. } => "singlevaluelist",
        FieldKind::Choice { many: true, .. } => "multivaluelist",
        _ => return None,
    })
}

pub fn list(app: &App, who: &Who) -> Given {
    let rules = app.rules(who.home())?;
    let services = all(&rules.catalogue).into_iter().map(|s| {
        let unit = s.category.as_ref().and_then(|c| c.unit()).and_then(|u| rules.catalogue.unit(u)).map(|u| u.name.zh.clone());
        Tree::Map(vec![
            ("service_code", Tree::text(s.code())),
            ("service_name", Tree::text(s.name())),
            ("description", Tree::text(s.category.as_ref().map_or(&s.flow.name.en, |c| &c.name.en))),
            ("metadata", Tree::Bool(!attributes(s.form()).is_empty())),
            ("type", Tree::text("realtime")),
            ("keywords", Tree::maybe(unit)),
            ("group", Tree::text(&s.flow.name.zh)),
        ])
    });
    Ok(("services", Tree::List("service", services.collect())))
}

pub fn definition(app: &App, who: &Who, code: &str) -> Given {
    let service = find(&app.rules(who.home())?.catalogue, code)?;
    let fields = attributes(service.form());
    let attributes = fields.iter().enumerate().map(|(i, f)| {
        let required = f.required != Required::No;
        Tree::Map(vec![
            ("variable", Tree::Bool(true)),
            ("code", Tree::text(&f.id)),
            ("datatype", Tree::text(datatype(f).unwrap_or("string"))),
            ("required", Tree::Bool(required)),
            ("datatype_description", Tree::maybe(f.help.as_ref().map(|h| h.zh.clone()))),
            ("order", Tree::Int(i as i64 + 1)),
            ("description", Tree::text(&f.name.zh)),
            ("values", Tree::List("value", values(f))),
        ])
    });
    let root = vec![("service_code", Tree::text(code)), ("attributes", Tree::List("attribute", attributes.collect()))];
    Ok(("service_definition", Tree::Map(root)))
}

fn values(f: &Field) -> Vec<Tree> {
    let value = |key: String, name: &str| Tree::Map(vec![("key", Tree::Text(key)), ("name", Tree::text(name))]);
    match &f.kind {
        FieldKind::Choice { of, .. } => of.entries.values().filter(|e| !e.deprecated).map(|e| value(e.code.clone(), &e.name.zh)).collect(),
        FieldKind::Scale { of } => (1..=*of).map(|n| value(n.to_string(), &n.to_string())).collect(),
        FieldKind::Bool => vec![value("true".into(), "是"), value("false".into(), "否")],
        _ => Vec::new(),
    }
}
