//! A list of matters as a sheet: the same rows that its reader may list where he may also export.

use super::sheet::{Format, Sheet, all_of, few_enough, on_record, sheet};
use crate::{
    app::App,
    routes::matters::{json::ListedMatter, show},
};
use ::matters::{After, Filter};
use access::{Caller, CallerKind, Slice};
use base::{Code, Error, Result};
use packs::{Action, Sensitivity, Subject};
use serde_json::json;

const PAGE: usize = 500;

/// The sheet, and how many rows it has. The export is an entry of the journal.
pub async fn export(app: &App, caller: &Caller, filter: Filter, said: &str, person: &str, format: Format) -> Result<(Vec<u8>, usize)> {
    let regions = regions(caller, &filter);
    if regions.is_empty() {
        return Err(Error::forbidden());
    }
    let rules = app.rules(caller.home)?;
    if filter.flow.as_ref().and_then(|f| rules.catalogue.flow(&f.pack, &f.id)).is_some_and(|f| f.sensitivity == Sensitivity::Core) {
        let (zh, en) = ("核心级别的事项不能导出，只能逐件查看", "core matters leave in no sheet; they are looked at one by one");
        return Err(Error::new(base::Kind::Forbidden, "core_stays", zh, en));
    }
    let mut rows: Vec<ListedMatter> = Vec::new();
    for region in regions {
        let filter = Filter { region: Some(region), ..filter.clone() };
        let page = |after: Option<After>| {
            let (rules, caller, filter) = (rules.clone(), caller.clone(), filter.clone());
            app.store.read(caller.home, move |r| {
                let page = ::matters::list(r, &caller, &filter, after, PAGE)?;
                let last = page.last().filter(|_| page.len() == PAGE).map(|m| m.place());
                Ok((show::listed(r, &rules, &caller, page)?, last))
            })
        };
        rows.extend(all_of(page).await?);
        few_enough(rows.len())?;
    }
    let (bytes, n) = sheet(&rules, &Sheet { title: "事项清单", said, person, format }, rows, app.store.now())?;
    // A search is a person's words: that there was one is enough.
    let payload = json!({ "flow": filter.flow, "format": format.word(), "rows": n, "region": filter.region, "category": filter.category,
        "step": filter.step, "open": filter.open, "late": filter.late, "searched": filter.said.is_some() });
    on_record(app, caller, "matters.exported", filter.region, payload).await?;
    Ok((bytes, n))
}

/// Where the caller may export what the filter names; none inside another.
fn regions(caller: &Caller, filter: &Filter) -> Vec<Code> {
    let home = caller.home.code();
    let own = match caller.kind {
        CallerKind::System => vec![home],
        _ => {
            let subject = filter.flow.clone().map_or(Subject::All, Subject::Flow);
            let slices = caller.slices(Action::Export, &subject).into_iter();
            slices
                .filter_map(|s| if let Slice::Region(code) = s { Some(if code.contains(home) { home } else { code }) } else { None })
                .collect()
        }
    };
    let Some(asked) = filter.region else { return own };
    own.into_iter().filter_map(|r| if r.contains(asked) { Some(asked) } else { asked.contains(r).then_some(r) }).collect()
}
