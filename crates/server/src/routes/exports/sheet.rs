//! What a sheet of matters looks like: a first line that says what it is, headings, rows; nothing in it runs as a formula.

use crate::{
    app::App,
    edge::malformed,
    routes::matters::{json::ListedMatter, open_matter::flow_name},
};
use access::Caller;
use axum::http::{HeaderName, header};
use base::{AccountId, Error, Result, Text, Time};
use matters::Rules;
use packs::Sensitivity;
use rust_xlsxwriter::{Workbook, XlsxError};
use serde_json::Value;
use store::{By, Entry};
use uuid::Uuid;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Csv,
    Xlsx,
}

impl Format {
    pub fn of(word: &str) -> Result<Format> {
        match word {
            "csv" => Ok(Format::Csv),
            "xlsx" => Ok(Format::Xlsx),
            _ => Err(malformed("format", Text::new("应是 csv 或 xlsx", "should be csv or xlsx"))),
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Xlsx => "xlsx",
        }
    }

    fn kind(self) -> &'static str {
        match self {
            Format::Csv => "text/csv; charset=utf-8",
            Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    /// The headers of a sheet of this name.
    pub fn headers(self, name: &str) -> [(HeaderName, String); 3] {
        attachment(&format!("{name}.{}", self.word()), self.kind())
    }
}

/// Headers of a file to be saved, which nobody keeps on the way.
pub fn attachment(name: &str, kind: &str) -> [(HeaderName, String); 3] {
    [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ]
}

/// Who exports, as the first line of a sheet says.
pub async fn person(app: &App, caller: &Caller, account: AccountId) -> Result<String> {
    let keys = app.keys.clone();
    let name = app.store.read(caller.home, move |r| access::public_name(r, &keys, account)).await?;
    Ok(name.unwrap_or_else(|| account.to_string()))
}

/// The query as it was asked, for the first line.
pub fn said(query: Option<&str>) -> String {
    let pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let said = pairs.map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>().join("，");
    if said.is_empty() { "全部".into() } else { said }
}

/// Rows of one sheet: they are put together in memory.
const MOST: usize = 100_000;

/// All rows of a list. Each page is a look of its own, so that a long one holds nobody up.
pub async fn all_of<T, After, F>(page: impl Fn(Option<After>) -> F) -> Result<Vec<T>>
where
    F: Future<Output = Result<(Vec<T>, Option<After>)>>,
{
    let (mut rows, mut after) = (Vec::new(), None);
    loop {
        let (some, next) = page(after).await?;
        rows.extend(some);
        few_enough(rows.len())?;
        if next.is_none() {
            return Ok(rows);
        }
        after = next;
    }
}

pub fn few_enough(rows: usize) -> Result<()> {
    let (zh, en) = (format!("超过 {MOST} 行，请缩小范围"), format!("more than {MOST} rows; narrow it down"));
    if rows > MOST { Err(Error::invalid("filter", zh, en)) } else { Ok(()) }
}

pub struct Sheet<'a> {
    /// 事项清单
    pub title: &'a str,
    pub said: &'a str,
    pub person: &'a str,
    pub format: Format,
}

/// The sheet of these rows, and how many are in it: core matters leave in no sheet, sensitive ones without their titles.
pub fn sheet(rules: &Rules, what: &Sheet, mut rows: Vec<ListedMatter>, now: Time) -> Result<(Vec<u8>, usize)> {
    // A flow that no pack declares any more may have been a core one.
    let level = |m: &ListedMatter| {
        flow_name(&m.flow).ok().and_then(|f| rules.catalogue.flow(&f.pack, &f.id)).map_or(Sensitivity::Core, |f| f.sensitivity)
    };
    rows.retain(|m| level(m) < Sensitivity::Core);
    rows.iter_mut().filter(|m| level(m) == Sensitivity::Sensitive).for_each(|m| m.title = "****（敏感）".into());
    let n = rows.len();
    Ok((table(what, &HEADINGS, rows.iter().map(cells).collect(), now)?, n))
}

/// Any rows as a sheet: the line that says what it is, headings, rows.
pub fn table(what: &Sheet, headings: &[&str], rows: Vec<Vec<String>>, now: Time) -> Result<Vec<u8>> {
    let n = rows.len();
    let line = format!("{}；筛选：{}；导出时间：{now}；{n} 行；导出人：{}", what.title, what.said, what.person);
    match what.format {
        Format::Csv => {
            let headings = headings.iter().map(|h| (*h).to_owned()).collect();
            csv_of([vec![line], headings].into_iter().chain(rows))
        }
        Format::Xlsx => xlsx(&line, headings, rows).map_err(Error::internal),
    }
}

/// The export is an entry of the journal.
pub async fn on_record(app: &App, caller: &Caller, kind: &'static str, region: Option<base::Code>, payload: Value) -> Result<()> {
    let region = region.unwrap_or(caller.home.code());
    let by = caller.account.map_or_else(|| By::system("export"), By::account);
    let record = move |unit: &mut store::Unit| {
        unit.record(Entry::new(kind, ("export", Uuid::now_v7()), Some(region), payload.clone()));
        Ok(())
    };
    app.store.command(caller.home, by, record).await.map(drop)
}

const HEADINGS: [&str; 14] =
    ["编号", "流程", "环节", "状态", "怎样结束", "地点", "类别", "紧急", "标题", "受理时间", "当前期限", "总期限", "办结时间", "牌"];

fn cells(m: &ListedMatter) -> Vec<String> {
    let time = |t: Option<Time>| t.map_or_else(String::new, |t| t.to_string());
    let yes = |b: bool| if b { "是" } else { "" }.to_owned();
    vec![
        m.number.clone().unwrap_or_default(),
        m.flow.clone(),
        m.step_name.zh.clone(),
        if m.open { "办理中" } else { "已结束" }.to_owned(),
        m.ended_as.clone().unwrap_or_default(),
        m.region_name.clone(),
        m.category_name.as_ref().map_or_else(String::new, |c| c.zh.clone()),
        yes(m.urgent),
        m.title.clone(),
        time(Some(m.received_at)),
        time(Some(m.due).filter(|_| m.open)),
        time(Some(m.clock_due)),
        time(m.resolved_at),
        match m.card {
            0 => "",
            1 => "黄牌",
            _ => "红牌",
        }
        .to_owned(),
    ]
}

/// CSV in UTF-8 with a mark, so that spreadsheets of this country read it right. A text that would run as a formula gets
/// an apostrophe before it.
pub fn csv_of(rows: impl Iterator<Item = Vec<String>>) -> Result<Vec<u8>> {
    let mut out = csv::WriterBuilder::new().flexible(true).terminator(csv::Terminator::CRLF).from_writer(b"\xef\xbb\xbf".to_vec());
    for row in rows {
        out.write_record(row.into_iter().map(guarded)).map_err(Error::internal)?;
    }
    out.into_inner().map_err(|e| Error::internal(e.to_string()))
}

fn guarded(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}

/// Strings are strings: nothing in it is a formula.
fn xlsx(line: &str, headings: &[&str], rows: Vec<Vec<String>>) -> std::result::Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, line)?;
    for (i, heading) in headings.iter().enumerate() {
        sheet.write_string(1, i as u16, *heading)?;
    }
    for (n, row) in rows.into_iter().enumerate() {
        for (i, text) in row.into_iter().enumerate().filter(|(_, t)| !t.is_empty()) {
            sheet.write_string(n as u32 + 2, i as u16, text)?;
        }
    }
    book.save_to_buffer()
}
