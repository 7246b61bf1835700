use crate::{intake, routes::session::json::Words};
use base::{Code, Error, Result, Time};
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
pub struct AlikeShown {
    pub row: usize,
    /// Number of the earlier message.
    pub earlier: String,
    pub closeness: f32,
    /// It is taken as the same message again.
    pub same: bool,
}

/// What the check found. `total` = `wrong` + `known` + `staged`.
#[derive(Serialize, ToSchema)]
pub struct MessagesReport {
    pub total: usize,
    pub wrong: usize,
    /// Imported before.
    pub known: usize,
    pub staged: usize,
    pub answered: usize,
    /// Triage is sure of their category.
    pub sorted: usize,
    pub to_sort: usize,
    /// The same as an earlier one.
    pub same: usize,
    /// The first 1,000.
    pub faults: Vec<RowWrong>,
    pub alike: Vec<AlikeShown>,
    /// Beyond those.
    pub more: usize,
    pub notes: Vec<Words>,
    /// Heading and what it was taken for.
    pub columns: Vec<[String; 2]>,
}

impl From<intake::Report> for MessagesReport {
    fn from(r: intake::Report) -> MessagesReport {
        MessagesReport {
            total: r.total,
            wrong: r.wrong,
            known: r.known,
            staged: r.staged,
            answered: r.answered,
            sorted: r.sorted,
            to_sort: r.to_sort,
            same: r.same,
            faults: r.faults.into_iter().map(RowWrong::from).collect(),
            alike: r
                .alike
                .into_iter()
                .map(|a| AlikeShown { row: a.row, earlier: a.earlier, closeness: a.closeness, same: a.same })
                .collect(),
            more: r.more,
            notes: r.notes.iter().map(Words::from).collect(),
            columns: r.columns.into_iter().map(|(heading, field)| [heading, field]).collect(),
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct CheckedMessages {
    /// None of a dry run: nothing was kept.
    pub id: Option<Uuid>,
    pub report: MessagesReport,
}

#[derive(Serialize, ToSchema)]
pub struct ImportedMessages {
    /// None of a dry run.
    pub id: Option<Uuid>,
    /// Matters opened.
    pub opened: u64,
    pub report: MessagesReport,
}

#[derive(Serialize, ToSchema)]
pub struct MessagesShown {
    pub id: Uuid,
    pub flow: String,
    pub name: String,
    pub source: String,
    #[schema(value_type = String)]
    pub region: Code,
    /// `checked`, `committing` or `done`.
    pub state: &'static str,
    #[schema(value_type = String, format = DateTime)]
    pub made: Time,
    /// Matters opened so far.
    pub opened: i64,
    pub report: MessagesReport,
}

impl From<intake::Intake> for MessagesShown {
    fn from(i: intake::Intake) -> MessagesShown {
        let state = match i.state {
            intake::State::Checked => "checked",
            intake::State::Committing => "committing",
            intake::State::Done => "done",
        };
        MessagesShown {
            id: i.id,
            flow: i.flow,
            name: i.name,
            source: i.source,
            region: i.region,
            state,
            made: i.made,
            opened: i.opened,
            report: i.report.into(),
        }
    }
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
