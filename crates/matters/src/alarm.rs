//! Alarms: urgent matters that concern life, as their flow declares, until somebody has them in hand.

use crate::{Filter, Listed, Rules, facts::facts, list, matter};
use access::Caller;
use base::{Error, Result};
use packs::Truth;
use store::Reader;

/// Looked at of one flow: more at a time than anybody could answer.
const MOST: usize = 50;

/// Those that the caller may list; the one that has waited longest first.
pub fn alarms(r: &mut Reader, rules: &Rules, caller: &Caller) -> Result<Vec<Listed>> {
    let now = r.now();
    let mut found = Vec::new();
    for today in rules.catalogue.flows().filter(|f| f.alarm.is_some()) {
        let first = Some(today.first().id.clone());
        let filter = Filter { flow: Some(today.name_of()), open: Some(true), urgent: Some(true), untaken: first, ..Filter::default() };
        for row in list(r, caller, &filter, None, MOST)? {
            let Some(m) = matter::load(r, row.id)? else { continue };
            let flow = rules.flow_of(r, &m)?;
            let Some(alarm) = &flow.alarm else { continue };
            let truth = alarm
                .test(&facts(rules, &flow, &m, now))
                .map_err(|stopped| Error::internal(format!("{alarm:?} of {}: {stopped:?}", flow.name_of())))?;
            // What is not known yet, such as a category, clears nothing that concerns life.
            if truth != Truth::False {
                found.push(row);
            }
        }
    }
    found.sort_by_key(|m| (m.received_at, m.id));
    Ok(found)
}
