use super::{category_name, named, waits_word};
use crate::routes::{matters::json::ListedMatter, session::json::Words};
use base::{Code, Level, Result};
use matters::{Listed, Rules, Waits};
use std::collections::{BTreeSet, HashMap};
use store::{Reader, sql};

/// The rows of a page, with their names. One query for all places of the page.
pub fn listed(r: &mut Reader, rules: &Rules, rows: Vec<Listed>) -> Result<Vec<ListedMatter>> {
    let places = place_names(r, rows.iter().map(|m| m.region))?;
    let shown = rows.into_iter().map(|m| {
        let flow = rules.catalogue.at(m.region).flow(&m.pack, &m.flow);
        let waits = match m.waits {
            1 => Waits::Resident,
            2 => Waits::Seat,
            _ => Waits::Holder,
        };
        ListedMatter {
            id: m.id,
            number: m.number,
            step_name: flow.and_then(|f| f.step(&m.step)).map_or_else(|| named(&m.step), |s| Words::from(&s.name)),
            category_name: flow.and_then(|f| category_name(f, m.category.as_deref())),
            flow: format!("{}.{}", m.pack, m.flow),
            step: m.step,
            open: m.open,
            ended_as: m.ended_as,
            region: m.region,
            region_name: places.get(&m.region).cloned().unwrap_or_default(),
            category: m.category,
            urgent: m.urgent,
            title: m.title,
            holder: m.holder,
            offered: m.offered,
            supervisor: m.supervisor,
            waits: waits_word(waits),
            card: m.card,
            received_at: m.received_at,
            due: m.due,
            clock_due: m.clock_due,
            provisional: m.provisional,
            paused: m.paused_at.is_some(),
            resolved_at: m.resolved_at,
            same_as: m.same_as,
        }
    });
    Ok(shown.collect())
}

/// 衡龙桥镇石桥村4组, for each of these places.
pub fn place_names(r: &mut Reader, places: impl Iterator<Item = Code>) -> Result<HashMap<Code, String>> {
    let places: BTreeSet<Code> = places.collect();
    let all: BTreeSet<Code> = places.iter().flat_map(|c| c.with_ancestors()).filter(|c| c.level() >= Level::County).collect();
    if all.is_empty() {
        return Ok(HashMap::new());
    }
    let mut q = sql("select code, name from region where county = ");
    q.arg(r.home()).push(" and ended is null and code in ").list(all);
    let names: HashMap<Code, String> = r.many::<(Code, String)>(q)?.into_iter().collect();
    let path = |place: Code| {
        let mut up: Vec<Code> = place.with_ancestors().filter(|c| c.level() > Level::County || *c == place).collect();
        up.reverse();
        up.iter().filter_map(|c| names.get(c).map(String::as_str)).collect::<String>()
    };
    Ok(places.iter().map(|c| (*c, path(*c))).collect())
}
