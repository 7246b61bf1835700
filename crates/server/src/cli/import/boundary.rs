//! `shuxiang import boundary`: outlines of regions, as the county publishes them.

use super::{File, done, open, unreadable};
use crate::geography::{self, geojson};
use base::Result;
use std::process::ExitCode;
use store::By;

pub async fn boundaries(file: File) -> Result<ExitCode> {
    let o = open(file).await?;
    let text = String::from_utf8(o.bytes).map_err(|e| unreadable(&o.path, std::io::Error::other(e)))?;
    let features = geojson::read(&text)?;
    let found = o.app.store.read(o.caller.home, move |r| geojson::find(r, features)).await?;
    let mut wrong = 0;
    for f in &found {
        if let Err(why) = &f.found {
            wrong += 1;
            println!("第 {} 个 {}：{} / feature {}: {}", f.row, f.said, why.zh, f.row, why.en);
        }
    }
    println!("{} 个边界 / boundaries，{wrong} 个有错 / wrong", found.len());
    if o.dry_run || wrong > 0 && !o.skip_wrong {
        return Ok(done(wrong == 0));
    }
    for (code, checked) in found.into_iter().filter_map(|f| f.found.ok()) {
        let caller = o.caller.clone();
        let put = move |unit: &mut store::Unit| geography::put_boundary(unit, &caller, code, &checked);
        o.app.store.command(o.caller.home, By::system("import"), put).await?;
        println!("{code}：已导入 / in");
    }
    Ok(done(wrong == 0))
}
