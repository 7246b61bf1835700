use super::json::{InHand, SeatWork};
use crate::{
    app::App,
    edge::{Answer, Path, Who},
    routes::{matters::show::named, session::json::Words},
};
use axum::{Json, extract::State};
use base::SeatId;

/// Rows of a hand-over list; what is beyond is counted.
const MOST: usize = 1_000;

/// What a seat has in hand
///
/// The list for handing its office over (交接单): every open matter that it holds, or in which it is asked, waited for,
/// supervises or has a task, by deadline. Without words: who keeps the seats need not read the matters.
#[utoipa::path(get, path = "/api/seats/{seat}/work", tag = "seats", params(("seat" = Uuid, Path)), responses((status = 200, body = SeatWork)))]
pub async fn show_work(State(app): State<App>, who: Who, Path(seat): Path<SeatId>) -> Answer<Json<SeatWork>> {
    who.account()?;
    let work = app.look(&who, move |r, rules, caller| {
        let (rows, all) = matters::in_hand(r, caller, seat, MOST)?;
        let mut items = Vec::with_capacity(rows.len());
        for m in rows {
            let flow = rules.catalogue.flow(&m.pack, &m.flow);
            let step = flow.and_then(|f| f.step(&m.step)).map_or_else(|| named(&m.step), |s| Words::from(&s.name));
            items.push(InHand {
                id: m.id,
                number: m.number,
                flow_name: flow.map_or_else(|| named(&m.flow), |f| Words::from(&f.name)),
                step_name: step,
                region_name: rules.directory.place(r, caller, m.region)?.to_string(),
                due: m.due,
                late: m.due <= r.now(),
                held: m.holder == seat,
            });
        }
        Ok(SeatWork { all, items })
    });
    Ok(Json(work.await?))
}
