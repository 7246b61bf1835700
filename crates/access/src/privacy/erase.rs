//! Erasing an account (个人信息保护法 article 47): what names the person goes; what the law keeps stays, and she is told
//! what and why.

use crate::{Caller, accounts, seats::changed, signin};
use base::{AccountId, Error, Home, Result, Text};
use packs::Action;
use serde::Serialize;
use serde_json::json;
use store::{By, Entry, Store, Unit, sql, words::Erasure};

/// Something that stays.
#[derive(Clone, Debug, Serialize)]
pub struct Kept {
    pub what: Text,
    pub why: Text,
}

#[derive(Clone, Debug, Serialize)]
pub struct Erased {
    /// Texts that went.
    pub words: u64,
    pub kept: Vec<Kept>,
}

/// Erases one's own account, or another's on a request on paper. Whoever holds a seat gives it up first. The engines
/// erase what they hold of the person in the same unit and add what they keep.
pub fn erase_account(unit: &mut Unit, caller: &Caller, id: AccountId) -> Result<Erased> {
    let row = accounts::row(unit, id)?.filter(|a| a.state != 2).ok_or_else(Error::not_found)?;
    let (home, now) = (unit.home(), unit.now());
    if caller.account == Some(id) {
        unit.act_as(By::account(id));
    } else {
        caller.allow(unit, Action::Accounts, row.region.unwrap_or(home.code()))?;
    }
    let seats =
        unit.count(sql("select count(*) from tenure where county = $1 and account = $2 and until > $3").bind(home).bind(id).bind(now))?;
    if seats > 0 {
        return Err(Error::conflict(
            "holds_seats",
            format!("还担任 {seats} 个岗位，履职需要联系方式；请先办理离任"),
            format!("{seats} seats are held, and a seat must be reachable; end that first"),
        ));
    }
    let words = wipe(unit, id)?;
    let kept = kept(unit, id)?;
    on_record(unit, id, words, &kept);
    Ok(Erased { words, kept: kept.into_iter().map(|(_, k)| k).collect() })
}

/// The kind of the entry that says so.
const ERASED: &str = "account.erased";

fn on_record(unit: &mut Unit, id: AccountId, words: u64, kept: &[(&'static str, Kept)]) {
    let codes: Vec<&str> = kept.iter().map(|(code, _)| *code).collect();
    unit.record(Entry::new(ERASED, ("account", id.uuid()), None, json!({"words": words, "kept": codes})));
}

/// Erases once more what was erased after this database was backed up, as the list beside the checkpoints has it
/// ([`store::checkpoint::erasures`]). To be done before anything else is recorded: an erasure that the journal already
/// holds is told by its sequence. Answers how many texts and accounts went.
pub async fn erase_again(store: &Store, home: Home, erasures: &[Erasure]) -> Result<u64> {
    let head = store.read(home, store::journal::head).await?;
    let mut gone = 0;
    for e in erasures.iter().filter(|e| e.seq > head) {
        let (subject, account) = (e.subject, e.kind == ERASED);
        let again =
            move |unit: &mut Unit| if account { account_again(unit, AccountId::from_uuid(subject)) } else { unit.erase_words(subject) };
        gone += store.command(home, By::system("restore"), again).await?.value;
    }
    Ok(gone)
}

fn account_again(unit: &mut Unit, id: AccountId) -> Result<u64> {
    if accounts::row(unit, id)?.is_none_or(|a| a.state == 2) {
        return Ok(0);
    }
    let (home, now) = (unit.home(), unit.now());
    // Whoever was erased had given up his seats before.
    unit.write(
        sql("update tenure set until = $1 where county = $2 and account = $3 and until > $4").bind(now).bind(home).bind(id).bind(now),
    )?;
    let words = wipe(unit, id)?;
    let kept = kept(unit, id)?;
    on_record(unit, id, words, &kept);
    Ok(words + 1)
}

/// All that names the person, but what [`kept`] names. Answers how many texts went.
fn wipe(unit: &mut Unit, id: AccountId) -> Result<u64> {
    let (home, now) = (unit.home(), unit.now());
    let words = unit.erase(id.uuid())?;
    for text in [
        "delete from handle where county = $1 and account = $2",
        "delete from secret where county = $1 and account = $2",
        "delete from recovery where county = $1 and account = $2",
        "delete from invitation where county = $1 and account = $2",
        "delete from api_key where county = $1 and account = $2",
        "delete from wechat where county = $1 and account = $2",
        "delete from wechat_acceptance where county = $1 and account = $2",
    ] {
        unit.write(sql(text).bind(home).bind(id))?;
    }
    signin::end_sessions(unit, id)?;
    unit.write(
        sql("update account set state = 2, name = null, phone = null, phone_index = null, login = null, region = null, erased = $1 where county = $2 and id = $3")
            .bind(now)
            .bind(home)
            .bind(id),
    )?;
    changed(unit)?;
    Ok(words)
}

fn kept(unit: &mut Unit, id: AccountId) -> Result<Vec<(&'static str, Kept)>> {
    let home = unit.home();
    let stays = |what: (&str, &str), why: (&str, &str)| Kept { what: Text::new(what.0, what.1), why: Text::new(why.0, why.1) };
    let mut kept = vec![(
        "journal",
        stays(
            ("操作日志中的编号和时间，不含姓名、电话和内容", "numbers and times in the journal, without name, phone or words"),
            (
                "网络安全法：日志留存不少于六个月；日志为防篡改连成链",
                "Cybersecurity Law: logs are kept six months at least; the journal is a chain against tampering",
            ),
        ),
    )];
    let held = unit.count(sql("select count(*) from tenure where county = $1 and account = $2").bind(home).bind(id))?;
    if held > 0 {
        kept.push((
            "tenures",
            stays(
                ("任职起止时间，不含姓名和电话", "the times in which seats were held, without name or phone"),
                (
                    "履行法定职责所必需的公务记录（个人信息保护法第十三条）",
                    "a record of public duty (Personal Information Protection Law, article 13)",
                ),
            ),
        ));
    }
    let read = unit.count(sql("select count(*) from reading where county = $1 and person = $2").bind(home).bind(id))?;
    if read > 0 {
        kept.push((
            "readings",
            stays(
                ("谁在何时查看过您的信息，不含信息本身", "who looked at your data and when, not the data"),
                ("处理活动记录至少保存三年（个人信息保护法第五十六条）", "records of handling are kept three years (article 56)"),
            ),
        ));
    }
    Ok(kept)
}
