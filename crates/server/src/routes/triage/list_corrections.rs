use crate::{
    app::App,
    edge::{Answer, Who},
};
use access::Object;
use axum::{Json, extract::State};
use base::{Error, MatterId};
use packs::{Action, Subject};
use serde::Serialize;
use store::sql;
use utoipa::ToSchema;

/// A category that a person set.
#[derive(Serialize, ToSchema)]
pub struct CorrectionShown {
    #[schema(value_type = Uuid)]
    pub matter: MatterId,
    /// `<pack>.<list>` of the category.
    pub list: String,
    pub category: String,
    /// What triage had suggested.
    pub suggested: Option<String>,
}

/// Corrections that triage learns from
///
/// The newest 200, for who sees the whole county's messages. They hold no words.
#[utoipa::path(get, path = "/api/triage/corrections", tag = "matters", responses((status = 200, body = [CorrectionShown])))]
pub async fn list_corrections(State(app): State<App>, who: Who) -> Answer<Json<Vec<CorrectionShown>>> {
    who.account()?;
    let shown = app
        .look(&who, move |r, _, caller| {
            let county = Object::at(r.home().code());
            let sees = |flow: &packs::Flow| caller.check(Action::List, &Subject::Flow(flow.name_of()), &county).is_ok();
            let lists: Vec<String> = caller
                .catalogue
                .flows()
                .filter(|f| sees(f))
                .filter_map(|f| f.category.as_ref().map(|c| format!("{}.{}", c.list.pack, c.list.id)))
                .collect();
            if lists.is_empty() {
                return Err(Error::forbidden());
            }
            let mut q = sql("select matter, list, category, was from correction where county = ");
            q.arg(r.home()).push(" and list in ").list(lists.iter()).push(" order by seq desc limit 200");
            let rows: Vec<(MatterId, String, String, Option<String>)> = r.many(q)?;
            // What a look-up of the matter would refuse is not shown here either.
            let mut shown = Vec::new();
            for (matter, list, category, suggested) in rows {
                if matters::look(r, caller, matter).is_ok() {
                    shown.push(CorrectionShown { matter, list, category, suggested });
                }
            }
            Ok(shown)
        })
        .await?;
    Ok(Json(shown))
}
