//! Things out to sheets: CSV, XLSX and GeoJSON, page by page from the caller's scope, masked as his lists are.
//!
//! What was exported can be imported again and changes nothing: headings are those that [`crate::import`] reads, and a
//! masked column says so in its heading, by which an import leaves it aside.

mod csv;
mod geojson;
mod table;
mod xlsx;

use crate::{Filter, Register, Thing, list, look_unmasked, register::full};
use access::Caller;
use base::{Error, Result};
use packs::{Action, Kind, Sensitivity};
use serde_json::json;
use std::{io::Write, sync::Arc, time::Duration};
use store::{By, Entry, Store};
use uuid::Uuid;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Csv,
    Xlsx,
    GeoJson,
}

impl Format {
    fn word(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Xlsx => "xlsx",
            Format::GeoJson => "geojson",
        }
    }
}

/// What is to go out, and for whom.
#[derive(Clone, Debug)]
pub struct Export {
    pub filter: Filter,
    pub format: Format,
    /// The person who exports, as the first line of an XLSX sheet names him.
    pub person: String,
    /// The filter in words, for the same line.
    pub said: String,
    pub clear: Option<Clear>,
}

/// Personal fields that go out unmasked: the right to unmask is asked for, and each reading is on record.
#[derive(Clone, Debug)]
pub struct Clear {
    pub fields: Vec<String>,
    pub purpose: String,
    pub kept: Duration,
}

/// Rows of one page.
const PAGE: usize = 200;

/// One of the three forms, fed page by page.
trait Sink {
    fn row(&mut self, thing: &Thing) -> Result<()>;
    fn end(self: Box<Self>) -> Result<()>;
}

/// Writes what the caller may export of it. Answers the number of things; the export itself is an entry of the journal.
pub async fn export(store: &Store, register: &Register, caller: &Caller, what: &Export, out: &mut (dyn Write + Send)) -> Result<u64> {
    let home = caller.home;
    let kind = register.kind_at(&what.filter.kind, what.filter.region.unwrap_or(home.code()))?.clone();
    if list::regions(caller, Action::Export, &what.filter.kind, home).is_empty() {
        return Err(Error::forbidden());
    }
    let stays = |id: &String| kind.fields.get(id).is_some_and(|f| f.sensitivity == Sensitivity::Core);
    if kind.sensitivity == Sensitivity::Core || what.clear.as_ref().is_some_and(|c| c.fields.iter().any(stays)) {
        let (zh, en) = ("核心级别的内容不能导出，只能逐条查看", "what is core leaves in no sheet; it is looked at one by one");
        return Err(Error::new(base::Kind::Forbidden, "core_stays", zh, en));
    }
    let told = what.format == Format::Xlsx;
    let total = match told {
        true => {
            let (register, caller, filter) = (register.clone(), caller.clone(), what.filter.clone());
            store.read(home, move |r| list::count_of(r, &register, &caller, Action::Export, &filter, i64::MAX)).await?
        }
        false => 0,
    };
    let columns = table::columns(&kind, what.clear.as_ref());
    let mut sink: Box<dyn Sink + Send + '_> = match what.format {
        Format::Csv => Box::new(csv::Csv::begin(columns, out)?),
        Format::Xlsx => Box::new(xlsx::Xlsx::begin(&kind, columns, what, total, store.now(), out)?),
        Format::GeoJson => Box::new(geojson::GeoJson::begin(&kind, what.clear.as_ref(), out)?),
    };
    let (mut after, mut n) = (None, 0);
    loop {
        let (register2, caller2, filter) = (register.clone(), caller.clone(), what.filter.clone());
        let from = after.take();
        let mut page = store.read(home, move |r| list::page(r, &register2, &caller2, Action::Export, &filter, from, PAGE)).await?;
        let full_page = page.len() == PAGE;
        after = page.last().map(|t| list::After::of(register, &what.filter, t)).transpose()?;
        if let (Some(clear), false) = (&what.clear, page.is_empty()) {
            page = unmask(store, register, caller, clear.clone(), page).await?;
        }
        for thing in &page {
            sink.row(thing)?;
            n += 1;
        }
        if !full_page {
            break;
        }
    }
    sink.end()?;
    on_record(store, caller, &kind, what, n).await?;
    Ok(n)
}

async fn unmask(store: &Store, register: &Register, caller: &Caller, clear: Clear, page: Vec<Thing>) -> Result<Vec<Thing>> {
    let (register, by_whom) = (register.clone(), caller.clone());
    let ids: Arc<Vec<_>> = Arc::new(page.into_iter().map(|t| t.id).collect());
    let done = store
        .command(caller.home, by(caller), move |unit| {
            ids.iter()
                .map(|id| look_unmasked(unit, &register, &by_whom, *id, &clear.fields, &clear.purpose, clear.kept))
                .collect::<Result<Vec<_>>>()
        })
        .await?;
    Ok(done.value)
}

async fn on_record(store: &Store, caller: &Caller, kind: &Kind, what: &Export, n: u64) -> Result<()> {
    let fields: Vec<String> = what.filter.fields.iter().map(|(f, _)| f.clone()).collect();
    let payload = json!({"kind": full(kind), "format": what.format.word(), "rows": n, "region": what.filter.region, "filtered_on": fields,
        "clear": what.clear.as_ref().map(|c| &c.fields)});
    let region = what.filter.region.unwrap_or(caller.home.code());
    store
        .command(caller.home, by(caller), move |unit| {
            unit.record(Entry::new("things.exported", ("export", Uuid::now_v7()), Some(region), payload.clone()));
            Ok(())
        })
        .await?;
    Ok(())
}

fn by(caller: &Caller) -> By {
    caller.account.map_or_else(|| By::system("things"), By::account)
}

fn failed(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::internal(cause)
}
