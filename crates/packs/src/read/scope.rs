//! What an expression can see at each place. `pack docs` lists it from here.

use super::Reader;
use crate::node::Node;
use crate::{Codes, Field, FieldKind, Form, List, Member, Object, Purpose, Scope, Type};
use base::Text;
use indexmap::IndexMap;
use std::sync::Arc;

fn member(ty: Type, optional: bool, zh: &str, en: &str) -> Member {
    Member { ty, optional, doc: Text::new(zh, en), purpose: None }
}

fn there(ty: Type, zh: &str, en: &str) -> Member {
    member(ty, false, zh, en)
}

fn maybe(ty: Type, zh: &str, en: &str) -> Member {
    member(ty, true, zh, en)
}

pub(crate) fn codes(name: &str, codes: impl IntoIterator<Item = impl Into<String>>) -> Type {
    Type::Code(Arc::new(Codes { name: name.into(), codes: codes.into_iter().map(Into::into).collect(), attributes: IndexMap::new() }))
}

fn object(name: &str, members: impl IntoIterator<Item = (&'static str, Member)>) -> Type {
    Type::Object(Arc::new(Object { name: name.into(), members: members.into_iter().map(|(k, m)| (k.to_owned(), m)).collect() }))
}

/// Of a place a rule sees where it is.
fn place() -> Type {
    object("place", [("region", there(Type::Str, "区划代码", "code of the region"))])
}

const SENDERS: &[&str] = &["named", "sealed", "anonymous"];

/// Names that a matter has whatever its flow.
fn common(flows: Type, category: Option<Type>, ended: Type, units: Type) -> Vec<(&'static str, Member)> {
    let mut names = vec![
        ("flow", there(flows, "流程", "its flow")),
        ("region", there(Type::Str, "所在区划代码", "code of its region")),
        ("source", there(Type::Str, "来源：入口或外部系统", "the door or outer system it came through")),
        ("has_resident", there(Type::Bool, "有反映人", "there is a resident to ask")),
        ("urgent", there(Type::Bool, "紧急", "marked urgent")),
        ("open", there(Type::Bool, "未办结", "not closed yet")),
        ("late", there(Type::Bool, "有时限已过", "a deadline of it has passed")),
        ("repeated", there(Type::Bool, "重复诉求", "the same matter again")),
        ("received_at", there(Type::Time, "收到", "received")),
        ("due_at", there(Type::Time, "全程到期", "the matter is due")),
        ("answered_at", maybe(Type::Time, "首次答复", "first answer given to the resident")),
        ("resolved_at", maybe(Type::Time, "办好的时间；不认可即收回", "the \"done\" that stood; a refusal takes it away")),
        ("asked_at", maybe(Type::Time, "请群众确认的时间", "the resident was asked to confirm")),
        ("closed_at", maybe(Type::Time, "办结", "closed")),
        ("ended_as", there(ended, "办结为；未办结为 open", "ended as; open while it is not closed")),
        ("solved", maybe(codes("solved", ["solved", "partly", "unsolved"]), "群众说解决了吗", "what the resident said: solved?")),
        ("pleased", maybe(Type::Int, "群众满意几分", "what the resident said: how pleased")),
        ("unit", maybe(units, "承办部门", "the department that handles it")),
        ("returns", there(Type::Int, "退单次数", "returns so far")),
        ("reopened", there(Type::Int, "群众不认可次数", "times that the resident refused")),
    ];
    if let Some(category) = category {
        names.push(("category", there(category, "类别；可见清单的属性", "its category; sees the list's attributes")));
    }
    names
}

/// For `pack docs`: every name, with the types that do not depend on a pack.
pub(crate) fn names_of_a_matter() -> Vec<(&'static str, Member)> {
    let any = |name: &str| codes(name, [] as [&str; 0]);
    common(any("flow"), Some(any("category")), any("ended_as"), any("units"))
}

/// `matter`, `form` and `now`, as a flow's own expressions see them.
pub(super) fn of_flow(r: &Reader, id: &str, category: Option<Type>, steps: &[String], ended: &[String], forms: &[Arc<Form>]) -> Scope {
    let units = r.unit_type();
    let mut members: IndexMap<String, Member> =
        common(codes("flow", [id]), category, codes("ended_as", ended.iter().cloned()), units.clone())
            .into_iter()
            .map(|(k, m)| (k.to_owned(), m))
            .collect();
    members.insert("number".into(), there(Type::Str, "编号", "its number"));
    if !steps.is_empty() {
        members.insert("step".into(), there(codes("step", steps.iter().cloned()), "当前环节", "the step it is at"));
    }
    for form in forms {
        members.entry(form.id.clone()).or_insert(maybe(
            kept_type(r, form, &units),
            "最近一次填的表（不含文字）",
            "the form as last filled in, without its words",
        ));
    }
    let matter = Type::Object(Arc::new(Object { name: "matter".into(), members }));
    let mut scope = Scope::default();
    scope.names.insert("matter".into(), there(matter, "事项", "the matter"));
    scope.names.insert("now".into(), there(Type::Time, "现在", "now"));
    scope
}

/// `form` beside it: what the move at hand, or the matter that ended, was filled in with.
pub(super) fn with_form(r: &Reader, scope: &Scope, form: &Form) -> Scope {
    let mut scope = scope.clone();
    scope.names.insert("form".into(), there(form_type(r, form), "所填的表", "the form that was filled in"));
    scope
}

pub(super) fn of_forms(r: &mut Reader, root: &Node) -> Scope {
    let lists = lists_of(r, root);
    let category = union(&lists);
    of_flow(r, "any", category, &[], &["open".into()], &[])
}

fn lists_of(r: &mut Reader, root: &Node) -> Vec<Arc<List>> {
    let mut lists: Vec<Arc<List>> = Vec::new();
    for (_, flow) in root.get("flows").map(Node::map).unwrap_or_default() {
        let Some(node) = flow.get("category").and_then(|c| c.get("list")) else { continue };
        if let Some(list) = r.resolve("lists", node).and_then(|n| r.out.lists.get(&n).cloned())
            && !lists.iter().any(|l| l.pack == list.pack && l.id == list.id)
        {
            lists.push(list);
        }
    }
    lists
}

/// The codes of all of them, with the attributes they share.
fn union(lists: &[Arc<List>]) -> Option<Type> {
    let first = lists.first()?;
    if lists.len() == 1 {
        return Some(Reader::code_type(first));
    }
    let Type::Code(base) = Reader::code_type(first) else { return None };
    let mut codes: Vec<String> = Vec::new();
    for code in lists.iter().flat_map(|l| l.entries.keys()) {
        if !codes.contains(code) {
            codes.push(code.clone());
        }
    }
    let attributes = base
        .attributes
        .iter()
        .filter(|(k, m)| lists.iter().all(|l| l.attributes.get(*k).is_some_and(|a| a.ty == m.ty)))
        .map(|(k, m)| (k.clone(), m.clone()))
        .collect();
    Some(Type::Code(Arc::new(Codes { name: "categories".into(), codes, attributes })))
}

/// Bare names over every flow that the pack sees, as indicators count them, and `window`.
pub(super) fn of_indicators(r: &mut Reader, root: &Node) -> Scope {
    let flows: Vec<Arc<crate::Flow>> = r.out.flows.values().filter(|f| r.sees.contains(&f.pack)).cloned().collect();
    let own = lists_of(r, root);
    let lists: Vec<Arc<List>> =
        if own.is_empty() { flows.iter().filter_map(|f| f.category.as_ref().map(|c| c.list.clone())).collect() } else { own };
    let mut ended: Vec<String> = Vec::new();
    for word in flows.iter().flat_map(|f| f.endings()) {
        if !ended.contains(&word) {
            ended.push(word);
        }
    }
    let units = r.unit_type();
    let mut scope = Scope::default();
    let names = common(codes("flow", visible_flows(r)), union(&lists), codes("ended_as", ended), units.clone());
    for (name, mut member) in names {
        // A flow of the pack may have no category.
        member.optional |= name == "category" && flows.iter().any(|f| f.pack == r.pack && f.category.is_none());
        scope.names.insert(name.into(), member);
    }
    scope.names.insert("now".into(), there(Type::Time, "现在", "now"));
    scope.names.insert("window".into(), there(Type::Window, "统计期", "the window the figure is asked for"));
    scope
}

/// What a bound of a thing's field sees.
pub(super) fn of_things() -> Scope {
    let mut scope = Scope::default();
    scope.names.insert("now".into(), there(Type::Time, "现在", "now"));
    scope
}

/// Also those that were refused: of them it is said elsewhere.
fn visible_flows(r: &Reader) -> Vec<String> {
    r.names["flows"].iter().filter(|n| r.sees.contains(&n.pack)).map(|n| n.id.clone()).collect()
}

/// `thing` and `before`, as reactions to a change of a thing see it.
pub(super) fn of_kind(r: &Reader, kind: &crate::Kind) -> Scope {
    let units = r.unit_type();
    // What is sensitive is kept apart from the rest of a thing, where no rule reads it.
    let seen = kind.fields.iter().filter(|(_, f)| f.sensitivity.is_internal()).map(|(k, f)| (k.clone(), f.clone())).collect();
    let ty = fields_type(&kind.id, &seen, &units, foreign(r, &kind.pack));
    let mut scope = Scope::default();
    scope.names.insert("thing".into(), there(ty.clone(), "台账对象", "the thing"));
    scope.names.insert("before".into(), maybe(ty, "变更之前", "as it was before"));
    scope.names.insert("now".into(), there(Type::Time, "现在", "now"));
    scope
}

/// The pack that collects something, where it is not the one that is being read.
fn foreign<'p>(r: &Reader, pack: &'p str) -> Option<&'p str> {
    (pack != r.pack).then_some(pack)
}

