//! What handlers share.

use crate::{
    alike::Alike,
    config::Config,
    edge::Who,
    geography::Geography,
    parts::Parts,
    routes::{calendar::Calendars, triage::Learnt},
    wechat,
};
use access::{Caller, Callers, Keyring, LogSms, Policy, Sms, WeChat};
use base::{Clock, Error, Home, Kind, Result, StoryClock, SystemClock};
use insight::Counting;
use language::Model;
use matters::Rules;
use packs::{Catalogue, Flow};
use reactions::{
    Runner, Tools,
    webhook::{self, Webhooks},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::json;
use std::{
    collections::HashMap,
    ops::Deref,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock, PoisonError, RwLock},
    time::Duration,
};
use store::{By, Files, Migration, Once, Reader, Signer, Sql, Store, Unit, Witness, outbox::Letter};

/// The schemas of all crates that own tables, those first that others refer to.
pub const SCHEMAS: &[&[Migration]] = &[
    access::SCHEMA,
    matters::SCHEMA,
    things::SCHEMA,
    reactions::SCHEMA,
    insight::SCHEMA,
    crate::geography::SCHEMA,
    crate::intake::SCHEMA,
    crate::routes::triage::SCHEMA,
    crate::routes::words::SCHEMA,
];

/// A cheap handle; clones share everything.
#[derive(Clone)]
pub struct App(Arc<Inner>);

pub struct Inner {
    pub config: Config,
    pub store: Store,
    pub files: Files,
    pub keys: Keyring,
    pub callers: Callers,
    pub policy: Policy,
    pub parts: Parts,
    pub witness: Arc<Witness>,
    /// The wall clock of a story; `None`: the machine's, which no one moves.
    pub story: Option<Arc<StoryClock>>,
    sms: Arc<dyn Sms>,
    /// `None` where none is configured.
    wechat: Option<Arc<dyn WeChat>>,
    webhooks: store::outbox::Send,
    /// Answers to orders of other systems.
    outer: store::outbox::Send,
    /// Where the counties' regions are.
    pub geography: Geography,
    /// The models that suggest categories.
    pub learnt: Learnt,
    /// The years of holidays that counties entered themselves.
    pub calendars: Calendars,
    /// Matters that are about the same.
    pub alike: Alike,
    rules: Arc<RulesCache>,
    pub reactions: Runner,
    /// The county of a request that names none, once there was one.
    first_home: OnceLock<Home>,
}

/// Each county's packs and calendar, read the first time they are asked for.
struct RulesCache {
    packs: PathBuf,
    calendars: Calendars,
    known: RwLock<HashMap<Home, Arc<Rules>>>,
}

impl RulesCache {
    fn of(&self, home: Home) -> Result<Arc<Rules>> {
        if let Some(rules) = self.known.read().unwrap_or_else(PoisonError::into_inner).get(&home) {
            return Ok(rules.clone());
        }
        let rules = Arc::new(Rules::new(load_packs(&self.packs, Some(home))?, self.calendars.of(home)));
        // Two that read at once keep one: readers tell a change of rules by its pointer.
        Ok(self.known.write().unwrap_or_else(PoisonError::into_inner).entry(home).or_insert(rules).clone())
    }
}

/// Hour at which a reporting day of the figures begins.
pub const DAY_STARTS: u8 = 0;

impl Deref for App {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl App {
    /// Opens the database, the files and the keys. Nothing runs yet.
    pub async fn open(config: Config, story: Option<Arc<StoryClock>>) -> Result<App> {
        let clock: Arc<dyn Clock> = match &story {
            Some(clock) => clock.clone(),
            None => Arc::new(SystemClock),
        };
        std::fs::create_dir_all(&config.data).map_err(|e| folder(&config.data, e))?;
        let keys = config.key_file();
        let demo = config.is_demo();
        let store = Store::open(&config.store(), clock.clone(), SCHEMAS)?;
        let keyring = Keyring::of(&store, &keys).await?;
        let calendars = Calendars::default();
        let rules = Arc::new(RulesCache { packs: config.packs.clone(), calendars: calendars.clone(), known: RwLock::default() });
        let (of, tools) = (rules.clone(), Tools { keys: keyring.clone(), terms: language::search_terms });
        let connector = |to: Webhooks| webhook::sender(to, clock.clone());
        let (webhooks, outer) = (connector(config.webhooks()?), connector(config.outer()?));
        let inner = Inner {
            webhooks,
            outer,
            reactions: Runner::new(store.clone(), Arc::new(move |home| of.of(home).ok()), tools),
            store,
            files: config.files().await?,
            keys: keyring,
            callers: Callers::default(),
            policy: Policy { second_factor: !demo },
            parts: Parts::default(),
            witness: Arc::new(witness(&config, &keys)?),
            story,
            sms: Arc::new(LogSms { demo }),
            wechat: wechat::Http::new(&config.wechat).map(|w| Arc::new(w) as Arc<dyn WeChat>),
            learnt: Learnt::new(config.triage.as_deref().map(triage).transpose()?.unwrap_or_else(|| Model::shipped().clone())),
            geography: Geography::default(),
            calendars,
            alike: Alike::default(),
            rules,
            config,
            first_home: OnceLock::new(),
        };
        Ok(App(Arc::new(inner)))
    }

