//! Signing in and out, and what is one's own: sessions, consents, who looked, a copy, erasure.

mod accept_invitation;
mod accept_wechat;
mod change_password;
mod change_profile;
mod confirm_second_factor;
mod cookie;
mod end_other_sessions;
mod end_session;
mod erase_me;
mod export_me;
mod give_consent;
pub mod json;
mod link_wechat;
mod list_my_consents;
mod list_my_readers;
mod list_my_sessions;
mod offer_second_factor;
mod request_code;
mod show_me;
mod show_my_wechat;
mod sign_in;
mod sign_in_by_code;
mod sign_in_by_wechat;
mod sign_out;
mod unlink_wechat;
mod withdraw_consent;

use crate::app::App;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(sign_in::sign_in, sign_out::sign_out))
        .routes(routes!(request_code::request_code))
        .routes(routes!(sign_in_by_code::sign_in_by_code))
        .routes(routes!(sign_in_by_wechat::sign_in_by_wechat))
        .routes(routes!(accept_invitation::accept_invitation))
        .routes(routes!(show_me::show_me, change_profile::change_profile, erase_me::erase_me))
        .routes(routes!(change_password::change_password))
        .routes(routes!(offer_second_factor::offer_second_factor, confirm_second_factor::confirm_second_factor))
        .routes(routes!(list_my_sessions::list_my_sessions, end_other_sessions::end_other_sessions))
        .routes(routes!(end_session::end_session))
        .routes(routes!(list_my_readers::list_my_readers))
        .routes(routes!(export_me::export_me))
        .routes(routes!(list_my_consents::list_my_consents, give_consent::give_consent))
        .routes(routes!(withdraw_consent::withdraw_consent))
        .routes(routes!(show_my_wechat::show_my_wechat, link_wechat::link_wechat, unlink_wechat::unlink_wechat))
        .routes(routes!(accept_wechat::accept_wechat))
}
