//! `GET servicerequestupdates`: what happened to reports, for clients that show it to their own people.

use super::{Given, list_requests::window, params::Params, shown, tree::Tree};
use crate::{app::App, edge::Who};
use base::{Result, Time};
use matters::{Matter, Rules};
use std::collections::HashMap;
use store::{Reader, Recorded};

/// Reports looked at, and updates given.
const MOST: i64 = 1000;

pub async fn list(app: &App, who: &Who, params: &Params) -> Given {
    let (start, end) = window(app, params)?;
    let ids: Vec<String> = params.list("service_request_id").into_iter().map(str::to_owned).collect();
    let updates = app
        .look(who, move |r, rules, caller| {
            let mut q = shown::scan(r);
            if ids.is_empty() {
                q.push(" and (step_since >= ")
                    .arg(start)
                    .push(" or closed_at >= ")
                    .arg(start)
                    .push(" or received_at >= ")
                    .arg(start)
                    .push(" or open = ")
                    .arg(true)
                    .push(")");
            } else {
                q.push(" and number in ").list(ids.iter().map(String::as_str));
            }
            q.push(" order by received_at desc limit ").arg(MOST);
            let mut updates = Vec::new();
            for m in r.many::<Matter>(q)? {
                of(r, rules, &m, shown::own(caller, &m), (start, end), &mut updates)?;
            }
            updates.sort_by_key(|(at, _)| *at);
            Ok(updates.into_iter().map(|(_, u)| u).take(MOST as usize).collect())
        })
        .await?;
    Ok(("service_requests_updates", Tree::List("request_update", updates)))
}

fn of(r: &mut Reader, rules: &Rules, m: &Matter, own: bool, (start, end): (Time, Time), updates: &mut Vec<(Time, Tree)>) -> Result<()> {
    let entries = store::journal::of(r, m.id.uuid())?;
    if !entries.iter().any(|e| (start..=end).contains(&e.at)) {
        return Ok(());
    }
    let flow = rules.flow_of(r, m)?;
    let texts: HashMap<String, Option<String>> = match own {
        true => store::words::of(r, m.id.uuid())?.into_iter().map(|w| (w.id.to_string(), w.value)).collect(),
        false => HashMap::new(),
    };
    let mut last = "open";
    for e in entries {
        // Words change no status: they come with the one that the report has by then.
        let Some(status) = status(&e).or_else(|| (e.kind == "matter.added").then_some(last)) else { continue };
        last = status;
        if !(start..=end).contains(&e.at) {
            continue;
        }
        let step = e.payload["step"].as_str().and_then(|s| flow.step(s)).map(|s| s.name.zh.clone()).unwrap_or_default();
        // The answer given, to whoever may read it; else where the report is now.
        let word = e.payload["words"].get("answer").or_else(|| e.payload["words"].get("added")).and_then(|w| w[0].as_str());
        let said = word.and_then(|id| texts.get(id).cloned().flatten()).unwrap_or(step);
        let update = Tree::Map(vec![
            ("update_id", Tree::text(format!("{}-{}", r.home(), e.seq))),
            ("service_request_id", Tree::maybe(m.number.clone())),
            ("status", Tree::text(status)),
            ("external_status_code", Tree::maybe(e.payload["step"].as_str())),
            ("description", Tree::text(said)),
            ("updated_datetime", shown::whole(e.at)),
            ("media_url", Tree::Null),
        ]);
        updates.push((e.at, update));
    }
    Ok(())
}

/// In the words that FixMyStreet and the adapters of others share. What only the offices see is no
/// update, nor is that it was sent: the client knows.
fn status(e: &Recorded) -> Option<&'static str> {
    Some(match e.kind.as_str() {
        "matter.taken" | "matter.categorised" => "investigating",
        "matter.moved" if e.payload["from"] == "confirm" => "in_progress",
        "matter.moved" if matches!(e.payload["step"].as_str(), Some("tell" | "confirm")) => "fixed",
        "matter.moved" | "matter.came_back" | "matter.resumed" => "in_progress",
        "matter.revisited" if e.payload["solved"] == "unsolved" => "in_progress",
        "matter.paused" => "action_scheduled",
        "matter.closed" => match e.payload["ended_as"].as_str() {
            Some("merged") => "duplicate",
            Some("not_accepted" | "other_way") => "not_councils_responsibility",
            Some("withdrawn" | "not_reached") => "no_further_action",
            _ => "fixed",
        },
        _ => return None,
    })
}
