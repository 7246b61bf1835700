use crate::edge::shape::Region;
use crate::{intake::Report, routes::session::json::Words};
use base::{Error, Result};
use serde::{Deserialize, Serialize};
use things::import::RowFault;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AskMessages {
    /// `<pack>.<flow>`, such as `worry_free.message`.
    pub flow: String,
    /// The file's name.
    pub name: Option<String>,
    /// The system the numbers are of: letters and digits; left out: `sheet`.
    pub source: Option<String>,
    /// Where the messages belong; left out: the county.
    #[param(value_type = Option<Region>, inline)]
    pub region: Option<String>,
    /// Columns with other headings, as `heading=field`, separated by commas.
    pub map: Option<String>,
    /// Only say what would be done.
    #[serde(default)]
    pub dry_run: bool,
}

/// One thing that is wrong in one row.
#[derive(Serialize, ToSchema)]
pub struct RowWrong {
    /// As the spreadsheet counts, from 1.
    pub row: usize,
    /// Letter and heading.
    pub column: Option<String>,
    pub value: String,
    pub wrong: Words,
    /// What would be right.
    pub right: Words,
}

impl From<RowFault> for RowWrong {
    fn from(f: RowFault) -> RowWrong {
        RowWrong { row: f.row, column: f.column, value: f.value, wrong: Words::from(&f.wrong), right: Words::from(&f.right) }
    }
}

#[derive(Serialize, ToSchema)]
pub struct CheckedMessages {
    /// None of a dry run: nothing was kept.
    pub id: Option<Uuid>,
    pub report: Report,
}

#[derive(Serialize, ToSchema)]
pub struct ImportedMessages {
    /// None of a dry run.
    pub id: Option<Uuid>,
    /// Matters opened.
    pub opened: u64,
    pub report: Report,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommitMessages {
    /// Leave out the rows that are wrong; else nothing goes in while there are some.
    #[serde(default)]
    pub skip_wrong: bool,
}

#[derive(Serialize, ToSchema)]
pub struct CommittedMessages {
    /// Matters opened by this call.
    pub opened: u64,
}

/// A name that people see again.
pub fn file_name(name: Option<&str>) -> Result<String> {
    let name = name.unwrap_or("file").trim();
    if name.is_empty() || name.chars().count() > 200 || name.chars().any(char::is_control) {
        return Err(Error::invalid("name", "文件名应为 1 到 200 个字", "a file's name has 1 to 200 characters"));
    }
    Ok(name.to_owned())
}
