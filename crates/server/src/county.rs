//! A county comes into being: its home, its tree of regions, the versions of its packs.

use crate::app::App;
use access::{Caller, RegionRow};
use base::{Home, Result};
use store::{By, sql};

/// Makes the home and brings its regions. A second run changes nothing.
pub async fn found(app: &App, home: Home, name: &str, regions: Vec<RegionRow>) -> Result<()> {
    let name = name.to_owned();
    app.store
        .command(home, By::system("county"), move |unit| {
            unit.write(sql("insert into home (county, name) values ($1, $2) on conflict (county) do nothing").bind(home).bind(&name))
        })
        .await?;
    prepare(app, home).await?;
    let platform = Caller::system(home, app.rules(home)?.catalogue.clone());
    access::import_regions(&app.store, &platform, regions).await?;
    Ok(())
}

/// Stores the versions of the loaded packs, to which new matters are pinned, and the indicators that they declare.
pub async fn prepare(app: &App, home: Home) -> Result<()> {
    let rules = app.rules(home)?;
    let counting = app.counting(home)?;
    let keep = move |unit: &mut store::Unit| {
        rules.keep(unit)?;
        insight::declare(unit, &counting).map(drop)
    };
    app.store.command(home, By::system("packs"), keep).await?;
    Ok(())
}
