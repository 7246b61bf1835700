//! Accounts of officials, and keys of machines. Residents make their own.

mod invite_official;
pub mod json;
mod list_accounts;
mod list_keys;
mod lock_account;
mod make_account;
mod make_key;
mod reset_second_factor;
mod revoke_key;
mod sign_out_everywhere;
mod unlock_account;

use crate::app::App;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_accounts::list_accounts, make_account::make_account))
        .routes(routes!(invite_official::invite_official))
        .routes(routes!(lock_account::lock_account))
        .routes(routes!(unlock_account::unlock_account))
        .routes(routes!(sign_out_everywhere::sign_out_everywhere))
        .routes(routes!(reset_second_factor::reset_second_factor))
        .routes(routes!(list_keys::list_keys, make_key::make_key))
        .routes(routes!(revoke_key::revoke_key))
}
