//! `cargo xtask story`: the packs' stories, played by their people through the running server's public doors.

use crate::{
    Args, Database, Result,
    postgres::{Durability, Postgres},
    process,
    server::{self, Binary, Profile},
};

pub fn run(args: &[String]) -> Result<()> {
    let args = Args::read(args, &["--database"])?;
    let binary = server::build(Profile::Dev)?;
    for database in Database::BOTH.into_iter().filter(|d| args.database.is_none_or(|only| only == *d)) {
        let postgres = match database {
            Database::Sqlite => None,
            Database::Postgres => Some(Postgres::start(Durability::Off)?),
        };
        stories(&binary, &args.names, database, postgres.as_ref().map_or("", |p| &p.url))?;
    }
    Ok(())
}

/// The named stories, or all, on one database. `url` is PostgreSQL's and used with it alone.
pub fn stories(binary: &Binary, names: &[String], database: Database, url: &str) -> Result<()> {
    let mut command = binary.command(&["story"]);
    command.args(names).args(["--database", database.name()]);
    if database == Database::Postgres {
        command.env("SHUXIANG_TEST_POSTGRES", url);
    }
    process::run(command)
}
