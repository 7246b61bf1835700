//! A story from its first line to its last.

use crate::{
    does,
    door::{Answer, Door, From},
    people::{People, Person},
    place::Place,
    sees,
};
use base::{Code, Level, Time};
use demo::County;
use packs::{Actor, Catalogue, ClockMove, Story, StoryStep};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    thread::sleep,
    time::{Duration, Instant},
};

/// Where stories are played: a server with the demo county and a clock that stories move.
pub struct Stage<'a> {
    /// `http://127.0.0.1:8080`
    pub address: &'a str,
    pub county: &'a County,
    pub catalogue: &'a Catalogue,
    /// The code that was sent last by telephone: a demo writes it to its log instead.
    pub code: &'a dyn Fn() -> Option<String>,
    /// Files that a story imports.
    pub data: Option<&'a std::path::Path>,
}

/// The line that did not come true.
#[derive(Debug)]
pub struct Failure {
    pub file: String,
    pub line: u32,
    pub what: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{} {}", self.file, self.line, self.what)
    }
}

/// What must come true without `within` may still take this long: live pages follow the journal, they do not stand
/// in the same unit.
const PATIENCE: Duration = Duration::from_secs(3);

/// Plays one story.
pub fn play<'a>(stage: &'a Stage<'a>, story: &'a Story) -> Result<(), Failure> {
    let fail = |line, what| Failure { file: story.file.clone(), line, what };
    let first = Place::first(stage.county).map_err(|what| fail(0, what))?;
    let mut scene = Scene {
        stage,
        pack: &story.pack,
        door: Door::new(stage.address),
        people: People { county: stage.county, catalogue: stage.catalogue },
        place: first,
        letters: BTreeMap::new(),
        sessions: HashMap::new(),
    };
    for step in &story.steps {
        scene.step(step).map_err(|what| fail(step.line, what))?;
    }
    Ok(())
}

/// What a story knows while it is played.
pub(crate) struct Scene<'a> {
    pub stage: &'a Stage<'a>,
    /// The story's own.
    pub pack: &'a str,
    pub door: Door,
    people: People<'a>,
    pub place: Place,
    /// Ids of the matters, by the letter the story gave them.
    pub letters: BTreeMap<String, String>,
    sessions: HashMap<Person, Session>,
}

struct Session {
    token: Option<String>,
    /// Each person has an address of her own: codes are limited for one.
    address: String,
}

