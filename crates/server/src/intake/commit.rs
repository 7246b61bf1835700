//! What was staged becomes matters, chunk by chunk.

use super::{
    check::Staged,
    report::{Intake, State, find, lock},
    twins,
};
use crate::{
    app::App,
    routes::matters::open_matter::{code, flow_name},
};
use access::{Basis, Caller, Keyring, Object};
use base::{Error, MatterId, Result};
use matters::{Answered, Opening, Outer, Past, Rules};
use packs::{Action, Door, Subject};
use serde_json::{Value as Json, json};
use store::{By, Entry, Reader, Unit, sql};
use uuid::Uuid;

/// Messages of one unit: 50 ms of the writer at most.
const CHUNK: i64 = 16;

/// Opens the matters of a checked file, or goes on with one that was cut off. Rows that were wrong are left out only
/// where `skip_wrong` says so. Answers how many matters were opened.
pub async fn commit(app: &App, caller: &Caller, id: Uuid, skip_wrong: bool) -> Result<u64> {
    let mut opened = 0;
    while let Some(n) = step(app, caller, id, skip_wrong).await? {
        opened += n;
    }
    Ok(opened)
}

/// One chunk of it: how many matters were opened; nothing once all is done.
pub async fn step(app: &App, caller: &Caller, id: Uuid, skip_wrong: bool) -> Result<Option<u64>> {
    let (rules, keys, asks) = (app.rules(caller.home)?, app.keys.clone(), caller.clone());
    let by = caller.account.map_or_else(|| By::system("intake"), By::account);
    let run = move |unit: &mut Unit| chunk(unit, &rules, &keys, &asks, id, skip_wrong);
    Ok(app.store.command(caller.home, by, run).await?.value)
}

/// One chunk; nothing once all is open.
fn chunk(unit: &mut Unit, rules: &Rules, keys: &Keyring, caller: &Caller, id: Uuid, skip_wrong: bool) -> Result<Option<u64>> {
    let intake = lock(unit, caller, id)?;
    let flow = flow_name(&intake.flow)?;
    let basis = caller.check(Action::Import, &Subject::Flow(flow), &Object::at(intake.region)).map_err(|_| Error::forbidden())?;
    match intake.state {
        State::Checked | State::Committing => {}
        State::Done => return Ok(None),
        State::Dropping | State::Dropped => {
            return Err(Error::conflict("dropped", "这次导入已放弃，请重新上传", "this import was dropped; send the file again"));
        }
    }
    if intake.report.wrong > 0 && !skip_wrong {
        let n = intake.report.wrong;
        return Err(Error::conflict(
            "rows_wrong",
            format!("有 {n} 行要改；改好后重新检查，或选择跳过这些行"),
            format!("{n} rows are wrong; mend them and check again, or choose to leave them out"),
        ));
    }
    let home = unit.home();
    let rows: Vec<(i64, String)> = unit.many(
        sql("select n, body from intake_row where county = $1 and intake = $2 and n > $3 order by n limit $4")
            .bind(home)
            .bind(id)
            .bind(intake.done)
            .bind(CHUNK),
    )?;
    let (Some(first), Some(last)) = (rows.first().map(|r| r.0), rows.last().map(|r| r.0)) else {
        // All at once: before, nobody meets any of them; after, everybody all he may.
        insight::count_soon(unit, id)?;
        let shown = matters::reveal(unit, id)?;
        set(unit, id, State::Done, intake.done)?;
        unit.act_as(by_of(caller, basis));
        unit.record(Entry::new(
            "matters.import_shown",
            ("intake", id),
            Some(intake.region),
            json!({ "flow": intake.flow, "matters": shown }),
        ));
        return Ok(None);
    };
    let platform = Caller::system(home, caller.catalogue.clone());
    let (mut matters, mut senders) = (Vec::new(), Vec::new());
    for (_, body) in rows {
        let staged: Staged = serde_json::from_str(&body).map_err(Error::internal)?;
        if let Some((matter, sender)) = open(unit, rules, keys, &platform, &intake, staged)? {
            matters.push(matter);
            senders.extend(sender);
        }
    }
    unit.act_as(by_of(caller, basis));
    let n = matters.len() as u64;
    let file: String = intake.file.iter().map(|b| format!("{b:02x}")).collect();
    let payload = json!({ "flow": intake.flow, "source": intake.source, "file": file, "first": first, "last": last, "matters": matters, "senders": senders });
    unit.record(Entry::new("matters.chunk_imported", ("intake", id), Some(intake.region), payload));
    set(unit, id, State::Committing, last)?;
    unit.write(sql("delete from intake_row where county = $1 and intake = $2 and n <= $3").bind(home).bind(id).bind(last))?;
    Ok(Some(n))
}

/// Matters that one unit takes back.
const BACK: i64 = 50;

/// Takes back a file that is not shown yet. One that was cut off goes on when it is asked for again.
pub async fn drop_file(app: &App, caller: &Caller, id: Uuid) -> Result<()> {
    loop {
        let asks = caller.clone();
        let by = caller.account.map_or_else(|| By::system("intake"), By::account);
        if !app.store.command(caller.home, by, move |unit| back(unit, &asks, id)).await?.value {
            return Ok(());
        }
    }
}

