//! Every developer command: `cargo xtask help`.
//!
//! One command a file (`run`, `test`, `story`, `soak`, `bench`, `shots`); below them what they share: `process` (children and
//! signals), `debian` (what must be installed), `paths`, `postgres`, `server`, `python`, `web`, `regions`, `measured`.

mod bench;
mod debian;
mod measured;
mod paths;
mod postgres;
mod process;
mod python;
mod regions;
mod run;
mod server;
mod shots;
mod soak;
mod story;
mod test;
mod web;

use std::process::ExitCode;

/// What failed and how to mend it, for the person at the terminal.
pub type Result<T> = std::result::Result<T, String>;

const HELP: &str = "\
cargo xtask COMMAND                                        开发命令 / developer commands

  run                          安装缺的软件，编译，载入演示县，在 http://127.0.0.1:8080 提供服务
                               install what is missing, build, load the demo county, serve
  test                         所有检查和测试（格式、静态检查、单元、接口、两种数据库上的场景）
                               every check and test there is, stories on SQLite and on PostgreSQL
  story [NAME…] [--database sqlite|postgres]
                               运行应用包里的场景；不写名字就全部运行
                               run the packs' stories; all of them without a name
  soak  [NAME…] [--again]      全量长时间检验，每行一个 JSON；已完成的不再运行
                               the full counts, one JSON object a line; finished ones are not run again
  bench [NAME…] [--database sqlite|postgres]
                               性能测量，每行一个 JSON / measurements, one JSON object a line
  shots [NAME…]                每个页面的截图，两种语言两种宽度，放在 target/shots
                               a picture of every page, both languages and widths, into target/shots
  help                         本页，以及 soak 和 bench 的名字 / this page and the names below
";

fn main() -> ExitCode {
    process::watch_signals();
    let mut args = std::env::args().skip(1);
    let command = args.next().unwrap_or_else(|| "help".into());
    let rest: Vec<String> = args.collect();
    let outcome = match command.as_str() {
        "run" => run::run(&rest),
        "test" => test::run(&rest),
        "story" => story::run(&rest),
        "soak" => soak::run(&rest),
        "bench" => bench::run(&rest),
        "shots" => shots::run(&rest),
        "help" | "--help" | "-h" => {
            println!("{HELP}\n{}\n{}", measured::list("soak", soak::PROGRAMS), measured::list("bench", bench::PROGRAMS));
            Ok(())
        }
        other => Err(format!("没有命令 {other}；见 cargo xtask help / no command {other}; see cargo xtask help")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}

/// Splits `NAME… --database X --again` into names and what the command knows of options.
#[derive(Debug, Default, PartialEq)]
pub struct Args {
    pub names: Vec<String>,
    pub database: Option<Database>,
    pub again: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Database {
    Sqlite,
    Postgres,
}

impl Database {
    pub const BOTH: [Database; 2] = [Database::Sqlite, Database::Postgres];

    pub fn name(self) -> &'static str {
        match self {
            Database::Sqlite => "sqlite",
            Database::Postgres => "postgres",
        }
    }
}

impl Args {
    /// `options` are those that this command has; any other is an error.
    pub fn read(args: &[String], options: &[&str]) -> Result<Args> {
        let mut read = Args::default();
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            let (key, inline) = arg.split_once('=').map_or((arg.as_str(), None), |(k, v)| (k, Some(v)));
            if !key.starts_with("--") {
                read.names.push(arg.clone());
                continue;
            }
            if !options.contains(&key) {
                return Err(format!("没有选项 {key} / no option {key}; here: {}", options.join(" ")));
            }
            match key {
                "--again" => read.again = true,
                _ => {
                    let value = inline.or_else(|| args.next().map(String::as_str));
                    read.database = Some(match value {
                        Some("sqlite") => Database::Sqlite,
                        Some("postgres") => Database::Postgres,
                        _ => return Err("--database 是 sqlite 或 postgres / --database is sqlite or postgres".into()),
                    });
                }
            }
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Args> {
        let args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Args::read(&args, &["--database"])
    }

    #[test]
    fn names_and_options_in_any_order() {
        let args = read("eaves --database postgres import").expect("reads");
        assert_eq!(args.names, ["eaves", "import"]);
        assert_eq!(args.database, Some(Database::Postgres));
        assert_eq!(read("--database=sqlite").expect("reads").database, Some(Database::Sqlite));
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for line in ["--again", "--database", "--database mysql", "--fast eaves"] {
            assert!(read(line).is_err(), "{line}");
        }
    }
}