    /// The county's packs and calendar.
    pub fn rules(&self, home: Home) -> Result<Arc<Rules>> {
        self.rules.of(home)
    }

    pub fn counting(&self, home: Home) -> Result<Counting> {
        Ok(Counting { rules: self.rules(home)?, starts: DAY_STARTS })
    }

    /// Forgets a county's rules: a pack or a year has changed, and the next who asks reads them again.
    pub fn forget_rules(&self, home: Home) {
        self.rules.known.write().unwrap_or_else(PoisonError::into_inner).remove(&home);
    }

    /// WeChat's servers, or an error that says that the county has no mini-program.
    pub fn wechat(&self) -> Result<Arc<dyn WeChat>> {
        self.wechat.clone().ok_or_else(access::no_wechat)
    }

    /// The model that suggests categories for messages of this flow.
    pub fn triage(&self, home: Home, flow: Option<&Flow>) -> Arc<Model> {
        self.learnt.model(home, flow)
    }

    /// The county that a request is for which names none.
    pub async fn home(&self) -> Result<Home> {
        if let Some(home) = self.first_home.get() {
            return Ok(*home);
        }
        let home = match self.config.home()? {
            Some(home) => home,
            None => self.first().await?,
        };
        Ok(*self.first_home.get_or_init(|| home))
    }

    async fn first(&self) -> Result<Home> {
        self.store.homes().await?.into_iter().next().ok_or_else(|| {
            Error::new(
                Kind::Unavailable,
                "no_county",
                "库里还没有县，请先运行 shuxiang demo 或导入区划",
                "There is no county yet; run shuxiang demo, or import one",
            )
        })
    }

    /// Runs a look-up for whoever asks.
    pub async fn look<T, F>(&self, who: &Who, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Reader, &Rules, &Caller) -> Result<T> + Send + 'static,
    {
        let (rules, caller) = (self.rules(who.caller.home)?, who.caller.clone());
        self.store.read(who.caller.home, move |r| f(r, &rules, &caller)).await
    }

    /// Runs a command for whoever asks. The same request again is answered with the first answer.
    pub async fn act<T, F>(&self, who: &Who, once: Option<Once>, f: F) -> Result<T>
    where
        T: Serialize + DeserializeOwned + Send + 'static,
        F: FnMut(&mut Unit, &Rules, &Caller) -> Result<T> + Send + 'static,
    {
        self.act_with(who, once, Vec::new, f).await
    }