/// One chunk of it; `false` once nothing is left.
fn back(unit: &mut Unit, caller: &Caller, id: Uuid) -> Result<bool> {
    let intake = lock(unit, caller, id)?;
    let at = Object::at(intake.region);
    let basis = caller.check(Action::Import, &Subject::Flow(flow_name(&intake.flow)?), &at).map_err(|_| Error::forbidden())?;
    match intake.state {
        State::Done => {
            let text = ("已经导入完，不能放弃", "it is imported and cannot be dropped");
            return Err(Error::conflict("imported", text.0, text.1));
        }
        State::Dropped => return Ok(false),
        State::Checked | State::Committing | State::Dropping => {}
    }
    unit.act_as(by_of(caller, basis));
    let home = unit.home();
    let gone = matters::take_back(unit, id, BACK)?;
    for table in ["brought", "twin"] {
        let mut q = sql("delete from ");
        q.push(table).push(" where county = ").arg(home).push(" and matter in ").list(gone.iter().copied());
        unit.write(q)?;
    }
    if !gone.is_empty() {
        set(unit, id, State::Dropping, intake.done)?;
        return Ok(true);
    }
    unit.write(sql("delete from intake_row where county = $1 and intake = $2").bind(home).bind(id))?;
    set(unit, id, State::Dropped, intake.done)?;
    unit.record(Entry::new("matters.import_dropped", ("intake", id), Some(intake.region), json!({ "flow": intake.flow })));
    Ok(true)
}

fn by_of(caller: &Caller, basis: Basis) -> By {
    if caller.account.is_none() { By::system("intake") } else { caller.by(basis) }
}

fn set(unit: &mut Unit, id: Uuid, state: State, done: i64) -> Result<()> {
    let home = unit.home();
    unit.write(
        sql("update intake_sheet set state = $1, done = $2 where county = $3 and id = $4")
            .bind(state as i64)
            .bind(done)
            .bind(home)
            .bind(id),
    )
}

/// The matter, and what the journal may hold of its sender's name; nothing where it was there already.
fn open(
    unit: &mut Unit,
    rules: &Rules,
    keys: &Keyring,
    platform: &Caller,
    intake: &Intake,
    staged: Staged,
) -> Result<Option<(MatterId, Option<Json>)>> {
    let Staged { told, form, triage, same } = staged;
    let home = unit.home();
    let same_as: Option<(MatterId,)> = match &same {
        Some(number) => unit.one(
            sql("select id from matter where county = $1 and source = $2 and outer_number = $3")
                .bind(home)
                .bind(&intake.source)
                .bind(number),
        )?,
        None => None,
    };
    let text = format!("{}\n{}", told.title.as_deref().unwrap_or_default(), told.words);
    let opening = Opening {
        flow: flow_name(&intake.flow)?,
        door: Door::Sheet,
        form,
        region: Some(intake.region),
        category: None,
        triage,
        urgent: false,
        resident: None,
        for_another: None,
        outer: Some(Outer { source: intake.source.clone(), number: told.number.clone(), due: None }),
        told_at: None,
        terms: language::search_terms(&text),
        about: Vec::new(),
        receipt: Some(matters::receipt_hash(&receipt(keys, &intake.source, &told.number))),
    };
    let past = Past {
        received_at: told.at,
        answered: told.answer.map(|(at, words)| Answered { at, words }),
        same_as: same_as.map(|(id,)| id),
        import: Some(intake.id),
    };
    let opened = matters::bring(unit, rules, platform, &opening, &past)?;
    if opened.known {
        return Ok(None);
    }
    let id = opened.id;
    let sender = told.sender.as_ref().map(|name| keys.index("intake.sender", &format!("{}/{name}", intake.source)));
    unit.write(
        sql("insert into brought (county, matter, intake, sender, support, against) values ($1, $2, $3, $4, $5, $6)")
            .bind(home)
            .bind(id)
            .bind(intake.id)
            .bind(sender)
            .bind(told.support)
            .bind(told.against),
    )?;
    twins::keep(unit, id, &told.words)?;
    let word = told.sender.map(|name| unit.word(id.uuid(), "import.sender", &name)).transpose()?;
    Ok(Some((id, word.map(|(_, kept)| kept))))
}

/// By which the sender follows it: made from the key file, so that it can be told again and is kept nowhere.
fn receipt(keys: &Keyring, source: &str, number: &str) -> String {
    code(&keys.index("receipt", &format!("intake/{source}/{number}")))
}

/// Number there, number here and receipt of each message of a file, for whoever brought it to pass on.
pub fn receipts(r: &mut Reader, keys: &Keyring, caller: &Caller, id: Uuid) -> Result<Vec<(String, String, String)>> {
    let intake = find(r, caller, id)?;
    caller.check(Action::Import, &Subject::Flow(flow_name(&intake.flow)?), &Object::at(intake.region)).map_err(|_| Error::forbidden())?;
    let rows: Vec<(Option<String>, Option<String>)> = r.many(
        sql("select m.outer_number, m.number from brought b join matter m on m.county = b.county and m.id = b.matter where b.county = $1 and b.intake = $2 order by m.id")
            .bind(r.home())
            .bind(id),
    )?;
    let line = |(outer, number): (Option<String>, Option<String>)| {
        let outer = outer.unwrap_or_default();
        let receipt = receipt(keys, &intake.source, &outer);
        (outer, number.unwrap_or_default(), receipt)
    };
    Ok(rows.into_iter().map(line).collect())
}
