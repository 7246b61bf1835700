//! `shuxiang import messages | things | regions | boundary | leaders`: files into the county, each with a report.

mod boundary;

use super::{Where, say};
use crate::{
    app::App,
    intake::{self, Upload},
    routes::{
        matters::open_matter::flow_name,
        things::{kind_name, register},
    },
};
use access::{Caller, RowReport};
use base::{Code, Error, Home, Kind, Result};
use sha2::{Digest, Sha256};
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};
use things::import::RowFault;

/// What every import says.
#[derive(clap::Args)]
pub struct File {
    #[command(flatten)]
    place: Where,
    /// 文件 / The file
    file: PathBuf,
    /// 只检查，不导入 / Only say what would be done
    #[arg(long)]
    dry_run: bool,
    /// 跳过有错的行 / Leave out the rows that are wrong
    #[arg(long)]
    skip_wrong: bool,
    /// 哪个县，如 430903 / Which county
    #[arg(long)]
    county: Option<i32>,
}

#[derive(clap::Subcommand)]
pub enum Command {
    /// 留言及其答复：XLSX、CSV 或 JSON 行 / Messages with their answers: XLSX, CSV or JSON lines
    Messages {
        #[command(flatten)]
        file: File,
        /// 流程，如 worry_free.message / The flow
        #[arg(long)]
        flow: String,
        /// 来自哪个系统，编号在其中唯一 / The system it comes from, in which numbers are one
        #[arg(long, default_value = "sheet")]
        source: String,
        /// 归属区划；不写为全县 / Where the messages belong; the county if left out
        #[arg(long)]
        region: Option<String>,
        /// 列名不同时：列名=字段 / Columns with other headings: heading=field
        #[arg(long)]
        map: Vec<String>,
        /// 把查询码写到这个文件 / Write the senders' receipts to this file
        #[arg(long)]
        receipts: Option<PathBuf>,
    },
    /// 台账：XLSX、CSV 或 GeoJSON / Things: XLSX, CSV or GeoJSON
    Things {
        #[command(flatten)]
        file: File,
        /// 类型，如 old_houses.house / The kind
        #[arg(long)]
        kind: String,
        /// 没有区划列时归到哪里 / Where rows that name no region are
        #[arg(long)]
        region: Option<String>,
    },
    /// 区划表：code,name / The tree of regions: code,name
    Regions {
        #[command(flatten)]
        file: File,
        /// 县名 / The county's name
        #[arg(long, default_value = "")]
        name: String,
    },
    /// 区划边界：GeoJSON，每个面写明 adcode、code 或 name / Outlines of regions: GeoJSON, each with adcode, code or name
    Boundary {
        #[command(flatten)]
        file: File,
    },
    /// 三长和岗位名单 / Leaders and seats
    Leaders {
        #[command(flatten)]
        file: File,
    },
}

pub fn run(command: Command) -> Result<ExitCode> {
    super::runtime()?.block_on(async {
        match command {
            Command::Messages { file, flow, source, region, map, receipts } => messages(file, &flow, &source, region, &map, receipts).await,
            Command::Things { file, kind, region } => things_in(file, &kind, region).await,
            Command::Regions { file, name } => regions(file, &name).await,
            Command::Boundary { file } => boundary::boundaries(file).await,
            Command::Leaders { file } => leaders(file).await,
        }
    })
}

/// The file's bytes, the data opened, and the platform in the county that is meant.
struct Opened {
    app: App,
    caller: Caller,
    bytes: Vec<u8>,
    name: String,
    dry_run: bool,
    skip_wrong: bool,
    path: PathBuf,
}

async fn open(file: File) -> Result<Opened> {
    let bytes = std::fs::read(&file.file).map_err(|e| unreadable(&file.file, e))?;
    let app = App::open(file.place.config()?, None).await?;
    let home = match file.county {
        Some(code) => Home::new(code)?,
        None => app.home().await?,
    };
    crate::county::prepare(&app, home).await?;
    let caller = Caller::system(home, app.rules(home)?.catalogue.clone());
    let name = file.file.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    Ok(Opened { app, caller, bytes, name, dry_run: file.dry_run, skip_wrong: file.skip_wrong, path: file.file })
}

