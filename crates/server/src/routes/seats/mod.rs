//! Seats 岗位, and who sits in them.

mod close_seat;
mod end_tenure;
mod fill_seat;
pub mod json;
mod list_month_matters;
mod list_months;
mod list_seats;
mod list_tenures;
mod list_units;
mod make_seat;
mod on_duty;
mod show_work;
mod take_leave;
mod to_call;

/// The leaders' month, for its sheets too.
pub mod months {
    pub use super::{
        list_month_matters::{MOST as MOST_MATTERS, work},
        list_months::{MOST as MOST_SEATS, of, page, span},
    };
}

use crate::app::App;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_units::list_units))
        .routes(routes!(list_seats::list_seats, make_seat::make_seat))
        .routes(routes!(list_months::list_months))
        .routes(routes!(list_month_matters::list_month_matters))
        .routes(routes!(to_call::to_call))
        .routes(routes!(on_duty::on_duty))
        .routes(routes!(close_seat::close_seat))
        .routes(routes!(show_work::show_work))
        .routes(routes!(list_tenures::list_tenures, fill_seat::fill_seat))
        .routes(routes!(take_leave::take_leave))
        .routes(routes!(end_tenure::end_tenure))
}
