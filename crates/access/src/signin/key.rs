//! Keys for machines: each names what it opens and where, and ends by itself.

use super::session::fresh_token;
use crate::{Caller, Object, Scope, WrittenScope, accounts};
use base::{AccountId, Code, Error, Id, Result, Time};
use packs::{Action, Catalogue, Door, Opener, Subject};
use serde::Serialize;
use serde_json::json;
use store::{Entry, Reader, Sql, Unit, sql};
use uuid::Uuid;

#[derive(Clone, Debug)]
pub struct NewKey {
    /// What the machine is, such as 市12345对接.
    pub name: String,
    pub scopes: Vec<Scope>,
    pub until: Time,
}

/// The token is shown once.
#[derive(Clone, Debug)]
pub struct MadeKey {
    pub token: String,
    pub id: Uuid,
    pub account: AccountId,
}

store::row! {
    #[derive(Clone, Debug, Serialize)]
    pub struct KeyInfo {
        pub id: Uuid,
        pub account: AccountId,
        pub name: String,
        pub scopes: String,
        pub made: Time,
        pub until: Time,
    }
}

/// Makes a machine's account and its key. Nobody gives a machine what he may not do himself, but for a client of Open311
/// ([`is_reporter`]), which whoever keeps the accounts may let in.
pub fn make_key(unit: &mut Unit, caller: &Caller, new: NewKey) -> Result<MadeKey> {
    let home = unit.home();
    if new.scopes.is_empty() || new.scopes.iter().any(|s| !home.code().contains(s.region)) {
        return Err(Error::invalid("scopes", "至少写一项权限，范围在本县之内", "name at least one scope, inside the county"));
    }
    if new.until <= unit.now() || new.name.trim().is_empty() || new.name.chars().count() > 60 {
        return Err(Error::invalid(
            "until",
            "要有 1 到 60 个字的名称和将来的到期时间",
            "needs a name of 1 to 60 characters and an end in the future",
        ));
    }
    for s in &new.scopes {
        caller.allow(unit, Action::Accounts, s.region)?;
        if is_reporter(&caller.catalogue, s) {
            continue;
        }
        for action in &s.actions {
            caller.check(*action, &s.on, &Object::at(s.region)).map_err(|_| Error::forbidden())?;
        }
    }
    let account: AccountId = Id::fresh();
    accounts::insert_machine(unit, account)?;
    let (token, hash) = fresh_token("k_")?;
    let (id, now) = (Uuid::now_v7(), unit.now());
    let written: Vec<WrittenScope> = new.scopes.iter().map(Scope::write).collect();
    let scopes = serde_json::to_string(&written).map_err(Error::internal)?;
    unit.write(
        sql("insert into api_key (hash, id, county, account, name, scopes, made, until) values ($1, $2, $3, $4, $5, $6, $7, $8)")
            .bind(hash)
            .bind(id)
            .bind(home)
            .bind(account)
            .bind(new.name.trim())
            .bind(scopes)
            .bind(now)
            .bind(new.until),
    )?;
    unit.record(Entry::new("key.made", ("account", account.uuid()), None, json!({"key": id, "scopes": written, "until": new.until.0})));
    Ok(MadeKey { token, id, account })
}

/// Exactly the scope of an Open311 client: it brings reports to one flow that every resident may report to by that door,
/// and comes by no other. It reads by it nothing but what it sent itself.
fn is_reporter(catalogue: &Catalogue, s: &Scope) -> bool {
    let Subject::Flow(name) = &s.on else { return false };
    let flow = catalogue.flow(&name.pack, &name.id);
    let for_all = |by: &Opener| matches!(by, Opener::Resident | Opener::Anyone);
    s.door == Some(Door::Open311)
        && s.actions.iter().eq([&Action::Open])
        && flow.is_some_and(|f| f.opens.doors.contains(&Door::Open311) && f.opens.by.iter().any(for_all))
}

pub fn keys_of(r: &mut Reader) -> Result<Vec<KeyInfo>> {
    let mut q = Sql::select::<KeyInfo>("from api_key where county = ");
    q.arg(r.home()).push(" order by made, id");
    r.many(q)
}

pub fn revoke_key(unit: &mut Unit, caller: &Caller, id: Uuid) -> Result<()> {
    let home = unit.home();
    caller.allow(unit, Action::Accounts, home.code())?;
    let key: Option<(AccountId,)> = unit.one(sql("select account from api_key where county = $1 and id = $2").bind(home).bind(id))?;
    let (account,) = key.ok_or_else(Error::not_found)?;
    unit.write(sql("delete from api_key where county = $1 and account = $2 and id = $3").bind(home).bind(account).bind(id))?;
    unit.record(Entry::new("key.revoked", ("account", account.uuid()), None, json!({"key": id})));
    Ok(())
}

/// A region got another code: keys open the same place as before. Keys are few.
pub(crate) fn move_scopes(unit: &mut Unit, old: Code, new: Code) -> Result<()> {
    let home = unit.home();
    let keys: Vec<(Vec<u8>, String)> = unit.many(sql("select hash, scopes from api_key where county = $1").bind(home))?;
    for (hash, text) in keys {
        let mut scopes: Vec<WrittenScope> = serde_json::from_str(&text).map_err(Error::internal)?;
        let mut moved = false;
        for s in &mut scopes {
            let region: Code = s.region.parse()?;
            if old.contains(region) {
                s.region = Code::new(region.get() - old.get() + new.get())?.to_string();
                moved = true;
            }
        }
        if moved {
            let text = serde_json::to_string(&scopes).map_err(Error::internal)?;
            unit.write(sql("update api_key set scopes = $1 where hash = $2").bind(text).bind(hash))?;
        }
    }
    Ok(())
}