fn unreadable(path: &Path, e: std::io::Error) -> Error {
    let shown = path.display();
    Error::new(Kind::Invalid, "file", format!("读不到文件 {shown}"), format!("the file {shown} cannot be read")).caused_by(e)
}

fn region(text: Option<String>) -> Result<Option<Code>> {
    text.map(|r| r.parse::<Code>()).transpose()
}

fn faults(all: &[RowFault], more: usize) {
    for f in all {
        let column = f.column.as_deref().unwrap_or("");
        println!("第 {} 行 {column} “{}”：{}；{}", f.row, f.value, f.wrong.zh, f.right.zh);
        println!("    row {} {column}: {}; {}", f.row, f.wrong.en, f.right.en);
    }
    if more > 0 {
        println!("还有 {more} 处 / and {more} more");
    }
}

async fn messages(
    file: File,
    flow: &str,
    source: &str,
    place: Option<String>,
    map: &[String],
    receipts: Option<PathBuf>,
) -> Result<ExitCode> {
    let o = open(file).await?;
    let begun = Instant::now();
    let hash: [u8; 32] = Sha256::digest(&o.bytes).into();
    // A commit of this very file that was cut off goes on where it stopped.
    if let Some(id) = o.app.store.read(o.caller.home, move |r| intake::unfinished(r, hash)).await?.filter(|_| !o.dry_run) {
        let opened = intake::commit(&o.app, &o.caller, id, true).await?;
        println!("接着上次导入，又登记 {opened} 件 / went on with an import that was cut off: {opened} more matters");
        return write_receipts(&o, id, receipts).await;
    }
    let upload = Upload::new(flow_name(flow)?, o.bytes.clone(), &o.name, source, region(place)?, map)?;
    let (id, report) = intake::check(&o.app, &o.caller, upload, o.dry_run).await?;
    faults(&report.faults, report.more);
    for note in &report.notes {
        println!("{} / {}", note.zh, note.en);
    }
    let columns: Vec<String> = report.columns.iter().map(|(heading, field)| format!("{heading}→{field}")).collect();
    println!("列 columns: {}", columns.join(" "));
    println!(
        "{} 条 messages：{} 有错 wrong，{} 已导入过 known，{} 可导入 to import（{} 已答复 answered，{} 分类可信 sorted，{} 待人分类 to sort，{} 与更早的相同 same as earlier，{} 相似 alike）",
        report.total,
        report.wrong,
        report.known,
        report.staged,
        report.answered,
        report.sorted,
        report.to_sort,
        report.same,
        report.alike.len() - report.alike.iter().filter(|a| a.same).count()
    );
    if o.dry_run {
        return Ok(done(report.wrong == 0));
    }
    let opened = match intake::commit(&o.app, &o.caller, id, o.skip_wrong).await {
        Ok(n) => n,
        Err(e) if e.code() == "rows_wrong" => {
            say(&e);
            return Ok(ExitCode::FAILURE);
        }
        Err(e) => return Err(e),
    };
    println!("登记 {opened} 件，用时 {:.1} 秒 / {opened} matters", begun.elapsed().as_secs_f64());
    write_receipts(&o, id, receipts).await
}

