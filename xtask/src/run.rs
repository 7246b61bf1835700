//! `cargo xtask run`: from a fresh machine to a county in the browser.

use crate::{
    Result, paths, regions,
    server::{self, Profile},
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
    binary.demo(&data, &places)?;
    let mut service = binary.serve(&data, PORT)?;
    println!(
        "\n数乡已启动 / Shuxiang is up: http://127.0.0.1:{PORT}\nCtrl-C 停止；数据保留在 data/demo / stops it; the data stay in data/demo"
    );
    service.wait()
}
