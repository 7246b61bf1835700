//! `cargo xtask test`: every kind of test there is, the cheap ones first, until one fails.

use crate::{
    Args, Database, Result, debian, paths,
    postgres::{Durability, Postgres},
    process,
    python::{self, Python},
    regions,
    server::{self, Binary, County, Profile},
    story, web,
};
use std::{
    path::Path,
    time::{Duration, Instant},
};

/// Property tests draw the same cases each time; the long counts are in `soak`.
const SEED: &str = "20261122";

pub fn run(args: &[String]) -> Result<()> {
    Args::read(args, &[])?;
    let mut steps = Steps::default();
    let outcome = all(&mut steps);
    steps.report(outcome)
}

fn all(steps: &mut Steps) -> Result<()> {
    steps.step("安装 install", || {
        debian::need(&[&debian::C_COMPILER, &debian::POSTGRES, &debian::PYTHON, &debian::SETPRIV])?;
        components()
    })?;
    steps.step("格式 format", || process::run(process::cargo(&["fmt", "--all", "--check"])))?;
    steps.step("静态检查 clippy", || {
        process::run(process::cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
    })?;
    steps.step("页面 pages", web::build)?;
    let regions = paths::own("test")?.join("regions.csv");
    steps.step("区划 regions", || regions::fetch(&regions))?;
    let postgres = steps.step("启动 start PostgreSQL", || Postgres::start(Durability::Off))?;
    let python = steps.step("Python 工具 tools", python::install)?;
    let (s3, bucket) = steps.step("启动 start S3", || python.s3())?;
    steps.step("测试 cargo test", || {
        let mut cargo = process::cargo(&["test", "--workspace"]);
        cargo.env("SHUXIANG_TEST_POSTGRES", &postgres.url).env("SHUXIANG_TEST_REGIONS", &regions).env("SHUXIANG_TEST_S3", &bucket);
        if std::env::var_os("PROPTEST_RNG_SEED").is_none() {
            cargo.env("PROPTEST_RNG_SEED", SEED);
        }
        process::run(cargo)
    })?;
    drop(s3);
    let binary = steps.step("编译 build shuxiang", || server::build(Profile::Dev))?;
    steps.step("应用包 pack check", || process::run(binary.command(&["pack", "check", "packs"])))?;
    for database in Database::BOTH {
        steps.step(&format!("场景 stories on {}", database.name()), || story::stories(&binary, &[], database, &postgres.url))?;
    }
    clients(steps, &python, &binary, &regions, &postgres.url)
}

/// Programs that others wrote, and browsers, against the server with the demo county.
fn clients(steps: &mut Steps, python: &Python, binary: &Binary, regions: &Path, postgres: &str) -> Result<()> {
    for database in Database::BOTH {
        let name = database.name();
        let scratch = paths::own(&format!("served-{name}"))?;
        let log = paths::own("logs")?.join(format!("{name}.log"));
        // Not where random requests are made, too: what cannot be reached there is an answer of 503.
        let wechat = match database {
            Database::Postgres => Some(format!("http://127.0.0.1:{}", server::free_port()?)),
            Database::Sqlite => None,
        };
        let (county, service) = steps.step(&format!("启动 start shuxiang on {name}"), || {
            paths::remove(&scratch)?;
            let url = (database == Database::Postgres).then_some(postgres);
            let county = County::load(binary, &scratch, server::free_port()?, regions, url)?;
            if let Some(stub) = &wechat {
                county.wechat_at(stub)?;
            }
            let service = county.serve(Some(&log))?;
            Ok((county, service))
        })?;
        let measured = (database == Database::Postgres).then_some("measured on SQLite");
        steps.step(&format!("浏览器 browser on {name}"), || web::test(&county, &log, measured, wechat.as_deref()))?;
        if database == Database::Sqlite {
            steps.step("Open311 客户端 client three", || python.open311(&county.address()))?;
            let token = county.session("County's desk")?;
            steps.step("Schemathesis", || python.schemathesis(&county.address(), &token))?;
        }
        drop(service);
        paths::remove(&scratch)?;
    }
    Ok(())
}

/// rustfmt and clippy are not in every installation of Rust.
fn components() -> Result<()> {
    for name in ["fmt", "clippy"] {
        if !process::succeeds(process::cargo(&[name, "--version"])) {
            return Err("还缺 rustfmt 或 clippy，请运行 / missing; type:\n\n    rustup component add rustfmt clippy\n".into());
        }
    }
    Ok(())
}

#[derive(Default)]
struct Steps {
    passed: Vec<(String, Duration)>,
    failed: Option<(String, Duration)>,
}

impl Steps {
    fn step<T>(&mut self, name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        eprintln!("\n── {name}");
        let begin = Instant::now();
        let outcome = work();
        let took = begin.elapsed();
        match &outcome {
            Ok(_) => self.passed.push((name.into(), took)),
            Err(_) => self.failed = Some((name.into(), took)),
        }
        eprintln!("── {} {name} {:.1} s", if outcome.is_ok() { "通过 passed" } else { "失败 FAILED" }, took.as_secs_f64());
        outcome
    }

    /// The last line is for people and programs alike.
    fn report(&self, outcome: Result<()>) -> Result<()> {
        eprintln!();
        for (name, took) in &self.passed {
            eprintln!("  ok      {:>7.1} s  {name}", took.as_secs_f64());
        }
        if let Some((name, took)) = &self.failed {
            eprintln!("  FAILED  {:>7.1} s  {name}", took.as_secs_f64());
        }
        if let Err(message) = &outcome {
            eprintln!("\n{message}");
        }
        println!("{} passed, {} failed", self.passed.len(), usize::from(outcome.is_err()));
        outcome.map_err(|_| "测试没有通过 / the tests did not pass".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_failure_is_the_outcome() {
        let mut steps = Steps::default();
        assert_eq!(steps.step("one", || Ok(1)), Ok(1));
        let outcome: Result<()> = steps.step("two", || Err("no".into()));
        assert_eq!((steps.passed.len(), steps.failed.is_some()), (1, true));
        assert!(steps.report(outcome).is_err());
        assert!(steps.report(Ok(())).is_ok());
    }
}
