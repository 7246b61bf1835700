//! Configuration: one commented TOML file and `SHUXIANG_…` variables, which win over the file.
//!
//! A key or variable that is not known is an error that names the nearest known one: a misspelt key must not leave a
//! default in force unseen.

use crate::nearest::nearest;
use base::{Error, Home, Kind, Result};
use serde::Deserialize;
use std::{
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

/// The file with every key at its default, each with its comment: what `shuxiang config` prints.
pub const DEFAULT: &str = include_str!("config.toml");

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    pub data: PathBuf,
    pub listen: SocketAddr,
    /// As people and other systems reach it, without a slash at the end. `None`: `http://<listen>`.
    pub url: Option<String>,
    /// `None`: the embedded one in `data`.
    pub database: Option<String>,
    pub packs: PathBuf,
    /// For whoever has not said to which county he speaks. `None`: the first that is there.
    pub county: Option<i32>,
    /// The address of the client is the last of `X-Forwarded-For`.
    pub behind_proxy: bool,
    pub keys: Option<PathBuf>,
    /// `None`: the model in the box.
    pub triage: Option<PathBuf>,
    /// Outside `data`.
    pub checkpoints: Option<PathBuf>,
    pub log: String,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            data: "data".into(),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            url: None,
            database: None,
            packs: "packs".into(),
            county: None,
            behind_proxy: false,
            keys: None,
            triage: None,
            checkpoints: None,
            log: "info".into(),
        }
    }
}

/// Each key and its variable.
const KEYS: &[(&str, &str)] = &[
    ("data", "SHUXIANG_DATA_FOLDER"),
    ("listen", "SHUXIANG_LISTEN"),
    ("url", "SHUXIANG_URL"),
    ("database", "SHUXIANG_DATABASE"),
    ("packs", "SHUXIANG_PACKS"),
    ("county", "SHUXIANG_COUNTY"),
    ("behind_proxy", "SHUXIANG_BEHIND_PROXY"),
    ("keys", "SHUXIANG_KEYS"),
    ("triage", "SHUXIANG_TRIAGE"),
    ("checkpoints", "SHUXIANG_CHECKPOINTS"),
    ("log", "SHUXIANG_LOG"),
];

/// Of the developer's commands and tests, not of the server.
const OTHERS: &[&str] = &["SHUXIANG_DATA", "SHUXIANG_CONFIG", "SHUXIANG_CASES", "SHUXIANG_SEED", "SHUXIANG_KILLS", "SHUXIANG_LARGE"];

impl Config {
    /// From the file (none: all defaults) and the process's variables.
    pub fn load(file: Option<&Path>) -> Result<Config> {
        let text = match file {
            Some(path) => std::fs::read_to_string(path).map_err(|e| {
                let shown = path.display();
                wrong(format!("读不到配置文件 {shown}"), format!("the configuration {shown} cannot be read")).caused_by(e)
            })?,
            None => String::new(),
        };
        Config::read(&text, std::env::vars_os().filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?))))
    }

    fn read(text: &str, variables: impl Iterator<Item = (String, String)>) -> Result<Config> {
        let mut table: toml::Table =
            text.parse().map_err(|e: toml::de::Error| wrong("配置文件有语法错误", format!("the configuration is not TOML: {e}")))?;
        for key in table.keys() {
            if !KEYS.iter().any(|(k, _)| k == key) {
                return Err(unknown("配置项", "key", key, KEYS.iter().map(|(k, _)| *k)));
            }
        }
        for (name, value) in variables.filter(|(name, _)| name.starts_with("SHUXIANG_")) {
            if OTHERS.contains(&name.as_str()) || name.starts_with("SHUXIANG_TEST_") {
                continue;
            }
            let Some((key, _)) = KEYS.iter().find(|(_, v)| *v == name) else {
                return Err(unknown("环境变量", "variable", &name, KEYS.iter().map(|(_, v)| *v)));
            };
            table.insert((*key).to_owned(), typed(key, value));
        }
        let config: Config = table.try_into().map_err(|e: toml::de::Error| {
            let said = e.message().to_owned();
            wrong(format!("配置有误：{said}"), format!("the configuration is wrong: {said}"))
        })?;
        config.home()?;
        Ok(config)
    }

    pub fn home(&self) -> Result<Option<Home>> {
        self.county.map(Home::new).transpose()
    }

    pub fn store(&self) -> store::Database {
        match &self.database {
            Some(url) => store::Database::Postgres(url.clone()),
            None => store::Database::Sqlite(self.data.join("shuxiang.sqlite")),
        }
    }

    /// Of data made by `shuxiang demo`: sign-in without a second factor, codes in the log, a clock that stories move.
    pub fn is_demo(&self) -> bool {
        self.data.join("demo").is_file()
    }

    /// Beside the data folder, so that a copy of the data does not carry its keys.
    pub fn key_file(&self) -> PathBuf {
        self.keys.clone().unwrap_or_else(|| self.data.with_extension("key"))
    }

    pub fn public_url(&self) -> String {
        self.url.clone().unwrap_or_else(|| format!("http://{}", self.listen))
    }
}

