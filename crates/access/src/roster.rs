//! Who has an account by office: officials and machines, for those who run accounts. Residents are in no list.

use crate::{AccountKind, AccountState, Caller, Keyring, Object, accounts, accounts::AccountRow};
use base::{AccountId, Code, Error, Result, Time};
use packs::{Action, Subject};
use std::collections::HashMap;
use store::{Reader, Sql};
use uuid::Uuid;

/// Names are sealed: a search opens this many at a time until its page is full.
const BATCH: usize = 500;

/// One row of the list.
#[derive(Clone, Debug)]
pub struct Listing {
    pub id: AccountId,
    pub kind: AccountKind,
    pub state: AccountState,
    /// An official's name is public in her office; a machine's is that of its key.
    pub name: Option<String>,
    /// What is typed to sign in: a login name, or a masked number.
    pub login: Option<String>,
    pub made: Time,
    /// Seats held now.
    pub seats: Vec<HeldSeat>,
    pub signed_in: Option<Time>,
    pub second_factor: bool,
    /// Sessions that are good now.
    pub sessions: i64,
}

#[derive(Clone, Debug)]
pub struct HeldSeat {
    pub role: String,
    pub region: Code,
    pub unit: Option<String>,
}

/// Officials' and machines' accounts of the county in the order they were made, at most `most` after `after`; `said` is
/// part of a name or of a login name, or a whole number.
pub fn roster(
    r: &mut Reader,
    caller: &Caller,
    keys: &Keyring,
    said: Option<&str>,
    after: Option<(Time, AccountId)>,
    most: usize,
) -> Result<Vec<Listing>> {
    caller.check(Action::Accounts, &Subject::Platform, &Object::at(caller.home.code())).map_err(|_| Error::forbidden())?;
    let machines: HashMap<AccountId, String> = crate::keys_of(r)?.into_iter().map(|k| (k.account, k.name)).collect();
    // What is no login name finds nobody by it.
    let by_login = match said.map(|s| accounts::login_hash(keys, s)) {
        Some(Ok(hash)) => accounts::by_handle(r, hash)?,
        _ => None,
    };
    let said = said.map(str::to_lowercase);
    let (mut found, mut place) = (Vec::new(), after);
    while found.len() < most {
        let rows = batch(r, place)?;
        let whole = rows.len() == BATCH;
        place = rows.last().map(|a| (a.made, a.id));
        for row in rows {
            let (name, phone) = accounts::unseal(keys, &row)?;
            let name = name.or_else(|| machines.get(&row.id).cloned());
            let login = accounts::login(keys, &row, phone)?;
            let has = |text: &Option<String>, s: &str| text.as_ref().is_some_and(|t| t.to_lowercase().contains(s));
            if said.as_ref().is_none_or(|s| by_login == Some(row.id) || has(&name, s) || row.login.is_some() && has(&login, s)) {
                found.push((row, name, login));
            }
        }
        if !whole {
            break;
        }
    }
    found.truncate(most);
    complete(r, found)
}

fn batch(r: &mut Reader, after: Option<(Time, AccountId)>) -> Result<Vec<AccountRow>> {
    let mut q = Sql::select::<AccountRow>("from account where county = ");
    q.arg(r.home()).push(" and kind in (1, 2) and state in (0, 1)");
    if let Some((made, id)) = after {
        q.push(" and (made > ").arg(made).push(" or (made = ").arg(made).push(" and id > ").arg(id).push("))");
    }
    q.push(" order by made, id limit ").arg(BATCH as i64);
    r.many(q)
}

store::row! {
    struct Held { account: AccountId, role: String, region: Code, unit: Option<String> }
}
store::row! {
    struct Open { account: AccountId }
}
store::row! {
    struct Factor { account: AccountId }
}
store::row! {
    struct SignedIn { subject: Uuid, at: Time }
}

/// An account with its name and login.
type Named = (AccountRow, Option<String>, Option<String>);

/// What stands beside the accounts of one page.
fn complete(r: &mut Reader, page: Vec<Named>) -> Result<Vec<Listing>> {
    if page.is_empty() {
        return Ok(Vec::new());
    }
    let (home, now) = (r.home(), r.now());
    let ids: Vec<AccountId> = page.iter().map(|(a, ..)| a.id).collect();
    let mut q = Sql::select::<Held>(
        "from (select t.account, s.role, s.region, s.unit from tenure t join seat s on s.county = t.county and s.id = t.seat where t.county = ",
    );
    q.arg(home).push(" and t.since <= ").arg(now).push(" and t.until > ").arg(now).push(" and s.closed is null and t.account in ");
    q.list(ids.clone()).push(") held order by region, role");
    let held: Vec<Held> = r.many(q)?;
    let mut q = Sql::select::<Open>("from session where county = ");
    q.arg(home).push(" and until > ").arg(now).push(" and seen + idle > ").arg(now).push(" and account in ").list(ids.clone());
    let open: Vec<Open> = r.many(q)?;
    let mut q = Sql::select::<Factor>("from secret where county = ");
    q.arg(home).push(" and totp is not null and account in ").list(ids.clone());
    let factors: Vec<Factor> = r.many(q)?;
    // Sessions go when they end; the journal remembers that there was one.
    let mut q = Sql::select::<SignedIn>("from (select subject, max(at) as at from journal where county = ");
    q.arg(home).push(" and kind = 'session.opened' and subject in ").list(ids.iter().map(|id| id.uuid())).push(" group by subject) signed");
    let signed: HashMap<Uuid, Time> = r.many::<SignedIn>(q)?.into_iter().map(|s| (s.subject, s.at)).collect();
    let listing = |(a, name, login): Named| Listing {
        id: a.id,
        kind: AccountKind::of(a.kind),
        state: if a.state == 0 { AccountState::Active } else { AccountState::Locked },
        name,
        login,
        made: a.made,
        seats: held
            .iter()
            .filter(|h| h.account == a.id)
            .map(|h| HeldSeat { role: h.role.clone(), region: h.region, unit: h.unit.clone() })
            .collect(),
        signed_in: signed.get(&a.id.uuid()).copied(),
        second_factor: factors.iter().any(|f| f.account == a.id),
        sessions: open.iter().filter(|s| s.account == a.id).count() as i64,
    };
    Ok(page.into_iter().map(listing).collect())
}
