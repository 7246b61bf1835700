//! Whether a new version of packs can take the place of an old one. Kinds may add, deprecate and widen fields; anything
//! else is a declared change. Open matters of a flow keep their version, so flows may change as they like, but moving
//! them needs a whole map.

use crate::{Bound, Catalogue, Field, FieldKind, Kind, Required, Val};
use base::Text;

impl Catalogue {
    /// What of `old` would not fit into this version: kinds that lost or narrowed a field, and migration maps from
    /// `old` that are not whole. Empty is right.
    pub fn breaks(&self, old: &Catalogue) -> Vec<Text> {
        let mut wrong = Vec::new();
        for kind in old.kinds() {
            match self.kind(&kind.pack, &kind.id) {
                Some(new) => narrowed(kind, new, &mut wrong),
                None if self.pack(&kind.pack).is_some() => wrong.push(Text::new(
                    format!("台账类型“{}”不见了；请保留并写 deprecated: true", kind.id),
                    format!("kind \"{}\" is gone; keep it with deprecated: true", kind.id),
                )),
                None => {}
            }
        }
        for map in self.migrations().iter().filter(|m| old.pack(&m.pack).is_some_and(|p| p.hash == m.from)) {
            wrong.extend(map.check(old, self));
        }
        wrong
    }
}

fn narrowed(old: &Kind, new: &Kind, wrong: &mut Vec<Text>) {
    if old.shape != new.shape {
        say(wrong, old, "", "图形变了", "its shape has changed");
    }
    if old.key != new.key {
        say(wrong, old, "", "唯一编号变了", "its key has changed");
    }
    for field in old.fields.values() {
        match new.fields.get(&field.id) {
            None => say(wrong, old, &field.id, "不见了；请保留并写 deprecated: true", "is gone; keep it with deprecated: true"),
            Some(now) => field_narrowed(old, field, now, wrong),
        }
    }
    for field in new.fields.values().filter(|f| f.required != Required::No && !old.fields.contains_key(&f.id)) {
        say(wrong, old, &field.id, "是新的，不能必填：旧的没有它", "is new and cannot be required: older things have none");
    }
}

fn field_narrowed(kind: &Kind, old: &Field, new: &Field, wrong: &mut Vec<Text>) {
    if std::mem::discriminant(&old.kind) != std::mem::discriminant(&new.kind) {
        return say(wrong, kind, &old.id, "换了类型", "has another type");
    }
    if old.required == Required::No && new.required != Required::No {
        say(wrong, kind, &old.id, "变成了必填", "has become required");
    }
    if let (FieldKind::Choice { of: a, .. }, FieldKind::Choice { of: b, .. }) = (&old.kind, &new.kind) {
        for code in a.entries.keys().filter(|c| b.entry(c).is_none()) {
            say(wrong, kind, &old.id, &format!("少了代码“{code}”"), &format!("has lost the code \"{code}\""));
        }
    }
    if let (FieldKind::Scale { of: a }, FieldKind::Scale { of: b }) = (&old.kind, &new.kind)
        && b < a
    {
        say(wrong, kind, &old.id, "满分变小了", "has a lower top");
    }
    let tighter = |a: &Option<Bound>, b: &Option<Bound>, closer: fn(f64, f64) -> bool| match (a, b) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(Bound::Value(a)), Some(Bound::Value(b))) => value(a).zip(value(b)).is_none_or(|(a, b)| closer(a, b)),
        (Some(a), Some(b)) => source(a) != source(b),
    };
    if tighter(&old.min, &new.min, |a, b| b > a) || tighter(&old.max, &new.max, |a, b| b < a) {
        say(wrong, kind, &old.id, "范围变窄了", "has a narrower range");
    }
}

fn value(v: &Val) -> Option<f64> {
    match v {
        Val::Time(t) => Some(t.0 as f64),
        other => other.as_num(),
    }
}

fn source(b: &Bound) -> Option<&str> {
    match b {
        Bound::Expr(e) => Some(e.source()),
        Bound::Value(_) => None,
    }
}

fn say(wrong: &mut Vec<Text>, kind: &Kind, field: &str, zh: &str, en: &str) {
    let (a, b) =
        if field.is_empty() { (String::new(), String::new()) } else { (format!("的字段“{field}”"), format!(", field \"{field}\"")) };
    wrong.push(Text::new(format!("台账类型“{}”{a}{zh}", kind.id), format!("kind \"{}\"{b}: {en}", kind.id)));
}
