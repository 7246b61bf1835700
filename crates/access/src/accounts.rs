//! Accounts: residents, staff, machines. Names and numbers are sealed; a blind index finds them.

use crate::{Caller, Keyring, Mask, Masked, seats::changed};
use base::{AccountId, Code, Error, Id, Result, Time};
use packs::Action;
use serde::Serialize;
use serde_json::json;
use std::collections::{BTreeSet, HashMap};
use store::{Entry, Reader, Sql, Unit, sql};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountKind {
    Resident,
    Staff,
    Machine,
}

impl AccountKind {
    pub(crate) fn code(self) -> i64 {
        self as i64
    }

    pub(crate) fn of(code: i64) -> AccountKind {
        match code {
            0 => AccountKind::Resident,
            1 => AccountKind::Staff,
            _ => AccountKind::Machine,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountState {
    Active,
    Locked,
    Erased,
}

store::row! {
    /// As it stands in the table.
    #[derive(Clone)]
    pub(crate) struct AccountRow {
        pub id: AccountId,
        pub kind: i64,
        pub state: i64,
        pub name: Option<Vec<u8>>,
        pub phone: Option<Vec<u8>>,
        pub login: Option<Vec<u8>>,
        pub region: Option<Code>,
        pub made: Time,
    }
}

/// An account as others see it: what is personal is masked.
#[derive(Clone, Debug, Serialize)]
pub struct Account {
    pub id: AccountId,
    pub kind: AccountKind,
    pub state: AccountState,
    pub name: Option<Masked>,
    pub phone: Option<Masked>,
    /// The registered household.
    pub region: Option<Code>,
    pub made: Time,
}

#[derive(Clone, Debug)]
pub struct NewAccount {
    pub kind: AccountKind,
    pub name: Option<String>,
    /// A mobile number in any usual form.
    pub phone: Option<String>,
    pub region: Option<Code>,
    /// What staff type to sign in; unique in the county.
    pub login: Option<String>,
}

/// Most characters of a person's name. The longest on the mainland's register has 20 and a dot.
pub const NAME_MOST: usize = 50;

pub fn check_name(name: &str) -> Result<String> {
    let name = name.trim();
    let n = name.chars().count();
    if n == 0 || n > NAME_MOST || name.chars().any(char::is_control) {
        return Err(Error::invalid("name", format!("姓名应为 1 到 {NAME_MOST} 个字"), format!("a name has 1 to {NAME_MOST} characters")));
    }
    if name.starts_with(['=', '+', '-', '@']) {
        return Err(Error::invalid("name", "姓名不能以 = + - @ 开头", "a name does not begin with = + - or @"));
    }
    Ok(name.to_owned())
}

/// Makes an account. A number that is known already belongs to its one account: that is given.
pub fn make_account(unit: &mut Unit, caller: &Caller, keys: &Keyring, new: NewAccount) -> Result<AccountId> {
    caller.allow(unit, Action::Accounts, new.region.unwrap_or(unit.home().code()))?;
    if let Some(phone) = &new.phone
        && let Some(there) = by_phone(unit, keys, &base::mobile(phone)?)?
    {
        return Ok(there);
    }
    let id = Id::fresh();
    let (name, phone) = (new.name.as_deref().map(check_name).transpose()?, new.phone.as_deref().map(base::mobile).transpose()?);
    insert(unit, keys, id, new.kind, name.as_deref(), phone.as_deref(), new.region)?;
    if let Some(login) = &new.login {
        take_login(unit, keys, id, login)?;
    }
    unit.record(Entry::new("account.made", ("account", id.uuid()), new.region, json!({"kind": new.kind})));
    Ok(id)
}

pub(crate) fn insert(
    unit: &mut Unit,
    keys: &Keyring,
    id: AccountId,
    kind: AccountKind,
    name: Option<&str>,
    phone: Option<&str>,
    region: Option<Code>,
) -> Result<()> {
    let (home, now) = (unit.home(), unit.now());
    let name = name.map(|n| keys.seal("account.name", id.uuid(), n)).transpose()?;
    let index = phone.map(|p| keys.index("phone", p));
    let sealed = phone.map(|p| keys.seal("account.phone", id.uuid(), p)).transpose()?;
    unit.write(
        sql("insert into account (county, id, kind, state, name, phone, phone_index, region, made) values ($1, $2, $3, 0, $4, $5, $6, $7, $8)")
            .bind(home)
            .bind(id)
            .bind(kind.code())
            .bind(name)
            .bind(sealed)
            .bind(index)
            .bind(region)
            .bind(now),
    )?;
    match index {
        Some(hash) => add_handle(unit, hash, id),
        None => Ok(()),
    }
}

fn add_handle(unit: &mut Unit, hash: [u8; 32], id: AccountId) -> Result<()> {
    let home = unit.home();
    unit.write(sql("insert into handle (hash, county, account) values ($1, $2, $3)").bind(hash).bind(home).bind(id))
}

fn take_login(unit: &mut Unit, keys: &Keyring, id: AccountId, login: &str) -> Result<()> {
    if base::mobile(login).is_ok() {
        return Err(Error::invalid(
            "login",
            "登录名不能是手机号；手机号本来就能登录",
            "a login name is no mobile number; numbers sign in anyway",
        ));
    }
    let hash = login_hash(keys, login)?;
    if by_handle(unit, hash)?.is_some() {
        return Err(Error::conflict("login_taken", "这个登录名已有人使用，请换一个", "this login name is taken; choose another"));
    }
    let (home, sealed) = (unit.home(), keys.seal("account.login", id.uuid(), login.trim())?);
    unit.write(sql("update account set login = $1 where county = $2 and id = $3").bind(sealed).bind(home).bind(id))?;
    add_handle(unit, hash, id)
}

/// What is typed to sign in, for whoever runs accounts: the login name, which is no secret of its owner; else her number,
/// which is, and stays masked.
pub(crate) fn login(keys: &Keyring, row: &AccountRow, phone: Option<String>) -> Result<Option<String>> {
    match &row.login {
        Some(sealed) => Ok(Some(keys.unseal("account.login", row.id.uuid(), sealed)?)),
        None => Ok(phone.map(|p| Masked::phone(p).to_string())),
    }
}

/// A login name or a mobile number leads to the account.
pub(crate) fn login_hash(keys: &Keyring, login: &str) -> Result<[u8; 32]> {
    if let Ok(phone) = base::mobile(login) {
        return Ok(keys.index("phone", &phone));
    }
    let login = login.trim().to_lowercase();
    if !(3..=64).contains(&login.chars().count()) || login.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(Error::invalid("login", "登录名应为 3 到 64 个字，不含空格", "a login name has 3 to 64 characters and no spaces"));
    }
    Ok(keys.index("login", &login))
}

pub(crate) fn by_handle(r: &mut Reader, hash: [u8; 32]) -> Result<Option<AccountId>> {
    let row: Option<(AccountId,)> = r.one(sql("select account from handle where hash = $1 and county = $2").bind(hash).bind(r.home()))?;
    Ok(row.map(|(id,)| id))
}

/// The account with this number (E.164) in this county.
pub fn by_phone(r: &mut Reader, keys: &Keyring, phone: &str) -> Result<Option<AccountId>> {
    by_handle(r, keys.index("phone", phone))
}

pub(crate) fn row(r: &mut Reader, id: AccountId) -> Result<Option<AccountRow>> {
    let mut q = Sql::select::<AccountRow>("from account where county = ");
    q.arg(r.home()).push(" and id = ").arg(id);
    r.one(q)
}

pub(crate) fn unseal(keys: &Keyring, row: &AccountRow) -> Result<(Option<String>, Option<String>)> {
    let id = row.id.uuid();
    let name = row.name.as_ref().map(|v| keys.unseal("account.name", id, v)).transpose()?;
    let phone = row.phone.as_ref().map(|v| keys.unseal("account.phone", id, v)).transpose()?;
    Ok((name, phone))
}

/// An account, masked.
pub fn account(r: &mut Reader, keys: &Keyring, id: AccountId) -> Result<Option<Account>> {
    let Some(row) = row(r, id)? else { return Ok(None) };
    let (name, phone) = unseal(keys, &row)?;
    let state = match row.state {
        0 => AccountState::Active,
        1 => AccountState::Locked,
        _ => AccountState::Erased,
    };
    Ok(Some(Account {
        id,
        kind: AccountKind::of(row.kind),
        state,
        name: name.map(|n| Masked::new(n, Mask::Name)),
        phone: phone.map(|p| Masked::new(p, Mask::Phone)),
        region: row.region,
        made: row.made,
    }))
}

/// The names of these accounts, masked; those without one are left out.
pub fn masked_names(r: &mut Reader, keys: &Keyring, ids: impl IntoIterator<Item = AccountId>) -> Result<HashMap<AccountId, Masked>> {
    let ids: BTreeSet<AccountId> = ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut q = Sql::select::<AccountRow>("from account where county = ");
    q.arg(r.home()).push(" and name is not null and id in ").list(ids);
    let mut names = HashMap::new();
    for row in r.many::<AccountRow>(q)? {
        if let Some(name) = unseal(keys, &row)?.0 {
            names.insert(row.id, Masked::name(name));
        }
    }
    Ok(names)
}

/// The account if it may act; an error that says why not.
pub(crate) fn active(unit: &mut Unit, id: AccountId) -> Result<AccountRow> {
    match row(unit, id)? {
        Some(a) if a.state == 0 => Ok(a),
        Some(_) => Err(Error::conflict("account_locked", "这个账号已停用", "the account is locked")),
        None => Err(Error::invalid("account", "没有这个账号", "no such account")),
    }
}

/// One who holds a paid seat signs in with two factors; what was open with fewer ends.
pub(crate) fn becomes_staff(unit: &mut Unit, id: AccountId) -> Result<()> {
    let home = unit.home();
    let n = unit.change(sql("update account set kind = 1 where county = $1 and id = $2 and kind = 0").bind(home).bind(id))?;
    if n == 1 { crate::signin::end_sessions(unit, id) } else { Ok(()) }
}

/// The holder of a name may be called by it: officials' and leaders' names are public in their office.
pub fn public_name(r: &mut Reader, keys: &Keyring, id: AccountId) -> Result<Option<String>> {
    let Some(row) = row(r, id)? else { return Ok(None) };
    Ok(unseal(keys, &row)?.0)
}

/// Who holds a seat now and is named in full in this text. Names are sealed, so each is opened and looked for: this is
/// for what one person says of another, not for every report.
pub fn officials_in(r: &mut Reader, keys: &Keyring, text: &str) -> Result<Vec<AccountId>> {
    let mut q = Sql::select::<AccountRow>("from account where county = ");
    q.arg(r.home()).push(" and state = 0 and id in (select account from tenure where county = ").arg(r.home());
    q.push(" and since <= ").arg(r.now()).push(" and until > ").arg(r.now()).push(")");
    let mut found = Vec::new();
    for row in r.many::<AccountRow>(q)? {
        let name = unseal(keys, &row)?.0.unwrap_or_default();
        if name.chars().count() >= 2 && text.contains(&name) {
            found.push(row.id);
        }
    }
    Ok(found)
}

/// The number at which the holder of an office near people's doors is called. Like the name it stands on the village's
/// notice board (三长公示牌); whose office is higher is called through his unit.
pub fn public_phone(r: &mut Reader, keys: &Keyring, id: AccountId) -> Result<Option<String>> {
    let Some(row) = row(r, id)? else { return Ok(None) };
    Ok(unseal(keys, &row)?.1)
}

/// A person changes her own name or registered household.
pub fn change_profile(unit: &mut Unit, caller: &Caller, keys: &Keyring, name: Option<&str>, region: Option<Code>) -> Result<()> {
    let id = caller.me()?;
    let home = unit.home();
    if let Some(name) = name {
        let sealed = keys.seal("account.name", id.uuid(), &check_name(name)?)?;
        unit.write(sql("update account set name = $1 where county = $2 and id = $3").bind(sealed).bind(home).bind(id))?;
    }
    if let Some(code) = region {
        crate::region(unit, code)?.ok_or_else(|| crate::regions::no_region("region", &code.to_string()))?;
        unit.write(sql("update account set region = $1 where county = $2 and id = $3").bind(code).bind(home).bind(id))?;
    }
    unit.record(Entry::new("account.changed", ("account", id.uuid()), region, json!({"name": name.is_some(), "region": region})));
    Ok(())
}

/// Locks an account: its sessions end at once, its seats stay as they are.
pub fn lock_account(unit: &mut Unit, caller: &Caller, id: AccountId) -> Result<()> {
    set_state(unit, caller, id, 0, 1, "account.locked")?;
    crate::signin::end_sessions(unit, id)
}

pub fn unlock_account(unit: &mut Unit, caller: &Caller, id: AccountId) -> Result<()> {
    set_state(unit, caller, id, 1, 0, "account.unlocked")
}

fn set_state(unit: &mut Unit, caller: &Caller, id: AccountId, from: i64, to: i64, kind: &'static str) -> Result<()> {
    let account = row(unit, id)?.ok_or_else(Error::not_found)?;
    caller.allow(unit, Action::Accounts, account.region.unwrap_or(unit.home().code()))?;
    if caller.account == Some(id) {
        return Err(Error::conflict("own_account", "不能停用或启用自己的账号", "nobody locks or unlocks his own account"));
    }
    let home = unit.home();
    let n = unit.change(
        sql("update account set state = $1 where county = $2 and id = $3 and state = $4").bind(to).bind(home).bind(id).bind(from),
    )?;
    if n == 1 {
        changed(unit)?;
        unit.record(Entry::new(kind, ("account", id.uuid()), account.region, json!({})));
    }
    Ok(())
}

pub(crate) fn insert_machine(unit: &mut Unit, id: AccountId) -> Result<()> {
    let (home, now) = (unit.home(), unit.now());
    unit.write(
        sql("insert into account (county, id, kind, state, made) values ($1, $2, $3, 0, $4)")
            .bind(home)
            .bind(id)
            .bind(AccountKind::Machine.code())
            .bind(now),
    )
}
