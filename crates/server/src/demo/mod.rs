//! The demo county, brought into a data folder through the same verbs as a real one: regions, seats, people, and a
//! month of matters, each at its own time.

mod course;
mod people;

use crate::{app::App, centre, config::Config, county};
use base::{Clock, Error, Home, Result, StoryClock, SystemClock, Time};
use demo::Size;
use std::{path::Path, sync::Arc, time::Duration};
use store::By;

/// The same on every machine.
const SEED: u64 = 430_903;

/// Of all demo accounts. Sign-in to a demo asks for no second factor.
pub const PASSWORD: &str = "yanshi-2026-hs";

/// What was done.
pub struct Loaded {
    pub home: Home,
    pub matters: usize,
    /// Moves that the county refused: the plan is drawn by hand, the flow decides.
    pub refused: usize,
    /// Login names to show, with whose they are.
    pub accounts: Vec<(String, String)>,
}

/// Makes the demo county unless it is there; `villages` at most, `matters` reports in the last month.
pub async fn load(config: Config, regions: Option<&Path>, villages: usize, matters: usize) -> Result<Loaded> {
    std::fs::create_dir_all(&config.data).and_then(|()| std::fs::write(config.data.join("demo"), "演示数据 / demo data\n")).map_err(Error::internal)?;
    let rows = match regions {
        Some(path) => demo::read(&std::fs::read_to_string(path).map_err(|e| Error::invalid("regions", "读不到区划文件", "the regions cannot be read").caused_by(e))?)?,
        None => demo::sample(),
    };
    let villages = villages.min(rows.iter().filter(|r| r.code.level() == base::Level::Village).count());
    let county = demo::county(&rows, Size::demo(villages), SEED)?;
    let accounts = people::shown(&county);
    let now = SystemClock.now();
    let clock = Arc::new(StoryClock::at(now - Duration::from_secs(121 * 86_400)));
    let app = App::open(config, Some(clock.clone()))?;
    if app.store.homes().await?.contains(&county.home) {
        return Ok(Loaded { home: county.home, matters: 0, refused: 0, accounts });
    }
    let tree = county.regions.iter().map(|r| access::RegionRow { code: r.code, name: r.name.clone() }).collect();
    let name = county.region(county.home.code()).map_or_else(|| "演示县".to_owned(), |r| r.name.clone());
    county::found(&app, county.home, &name, tree).await?;
    centres(&app, &county).await?;
    let people = people::bring(&app, &county).await?;
    let plan = demo::matters(&county, now, SEED, matters);
    let (opened, refused) = course::run(&app, &clock, &county, &people, plan).await?;
    finish(&app, &clock, now).await?;
    Ok(Loaded { home: county.home, matters: opened, refused, accounts })
}

/// Villages' centres: generated, 示意.
async fn centres(app: &App, county: &demo::County) -> Result<()> {
    let all: Vec<_> = county.at(base::Level::Village).map(|r| (r.code, r.centre)).collect();
    let put = move |unit: &mut store::Unit| all.iter().try_for_each(|(code, (long, lat))| centre::put(unit, *code, *lat, *long));
    app.store.command(county.home, By::system("demo"), put).await?;
    Ok(())
}

/// Brings the county's clock to the present, with all that falls due on the way.
async fn finish(app: &App, clock: &Arc<StoryClock>, now: Time) -> Result<()> {
    crate::routes::story::move_to(app, clock, now).await.map(drop)
}
