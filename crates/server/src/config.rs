//! Configuration: one commented TOML file and `SHUXIANG_…` variables, which win over the file.
//!
//! A key or variable that is not known is an error that names the nearest known one: a misspelt key must not leave a
//! default in force unseen.

mod files;
mod map;
mod wechat;

pub use files::FilesKept;
pub use map::Maps;
pub use wechat::{MOST as MOST_TEMPLATES, Template, WeChat};

use crate::nearest::nearest;
use base::{Error, Home, Kind, Result};
use reactions::webhook::{Endpoint, Webhooks};
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    fmt,
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
    pub files: FilesKept,
    pub codes: Codes,
    pub map: Maps,
    pub webhooks: Hooks,
    pub wechat: WeChat,
    /// By the source that orders of another system carry, such as the city's 12345.
    pub outer: BTreeMap<String, Connector>,
}

/// Codes by phone that one network address may ask for.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Codes {
    pub hour: i64,
    pub day: i64,
}

impl Default for Codes {
    fn default() -> Self {
        let access::CodeLimits { hour, day } = access::CodeLimits::default();
        Codes { hour, day }
    }
}

impl Codes {
    pub fn limits(&self) -> access::CodeLimits {
        access::CodeLimits { hour: self.hour, day: self.day }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Hooks {
    pub private_addresses: bool,
    /// By the name that packs use.
    pub to: BTreeMap<String, Connector>,
}

/// Another system's address, and the secret by which it knows what is ours.
#[derive(Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Connector {
    pub url: String,
    pub secret: String,
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connector").field("url", &self.url).finish_non_exhaustive()
    }
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
            files: FilesKept::default(),
            codes: Codes::default(),
            map: Maps::default(),
            webhooks: Hooks::default(),
            wechat: WeChat::default(),
            outer: BTreeMap::new(),
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
    ("files.most", "SHUXIANG_FILES_MOST"),
    ("files.bucket", "SHUXIANG_FILES_BUCKET"),
    ("files.endpoint", "SHUXIANG_FILES_ENDPOINT"),
    ("files.region", "SHUXIANG_FILES_REGION"),
    ("files.access_key", "SHUXIANG_FILES_ACCESS_KEY"),
    ("files.secret", "SHUXIANG_FILES_SECRET"),
    ("files.secret_file", "SHUXIANG_FILES_SECRET_FILE"),
    ("files.allow_http", "SHUXIANG_FILES_ALLOW_HTTP"),
    ("files.host_style", "SHUXIANG_FILES_HOST_STYLE"),
    ("codes.hour", "SHUXIANG_CODES_HOUR"),
    ("codes.day", "SHUXIANG_CODES_DAY"),
    ("map.file", "SHUXIANG_MAP_FILE"),
    ("map.tiles", "SHUXIANG_MAP_TILES"),
    ("map.labels", "SHUXIANG_MAP_LABELS"),
    ("map.key", "SHUXIANG_MAP_KEY"),
    ("map.attribution", "SHUXIANG_MAP_ATTRIBUTION"),
    ("map.coordinates", "SHUXIANG_MAP_COORDINATES"),
    ("webhooks.private_addresses", "SHUXIANG_WEBHOOKS_PRIVATE_ADDRESSES"),
    ("wechat.appid", "SHUXIANG_WECHAT_APPID"),
    ("wechat.secret", "SHUXIANG_WECHAT_SECRET"),
    ("wechat.url", "SHUXIANG_WECHAT_URL"),
];

/// Tables whose keys are names that the county gives: of the file alone.
const NAMED: &[&str] = &["webhooks.to", "wechat.templates", "outer"];

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
        for key in keys(&table) {
            if !KEYS.iter().any(|(k, _)| *k == key) && !NAMED.contains(&key.as_str()) {
                return Err(unknown("配置项", "key", &key, KEYS.iter().map(|(k, _)| *k).chain(NAMED.iter().copied())));
            }
        }
        for (name, value) in variables.filter(|(name, _)| name.starts_with("SHUXIANG_")) {
            if OTHERS.contains(&name.as_str()) || name.starts_with("SHUXIANG_TEST_") {
                continue;
            }
            let Some((key, _)) = KEYS.iter().find(|(_, v)| *v == name) else {
                return Err(unknown("环境变量", "variable", &name, KEYS.iter().map(|(_, v)| *v)));
            };
            put(&mut table, key, typed(key, value));
        }
        let config: Config = table.try_into().map_err(|e: toml::de::Error| {
            let said = e.message().to_owned();
            wrong(format!("配置有误：{said}"), format!("the configuration is wrong: {said}"))
        })?;
        config.home()?;
        config.webhooks()?;
        config.outer()?;
        config.files.check()?;
        config.map.check()?;
        config.wechat.check()?;
        Ok(config)
    }

    /// Where webhooks of packs may go.
    pub fn webhooks(&self) -> Result<Webhooks> {
        self.endpoints(&self.webhooks.to)
    }

    /// Where the answers to orders of other systems go.
    pub fn outer(&self) -> Result<Webhooks> {
        self.endpoints(&self.outer)
    }

    fn endpoints(&self, to: &BTreeMap<String, Connector>) -> Result<Webhooks> {
        let endpoint = |(name, c): (&String, &Connector)| {
            let made = Endpoint::new(&c.url, &c.secret);
            let named = |e: Error| wrong(format!("配置“{name}”有误"), format!("the configuration of \"{name}\" is wrong")).caused_by(e);
            made.map(|e| (name.clone(), e)).map_err(named)
        };
        let to = to.iter().map(endpoint).collect::<Result<_>>()?;
        Ok(Webhooks { to, private_addresses: self.webhooks.private_addresses })
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

    /// Where the files are, opened: a bucket that cannot be used is an error here, not at the first photo.
    pub async fn files(&self) -> Result<store::Files> {
        match self.files.bucket()? {
            Some(bucket) => store::Files::s3(&bucket).await,
            None => store::Files::folder(&self.data.join("files")),
        }
    }

    /// Of data made by `shuxiang demo`: sign-in without a second factor, codes in the log, a clock that stories move.
    pub fn is_demo(&self) -> bool {
        self.demo_file().is_file()
    }

    /// There once the demo county is loaded; holds the table of regions it was loaded from, nothing where that was the
    /// one in the box.
    pub fn demo_file(&self) -> PathBuf {
        self.data.join("demo")
    }

    /// Beside the data folder, so that a copy of the data does not carry its keys.
    pub fn key_file(&self) -> PathBuf {
        self.keys.clone().unwrap_or_else(|| self.data.with_extension("key"))
    }

    pub fn public_url(&self) -> String {
        self.url.clone().unwrap_or_else(|| format!("http://{}", self.listen))
    }
}

