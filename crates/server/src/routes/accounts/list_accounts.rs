use super::json::{AccountPage, AccountShown, AccountStateShown, HeldSeatShown, ListAccounts};
use crate::{
    app::App,
    edge::{self, Answer, Query, Who, cursor},
};
use access::{AccountKind, AccountState, Listing};
use axum::{Json, extract::State};
use base::{AccountId, Error, Time};

const MOST: usize = 200;

/// Officials' and machines' accounts
///
/// In the order they were made; residents are not listed.
#[utoipa::path(get, path = "/api/accounts", tag = "accounts", params(ListAccounts), responses((status = 200, body = AccountPage)))]
pub async fn list_accounts(State(app): State<App>, who: Who, Query(ask): Query<ListAccounts>) -> Answer<Json<AccountPage>> {
    who.account()?;
    let most = edge::most(ask.most, 50, MOST)?;
    let said = ask.q.as_deref().map(str::trim).filter(|q| !q.is_empty()).map(str::to_owned);
    if said.as_ref().is_some_and(|q| q.chars().count() > 64) {
        return Err(Error::invalid("q", "最多 64 字", "at most 64 characters").into());
    }
    let query = cursor::query_hash(&("list_accounts", &said, who.caller.account, who.home().get()))?;
    let after: Option<(Time, AccountId)> = ask.cursor.as_deref().map(|c| cursor::open(query, c)).transpose()?;
    let keys = app.keys.clone();
    let page = app
        .look(&who, move |r, _, caller| {
            // One more than asked for tells whether there is another page.
            let mut rows = access::roster(r, caller, &keys, said.as_deref(), after, most + 1)?;
            let more = rows.len() > most;
            rows.truncate(most);
            let next = rows.last().filter(|_| more).map(|a| cursor::seal(query, &(a.made, a.id))).transpose()?;
            Ok(AccountPage { items: rows.into_iter().map(shown).collect(), next })
        })
        .await?;
    Ok(Json(page))
}

fn shown(a: Listing) -> AccountShown {
    AccountShown {
        id: a.id,
        machine: a.kind == AccountKind::Machine,
        state: if a.state == AccountState::Active { AccountStateShown::Active } else { AccountStateShown::Locked },
        name: a.name,
        login: a.login,
        made: a.made,
        seats: a.seats.into_iter().map(|s| HeldSeatShown { role: s.role, region: s.region, unit: s.unit }).collect(),
        signed_in: a.signed_in,
        second_factor: a.second_factor,
        sessions: a.sessions,
    }
}