    /// [`App::act`], where the first look-ups are known before: they travel together.
    pub async fn act_with<T, F>(&self, who: &Who, once: Option<Once>, needs: impl Fn() -> Vec<Sql> + Send + 'static, mut f: F) -> Result<T>
    where
        T: Serialize + DeserializeOwned + Send + 'static,
        F: FnMut(&mut Unit, &Rules, &Caller) -> Result<T> + Send + 'static,
    {
        let (rules, caller) = (self.rules(who.caller.home)?, who.caller.clone());
        let by = caller.account.map_or_else(By::nobody, By::account).done(who.done_at);
        let run = move |unit: &mut Unit| {
            unit.ahead(&needs);
            unit.once(once.as_ref(), |unit| f(unit, &rules, &caller))
        };
        Ok(self.store.command(who.caller.home, by, run).await?.value)
    }

    /// Starts what runs beside the handlers.
    pub fn start_parts(&self) {
        let app = self.clone();
        self.parts.start("timers", move |stop| {
            let app = app.clone();
            async move { app.store.run_timers(app.ring(), stop).await }
        });
        let app = self.clone();
        self.parts.start("outbox", move |stop| {
            let app = app.clone();
            async move { app.store.run_outbox(app.send(), stop).await }
        });
        let app = self.clone();
        self.parts.start("reactions", move |stop| {
            let app = app.clone();
            async move { app.reactions.run(stop).await }
        });
        let app = self.clone();
        self.parts.start("figures", move |stop| {
            let app = app.clone();
            async move { crate::routes::figures::follow(&app, stop).await }
        });
        let app = self.clone();
        self.parts.start("checkpoints", move |stop| {
            let app = app.clone();
            async move { app.store.run_checkpoints(app.witness.clone(), Duration::from_secs(3600), stop).await }
        });
        let app = self.clone();
        self.parts.start("triage", move |stop| {
            let app = app.clone();
            async move { crate::routes::triage::follow(&app, stop).await }
        });
        let app = self.clone();
        self.parts.start("years", move |stop| {
            let app = app.clone();
            async move { crate::routes::calendar::follow(&app, stop).await }
        });
        let app = self.clone();
        self.parts.start("sweep", move |stop| {
            let app = app.clone();
            async move { app.sweep(stop).await }
        });
    }

    /// What a timer does when it comes due: its engine's.
    pub fn ring(&self) -> store::timer::Ring {
        let app = self.clone();
        Arc::new(move |unit, timer| {
            let rules = app.rules(unit.home())?;
            matters::ring(unit, &rules, timer)?;
            reactions::ring(unit, &rules, timer)
        })
    }

    /// How a letter of the outbox leaves: its channel's way.
    pub fn send(&self) -> store::outbox::Send {
        let app = self.clone();
        Arc::new(move |letter| {
            let app = app.clone();
            Box::pin(async move {
                let now = app.store.now();
                match letter.kind.as_str() {
                    access::SMS => {
                        let send = move || access::send_sms(&app.keys, app.sms.as_ref(), &letter, now);
                        tokio::task::spawn_blocking(send).await.map_err(Error::internal)?
                    }
                    access::WECHAT => {
                        let wechat = app.wechat()?;
                        let send = move || access::send_wechat(&app.keys, wechat.as_ref(), &letter, now);
                        tokio::task::spawn_blocking(send).await.map_err(Error::internal)?
                    }
                    webhook::CHANNEL => (app.webhooks)(letter).await,
                    matters::OUTER => (app.outer)(to_its_source(letter)?).await,
                    // What no connector of this server takes stays in the outbox, where it is seen.
                    other => Err(Error::unavailable(format!("no connector for {other} is configured"))),
                }
            })
        })
    }

    /// Runs all that is due at this moment, until nothing is left; answers how many timers ran.
    pub async fn settle(&self, ring: &store::timer::Ring) -> Result<usize> {
        let send = self.send();
        let mut ran = 0;
        for home in self.store.homes().await? {
            loop {
                let timers = self.store.run_due(home, ring).await?;
                ran += timers;
                self.reactions.settle(home).await?;
                if timers + self.store.send_due(home, &send).await? == 0 {
                    break;
                }
            }
        }
        Ok(ran)
    }

    /// Files without a use, once an hour.
    async fn sweep(&self, mut stop: crate::parts::Stop) -> Result<()> {
        while !*stop.borrow() {
            for home in self.store.homes().await? {
                self.store.sweep_files(home, &self.files).await?;
            }
            tokio::select! {
                _ = tokio::time::sleep(Duration::from_secs(3600)) => {}
                _ = stop.changed() => {}
            }
        }
        Ok(())
    }
}

/// What an engine tells the system that an order came from, as a webhook to the connector of that name.
fn to_its_source(letter: Letter) -> Result<Letter> {
    let event: serde_json::Value = serde_json::from_str(&letter.payload).map_err(Error::internal)?;
    let payload = json!({ "to": event["source"], "county": event["county"], "event": event }).to_string();
    Ok(Letter { payload, ..letter })
}

fn witness(config: &Config, keys: &Path) -> Result<Witness> {
    let path = keys.with_extension("signing");
    let signer = if path.is_file() { Signer::open(&path)? } else { Signer::make(&path, "shuxiang")? };
    Witness::new(signer, config.checkpoints.clone(), Some(&config.data), false)
}

fn triage(path: &Path) -> Result<Model> {
    Model::load(&std::fs::read(path).map_err(|e| folder(path, e))?)
}

fn folder(path: &Path, e: std::io::Error) -> Error {
    let shown = path.display();
    Error::new(Kind::Unavailable, "folder", format!("不能使用 {shown}"), format!("{shown} cannot be used")).caused_by(e)
}

/// The folders under `folder` that hold a pack, by name.
pub fn pack_folders(path: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(path).map_err(|e| folder(path, e))?;
    let mut folders: Vec<PathBuf> = entries.filter_map(|e| Some(e.ok()?.path())).filter(|p| p.join("pack.yaml").is_file()).collect();
    folders.sort();
    Ok(folders)
}

pub fn load_packs(path: &Path, home: Option<Home>) -> Result<Catalogue> {
    Catalogue::load(&pack_folders(path)?, home).map_err(|faults| {
        let n = faults.0.len();
        Error::new(
            Kind::Unavailable,
            "packs",
            format!("应用包有 {n} 处错误，请运行 shuxiang pack check"),
            format!("the packs have {n} faults; run shuxiang pack check"),
        )
        .caused_by(faults)
    })
}
