//! `shuxiang story`: the packs' stories, each on a fresh small county, played through the doors of a server that runs
//! in this process.

use crate::{
    app::{App, load_packs},
    config::Config,
    demo as loading, routes,
};
use base::{Error, Kind, Result, StoryClock, Time};
use demo::{County, SEED, Size};
use packs::{Catalogue, Story};
use std::{
    io,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};
use stories::Stage;
use tokio::{net::TcpListener, sync::oneshot};
use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

#[derive(clap::Args)]
pub struct Args {
    /// 场景，如 eaves 或 direct_line/eaves；不写就全部 / Stories, such as eaves or direct_line/eaves; all if left out
    names: Vec<String>,
    /// 在哪种数据库上 / On which database; on both if left out
    #[arg(long)]
    database: Option<Which>,
    /// 应用包目录 / The folder of packs
    #[arg(long, default_value = "packs")]
    packs: PathBuf,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Which {
    Sqlite,
    Postgres,
}

/// 09:00 of a Monday in the years that the box has holidays of.
const STARTS: &str = "2026-11-23T09:00:00+08:00";

pub fn run(args: Args) -> Result<ExitCode> {
    let heard = Heard::default();
    let filter = EnvFilter::new("warn,access=info");
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(heard.clone()).try_init().map_err(Error::internal)?;
    let county = Arc::new(demo::county(&demo::sample(), SIZE, SEED)?);
    let catalogue = load_packs(&args.packs, Some(county.home))?;
    let chosen = chosen(&catalogue, &args.names)?;
    let runtime = super::runtime()?;
    let (mut passed, mut failed) = (0, 0);
    for database in [Which::Sqlite, Which::Postgres].into_iter().filter(|d| args.database.is_none_or(|only| only == *d)) {
        for story in &chosen {
            let begun = Instant::now();
            heard.forget();
            let outcome = runtime.block_on(one(&args.packs, database, &county, &catalogue, story, &heard));
            let took = begun.elapsed().as_secs_f64();
            let name = format!("{}/{} {}", story.pack, story.id, story.name.zh);
            match outcome {
                Ok(()) => {
                    passed += 1;
                    println!("ok     {took:5.1} s  {}  {name}", database.word());
                }
                Err(what) => {
                    failed += 1;
                    println!("FAILED {took:5.1} s  {}  {name}\n         {}/{what}", database.word(), args.packs.display());
                    heard.faults().for_each(|line| println!("         {line}"));
                }
            }
        }
    }
    println!("{passed} passed, {failed} failed");
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The sample with groups of a dozen neighbourhoods, as stories speak of.
const SIZE: Size = Size { villages: 12, areas: 24, groups: 84, neighbours: 1_680, households: 6_720 };

fn chosen(catalogue: &Catalogue, names: &[String]) -> Result<Vec<Arc<Story>>> {
    let is = |s: &Story, name: &str| name == s.id || name == format!("{}/{}", s.pack, s.id);
    if let Some(unknown) = names.iter().find(|n| !catalogue.stories().iter().any(|s| is(s, n))) {
        let known = catalogue.stories().iter().map(|s| format!("{}/{}", s.pack, s.id)).collect::<Vec<_>>().join(", ");
        return Err(Error::invalid(
            "name",
            format!("没有场景“{unknown}”；有：{known}"),
            format!("there is no story {unknown}; there are: {known}"),
        ));
    }
    Ok(catalogue.stories().iter().filter(|s| names.is_empty() || names.iter().any(|n| is(s, n))).cloned().collect())
}

/// Founds the county, serves it, plays the story, and takes everything away again.
async fn one(
    packs: &Path,
    database: Which,
    county: &Arc<County>,
    catalogue: &Catalogue,
    story: &Arc<Story>,
    heard: &Heard,
) -> std::result::Result<(), String> {
    let folder = tempfile::Builder::new().prefix("shuxiang-story-").tempdir().map_err(|e| e.to_string())?;
    let outcome = serve_and_play(packs, database, folder.path(), county, catalogue, story, heard).await;
    outcome.unwrap_or_else(|e| Err(format!("{} {e:?}", story.file)))
}

async fn serve_and_play(
    packs: &Path,
    database: Which,
    folder: &Path,
    county: &Arc<County>,
    catalogue: &Catalogue,
    story: &Arc<Story>,
    heard: &Heard,
) -> Result<std::result::Result<(), String>> {
    let data = folder.join("data");
    std::fs::create_dir_all(&data).and_then(|()| std::fs::write(data.join("demo"), "")).map_err(Error::unavailable)?;
    // Each person of the story has an address of her own, as a proxy would say.
    let config = Config { data, packs: packs.to_owned(), behind_proxy: true, database: database.fresh()?, ..Config::default() };
    let starts = story.starts.map_or_else(|| STARTS.parse::<Time>(), Ok)?;
    let app = App::open(config, Some(Arc::new(StoryClock::at(starts)))).await?;
    loading::found(&app, county, false).await?;
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(Error::unavailable)?;
    let address = format!("http://{}", listener.local_addr().map_err(Error::internal)?);
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(routes::serve(app, listener, async { drop(stopped.await) }));
    let (county, catalogue, story, heard) = (county.clone(), catalogue.clone(), story.clone(), heard.clone());
    let played = tokio::task::spawn_blocking(move || {
        let code = || heard.code();
        let data = data_folder();
        let stage = Stage { address: &address, county: &county, catalogue: &catalogue, code: &code, data: data.as_deref() };
        stories::play(&stage, &story).map_err(|f| f.to_string())
    });
    let outcome = played.await.map_err(Error::internal)?;
    drop(stop);
    server.await.map_err(Error::internal)??;
    Ok(outcome)
}

/// Files that stories import: `SHUXIANG_DATA`, else beside the workspace.
fn data_folder() -> Option<PathBuf> {
    let named = std::env::var_os("SHUXIANG_DATA").map(PathBuf::from);
    named.or_else(|| Some(PathBuf::from("../shared/data"))).filter(|f| f.is_dir())
}

impl Which {
    fn word(self) -> &'static str {
        match self {
            Which::Sqlite => "sqlite",
            Which::Postgres => "postgres",
        }
    }

    /// A new database in the cluster of `SHUXIANG_TEST_POSTGRES`; none for the file in the data folder.
    fn fresh(self) -> Result<Option<String>> {
        if self == Which::Sqlite {
            return Ok(None);
        }
        let server = std::env::var("SHUXIANG_TEST_POSTGRES").map_err(|_| {
            Error::new(
                Kind::Unavailable,
                "no_postgres",
                "请用 SHUXIANG_TEST_POSTGRES 写明 PostgreSQL 的地址",
                "say where PostgreSQL is in SHUXIANG_TEST_POSTGRES",
            )
        })?;
        match store::testing::postgres(&server) {
            store::Database::Postgres(url) => Ok(Some(url)),
            store::Database::Sqlite(_) => Ok(None),
        }
    }
}

/// The server's log, kept: a demo writes its text messages there.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<u8>>>);

impl Heard {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }

    fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The code that was sent last.
    fn code(&self) -> Option<String> {
        let text = self.text();
        let (_, after) = text.rsplit_once("验证码 ")?;
        Some(after.chars().take_while(char::is_ascii_digit).collect())
    }

    /// What the server complained of.
    fn faults(&self) -> impl Iterator<Item = String> {
        let text = self.text();
        let lines: Vec<String> = text.lines().filter(|l| l.contains("ERROR") || l.contains("WARN")).take(20).map(str::to_owned).collect();
        lines.into_iter()
    }
}

impl io::Write for Heard {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Heard {
    type Writer = Heard;

    fn make_writer(&self) -> Heard {
        self.clone()
    }
}
