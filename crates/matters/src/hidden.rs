//! What a sheet brings is hidden until all of it is there: `matter.hidden` names the import. Nobody lists, counts, finds
//! or opens such a matter; then one statement shows them all, or they are taken back and nothing of them stays.

use base::{MatterId, Result};
use serde_json::json;
use store::{Entry, Unit, sql, timer};
use uuid::Uuid;

/// Hides a matter that was just brought.
pub(crate) fn hide(unit: &mut Unit, id: MatterId, import: Uuid) -> Result<()> {
    let home = unit.home();
    unit.write(sql("update matter set hidden = $1 where county = $2 and id = $3").bind(import).bind(home).bind(id))
}

/// Shows all that an import brought, in this unit. Answers how many there are. Fifty thousand take the writer about a
/// second.
pub fn reveal(unit: &mut Unit, import: Uuid) -> Result<u64> {
    let home = unit.home();
    unit.change(sql("update matter set hidden = null where county = $1 and hidden = $2").bind(home).bind(import))
}

/// Takes back up to `most` hidden matters of an import: rows, texts, timers. Their numbers are not given again; the entry
/// names them. Answers which matters went; none once all are gone.
pub fn take_back(unit: &mut Unit, import: Uuid, most: i64) -> Result<Vec<MatterId>> {
    let home = unit.home();
    let ids: Vec<(MatterId, Option<String>)> = unit.many(
        sql("select id, number from matter where county = $1 and hidden = $2 order by id limit $3").bind(home).bind(import).bind(most),
    )?;
    for (id, number) in &ids {
        unit.erase_words(id.uuid())?;
        unit.unindex(id.uuid())?;
        unit.cancel_timer(timer::id(id.uuid(), "due")?)?;
        for text in [
            "delete from part where county = $1 and matter = $2",
            "delete from task where county = $1 and matter = $2",
            "delete from lapse where county = $1 and matter = $2",
            "delete from pause where county = $1 and matter = $2",
            "delete from contact_try where county = $1 and matter = $2",
            "delete from matter_about where county = $1 and subject = $2",
            "delete from link where county = $1 and a = $2",
            "delete from link where county = $1 and b = $2",
            "delete from matter where county = $1 and id = $2",
        ] {
            unit.write(sql(text).bind(home).bind(*id))?;
        }
        unit.record(Entry::new("matter.taken_back", ("matter", id.uuid()), None, json!({ "import": import, "number": number })));
    }
    Ok(ids.into_iter().map(|(id, _)| id).collect())
}
