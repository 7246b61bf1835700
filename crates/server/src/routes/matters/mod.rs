//! Matters: open, follow, move, end; each verb of the engine behind a route of its own.

mod add_words;
mod answer_task;
mod ask_end;
mod ask_pause;
mod count_matters;
mod decide;
mod follow_by_receipt;
mod get_matter;
mod get_timeline;
pub mod json;
mod late_asked;
mod list_alarms;
pub mod list_matters;
mod list_similar;
mod make_move;
pub mod media;
mod merge_matter;
mod move_versions;
mod object;
pub mod open_matter;
mod press;
mod record_try;
mod relate_matters;
mod resume;
mod revisit;
mod set_category;
mod shapes;
pub mod show;
mod suggest_category;
mod take_matter;
mod unmask_sender;
mod unseal_sender;
mod vote;

use crate::app::App;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_matters::list_matters, open_matter::open_matter))
        .routes(routes!(count_matters::count_matters))
        .routes(routes!(list_alarms::list_alarms))
        .routes(routes!(get_matter::get_matter))
        .routes(routes!(get_timeline::get_timeline))
        .routes(routes!(list_similar::list_similar))
        .routes(routes!(make_move::make_move))
        .routes(routes!(take_matter::take_matter))
        .routes(routes!(answer_task::answer_task))
        .routes(routes!(ask_pause::ask_pause))
        .routes(routes!(resume::resume_matter))
        .routes(routes!(decide::decide))
        .routes(routes!(ask_end::ask_end))
        .routes(routes!(object::object))
        .routes(routes!(merge_matter::merge_matter))
        .routes(routes!(relate_matters::relate_matters))
        .routes(routes!(record_try::record_try))
        .routes(routes!(add_words::add_words))
        .routes(routes!(set_category::set_category))
        .routes(routes!(press::press_matter))
        .routes(routes!(vote::vote))
        .routes(routes!(unmask_sender::unmask_sender))
        .routes(routes!(unseal_sender::unseal_sender))
        .routes(routes!(revisit::revisit_matter))
        .routes(routes!(move_versions::move_versions))
        .routes(routes!(follow_by_receipt::follow_by_receipt))
        .routes(routes!(suggest_category::suggest_category))
}
