//! What a machine's key opens: a subject, actions on it, a region.

use base::{Code, Error, Result};
use packs::{Action, Door, Name, Subject};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    pub on: Subject,
    pub actions: BTreeSet<Action>,
    pub region: Code,
    /// Where it opens: by this door alone. Of what it reads and lists it says nothing.
    pub door: Option<Door>,
}

/// As it is written, in requests and in the key's row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenScope {
    /// `all`, `platform`, `flow:<pack>.<flow>` or `kind:<pack>.<kind>`.
    pub on: String,
    pub actions: Vec<String>,
    pub region: String,
    /// `open311` or `connector`: by which door alone `open` may come; left out, either.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub door: Option<String>,
}

impl Scope {
    pub fn read(w: &WrittenScope) -> Result<Scope> {
        let on = subject(&w.on).ok_or_else(|| {
            Error::invalid(
                "on",
                "应是 all、platform、flow:包.流程 或 kind:包.类型",
                "must be all, platform, flow:<pack>.<flow> or kind:<pack>.<kind>",
            )
        })?;
        let mut actions = BTreeSet::new();
        for word in &w.actions {
            let action = word.parse::<Action>().map_err(|()| {
                let known = Action::WORDS.join(", ");
                Error::invalid("actions", format!("没有“{word}”这个动作，可用：{known}"), format!("no action {word:?}; known: {known}"))
            })?;
            actions.insert(action);
        }
        let door = match w.door.as_deref().map(Door::named) {
            None => None,
            Some(Some(door @ (Door::Open311 | Door::Connector))) => Some(door),
            Some(_) => {
                return Err(Error::invalid("door", "机器的入口只有 open311 和 connector", "a machine comes by open311 or connector"));
            }
        };
        Ok(Scope { on, actions, region: w.region.parse()?, door })
    }

    pub fn write(&self) -> WrittenScope {
        let on = match &self.on {
            Subject::All => "all".to_owned(),
            Subject::Platform => "platform".to_owned(),
            Subject::Flow(n) => format!("flow:{n}"),
            Subject::Kind(n) => format!("kind:{n}"),
        };
        let actions = self.actions.iter().map(|a| a.word().to_owned()).collect();
        WrittenScope { on, actions, region: self.region.to_string(), door: self.door.map(|d| d.word().to_owned()) }
    }
}

fn subject(s: &str) -> Option<Subject> {
    let name = |s: &str| s.split_once('.').map(|(pack, id)| Name::new(pack, id));
    match s.split_once(':') {
        None if s == "all" => Some(Subject::All),
        None if s == "platform" => Some(Subject::Platform),
        Some(("flow", n)) => name(n).map(Subject::Flow),
        Some(("kind", n)) => name(n).map(Subject::Kind),
        _ => None,
    }
}