fn done(good: bool) -> ExitCode {
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn write_receipts(o: &Opened, id: uuid::Uuid, to: Option<PathBuf>) -> Result<ExitCode> {
    let Some(path) = to else { return Ok(ExitCode::SUCCESS) };
    let (keys, caller) = (o.app.keys.clone(), o.caller.clone());
    let rows = o.app.store.read(o.caller.home, move |r| intake::receipts(r, &keys, &caller, id)).await?;
    let head = ["留言编号", "事项编号", "查询码"].map(str::to_owned).to_vec();
    let n = rows.len();
    let csv = crate::routes::exports::csv_of(std::iter::once(head).chain(rows.into_iter().map(|(a, b, c)| vec![a, b, c])))?;
    std::fs::write(&path, csv).map_err(|e| unreadable(&path, e))?;
    println!("{n} 个查询码在 / receipts in {}", path.display());
    Ok(ExitCode::SUCCESS)
}

async fn things_in(file: File, kind: &str, place: Option<String>) -> Result<ExitCode> {
    let o = open(file).await?;
    let register = register(&o.app, o.caller.home)?;
    let upload = things::import::Upload { kind: kind_name(kind)?, bytes: o.bytes, name: o.name, region: region(place)?, since: None };
    let (id, report) = things::import::check(&o.app.store, &register, &o.caller, upload).await?;
    faults(&report.faults, report.more);
    for note in &report.notes {
        println!("{} / {}", note.zh, note.en);
    }
    println!(
        "{} 行 rows：{} 有错 wrong，{} 没有变化 same，{} 新增 added，{} 变更 changed",
        report.total, report.wrong, report.same, report.added, report.changed
    );
    if o.dry_run || report.wrong > 0 && !o.skip_wrong {
        things::import::cancel(&o.app.store, &register, &o.caller, id).await?;
        return Ok(done(report.wrong == 0));
    }
    let rows = things::import::commit(&o.app.store, &register, &o.caller, id, o.skip_wrong).await?;
    println!("已导入 {rows} 行 / {rows} rows are in");
    Ok(ExitCode::SUCCESS)
}

async fn regions(file: File, name: &str) -> Result<ExitCode> {
    let text = std::fs::read_to_string(&file.file).map_err(|e| unreadable(&file.file, e))?;
    let rows = access::read_regions(&text)?;
    println!("{} 个区划 / regions", rows.len());
    if file.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let home = match (file.county, rows.first()) {
        (Some(code), _) => Home::new(code)?,
        (None, Some(first)) => first.code.home(),
        (None, None) => return Err(Error::invalid("file", "文件是空的", "the file is empty")),
    };
    let own = rows.iter().find(|r| r.code == home.code()).map(|r| r.name.clone());
    let name = if name.is_empty() { own.unwrap_or_else(|| home.to_string()) } else { name.to_owned() };
    let app = App::open(file.place.config()?, None).await?;
    crate::county::found(&app, home, &name, rows).await?;
    println!("{home} {name}：已导入 / in");
    Ok(ExitCode::SUCCESS)
}

async fn leaders(file: File) -> Result<ExitCode> {
    let o = open(file).await?;
    let rows = things::sheet::Sheet::read(o.bytes, &o.name)?.rows()?;
    let mut cells: Vec<Vec<String>> = Vec::new();
    for row in &rows {
        // Rows keep the numbers that the spreadsheet shows.
        cells.resize_with(row.number - 1, Vec::new);
        cells.push((0..row.cells.len()).map(|i| row.cell(i).text().ok().flatten().unwrap_or_default()).collect());
    }
    let wrong = |all: &[RowReport]| {
        for f in all {
            println!("第 {} 行“{}”：{} / row {}: {}", f.row, f.column, f.text.zh, f.row, f.text.en);
        }
        println!("{} 处要改，一行也没有导入 / {} cells need mending, none was imported", all.len(), all.len());
        Ok(ExitCode::FAILURE)
    };
    let leaders = match access::read_leaders(&cells) {
        Ok(rows) => rows,
        Err(all) => return wrong(&all),
    };
    let (keys, catalogue) = (o.app.keys.clone(), o.caller.catalogue.clone());
    let plan =
        o.app.store.read(o.caller.home, move |r| access::plan_leaders(r, &keys, &catalogue, &access::posts(&catalogue), &leaders)).await?;
    if !plan.faults.is_empty() {
        return wrong(&plan.faults);
    }
    if !o.dry_run {
        access::import_leaders(&o.app.store, &o.caller, &o.app.keys, &plan).await?;
    }
    let n = plan.outcome;
    println!(
        "{}：{} 个区划 regions，{} 个片区 areas，{} 个岗位 seats，{} 个账号 accounts，{} 个任职 filled，{} 个没有变化 unchanged，{} 个空缺 vacant",
        o.path.display(),
        n.regions,
        n.areas,
        n.seats,
        n.accounts,
        n.filled,
        n.unchanged,
        n.vacant
    );
    Ok(ExitCode::SUCCESS)
}
