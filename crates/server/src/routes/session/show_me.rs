use super::json::{Me, MySeat, Words};
use crate::{
    app::App,
    edge::{Answer, Who},
};
use access::{AccountKind, CallerKind};
use axum::{Json, extract::State};
use serde_json::Value as Json_;

/// Who I am
#[utoipa::path(get, path = "/api/me", tag = "me", responses((status = 200, body = Me)))]
pub async fn show_me(State(app): State<App>, who: Who) -> Answer<Json<Me>> {
    let account = who.account()?;
    let keys = app.keys.clone();
    let full = who.full;
    let me = app
        .look(&who, move |r, rules, caller| {
            let kind = match caller.kind {
                CallerKind::Staff => AccountKind::Staff,
                CallerKind::Machine => AccountKind::Machine,
                _ => AccountKind::Resident,
            };
            let own = if kind == AccountKind::Machine { Json_::Null } else { access::export_account(r, caller, &keys)? };
            let text = |field: &str| own["account"][field].as_str().map(str::to_owned);
            let mut seats: Vec<MySeat> = Vec::new();
            for g in &caller.grants {
                if seats.iter().any(|s| s.seat == g.seat) {
                    continue;
                }
                let role = rules.catalogue.role(&g.role);
                let role_name = role.map_or_else(|| Words { zh: g.role.clone(), en: g.role.clone() }, |r| Words::from(&r.name));
                let region_name = rules.directory.place(r, caller, g.region)?.to_string();
                seats.push(MySeat {
                    seat: g.seat,
                    role: g.role.clone(),
                    role_name,
                    region: g.region,
                    region_name,
                    unit: g.unit.clone(),
                    acting: g.acting,
                });
            }
            let region = text("region").and_then(|s| s.parse().ok());
            Ok(Me { account, kind, county: r.home().get(), name: text("name"), phone: text("phone"), region, full, seats })
        })
        .await?;
    Ok(Json(me))
}