/// The keys that are set, those of a section as `section.key`.
fn keys(table: &toml::Table) -> Vec<String> {
    let all = table.iter().map(|(key, value)| match value {
        toml::Value::Table(section) if !NAMED.contains(&key.as_str()) => section.keys().map(|k| format!("{key}.{k}")).collect(),
        _ => vec![key.clone()],
    });
    all.collect::<Vec<_>>().concat()
}

fn put(table: &mut toml::Table, key: &str, value: toml::Value) {
    match key.split_once('.') {
        None => drop(table.insert(key.to_owned(), value)),
        Some((section, key)) => {
            let section = table.entry(section).or_insert_with(|| toml::Table::new().into());
            if let toml::Value::Table(section) = section {
                section.insert(key.to_owned(), value);
            }
        }
    }
}

/// A variable is text; some keys are not.
fn typed(key: &str, value: String) -> toml::Value {
    match key {
        "county" | "files.most" | "codes.hour" | "codes.day" => value.parse().map_or(toml::Value::String(value), toml::Value::Integer),
        "behind_proxy" | "files.allow_http" | "files.host_style" | "webhooks.private_addresses" => {
            value.parse().map_or(toml::Value::String(value), toml::Value::Boolean)
        }
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
    fn other_systems_have_addresses_and_secrets() {
        let to = |url: &str, secret: &str| format!("{DEFAULT}\n[webhooks.to.city]\nurl = \"{url}\"\nsecret = \"{secret}\"\n");
        let good = read(&to("https://city.example/in", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), &[]).expect("reads");
        assert!(good.webhooks().expect("an endpoint").to.contains_key("city"));
        assert!(!format!("{good:?}").contains("MfKQ"), "a secret is not printed");
        assert!(read(&to("ftp://city.example", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), &[]).is_err());
        assert!(read(&to("https://city.example/in", "short"), &[]).is_err());
        let e = read("files.mots = 1", &[]).expect_err("refused");
        assert!(e.to_string().contains("files.most"), "{e}");
        assert_eq!(read("", &[("SHUXIANG_FILES_MOST", "7")]).expect("reads").files.most, 7);
    }

    #[test]
    fn the_mini_program_has_both_its_id_and_its_secret_and_known_words() {
        let c = read("wechat.appid = \"wx1\"\n[wechat.templates.abc]\nthing2 = \"text\"", &[("SHUXIANG_WECHAT_SECRET", "not-to-be-seen")]);
        let c = c.expect("reads");
        assert_eq!(c.wechat.templates["abc"]["thing2"], "text");
        assert!(!format!("{c:?}").contains("not-to-be-seen"), "a secret is not printed");
        for bad in
            ["wechat.appid = \"wx1\"", "wechat.url = \"ftp://x\"", "[wechat.templates.abc]\nthing2 = \"words\"", "[wechat.templates.abc]"]
        {
            assert!(read(bad, &[]).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_bucket_has_its_key_and_its_secret_from_a_variable_or_a_file() {
        let bucket = "files.bucket = \"county\"\nfiles.access_key = \"AK\"\n";
        let c = read(bucket, &[("SHUXIANG_FILES_SECRET", "not-to-be-seen")]).expect("reads");
        assert_eq!(c.files.bucket().expect("whole").expect("a bucket").secret, "not-to-be-seen");
        assert!(!format!("{c:?}{:?}", c.files.bucket()).contains("not-to-be-seen"), "a secret is not printed");
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), "in a file\n").expect("writes");
        let c = read(bucket, &[("SHUXIANG_FILES_SECRET_FILE", file.path().to_str().expect("a path"))]).expect("reads");
        assert_eq!(c.files.bucket().expect("whole").expect("a bucket").secret, "in a file");
        assert!(read(bucket, &[]).expect("reads").files.bucket().expect_err("no secret").to_string().contains("files.secret_file"));
        assert_eq!(read("", &[]).expect("reads").files.bucket().expect("none").map(|b| b.name), None);
        for bad in ["files.access_key = \"AK\"", "files.bucket = \"b\"\nfiles.endpoint = \"http://s3.county\"", "files.endpiont = \"x\""] {
            assert!(read(bad, &[]).is_err(), "{bad}");
        }
        let plain = "files.endpoint = \"http://s3.county\"\nfiles.bucket = \"b\"";
        assert!(read(plain, &[("SHUXIANG_FILES_ALLOW_HTTP", "true")]).is_ok());
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
