//! Regions, seats, people: the county before anything happens in it.

use crate::{app::App, geography};
use access::{AccountKind, Caller, Hashed, NewAccount, RegionRow};
use base::{Code, Error, Level, Result};
use demo::County;
use store::By;

/// Rows that one command takes.
const CHUNK: usize = 50;

struct Person {
    kind: AccountKind,
    name: String,
    phone: String,
    region: Code,
}

/// Makes the county and everybody in it. Officials sign in with their number and [`demo::PASSWORD`].
/// `outline_given`: the county's outline is a real one that was handed in, not a generated one.
pub async fn found(app: &App, county: &County, outline_given: bool) -> Result<()> {
    let name = county.regions.first().map_or("演示县", |r| r.name.as_str());
    let rows = county.regions.iter().map(|r| RegionRow { code: r.code, name: r.name.clone() }).collect();
    crate::county::found(app, county.home, name, rows).await?;
    centres(app, county, outline_given).await?;
    let officials = county.officials.iter().map(|o| (AccountKind::Staff, &o.name, &o.phone, o.region));
    let residents = county.residents.iter().map(|r| (AccountKind::Resident, &r.name, &r.phone, r.home));
    let people =
        officials.chain(residents).map(|(kind, name, phone, region)| Person { kind, name: name.clone(), phone: phone.clone(), region });
    accounts(app, county, people.collect()).await?;
    for cells in [demo::leader_cells(county), demo::official_cells(county)] {
        seats(app, county, &cells).await?;
    }
    Ok(())
}

/// Generated (示意), down to the groups; a neighbourhood is drawn with its group.
async fn centres(app: &App, county: &County, given: bool) -> Result<()> {
    let down_to_groups = county.regions.iter().filter(|r| r.code.level() <= Level::Group);
    let all: Vec<_> = down_to_groups.map(|r| (r.code, [r.centre.0, r.centre.1])).collect();
    for some in all.chunks(20 * CHUNK) {
        let some = some.to_vec();
        let put = move |unit: &mut store::Unit| some.iter().try_for_each(|(code, at)| geography::put_centre(unit, *code, *at, true));
        app.store.command(county.home, By::system("demo"), put).await?;
    }
    let (outline, code, platform) = (county.outline.clone(), county.home.code(), platform(app, county)?);
    let outline_of = move |unit: &mut store::Unit| match given {
        true => geography::put_boundary(unit, &platform, code, &geography::check(&outline.to_json())?),
        false => geography::put_generated(unit, code, &outline),
    };
    app.store.command(county.home, By::system("demo"), outline_of).await.map(drop)
}

fn platform(app: &App, county: &County) -> Result<Caller> {
    Ok(Caller::system(county.home, app.rules(county.home)?.catalogue.clone()))
}

async fn accounts(app: &App, county: &County, people: Vec<Person>) -> Result<()> {
    let platform = Caller::system(county.home, app.rules(county.home)?.catalogue.clone());
    // One password for all, hashed once.
    let hashed = tokio::task::spawn_blocking(|| access::hash_password(demo::PASSWORD)).await.map_err(Error::internal)??;
    let mut people = people.into_iter().peekable();
    while people.peek().is_some() {
        let chunk: Vec<Person> = people.by_ref().take(CHUNK).collect();
        let (keys, platform, hashed) = (app.keys.clone(), platform.clone(), hashed.clone());
        let make = move |unit: &mut store::Unit| chunk.iter().try_for_each(|p| account(unit, &platform, &keys, &hashed, p));
        app.store.command(county.home, By::system("demo"), make).await?;
    }
    Ok(())
}

fn account(unit: &mut store::Unit, platform: &Caller, keys: &access::Keyring, password: &Hashed, p: &Person) -> Result<()> {
    let staff = p.kind == AccountKind::Staff;
    let new = NewAccount {
        kind: p.kind,
        name: Some(p.name.clone()),
        phone: Some(p.phone.clone()),
        region: Some(p.region),
        // The number is a name to sign in with already.
        login: None,
    };
    let id = access::make_account(unit, platform, keys, new)?;
    if staff { access::set_first_password(unit, platform, id, password) } else { Ok(()) }
}

/// Seats and who holds them, by the import of leaders.
async fn seats(app: &App, county: &County, cells: &[Vec<String>]) -> Result<()> {
    let catalogue = app.rules(county.home)?.catalogue.clone();
    let rows = access::read_leaders(cells).map_err(|faults| Error::internal(format!("{faults:?}")))?;
    let (keys, packs) = (app.keys.clone(), catalogue.clone());
    let plan = app.store.read(county.home, move |r| access::plan_leaders(r, &keys, &packs, &access::posts(&packs), &rows)).await?;
    let platform = Caller::system(county.home, catalogue);
    access::import_leaders(&app.store, &platform, &app.keys, &plan).await.map(drop)
}
