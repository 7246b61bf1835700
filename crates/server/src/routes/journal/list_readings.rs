use super::{
    json::{ListReadings, ReadingShown},
    list_entries::operates,
};
use crate::{
    app::App,
    edge::{self, Answer, Query, Who},
    routes::session::json::Words,
};
use axum::{Json, extract::State};
use base::MatterId;

const MOST: usize = 200;

/// Who looked at personal data
///
/// Every reading of a masked field in the county, the latest first: which seat, what for, on which desk; not whose data
/// it was. What is of a matter about me is left out, and what is past its last day is gone.
#[utoipa::path(get, path = "/api/readings", tag = "journal", params(ListReadings), responses((status = 200, body = [ReadingShown])))]
pub async fn list_readings(State(app): State<App>, who: Who, Query(ask): Query<ListReadings>) -> Answer<Json<Vec<ReadingShown>>> {
    who.account()?;
    let most = edge::most(ask.most, 50, MOST)?;
    let looked = app.look(&who, move |r, rules, caller| {
        operates(caller)?;
        let mut found = Vec::with_capacity(most);
        for l in access::readings(r, &rules.catalogue, ask.before.unwrap_or(i64::MAX), most)? {
            if l.seen_in_kind != "matter" || !matters::concerns(r, caller, MatterId::from_uuid(l.seen_in))? {
                found.push(l);
            }
        }
        Ok(found)
    });
    let shown = looked.await?.into_iter().map(|l| ReadingShown {
        seq: l.seq,
        at: l.at,
        who: l.who,
        seen_in_kind: l.seen_in_kind,
        seen_in: l.seen_in,
        fields: l.fields,
        purpose: Words::from(&l.purpose),
        kept_until: l.kept_until,
    });
    Ok(Json(shown.collect()))
}