impl Scene<'_> {
    fn step(&mut self, step: &StoryStep) -> Result<(), String> {
        if let Some(at) = &step.at {
            self.place = self.place.read(self.stage.county, at)?;
        }
        if let Some(to) = &step.clock {
            self.move_clock(to)?;
        }
        let mut answer = None;
        if step.does.is_some() {
            let outcome = does::run(self, step)?;
            does::check(&outcome, step)?;
            answer = Some(outcome);
        }
        let Some(sees) = &step.sees else { return Ok(()) };
        let until = Instant::now() + step.within.unwrap_or(PATIENCE);
        loop {
            match sees::check(self, step, sees, answer.as_ref()) {
                Ok(()) => return Ok(()),
                Err(what) if Instant::now() >= until => return Err(what),
                Err(_) => sleep(Duration::from_millis(50)),
            }
        }
    }

    fn move_clock(&self, to: &ClockMove) -> Result<(), String> {
        let moves: Vec<Value> = match to {
            ClockMove::To(time) => vec![json!({ "to": time })],
            ClockMove::By(terms) => terms
                .iter()
                .map(|term| match term.unit {
                    calendar::Unit::Seconds => json!({ "seconds": term.amount }),
                    _ => json!({ "by": term.to_string() }),
                })
                .collect(),
        };
        for body in moves {
            self.good(self.door.send(From::default(), "POST", "/api/story/clock", &body)?)?;
        }
        Ok(())
    }

    /// What the server's clock shows.
    pub fn now(&self) -> Result<Time, String> {
        let clock = self.good(self.door.get(From::default(), "/api/story/clock")?)?;
        clock["now"].as_str().and_then(|t| t.parse().ok()).ok_or_else(|| "服务器没有场景时钟 / the server has no story clock".into())
    }

    /// The actor of this line, or who may look at everything.
    pub fn actor(&self, step: &StoryStep, matter: Option<&str>) -> Result<Person, String> {
        match &step.as_ {
            Some(actor) => self.person(actor, matter),
            None => self.people.observer(),
        }
    }

    pub fn person(&self, actor: &Actor, matter: Option<&str>) -> Result<Person, String> {
        self.people.find(actor, self.place, matter.and_then(|id| self.held_at(id, &actor.who)))
    }

    /// The level of the seat by which this unit holds the matter. Asked without a session: a story's own knowledge.
    fn held_at(&self, matter: &str, unit: &str) -> Option<Level> {
        self.stage.catalogue.unit(unit)?;
        let observer = self.people.observer().ok()?;
        let session = self.sessions.get(&observer)?;
        let answer = self.door.get(From { token: session.token.as_deref(), address: None }, &format!("/api/matters/{matter}")).ok()?;
        let holder = &answer.body["holder"];
        let region: Code = holder["region"].as_str()?.parse().ok()?;
        (holder["unit"].as_str() == Some(unit)).then(|| region.level())
    }

    /// Asks as this person, who signs in first, and again when her session has ended.
    pub fn ask(&mut self, who: &Person, ask: impl Fn(&Door, From) -> Result<Answer, String>) -> Result<Answer, String> {
        self.enter(who, false)?;
        let answer = ask(&self.door, self.from(who))?;
        if answer.status == 401 && *who != Person::Nobody {
            self.enter(who, true)?;
            return ask(&self.door, self.from(who));
        }
        Ok(answer)
    }

    /// As the one who may look at everything.
    pub fn observe(&mut self, path: &str) -> Result<Answer, String> {
        let observer = self.people.observer()?;
        self.ask(&observer, |door, from| door.get(from, path))
    }

    /// Signs the observer in, before it is asked where a unit holds something.
    pub fn observer(&mut self) -> Result<(), String> {
        self.observe("/api/me").and_then(|a| self.good(a)).map(drop)
    }

    fn from(&self, who: &Person) -> From<'_> {
        let session = self.sessions.get(who);
        From { token: session.and_then(|s| s.token.as_deref()), address: session.map(|s| s.address.as_str()) }
    }

    fn enter(&mut self, who: &Person, again: bool) -> Result<(), String> {
        if self.sessions.contains_key(who) && !again {
            return Ok(());
        }
        // Addresses for documentation and tests (RFC 2544).
        let address = self.sessions.get(who).map_or_else(|| format!("198.18.0.{}", self.sessions.len() + 1), |s| s.address.clone());
        let from = From { token: None, address: Some(&address) };
        let token = match who {
            Person::Nobody => None,
            Person::Staff { phone } => {
                let body = json!({ "login": phone, "password": demo::PASSWORD });
                Some(self.good(self.door.send(from, "POST", "/api/session", &body)?)?)
            }
            Person::Phone { phone, .. } => Some(self.by_code(from, phone)?),
        };
        let new = token.as_ref().is_some_and(|t| t["new"] == true);
        let token = token.and_then(|t| t["token"].as_str().map(str::to_owned));
        if let (Some(token), Person::Phone { name, home, .. }, true) = (&token, who, new) {
            let me = json!({ "name": name, "region": home });
            self.good(self.door.send(From { token: Some(token), address: Some(&address) }, "PATCH", "/api/me", &me)?)?;
        }
        self.sessions.insert(who.clone(), Session { token, address });
        Ok(())
    }

    fn by_code(&self, from: From, phone: &str) -> Result<Value, String> {
        let before = (self.stage.code)();
        self.good(self.door.send(from, "POST", "/api/session/codes", &json!({ "phone": phone }))?)?;
        // Moving the clock to where it stands empties the outbox at once.
        self.good(self.door.send(From::default(), "POST", "/api/story/clock", &json!({ "to": self.now()? }))?)?;
        let until = Instant::now() + Duration::from_secs(5);
        let code = loop {
            match (self.stage.code)() {
                Some(code) if before.as_ref() != Some(&code) => break code,
                _ if Instant::now() > until => return Err(format!("没有等到发给 {phone} 的验证码 / no code came for {phone}")),
                _ => sleep(Duration::from_millis(20)),
            }
        };
        self.good(self.door.send(from, "POST", "/api/session/by-code", &json!({ "phone": phone, "code": code }))?)
    }

    /// The answer's body, if it is a good one.
    pub fn good(&self, answer: Answer) -> Result<Value, String> {
        if answer.is_good() { Ok(answer.body) } else { Err(answer.told()) }
    }

    pub fn id(&self, letter: &str) -> Result<String, String> {
        self.letters.get(letter).cloned().ok_or_else(|| format!("还没有事项 {letter} / there is no matter {letter} yet"))
    }
}
