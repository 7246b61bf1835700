use super::{
    follow_events::may_see,
    json::{Entry, ListEntries, Told},
};
use crate::{
    app::App,
    edge::{self, Answer, Query, Who},
};
use access::{Caller, Object};
use axum::{Json, extract::State};
use base::{Error, Result, SeatId};
use matters::Rules;
use packs::{Action, Subject};
use store::{Reader, Recorded, journal};

const MOST: usize = 200;

/// The journal
///
/// Newest first. Every link of the chain is there with its hash; what an entry says is left out where it is of a matter
/// that I may not see.
#[utoipa::path(get, path = "/api/journal", tag = "journal", params(ListEntries), responses((status = 200, body = [Entry])))]
pub async fn list_entries(State(app): State<App>, who: Who, Query(ask): Query<ListEntries>) -> Answer<Json<Vec<Entry>>> {
    who.account()?;
    let most = edge::most(ask.most, 50, MOST)?;
    let entries = app.look(&who, move |r, rules, caller| {
        operates(caller)?;
        let rows = journal::before(r, ask.before.unwrap_or(i64::MAX), ask.subject, most as i64)?;
        rows.into_iter().map(|e| shown(r, rules, caller, e)).collect()
    });
    Ok(Json(entries.await?))
}

pub(super) fn operates(caller: &Caller) -> Result<()> {
    caller.check(Action::Operate, &Subject::Platform, &Object::at(caller.home.code())).map_err(|_| Error::forbidden()).map(drop)
}

fn shown(r: &mut Reader, rules: &Rules, caller: &Caller, e: Recorded) -> Result<Entry> {
    let hash = e.hash.iter().map(|b| format!("{b:02x}")).collect();
    if !may_see(r, caller, &e) {
        return Ok(Entry { seq: e.seq, at: e.at, hash, told: None });
    }
    let seat = e.seat.map(|id| access::seat(r, SeatId::from_uuid(id))).transpose()?.flatten();
    let who = seat.map(|s| access::seat_title(r, &rules.catalogue, &s)).transpose()?;
    let told = Told {
        kind: e.kind,
        actor: e.actor,
        who,
        acting: e.acting,
        subject_kind: e.subject_kind,
        subject: e.subject,
        region: e.region,
        payload: e.payload,
        cause: e.cause,
    };
    Ok(Entry { seq: e.seq, at: e.at, hash, told: Some(told) })
}
