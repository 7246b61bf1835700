//! Forms and the field kinds of this field of work.

use super::{List, Name};
use crate::{Expr, Val};
use base::{Level, Text};
use indexmap::IndexMap;
use serde::Serialize;
use std::sync::Arc;

#[derive(Clone, Debug, Serialize)]
pub struct Form {
    pub pack: String,
    pub id: String,
    pub fields: IndexMap<String, Field>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Field {
    pub id: String,
    pub name: Text,
    pub help: Option<Text>,
    #[serde(flatten)]
    pub kind: FieldKind,
    pub required: Required,
    /// Smallest and largest value of a number, money, area or date; of a text its length in characters; of media and
    /// tables their count.
    pub min: Option<Bound>,
    pub max: Option<Bound>,
    /// May be spoken in.
    pub speak: bool,
    /// Personal: masked for whoever has no right to it, kept out of the journal.
    pub personal: bool,
    /// Collected for this alone: no rule of another pack reads it.
    pub purpose: Option<Text>,
    #[serde(skip_serializing_if = "Sensitivity::is_internal")]
    pub sensitivity: Sensitivity,
    /// Of kinds: may be searched and sorted by (kept as rows of `field`).
    pub search: bool,
    pub sort: bool,
    pub deprecated: bool,
}

/// How far a value may go. The county decides what is which: no law is read into these words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sensitivity {
    /// 内部: whoever may read it sees it, and may export it where he may export.
    #[default]
    Internal,
    /// 敏感: masked as personal values are, opened by name and purpose, on record; not searched, not sorted by, read by no
    /// rule; leaves in a sheet only where it was opened.
    Sensitive,
    /// 核心: as sensitive, and leaves in no sheet.
    Core,
}

impl Sensitivity {
    pub fn is_internal(&self) -> bool {
        *self == Sensitivity::Internal
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Required {
    No,
    Yes,
    /// A place known at least to this level: `required: village`.
    Level(Level),
}

#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Bound {
    Value(Val),
    /// A CEL expression that gives the number.
    Expr(Expr),
}

/// What a field holds, and its shape as JSON.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FieldKind {
    /// A string; at most `max` characters, 2,000 where none is given.
    Text,
    /// A JSON number.
    Number {
        unit: Option<String>,
        whole: bool,
    },
    /// `true` or `false`.
    Bool,
    /// A code.
    Choice {
        of: Arc<List>,
        many: bool,
    },
    /// A whole number from 1 to `of`.
    Scale {
        of: u8,
    },
    /// `2026-09-30`.
    Date,
    /// RFC 3339.
    Time,
    /// `5 work-days`.
    Term,
    /// A region code, as a string.
    Region {
        level: Option<Level>,
    },
    /// A person: `{name, phone?, resident_id?, id?}`.
    Person,
    /// A firm: `{name, credit_code?, id?}`.
    Firm,
    /// A person, a firm, a department, a seat, or whoever had a matter in hand:
    /// `{kind: person | firm | unit | seat | matter, name, id?, phone?}`.
    Party {
        many: bool,
    },
    /// How the sender leaves his name: one of the words.
    Identity {
        of: Vec<Identity>,
    },
    /// The id of a department.
    Unit {
        many: bool,
    },
    /// The id of a thing of this kind, or several.
    Thing {
        kind: Name,
        many: bool,
    },
    /// The number of a plot.
    Plot,
    /// Square metres as a string with at most 2 decimals, or `{mu: "1.50"}`.
    Area {
        unit: AreaUnit,
    },
    /// Yuan as a string with at most 2 decimals: `"1234.50"`.
    Money,
    /// Ids of uploaded files.
    Media {
        series: Vec<String>,
    },
    /// `{region, point?, words?}`; see `DESIGN.md`, Places and seats.
    Place,
    /// GeoJSON geometries, WGS 84.
    Point,
    Line,
    Polygon,
    /// The id of a file with the drawn or sealed signature.
    Signature,
    /// Rows, each an object of these fields.
    Table {
        fields: IndexMap<String, Field>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AreaUnit {
    M2,
    Mu,
}

/// `sender: {type: identity, of: [named, sealed, anonymous]}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Identity {
    Named,
    /// Only a named keeper opens who sent it; each opening is on record and told to the sender.
    Sealed,
    Anonymous,
}

impl Field {
    /// Free text or media: words that stay out of the journal.
    pub fn words(&self) -> bool {
        matches!(
            self.kind,
            FieldKind::Text
                | FieldKind::Media { .. }
                | FieldKind::Place
                | FieldKind::Signature
                | FieldKind::Table { .. }
                | FieldKind::Plot
                | FieldKind::Person
                | FieldKind::Firm
                | FieldKind::Party { .. }
        )
    }

    /// Names or shows a person: masked, and kept out of the journal.
    pub fn masked(&self) -> bool {
        !self.sensitivity.is_internal() || self.is_personal()
    }

    fn is_personal(&self) -> bool {
        self.personal || matches!(self.kind, FieldKind::Person | FieldKind::Party { .. } | FieldKind::Signature)
    }
}

impl Form {
    pub fn field(&self, id: &str) -> Option<&Field> {
        self.fields.get(id)
    }
}