/// A variable is text; two keys are not.
fn typed(key: &str, value: String) -> toml::Value {
    match key {
        "county" => value.parse().map_or(toml::Value::String(value), toml::Value::Integer),
        "behind_proxy" => value.parse().map_or(toml::Value::String(value), toml::Value::Boolean),
        _ => toml::Value::String(value),
    }
}

fn wrong(zh: impl Into<String>, en: impl Into<String>) -> Error {
    Error::new(Kind::Invalid, "configuration", zh, en)
}

fn unknown<'a>(zh: &str, en: &str, typed: &str, known: impl Iterator<Item = &'a str> + Clone) -> Error {
    let all = known.clone().collect::<Vec<_>>().join(", ");
    match nearest(typed, known) {
        Some(near) => wrong(format!("没有“{typed}”这个{zh}，是不是“{near}”？"), format!("no {en} \"{typed}\"; did you mean \"{near}\"?")),
        None => wrong(format!("没有“{typed}”这个{zh}。有：{all}"), format!("no {en} \"{typed}\"; there are: {all}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, variables: &[(&str, &str)]) -> Result<Config> {
        Config::read(text, variables.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())))
    }

    /// Every line of the default file that looks like a key, without its `# `.
    #[test]
    fn the_printed_file_has_every_key_at_its_default() {
        assert_eq!(read(DEFAULT, &[]).expect("reads"), Config::default());
        for (key, variable) in KEYS {
            let line = |l: &str| l.trim_start_matches("# ").starts_with(&format!("{key} ="));
            assert!(DEFAULT.lines().any(line), "{key} is not in config.toml");
            assert!(DEFAULT.contains(variable), "{variable} is not in config.toml");
        }
    }

    #[test]
    fn an_unknown_key_or_variable_names_the_nearest() {
        let e = read("lisen = \"127.0.0.1:1\"", &[]).expect_err("refused");
        assert!(e.to_string().contains("did you mean \"listen\""), "{e}");
        let e = read("", &[("SHUXIANG_LISTE", "1")]).expect_err("refused");
        assert!(e.text().zh.contains("SHUXIANG_LISTEN"), "{e:?}");
        assert!(read("", &[("SHUXIANG_DATA", "x"), ("HOME", "y")]).is_ok());
    }

    #[test]
    fn variables_win_over_the_file() {
        let c = read("listen = \"127.0.0.1:1\"\ncounty = 430903", &[("SHUXIANG_LISTEN", "127.0.0.1:2"), ("SHUXIANG_COUNTY", "430922")])
            .expect("reads");
        assert_eq!((c.listen.port(), c.county), (2, Some(430_922)));
        for bad in ["county = 1", "listen = \"here\"", "behind_proxy = \"yes\"", "listen ="] {
            assert!(read(bad, &[]).is_err(), "{bad}");
        }
    }
}
