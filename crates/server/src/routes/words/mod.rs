//! The county's own words for its pages, over the list that the pages bring: 办结 or 办好了. They are the county's and
//! nobody's own: the journal names the keys that were changed.

mod change_words;
mod show_words;

use crate::app::App;
use base::{Error, Result};
use serde::{Deserialize, Serialize};
use store::{Class, Migration, Table};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub const SCHEMA: &[Migration] = &[Migration {
    part: "words",
    version: 1,
    tables: &[Table {
        name: "page_word",
        class: Class::County,
        // lang: zh or en. key: of the pages' list.
        columns: "county bigint not null, lang text not null, key text not null, value text not null, at bigint not null,
            primary key (county, lang, key)",
        indexes: &[],
    }],
    statements: &[],
}];

/// The kind of the entry that tells open pages.
pub const CHANGED: &str = "words.changed";

/// Characters of one text, and texts of one county.
const LONGEST: usize = 500;
const MOST: i64 = 5_000;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(show_words::show_words, change_words::change_words))
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Lang {
    Zh,
    En,
}

impl Lang {
    fn word(self) -> &'static str {
        match self {
            Lang::Zh => "zh",
            Lang::En => "en",
        }
    }
}

/// Keys of the pages' list: small letters, digits, `_` and `.`.
fn check_key(key: &str) -> Result<()> {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_.".contains(&b);
    if (1..=100).contains(&key.len()) && key.bytes().all(plain) {
        return Ok(());
    }
    let shown: String = key.chars().take(40).collect();
    Err(Error::invalid(
        "changes.key",
        format!("“{shown}”不是词条名：只能是小写字母、数字、下划线和点"),
        format!("{shown:?} is no key: small letters, digits, _ and . alone"),
    ))
}
