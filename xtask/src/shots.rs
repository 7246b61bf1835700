//! `cargo xtask shots`: a picture of every page in both languages and widths, to be looked at.

use crate::{
    Args, Result, paths, regions,
    server::{self, County, Profile},
    web,
};

pub fn run(args: &[String]) -> Result<()> {
    let args = Args::read(args, &[])?;
    let scratch = paths::own("shots")?;
    paths::remove(&scratch)?;
    let (places, log) = (paths::own("test")?.join("regions.csv"), paths::own("logs")?.join("shots.log"));
    regions::fetch(&places)?;
    web::build()?;
    let binary = server::build(Profile::Dev)?;
    let county = County::load(&binary, &scratch, server::free_port()?, &places, None)?;
    let service = county.serve(Some(&log))?;
    web::shots(&county, &log, &args.names)?;
    drop(service);
    paths::remove(&scratch)
}
