use super::json::{FailedRun, FailedRunPage, ListFailedRuns};
use crate::{
    app::App,
    edge::{self, Answer, Query, Who, cursor},
};
use axum::{Json, extract::State};
use reactions::FailedAt;

const MOST: usize = 200;

/// Reactions that failed
///
/// Newest first: what is tried again, and what is parked until someone replays or drops it.
#[utoipa::path(get, path = "/api/reactions/runs", tag = "reactions", params(ListFailedRuns), responses((status = 200, body = FailedRunPage)))]
pub async fn list_failed_runs(State(app): State<App>, who: Who, Query(ask): Query<ListFailedRuns>) -> Answer<Json<FailedRunPage>> {
    who.account()?;
    let most = edge::most(ask.most, 50, MOST)?;
    let query = cursor::query_hash(&("list_failed_runs", ask.all, who.caller.account, who.home().get()))?;
    let after: Option<FailedAt> = ask.cursor.as_deref().map(|c| cursor::open(query, c)).transpose()?;
    let page = app
        .look(&who, move |r, _, caller| {
            // One more than asked for tells whether there is another page.
            let mut runs = reactions::failures(r, caller, ask.all, after.as_ref(), most + 1)?;
            let more = runs.len() > most;
            runs.truncate(most);
            let next = runs.last().filter(|_| more).map(|f| cursor::seal(query, &(f.last, &f.name, f.seq))).transpose()?;
            Ok(FailedRunPage { items: runs.into_iter().map(FailedRun::from).collect(), next })
        })
        .await?;
    Ok(Json(page))
}
