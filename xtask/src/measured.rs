//! Programs that measure or count at length: what `soak` and `bench` have in common.

use crate::{
    Args, Database, Result, paths,
    postgres::{Durability, Postgres},
    process,
};
use std::{fs, path::Path, time::Instant};

pub struct Program {
    pub name: &'static str,
    pub about: &'static str,
    /// What `cargo` is to do. Lines of its output that begin with `{` are its results; the rest is progress.
    pub cargo: &'static [&'static str],
    pub env: &'static [(&'static str, &'static str)],
    /// Whether it runs on each database, told by `SHUXIANG_TEST_DATABASE`, with `SHUXIANG_TEST_POSTGRES` for the second.
    pub databases: bool,
}

/// For the help.
pub fn list(command: &str, programs: &[Program]) -> String {
    let lines: String = programs.iter().map(|p| format!("  {:<12} {}\n", p.name, p.about)).collect();
    format!("{command}:\n{lines}")
}

/// The programs that `names` chooses: all without a name.
pub fn chosen<'a>(programs: &'a [Program], names: &[String]) -> Result<Vec<&'a Program>> {
    if let Some(unknown) = names.iter().find(|n| !programs.iter().any(|p| p.name == **n)) {
        let known: Vec<&str> = programs.iter().map(|p| p.name).collect();
        return Err(format!("没有 {unknown} / there is no {unknown}; here: {}", known.join(" ")));
    }
    Ok(programs.iter().filter(|p| names.is_empty() || names.iter().any(|n| n == p.name)).collect())
}

/// Runs those chosen, in order. With `kept`, results are written there, and what is there already is printed again
/// instead of run, except with `--again`. One failure does not stop the others; it fails the whole.
/// `env` is given to each beside its own.
pub fn run(programs: &[Program], args: &Args, kept: Option<&Path>, env: &[(&str, String)]) -> Result<()> {
    let mut failed = Vec::new();
    for program in chosen(programs, &args.names)? {
        let databases: Vec<Option<Database>> = match program.databases {
            true => Database::BOTH.into_iter().filter(|d| args.database.is_none_or(|only| only == *d)).map(Some).collect(),
            false => vec![None],
        };
        for database in databases {
            let label = database.map_or(program.name.to_owned(), |d| format!("{}-{}", program.name, d.name()));
            let file = kept.map(|dir| dir.join(format!("{label}.jsonl")));
            if let Some(done) = file.as_ref().filter(|_| !args.again).and_then(|f| fs::read_to_string(f).ok()) {
                eprintln!("── {label}: 已完成 / done before (--again)");
                print!("{done}");
                continue;
            }
            eprintln!("── {label}: {}", program.about);
            let outcome = measure(program, database, &label, env);
            match outcome {
                Ok(results) => {
                    if let Some(file) = file {
                        paths::write(&file, &results)?;
                    }
                }
                Err(message) => {
                    eprintln!("── {label}: {message}");
                    failed.push(label);
                }
            }
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(format!("没有通过 / failed: {}", failed.join(" "))) }
}

/// Runs one and gives its results, one JSON object a line, printed as they come; the last says that it came to its end.
fn measure(program: &Program, database: Option<Database>, label: &str, env: &[(&str, String)]) -> Result<String> {
    let mut cargo = process::cargo(program.cargo);
    cargo.envs(program.env.iter().copied()).envs(env.iter().map(|(k, v)| (k, v)));
    let mut _postgres = None; // lives as long as the run
    if let Some(database) = database {
        cargo.env("SHUXIANG_TEST_DATABASE", database.name());
        if database == Database::Postgres {
            let postgres = Postgres::start(Durability::On)?;
            cargo.env("SHUXIANG_TEST_POSTGRES", &postgres.url);
            _postgres = Some(postgres);
        }
    }
    let begin = Instant::now();
    let mut results = String::new();
    let mut keep = |line: &str| {
        println!("{line}");
        results.push_str(line);
        results.push('\n');
    };
    process::each_line(&mut cargo, |line| if line.starts_with('{') { keep(line) } else { eprintln!("{line}") })?;
    let own: Vec<String> = program.env.iter().map(|(k, v)| format!("\"{k}\":\"{v}\"")).collect();
    keep(&format!("{{\"run\":\"{label}\",\"ok\":true,\"seconds\":{:.1},\"env\":{{{}}}}}", begin.elapsed().as_secs_f64(), own.join(",")));
    Ok(results)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: [Program; 2] = [
        Program { name: "version", about: "", cargo: &["--version"], env: &[("SHUXIANG_CASES", "7")], databases: false },
        Program { name: "broken", about: "", cargo: &["no-such-command"], env: &[], databases: false },
    ];

    fn names(names: &[&str]) -> Args {
        Args { names: names.iter().map(|n| (*n).into()).collect(), ..Args::default() }
    }

    #[test]
    fn a_name_chooses_and_an_unknown_one_is_refused() {
        assert_eq!(chosen(&TWO, &[]).expect("all").len(), 2);
        assert_eq!(chosen(&TWO, &["broken".into()]).expect("one")[0].name, "broken");
        assert!(chosen(&TWO, &["brokn".into()]).is_err());
    }

    #[test]
    fn finished_ones_are_kept_and_not_run_again() {
        let dir = std::env::temp_dir().join(format!("shuxiang-measured-{}", std::process::id()));
        paths::create(&dir).expect("creates");
        run(&TWO, &names(&["version"]), Some(&dir), &[]).expect("runs");
        let file = dir.join("version.jsonl");
        let text = fs::read_to_string(&file).expect("is kept");
        assert!(text.contains("\"ok\":true") && text.contains("\"SHUXIANG_CASES\":\"7\""), "{text}");
        fs::write(&file, "{\"old\":1}\n").expect("writes");
        run(&TWO, &names(&["version"]), Some(&dir), &[]).expect("skips");
        assert_eq!(fs::read_to_string(&file).expect("is kept"), "{\"old\":1}\n");
        assert!(run(&TWO, &names(&[]), Some(&dir), &[]).is_err());
        assert!(!dir.join("broken.jsonl").exists(), "a failure is not a result");
        paths::remove(&dir).expect("removes");
    }
}
