//! `shuxiang demo`: a county to look at, with a month of matters in all states.

use super::Where;
use crate::{
    app::App,
    config::Config,
    demo as loading,
    geography::{self, geojson},
    log,
};
use base::{Clock, Error, Kind, Result, StoryClock, SystemClock};
use demo::{County, PASSWORD, SEED, Size};
use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    place: Where,
    /// 区划表：code,name；不写用自带的三镇十二村 / Table of regions, code,name; the small one in the box if left out
    #[arg(long)]
    regions: Option<PathBuf>,
    /// 县界 GeoJSON：演示的村、组放在里面；不写就自己画一个（示意） / The county's outline, GeoJSON: the demo's places lie inside; a made-up one if left out
    #[arg(long)]
    boundary: Option<PathBuf>,
    /// 一个月里有多少件事项 / Matters of the month
    #[arg(long, default_value_t = demo::MONTH)]
    matters: usize,
}

/// The folder is being loaded; left behind by a run that was stopped.
const LOADING: &str = "demo.loading";

pub fn run(args: Args) -> Result<ExitCode> {
    let config = args.place.config()?;
    log::start("warn")?;
    // A county that is there has the accounts of the table it was loaded from, whatever is named now.
    let file = if config.is_demo() { Some(config.demo_file()) } else { args.regions };
    let table = match file {
        Some(file) => fs::read_to_string(&file).map_err(|e| at(&file, e))?,
        None => String::new(),
    };
    let rows = if table.is_empty() { demo::sample() } else { demo::read(&table)? };
    let villages = rows.iter().filter(|r| r.code.level() == base::Level::Village).count();
    let outline = args.boundary.as_deref().map(outline).transpose()?;
    let given = outline.is_some();
    let county = match outline {
        Some(outline) => demo::county_within(&rows, Size::demo(villages), SEED, outline)?,
        None => demo::county(&rows, Size::demo(villages), SEED)?,
    };
    if config.is_demo() {
        println!("演示数据已经在 / the demo data are there: {}", config.data.display());
    } else {
        load(&config, &county, given, &table, args.matters)?;
    }
    accounts(&county);
    Ok(ExitCode::SUCCESS)
}

/// The first polygon of the file, checked as every outline is.
fn outline(file: &Path) -> Result<geo::Outline> {
    let text = fs::read_to_string(file).map_err(|e| at(file, e))?;
    let features = geojson::read(&text)?;
    let geometry = features.into_iter().next().map(|f| f.geometry).unwrap_or_default();
    geography::check(&geometry)?;
    geo::Outline::read(&geometry).ok_or_else(|| Error::invalid("boundary", "县界应是面", "the county's outline is a polygon"))
}

fn load(config: &Config, county: &County, outline_given: bool, table: &str, matters: usize) -> Result<()> {
    fs::create_dir_all(&config.data).map_err(|e| at(&config.data, e))?;
    let (loading, done) = (config.data.join(LOADING), config.demo_file());
    begin_anew(config, &loading)?;
    fs::write(&loading, table).map_err(|e| at(&loading, e))?;
    let begun = Instant::now();
    let now = SystemClock.now();
    let mut plan = demo::matters(county, now, SEED, matters);
    plan.extend(demo::messages(county, now, SEED, matters / 10));
    let first = plan.iter().map(|m| m.received).min().unwrap_or(now);
    super::runtime()?.block_on(async {
        let clock = Arc::new(StoryClock::at(first - Duration::from_secs(24 * 3600)));
        let app = App::open(config.clone(), Some(clock.clone())).await?;
        if !app.store.homes().await?.is_empty() {
            return Err(others(config));
        }
        loading::found(&app, county, outline_given).await?;
        println!("区划、岗位、账号 / regions, seats, accounts: {:.1} s", begun.elapsed().as_secs_f64());
        loading::play(&app, &clock, county, &plan, now).await.map(drop)
    })?;
    println!("{} 件事项 / matters: {:.1} s", plan.len(), begun.elapsed().as_secs_f64());
    fs::rename(&loading, &done).map_err(|e| at(&done, e))
}

/// What a stopped run left is thrown away; what is no demo is left alone.
fn begin_anew(config: &Config, loading: &Path) -> Result<()> {
    let store::Database::Sqlite(file) = config.store() else { return Ok(()) };
    if !file.exists() {
        return Ok(());
    }
    if !loading.is_file() {
        return Err(others(config));
    }
    for tail in ["", "-wal", "-shm"] {
        let part = PathBuf::from(format!("{}{tail}", file.display()));
        if part.exists() {
            fs::remove_file(&part).map_err(|e| at(&part, e))?;
        }
    }
    Ok(())
}

fn others(config: &Config) -> Error {
    let shown = config.data.display();
    Error::new(
        Kind::Conflict,
        "not_empty",
        format!("{shown} 的库里已有别的数据，演示县要用一个空的数据目录和空库"),
        format!("the database of {shown} holds other data; the demo county needs an empty folder and an empty database"),
    )
}

fn at(path: &Path, e: std::io::Error) -> Error {
    let shown = path.display();
    Error::new(Kind::Invalid, "file", format!("不能使用 {shown}"), format!("{shown} cannot be used")).caused_by(e)
}

fn accounts(county: &County) {
    println!("\n演示账号（每种岗位一个）/ demo accounts, one of each:\n");
    for a in county.accounts() {
        let how = match a.password {
            true => format!("登录名 login {}  密码 password {PASSWORD}", a.phone),
            false => format!("手机 phone {}  验证码看服务器日志 / the code is in the server's log", a.phone),
        };
        println!("  {}  {how}\n      {} / {}", a.name, a.what.zh, a.what.en);
    }
}
