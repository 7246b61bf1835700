//! The JSON Schema of a pack, for editors: from the same shapes that the checker uses.

use crate::grammar::{Keys, Shape, rules, story};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

/// Of `pack.yaml`.
pub fn json_schema() -> Json {
    whole(&rules::PACK, "https://shuxiang.example/schema/pack.json", "Shuxiang pack 应用包")
}

/// Of `stories/*.yaml`.
pub fn story_schema() -> Json {
    whole(&story::STORY, "https://shuxiang.example/schema/story.json", "Shuxiang story 场景")
}

fn whole(root: &'static Keys, id: &str, title: &str) -> Json {
    let mut defs = Defs::default();
    let body = defs.keys(root);
    let mut schema = json!({ "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": id, "title": title });
    schema["$ref"] = body["$ref"].clone();
    schema["$defs"] = Json::Object(defs.0.into_values().flatten().collect());
    schema
}

/// Maps with known keys are definitions of their own: fields hold fields.
#[derive(Default)]
struct Defs(BTreeMap<usize, Option<(String, Json)>>);

impl Defs {
    fn keys(&mut self, keys: &'static Keys) -> Json {
        let address = std::ptr::from_ref(keys) as usize;
        let name = keys.en.replace(['\'', ' '], "_");
        if !self.0.contains_key(&address) {
            self.0.insert(address, None);
            let mut properties = Map::new();
            for key in keys.keys {
                let mut shape = self.shape(key.shape);
                if let Json::Object(o) = &mut shape {
                    o.insert("description".into(), format!("{} · {}", key.zh, key.en).into());
                }
                properties.insert(key.name.into(), shape);
            }
            let required: Vec<&str> = keys.keys.iter().filter(|k| k.need).map(|k| k.name).collect();
            let rest = keys.rest.map_or(Json::Bool(false), |r| self.shape(r));
            let body = json!({
                "type": "object", "title": format!("{} · {}", keys.zh, keys.en),
                "properties": properties, "required": required, "additionalProperties": rest,
            });
            self.0.insert(address, Some((name.clone(), body)));
        }
        json!({ "$ref": format!("#/$defs/{name}") })
    }

    fn shape(&mut self, shape: &'static Shape) -> Json {
        match shape {
            Shape::Id => json!({ "type": ["string", "integer"], "pattern": "^[a-z0-9_]{1,64}$" }),
            Shape::Path => json!({ "type": "string", "pattern": "^[a-z0-9_]+(\\.[a-z0-9_]+)*$" }),
            Shape::Str => json!({ "type": ["string", "number", "boolean"] }),
            Shape::Words => json!({
                "type": "object", "properties": { "zh": { "type": "string" }, "en": { "type": "string" } },
                "required": ["zh", "en"], "additionalProperties": false,
            }),
            Shape::Flag => json!({ "type": "boolean" }),
            Shape::Count => json!({ "type": "integer", "minimum": 0 }),
            Shape::Number => json!({ "type": "number" }),
            Shape::Term => {
                json!({ "type": "string", "examples": ["5 work-days", "4 work-hours", "2 urgent-hours", "7 days", "1 month", "60 s"] })
            }
            Shape::Rate => json!({ "type": ["string", "number"], "examples": ["10 %", 0.8] }),
            Shape::Date => json!({ "type": "string", "pattern": "^\\d{4}-\\d{2}-\\d{2}$" }),
            Shape::Time => json!({ "type": "string", "examples": ["2026-09-30T16:20+08:00"] }),
            Shape::Expr => json!({ "type": ["string", "number", "boolean"], "examples": ["has(resolved_at) && resolved_at <= due_at"] }),
            Shape::Scalar => json!({ "type": ["string", "number", "boolean"] }),
            Shape::Word(words) => json!({ "enum": words.iter().map(|w| w.name).collect::<Vec<_>>() }),
            Shape::List(of) => json!({ "type": "array", "items": self.shape(of) }),
            Shape::OneOrMore(of) => {
                let one = self.shape(of);
                json!({ "anyOf": [one.clone(), { "type": "array", "items": one }] })
            }
            Shape::Map(of) => {
                json!({ "type": "object", "propertyNames": { "pattern": "^[a-z0-9_]{1,64}$" }, "additionalProperties": self.shape(of) })
            }
            Shape::Keys(keys) => self.keys(keys),
            Shape::Any(shapes) => json!({ "anyOf": shapes.iter().map(|s| self.shape(s)).collect::<Vec<_>>() }),
            Shape::Open => json!({}),
        }
    }
}
