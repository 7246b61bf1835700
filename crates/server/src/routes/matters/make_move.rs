use super::{
    json::{Changed, MakeMove},
    media,
};
use crate::{
    app::App,
    edge::{Answer, Body, Key, Path, Who},
};
use axum::{Json, extract::State};
use base::MatterId;
use matters::Moving;

/// Make a move
///
/// The one verb by which a matter goes from step to step: as its flow declares.
#[utoipa::path(post, path = "/api/matters/{matter}/moves", tag = "matters", params(("matter" = Uuid, Path)), request_body = MakeMove, responses((status = 200, body = Changed)))]
pub async fn make_move(
    State(app): State<App>,
    who: Who,
    key: Key,
    Path(id): Path<MatterId>,
    body: Body<MakeMove>,
) -> Answer<Json<Changed>> {
    let once = key.once(&who, "make_move", body.hash_of(id));
    let MakeMove { id: mv, step, form, chosen, for_another } = body.value;
    let moving = Moving { id: mv, step, form, chosen, for_another };
    let home = who.home();
    let changed = app
        .act_with(
            &who,
            once,
            move || matters::needs(home, id),
            move |unit, rules, caller| {
                let made = matters::make(unit, rules, caller, id, &moving)?;
                if let Some(form) = &made.form {
                    media::tie(unit, form, &moving.form, id)?;
                }
                Ok(Changed::from(made.matter))
            },
        )
        .await?;
    Ok(Json(changed))
}
