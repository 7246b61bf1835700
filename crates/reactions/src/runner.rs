//! Follows the journal for every job of every county.

use crate::{
    Context, Tools,
    act::{Acted, act},
    failure::{self, Said},
    job::{self, Job},
    position::{self, MOVED},
    scene::{Ready, ready},
};
use access::Caller;
use base::{Error, Home, Result, Time};
use futures_util::future::join_all;
use matters::Rules;
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use store::{Once, Reader, Recorded, Store, journal, sql};
use tokio::sync::watch;

/// The rules of a county as they are now; none while they are being loaded. The same pointer until they change.
pub type RulesOf = Arc<dyn Fn(Home) -> Option<Arc<Rules>> + Send + Sync>;

/// How long another server's entry may wait to be seen by this one.
const POLL: Duration = Duration::from_millis(500);

/// After a commit others follow: they are read together.
const GATHER: Duration = Duration::from_millis(20);

/// No unit holds the writer longer.
const WRITER: Duration = Duration::from_millis(50);

/// Entries of one look, and runs of one job that come of it.
const MOST: i64 = 500;
const RUNS: usize = 64;

/// Entries that were none of a job's business are passed over in memory; so many of them are looked at again after a
/// restart at most.
const UNSAVED: i64 = 512;

/// Entry up to which this process has looked for each job, in one county. Held while the county is worked on.
type Seen = HashMap<String, i64>;
type Jobs = Arc<Vec<Arc<Job>>>;

pub struct Runner {
    store: Store,
    rules: RulesOf,
    tools: Tools,
    counties: Mutex<HashMap<Home, Arc<tokio::sync::Mutex<Seen>>>>,
    jobs: Mutex<HashMap<Home, (Arc<Rules>, Jobs)>>,
}

/// What one look found for one job.
struct Work {
    job: Arc<Job>,
    /// Its saved position.
    from: i64,
    /// Failures of the first run so far.
    tries: i64,
    runs: Vec<Recorded>,
    upto: i64,
}

#[derive(Default)]
struct Look {
    unknown: Vec<Arc<Job>>,
    work: Vec<Work>,
    /// There are more entries than this look took.
    more: bool,
}

impl Runner {
    pub fn new(store: Store, rules: RulesOf, tools: Tools) -> Runner {
        Runner { store, rules, tools, counties: Mutex::default(), jobs: Mutex::default() }
    }

    /// Works until `stop`. While the database is held, nothing runs.
    pub async fn run(&self, mut stop: watch::Receiver<bool>) -> Result<()> {
        let mut commits = self.store.commits();
        while !*stop.borrow() {
            commits.borrow_and_update();
            let homes = self.store.awake().await?;
            let mut wait = POLL;
            for (home, outcome) in homes.iter().zip(join_all(homes.iter().map(|home| self.round(*home))).await) {
                match outcome {
                    Ok(true) => wait = Duration::ZERO,
                    Ok(false) => {
                        let due = self.next_due(*home).await?.map(|t| t.saturating_since(self.store.now()));
                        wait = wait.min(due.unwrap_or(POLL).max(GATHER));
                    }
                    Err(e) => tracing::error!(county = %home, error = ?e, "reactions could not go on"),
                }
            }
            tokio::select! {
                _ = tokio::time::sleep(wait) => {}
                _ = commits.changed() => tokio::time::sleep(GATHER).await,
                _ = stop.changed() => {}
            }
        }
        Ok(())
    }

    /// Works until nothing is left to do in a county at this moment: for stories, which move the clock only then.
    pub async fn settle(&self, home: Home) -> Result<()> {
        while self.round(home).await? || !self.idle(home).await? {}
        Ok(())
    }

    /// Every job has looked at every entry, and no failed run is due.
    pub async fn idle(&self, home: Home) -> Result<bool> {
        let Some(rules) = (self.rules)(home) else { return Ok(true) };
        let (jobs, county) = (self.jobs(home, &rules), self.county(home));
        let seen = county.lock().await.clone();
        self.store
            .read(home, move |r| {
                let (at, waiting, head, now) = (positions(r)?, waiting(r)?, journal::head(r)?, r.now());
                Ok(jobs.iter().all(|job| match (waiting.get(&job.name), at.get(&job.name)) {
                    (Some((_, _, due)), _) => *due > now,
                    (None, Some(at)) => seen.get(&job.name).map_or(*at, |s| *at.max(s)) >= head,
                    (None, None) => false,
                }))
            })
            .await
    }

    /// When the next failed run is tried again.
    pub async fn next_due(&self, home: Home) -> Result<Option<Time>> {
        let row: Option<(Option<Time>,)> = self
            .store
            .read(home, move |r| r.one(sql("select min(due) from reaction_run where county = $1 and state = 0").bind(home)))
            .await?;
        Ok(row.and_then(|(t,)| t))
    }

