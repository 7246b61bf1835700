use super::declared;
use crate::edge::shape::Region;
use crate::routes::{imports::RowWrong, session::json::Words};
use base::{Code, ThingId, Time};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

#[derive(Clone, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListThings {
    /// `<pack>.<kind>`
    pub kind: String,
    #[param(value_type = Option<Region>, inline)]
    pub region: Option<String>,
    /// Words to look for.
    pub q: Option<String>,
    /// Tests on fields declared for search or sort, separated by commas: `grade=first,girth>=300`.
    #[serde(rename = "where")]
    pub tests: Option<String>,
    /// Least longitude and latitude, greatest longitude and latitude: `112.1,28.3,112.5,28.7`.
    pub bounds: Option<String>,
    /// A field declared with `sort`; `-girth` for the greatest first. What has no value comes last. Left out: in the
    /// order in which they came on the register.
    pub sort: Option<String>,
    /// Rows of a page, 1 to 200; left out: 50.
    #[param(minimum = 1, maximum = 200)]
    pub most: Option<usize>,
    pub cursor: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct Thing {
    #[schema(value_type = Uuid)]
    pub id: ThingId,
    /// Its revision: name the one you saw when you change it.
    pub n: i64,
    pub kind: String,
    #[schema(value_type = Region)]
    pub region: Code,
    /// It has been so since then,
    #[schema(value_type = String, format = DateTime)]
    pub since: Time,
    /// and we have known it since then.
    #[schema(value_type = String, format = DateTime)]
    pub known: Time,
    /// It was taken off the register.
    pub gone: bool,
    #[schema(value_type = Object)]
    pub values: Map<String, Value>,
    /// Fields of `values` that are masked.
    pub masked: Vec<String>,
    /// GeoJSON, WGS 84.
    #[schema(value_type = Option<Object>)]
    pub geometry: Option<Value>,
}

impl From<things::Thing> for Thing {
    fn from(t: things::Thing) -> Thing {
        Thing {
            id: t.id,
            n: t.n,
            kind: t.kind.to_string(),
            region: t.region,
            since: t.since,
            known: t.known,
            gone: t.gone,
            values: t.values,
            masked: t.masked,
            geometry: t.geometry,
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct ThingPage {
    pub items: Vec<Thing>,
    /// For the next page; none at the end.
    pub next: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct ThingVersion {
    #[serde(flatten)]
    pub thing: Thing,
    /// It was so up to then; still so where there is nothing.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Time>,
    /// We knew better from then on.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub unknown: Option<Time>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddThing {
    /// `<pack>.<kind>`
    pub kind: String,
    #[schema(value_type = Region)]
    pub region: Code,
    #[serde(default)]
    #[schema(value_type = Object)]
    pub values: Map<String, Value>,
    #[schema(value_type = Option<Object>)]
    pub geometry: Option<Value>,
    /// From when it is so; left out: now.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub since: Option<Time>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct AddedThing {
    #[schema(value_type = Uuid)]
    pub id: ThingId,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeThing {
    /// The revision you saw; refused where someone has changed it since.
    pub n: i64,
    /// Field and new value; null takes it away. What is not named stays.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub values: Map<String, Value>,
    #[schema(value_type = Option<Object>)]
    pub geometry: Option<Value>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub since: Option<Time>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveThing {
    pub n: i64,
    #[schema(value_type = Region)]
    pub region: Code,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub since: Option<Time>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveThing {
    pub n: i64,
    #[schema(max_length = 500)]
    pub reason: String,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub since: Option<Time>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ThingChanged {
    /// The new revision.
    pub n: i64,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnmaskThing {
    pub fields: Vec<String>,
    /// `contact`, `verify`, `emergency` or `audit`.
    #[schema(pattern = "^(contact|verify|emergency|audit)$")]
    pub purpose: String,
}

#[derive(Serialize, ToSchema)]
pub struct KindShown {
    /// `<pack>.<kind>`
    pub kind: String,
    /// As the pack declares it: fields, shape, key.
    #[schema(value_type = declared::Kind)]
    pub declared: Value,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AskSheet {
    /// `<pack>.<kind>`
    pub kind: String,
    /// The file's name.
    pub name: Option<String>,
    /// Where rows that name no region are.
    #[param(value_type = Option<Region>, inline)]
    pub region: Option<String>,
    /// From when it was so; left out: the moment of the commit.
    #[param(value_type = Option<String>, format = DateTime)]
    pub since: Option<Time>,
}

/// What the check of a sheet found. `total` = `wrong` + `same` + `added` + `changed`.
#[derive(Serialize, ToSchema)]
pub struct SheetReport {
    pub total: i64,
    pub wrong: i64,
    /// Rows that say what is known already.
    pub same: i64,
    pub added: i64,
    pub changed: i64,
    /// The first 1,000.
    pub faults: Vec<RowWrong>,
    /// Beyond those.
    pub more: usize,
    pub notes: Vec<Words>,
    /// Heading and what it was taken for.
    pub columns: Vec<[String; 2]>,
}

impl From<things::import::Report> for SheetReport {
    fn from(r: things::import::Report) -> SheetReport {
        SheetReport {
            total: r.total,
            wrong: r.wrong,
            same: r.same,
            added: r.added,
            changed: r.changed,
            faults: r.faults.into_iter().map(RowWrong::from).collect(),
            more: r.more,
            notes: r.notes.iter().map(Words::from).collect(),
            columns: r.columns.into_iter().map(|(heading, field)| [heading, field]).collect(),
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct CheckedSheet {
    pub id: Uuid,
    pub report: SheetReport,
}

#[derive(Serialize, ToSchema)]
pub struct SheetShown {
    pub id: Uuid,
    pub kind: String,
    pub name: String,
    /// SHA-256 of the file.
    pub file: String,
    /// `checking`, `checked`, `committing`, `shown` or `cancelled`.
    pub state: &'static str,
    #[schema(value_type = String, format = DateTime)]
    pub made: Time,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub shown: Option<Time>,
    pub report: SheetReport,
}

impl From<things::import::Import> for SheetShown {
    fn from(i: things::import::Import) -> SheetShown {
        use things::import::State;
        let state = match i.state {
            State::Checking => "checking",
            State::Checked => "checked",
            State::Committing => "committing",
            State::Shown => "shown",
            State::Cancelled => "cancelled",
        };
        SheetShown {
            id: i.id,
            kind: i.kind.to_string(),
            name: i.name,
            file: i.file,
            state,
            made: i.made,
            shown: i.shown,
            report: i.report.into(),
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommitSheet {
    /// Leave out the rows that are wrong; else nothing goes in while there are some.
    #[serde(default)]
    pub skip_wrong: bool,
}

#[derive(Serialize, ToSchema)]
pub struct CommittedSheet {
    /// Rows that changed something.
    pub rows: u64,
}