/// The first field that another pack collected for something of its own.
pub(super) fn kept_apart<'f>(r: &Reader, pack: &str, fields: &'f IndexMap<String, Field>) -> Option<(&'f str, Purpose)> {
    let pack = foreign(r, pack)?;
    fields.values().find_map(|f| match &f.kind {
        FieldKind::Table { fields } if f.purpose.is_none() => kept_apart(r, pack, fields),
        _ => f.purpose.clone().map(|words| (f.id.as_str(), Purpose { pack: pack.to_owned(), words })),
    })
}

fn form_type(r: &Reader, form: &Form) -> Type {
    fields_type(&form.id, &form.fields, &r.unit_type(), foreign(r, &form.pack))
}

/// What stays with the matter: codes and numbers. Words are kept apart, where no rule reads them.
fn kept_type(r: &Reader, form: &Form, units: &Type) -> Type {
    let kept = form.fields.iter().filter(|(_, f)| !f.words() && !f.masked()).map(|(k, f)| (k.clone(), f.clone())).collect();
    fields_type(&form.id, &kept, units, foreign(r, &form.pack))
}

fn fields_type(name: &str, fields: &IndexMap<String, Field>, units: &Type, foreign: Option<&str>) -> Type {
    let members = fields
        .iter()
        .map(|(k, f)| {
            let optional = f.required == crate::Required::No && !matches!(f.kind, FieldKind::Media { .. });
            let purpose = foreign.zip(f.purpose.clone()).map(|(pack, words)| Purpose { pack: pack.to_owned(), words });
            (k.clone(), Member { ty: field_type(f, units, foreign), optional, doc: f.name.clone(), purpose })
        })
        .collect();
    Type::Object(Arc::new(Object { name: name.into(), members }))
}