    /// Runs a parked run again, now. What it meets is the caller's to see; it stays parked if it fails again. The same
    /// request again is answered with the first answer.
    pub async fn replay(&self, home: Home, caller: Caller, once: Option<Once>, name: &str, seq: i64) -> Result<()> {
        let rules = (self.rules)(home).ok_or_else(|| Error::unavailable("the packs are being loaded"))?;
        let job = self.jobs(home, &rules).iter().find(|j| j.name == name).cloned().ok_or_else(|| {
            Error::conflict(
                "no_reaction",
                format!("应用包里已经没有“{name}”，只能作废"),
                format!("no pack declares {name} any more; drop the run"),
            )
        })?;
        let (tools, name) = (self.tools.clone(), name.to_owned());
        let replay = move |unit: &mut store::Unit| {
            let e = failure::take_parked(unit, &caller, &name, seq)?;
            let c = Context { rules: &rules, tools: &tools };
            match act(unit, c, &job, &e)? {
                Acted::Ran => {
                    position::count_run(unit, &job.name)?;
                    failure::close(unit, &rules, &caller, &name, seq, "这条联动已重做成功")
                }
                Acted::Not => failure::close(unit, &rules, &caller, &name, seq, "这条联动已重做，现在没有要做的事"),
                Acted::Unknown(fact) => {
                    Err(Error::conflict("fact_missing", format!("还缺一项：{fact}"), format!("one fact is missing: {fact}")))
                }
                Acted::TooDeep => failure::refuse(unit, &job, &e),
            }
        };
        let command = move |unit: &mut store::Unit| unit.once(once.as_ref(), &replay);
        self.store.command(home, store::By::system("reactions"), command).await.map(drop)
    }

    fn county(&self, home: Home) -> Arc<tokio::sync::Mutex<Seen>> {
        self.counties.lock().unwrap_or_else(PoisonError::into_inner).entry(home).or_default().clone()
    }

    fn jobs(&self, home: Home, rules: &Arc<Rules>) -> Jobs {
        let mut known = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        match known.get(&home) {
            Some((of, jobs)) if Arc::ptr_eq(of, rules) => jobs.clone(),
            _ => {
                let jobs: Jobs = Arc::new(job::of(&rules.catalogue).into_iter().map(Arc::new).collect());
                known.insert(home, (rules.clone(), jobs.clone()));
                jobs
            }
        }
    }

    /// One look at a county's journal, and what comes of it. True: there may be more.
    async fn round(&self, home: Home) -> Result<bool> {
        let Some(rules) = (self.rules)(home) else { return Ok(false) };
        let (jobs, county) = (self.jobs(home, &rules), self.county(home));
        let mut seen = county.lock().await;
        let (tools, at, looking) = (self.tools.clone(), seen.clone(), rules.clone());
        let look = self.store.read(home, move |r| look(r, Context { rules: &looking, tools: &tools }, &jobs, &at)).await?;
        let mut more = look.more || !look.unknown.is_empty();
        if !look.unknown.is_empty() {
            let fresh = look.unknown;
            let command = move |unit: &mut store::Unit| position::register(unit, &fresh.iter().map(|j| &**j).collect::<Vec<_>>());
            self.store.command(home, store::By::system("reactions"), command).await?;
        }
        more |= look.work.iter().any(|w| !w.runs.is_empty());
        let names: Vec<String> = look.work.iter().map(|w| w.job.name.clone()).collect();
        let done = join_all(look.work.into_iter().map(|w| self.work(home, &rules, w))).await;
        let mut failed = None;
        for (name, outcome) in names.into_iter().zip(done) {
            match outcome {
                Ok(upto) => {
                    let seen = seen.entry(name).or_default();
                    *seen = upto.max(*seen);
                }
                Err(e) => failed = Some(e),
            }
        }
        failed.map_or(Ok(more), Err)
    }

    /// The runs of one job, in the order of the journal. Gives how far it has come.
    async fn work(&self, home: Home, rules: &Arc<Rules>, w: Work) -> Result<i64> {
        let (mut at, mut tries) = (w.from, w.tries);
        for e in w.runs {
            match self.once(home, rules, &w.job, &e, at, tries).await {
                Ok(()) => at = e.seq,
                Err(error) if error.code() == MOVED => return Ok(at),
                // The database is away: nothing was tried.
                Err(error) if matches!(error.code(), "unavailable" | "outcome_unknown") => return Err(error),
                Err(error) => {
                    tracing::warn!(county = %home, reaction = w.job.name, seq = e.seq, tries, error = ?error, "a reaction failed");
                    if !self.failed(home, rules, &w.job, &e, at, tries, &error).await? {
                        return Ok(at);
                    }
                    at = e.seq;
                }
            }
            tries = 0;
        }
        if w.upto - at >= UNSAVED {
            let (name, upto) = (w.job.name.clone(), w.upto);
            let passed =
                self.store.command(home, store::By::system("reactions"), move |unit| position::move_on(unit, &name, at, upto)).await;
            return match passed {
                Err(e) if e.code() == MOVED => Ok(at),
                passed => passed.map(|_| upto),
            };
        }
        Ok(w.upto)
    }

