//! `shuxiang export matters | things`: lists out to sheets, as the platform sees them; each is an entry of the journal.

use super::Where;
use crate::{
    app::App,
    routes::{
        exports::{Format, export},
        matters::open_matter::flow_name,
        things::{kind_name, register},
    },
};
use access::{Caller, Scope};
use base::{Code, Error, Home, Kind, Result};
use matters::Filter;
use packs::{Action, Subject};
use std::{io::Write, path::PathBuf, process::ExitCode};

#[derive(clap::Args)]
pub struct To {
    #[command(flatten)]
    place: Where,
    /// 写到哪个文件；扩展名决定格式 / The file to write; its extension is the format
    file: PathBuf,
    /// 只要这个区划 / Only this region
    #[arg(long)]
    region: Option<String>,
    /// 哪个县 / Which county
    #[arg(long)]
    county: Option<i32>,
}

#[derive(clap::Subcommand)]
pub enum Command {
    /// 事项清单：CSV 或 XLSX / Matters: CSV or XLSX
    Matters {
        #[command(flatten)]
        to: To,
        /// 只要这个流程 / Only this flow
        #[arg(long)]
        flow: Option<String>,
        /// 只要办理中的（true）或已结束的（false）/ Only open ones, or ended ones
        #[arg(long)]
        open: Option<bool>,
    },
    /// 台账：CSV、XLSX 或 GeoJSON，个人信息已遮盖 / Things: CSV, XLSX or GeoJSON, personal values masked
    Things {
        #[command(flatten)]
        to: To,
        /// 类型 / The kind
        #[arg(long)]
        kind: String,
    },
}

/// Who exports, as the first line of a sheet says.
const PERSON: &str = "命令行 command line";

pub fn run(command: Command) -> Result<ExitCode> {
    super::runtime()?.block_on(async {
        match command {
            Command::Matters { to, flow, open } => matters_out(to, flow, open).await,
            Command::Things { to, kind } => things_out(to, &kind).await,
        }
    })
}

struct Opened {
    app: App,
    caller: Caller,
    region: Option<Code>,
    ending: String,
    file: PathBuf,
}

async fn open(to: To) -> Result<Opened> {
    let app = App::open(to.place.config()?, None).await?;
    let home = match to.county {
        Some(code) => Home::new(code)?,
        None => app.home().await?,
    };
    crate::county::prepare(&app, home).await?;
    let mut caller = Caller::system(home, app.rules(home)?.catalogue.clone());
    // Lists start from a scope; the platform has none of its own.
    let actions = [Action::List, Action::Read, Action::Export].into_iter().collect();
    caller.scopes = vec![Scope { on: Subject::All, region: home.code(), actions, door: None }];
    let region = to.region.map(|r| r.parse()).transpose()?;
    let ending = to.file.extension().map_or_else(String::new, |e| e.to_string_lossy().to_ascii_lowercase());
    Ok(Opened { app, caller, region, ending, file: to.file })
}

async fn matters_out(to: To, flow: Option<String>, only_open: Option<bool>) -> Result<ExitCode> {
    let o = open(to).await?;
    let format = match o.ending.as_str() {
        "csv" => Format::Csv,
        "xlsx" => Format::Xlsx,
        _ => return Err(ending("csv, xlsx")),
    };
    let said: Vec<String> =
        [flow.as_ref().map(|f| format!("flow={f}")), only_open.map(|b| format!("open={b}")), o.region.map(|r| format!("region={r}"))]
            .into_iter()
            .flatten()
            .collect();
    let filter = Filter { flow: flow.as_deref().map(flow_name).transpose()?, open: only_open, region: o.region, ..Filter::default() };
    let (bytes, n) = export(&o.app, &o.caller, filter, &said.join("，"), PERSON, format).await?;
    write(&o.file, &bytes)?;
    println!("{}: {n} 行 rows", o.file.display());
    Ok(ExitCode::SUCCESS)
}

async fn things_out(to: To, kind: &str) -> Result<ExitCode> {
    let o = open(to).await?;
    use things::export::{Export, Format as Form, export};
    let format = match o.ending.as_str() {
        "csv" => Form::Csv,
        "xlsx" => Form::Xlsx,
        "geojson" | "json" => Form::GeoJson,
        _ => return Err(ending("csv, xlsx, geojson")),
    };
    let filter = things::Filter { region: o.region, ..things::Filter::of(kind_name(kind)?) };
    let said = o.region.map_or_else(String::new, |r| format!("region={r}"));
    let mut bytes = Vec::new();
    let what = Export { filter, format, person: PERSON.into(), said, clear: None };
    let n = export(&o.app.store, &register(&o.app, o.caller.home)?, &o.caller, &what, &mut bytes).await?;
    write(&o.file, &bytes)?;
    println!("{}: {n} 行 rows", o.file.display());
    Ok(ExitCode::SUCCESS)
}

fn ending(known: &str) -> Error {
    Error::invalid("file", format!("扩展名应是：{known}"), format!("the extension should be one of: {known}"))
}

/// A file that is there already is not written over.
fn write(path: &PathBuf, bytes: &[u8]) -> Result<()> {
    let failed = |e: std::io::Error| {
        let shown = path.display();
        Error::new(
            Kind::Conflict,
            "file",
            format!("不能写 {shown}（已存在，或目录不可写）"),
            format!("{shown} cannot be written: it is there already, or its folder is closed"),
        )
        .caused_by(e)
    };
    let mut file = std::fs::File::create_new(path).map_err(failed)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(failed)
}
