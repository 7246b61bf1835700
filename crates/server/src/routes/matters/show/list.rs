use super::{category_name, named, seat, waits_word};
use crate::routes::{matters::json::ListedMatter, session::json::Words};
use access::Caller;
use base::Result;
use matters::{Listed, Rules, Waits};
use store::Reader;
use uuid::Uuid;

/// The rows of a page, with their names.
pub fn listed(r: &mut Reader, rules: &Rules, caller: &Caller, rows: Vec<Listed>) -> Result<Vec<ListedMatter>> {
    let ids: Vec<Uuid> = rows.iter().map(|m| m.id.uuid()).collect();
    let files = store::files::counted(r, &ids)?;
    let shown = rows.into_iter().map(|m| {
        let holder = seat(r, rules, caller, m.holder)?;
        let offered = m.offered.map_or(Ok(None), |id| seat(r, rules, caller, id))?;
        let place = rules.directory.place(r, caller, m.region)?.to_string();
        let flow = rules.catalogue.at(m.region).flow(&m.pack, &m.flow);
        let waits = match m.waits {
            1 => Waits::Resident,
            2 => Waits::Seat,
            _ => Waits::Holder,
        };
        Ok(ListedMatter {
            id: m.id,
            number: m.number,
            step_name: flow.and_then(|f| f.step(&m.step)).map_or_else(|| named(&m.step), |s| Words::from(&s.name)),
            category_name: flow.and_then(|f| category_name(f, m.category.as_deref())),
            flow: format!("{}.{}", m.pack, m.flow),
            step: m.step,
            open: m.open,
            ended_as: m.ended_as,
            region: m.region,
            region_name: place,
            category: m.category,
            urgent: m.urgent,
            title: m.title,
            files: files.get(&m.id.uuid()).copied().unwrap_or(0),
            holder: m.holder,
            holder_title: holder.map(|s| s.title),
            offered: m.offered,
            offered_title: offered.map(|s| s.title),
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
        })
    });
    shown.collect()
}