    async fn once(&self, home: Home, rules: &Arc<Rules>, job: &Arc<Job>, e: &Recorded, from: i64, tries: i64) -> Result<()> {
        let (rules, tools, job, e) = (rules.clone(), self.tools.clone(), job.clone(), e.clone());
        let by = job.by();
        let command = move |unit: &mut store::Unit| {
            let begun = Instant::now();
            position::move_on(unit, &job.name, from, e.seq)?;
            match act(unit, Context { rules: &rules, tools: &tools }, &job, &e)? {
                Acted::Ran => position::count_run(unit, &job.name)?,
                Acted::Not => {}
                Acted::Unknown(fact) => position::count_unknown(unit, &job.name, e.seq, &fact)?,
                Acted::TooDeep => failure::refuse(unit, &job, &e)?,
            }
            let held = begun.elapsed();
            if held > WRITER {
                tracing::warn!(reaction = job.name, seq = e.seq, ?held, "a reaction held the writer too long");
            }
            if tries > 0 { failure::done(unit, &job.name, e.seq) } else { Ok(()) }
        };
        self.store.command(home, by, command).await.map(drop)
    }

    /// True: it was parked. A matter for the county's IT that cannot be opened does not keep it from being parked.
    #[allow(clippy::too_many_arguments, reason = "what a failed run is")]
    async fn failed(
        &self,
        home: Home,
        rules: &Arc<Rules>,
        job: &Arc<Job>,
        e: &Recorded,
        from: i64,
        tries: i64,
        error: &Error,
    ) -> Result<bool> {
        let said = Said::of(error);
        let park = |with_matter: bool| {
            let (rules, tools, job, e, said) = (rules.clone(), self.tools.clone(), job.clone(), e.clone(), said.clone());
            let by = job.by();
            let command = move |unit: &mut store::Unit| {
                let parked = failure::failed(unit, &job, &e, from, tries, &said)?;
                if parked && with_matter {
                    failure::give_to_it(unit, Context { rules: &rules, tools: &tools }, &job, &e)?;
                }
                Ok(parked)
            };
            self.store.command(home, by, command)
        };
        let outcome = match park(true).await {
            Err(e) if e.code() != MOVED => {
                tracing::error!(county = %home, reaction = job.name, error = ?e, "no matter for the county's IT could be opened");
                park(false).await
            }
            outcome => outcome,
        };
        match outcome {
            Err(e) if e.code() == MOVED => Ok(false),
            outcome => outcome.map(|done| done.value),
        }
    }
}

fn positions(r: &mut Reader) -> Result<HashMap<String, i64>> {
    let rows: Vec<(String, i64)> = r.many(sql("select name, seq from reaction where county = $1").bind(r.home()))?;
    Ok(rows.into_iter().collect())
}

/// Runs that are to be tried again: entry, failures so far, and when.
fn waiting(r: &mut Reader) -> Result<HashMap<String, (i64, i64, Time)>> {
    let rows: Vec<(String, i64, i64, Time)> =
        r.many(sql("select name, seq, tries, due from reaction_run where county = $1 and state = 0").bind(r.home()))?;
    Ok(rows.into_iter().map(|(name, seq, tries, due)| (name, (seq, tries, due))).collect())
}

fn look(r: &mut Reader, c: Context, jobs: &[Arc<Job>], seen: &Seen) -> Result<Look> {
    let (at, waiting, head, now) = (positions(r)?, waiting(r)?, journal::head(r)?, r.now());
    let mut found = Look::default();
    // Jobs by where they begin to look: one that was stuck reads on its own.
    let mut starts: BTreeMap<i64, Vec<Work>> = BTreeMap::new();
    for job in jobs {
        let Some(from) = at.get(&job.name).copied() else {
            found.unknown.push(job.clone());
            continue;
        };
        let (start, tries) = match waiting.get(&job.name) {
            Some((_, _, due)) if *due > now => continue,
            Some((seq, tries, _)) => (seq - 1, *tries),
            None => (seen.get(&job.name).map_or(from, |s| from.max(*s)), 0),
        };
        if start < head {
            starts.entry(start).or_default().push(Work { job: job.clone(), from, tries, runs: Vec::new(), upto: start });
        }
    }
    for (start, works) in starts {
        let entries = journal::after(r, start, MOST)?;
        found.more |= entries.len() as i64 == MOST;
        for mut w in works {
            for e in &entries {
                w.upto = e.seq;
                // One that failed is run again whatever it is now; what cannot be decided here fails in its own run.
                let again = w.tries > 0 && w.runs.is_empty();
                if again || !matches!(ready(r, c, &w.job, e), Ok(Ready::No)) {
                    w.runs.push(e.clone());
                }
                if w.runs.len() == RUNS {
                    found.more = true;
                    break;
                }
            }
            found.work.push(w);
        }
    }
    Ok(found)
}
