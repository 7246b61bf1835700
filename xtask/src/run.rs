//! `cargo xtask run`: from a fresh machine to a county in the browser.

use crate::{
    Result, paths, regions,
    server::{self, County, Profile},
    web,
};

const PORT: u16 = 8080;

pub fn run(args: &[String]) -> Result<()> {
    crate::Args::read(args, &[])?;
    let data = paths::root().join("data").join("demo");
    paths::create(&data)?;
    let places = data.join("regions.csv");
    regions::fetch(&places)?;
    web::build()?;
    let binary = server::build(Profile::Release)?;
    let county = County::load(&binary, &data, PORT, &places, None)?;
    let mut service = county.serve(None)?;
    println!(
        "\n数乡已启动 / Shuxiang is up: {}\nCtrl-C 停止；数据保留在 data/demo / stops it; the data stay in data/demo",
        county.address()
    );
    service.wait()
}