fn field_type(field: &Field, units: &Type, foreign: Option<&str>) -> Type {
    let many = |ty: Type, many: bool| if many { Type::List(Box::new(ty)) } else { ty };
    match &field.kind {
        FieldKind::Number { whole: true, .. } | FieldKind::Scale { .. } => Type::Int,
        FieldKind::Number { .. } => Type::Num,
        FieldKind::Bool => Type::Bool,
        FieldKind::Choice { of, many: m } => many(Reader::code_type(of), *m),
        FieldKind::Date | FieldKind::Time => Type::Time,
        FieldKind::Term => Type::Term,
        FieldKind::Unit { many: m } => many(units.clone(), *m),
        FieldKind::Thing { many: m, .. } => many(Type::Str, *m),
        FieldKind::Party { many: m } => many(person(), *m),
        FieldKind::Person | FieldKind::Firm => person(),
        FieldKind::Identity { .. } => codes("sender", SENDERS.iter().copied()),
        FieldKind::Area { .. } => Type::Area,
        FieldKind::Money => Type::Money,
        FieldKind::Media { .. } => Type::List(Box::new(Type::Str)),
        FieldKind::Place => place(),
        FieldKind::Table { fields } => Type::List(Box::new(fields_type(&field.id, fields, units, foreign))),
        FieldKind::Text
        | FieldKind::Region { .. }
        | FieldKind::Plot
        | FieldKind::Point
        | FieldKind::Line
        | FieldKind::Polygon
        | FieldKind::Signature => Type::Str,
    }
}

/// Of a person or firm an expression sees the name alone: for a letter or a notice, never for a decision.
fn person() -> Type {
    object("party", [("name", there(Type::Str, "姓名或名称", "name"))])
}
