//! A list of matters as a sheet: the same rows that its reader may list where he may also export, and a first line that
//! says what it is.

use crate::{
    app::App,
    routes::matters::{json::ListedMatter, open_matter::flow_name, show},
};
use ::matters::{After, Filter};
use access::{Caller, CallerKind, Slice};
use base::{Code, Error, Result, Time};
use packs::{Action, Sensitivity, Subject};
use rust_xlsxwriter::{Workbook, XlsxError};
use serde_json::json;
use store::{By, Entry};
use uuid::Uuid;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Csv,
    Xlsx,
}

/// Rows of one sheet: they are put together in memory.
const MOST: usize = 100_000;
const PAGE: usize = 500;

const HEADINGS: [&str; 14] =
    ["编号", "流程", "环节", "状态", "怎样结束", "地点", "类别", "紧急", "标题", "受理时间", "当前期限", "总期限", "办结时间", "牌"];

/// The sheet, and how many rows it has. The export is an entry of the journal.
pub async fn export(app: &App, caller: &Caller, filter: Filter, said: &str, person: &str, format: Format) -> Result<(Vec<u8>, usize)> {
    let regions = regions(caller, &filter);
    if regions.is_empty() {
        return Err(Error::forbidden());
    }
    let rules = app.rules(caller.home)?;
    let mut rows: Vec<ListedMatter> = Vec::new();
    for region in regions {
        let filter = Filter { region: Some(region), ..filter.clone() };
        let mut after: Option<After> = None;
        loop {
            let (rules, caller, filter) = (rules.clone(), caller.clone(), filter.clone());
            let (page, last) = app
                .store
                .read(caller.home, move |r| {
                    let page = ::matters::list(r, &caller, &filter, after, PAGE)?;
                    let last = page.last().filter(|_| page.len() == PAGE).map(|m| m.place());
                    Ok((show::listed(r, &rules, &caller, page)?, last))
                })
                .await?;
            rows.extend(page);
            if rows.len() > MOST {
                return Err(Error::invalid(
                    "filter",
                    format!("超过 {MOST} 行，请缩小范围"),
                    format!("more than {MOST} rows; narrow it down"),
                ));
            }
            match last {
                Some(place) => after = Some(place),
                None => break,
            }
        }
    }
    let level = |m: &ListedMatter| {
        flow_name(&m.flow).ok().and_then(|f| rules.catalogue.flow(&f.pack, &f.id)).map_or(Sensitivity::Core, |f| f.sensitivity)
    };
    if filter.flow.as_ref().and_then(|f| rules.catalogue.flow(&f.pack, &f.id)).is_some_and(|f| f.sensitivity == Sensitivity::Core) {
        let (zh, en) = ("核心级别的事项不能导出，只能逐件查看", "core matters leave in no sheet; they are looked at one by one");
        return Err(Error::new(base::Kind::Forbidden, "core_stays", zh, en));
    }
    // A flow that no pack declares any more may have been a core one.
    rows.retain(|m| level(m) < Sensitivity::Core);
    rows.iter_mut().filter(|m| level(m) == Sensitivity::Sensitive).for_each(|m| m.title = "****（敏感）".into());
    let n = rows.len();
    let said = if said.is_empty() { "全部" } else { said };
    let line = format!("事项清单；筛选：{said}；导出时间：{}；{n} 行；导出人：{person}", app.store.now());
    let cells = rows.iter().map(cells);
    let bytes = match format {
        Format::Csv => csv_of(std::iter::once(vec![line]).chain([HEADINGS.map(str::to_owned).to_vec()]).chain(cells))?,
        Format::Xlsx => xlsx(&line, cells).map_err(Error::internal)?,
    };
    on_record(app, caller, &filter, format, n).await?;
    Ok((bytes, n))
}

/// Where the caller may export what the filter names; none inside another.
fn regions(caller: &Caller, filter: &Filter) -> Vec<Code> {
    let home = caller.home.code();
    let own = match caller.kind {
        CallerKind::System => vec![home],
        _ => {
            let subject = filter.flow.clone().map_or(Subject::All, Subject::Flow);
            let slices = caller.slices(Action::Export, &subject).into_iter();
            slices
                .filter_map(|s| if let Slice::Region(code) = s { Some(if code.contains(home) { home } else { code }) } else { None })
                .collect()
        }
    };
    let Some(asked) = filter.region else { return own };
    own.into_iter().filter_map(|r| if r.contains(asked) { Some(asked) } else { asked.contains(r).then_some(r) }).collect()
}

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
fn xlsx(line: &str, rows: impl Iterator<Item = Vec<String>>) -> std::result::Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, line)?;
    for (i, heading) in HEADINGS.iter().enumerate() {
        sheet.write_string(1, i as u16, *heading)?;
    }
    for (n, row) in rows.enumerate() {
        for (i, text) in row.into_iter().enumerate().filter(|(_, t)| !t.is_empty()) {
            sheet.write_string(n as u32 + 2, i as u16, text)?;
        }
    }
    book.save_to_buffer()
}

async fn on_record(app: &App, caller: &Caller, filter: &Filter, format: Format, n: usize) -> Result<()> {
    let word = if format == Format::Csv { "csv" } else { "xlsx" };
    // A search is a person's words: that there was one is enough.
    let payload = json!({ "flow": filter.flow, "format": word, "rows": n, "region": filter.region, "category": filter.category, "step": filter.step,
        "open": filter.open, "late": filter.late, "searched": filter.said.is_some() });
    let region = filter.region.unwrap_or(caller.home.code());
    let by = caller.account.map_or_else(|| By::system("export"), By::account);
    let record = move |unit: &mut store::Unit| {
        unit.record(Entry::new("matters.exported", ("export", Uuid::now_v7()), Some(region), payload.clone()));
        Ok(())
    };
    app.store.command(caller.home, by, record).await.map(drop)
}
