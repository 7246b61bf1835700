//! The doors: password and second factor for staff, a code by phone for residents, keys for machines; sessions.

mod authenticate;
mod code;
mod key;
mod password;
mod session;
mod sms;
mod totp;
mod wechat;

pub use authenticate::{Authenticated, Callers, authenticate, caller_of, home_of};
pub use code::{CodeLimits, ask_code, sign_in_by_code};
pub(crate) use key::move_scopes;
pub use key::{KeyInfo, MadeKey, NewKey, keys_of, make_key, revoke_key};
pub use password::{
    Challenge, Hashed, Policy, Verified, accept_invitation, change_password, count_try, hash_password, invite, look_up, set_first_password,
    sign_in,
};
pub(crate) use session::end_sessions;
pub use session::{Device, SessionInfo, end_other_sessions, open_session, revoke_session, sessions, sign_out, sign_out_everywhere, touch};
pub use sms::{LogSms, SMS, Sms, send_sms, tell};
pub use totp::{Confirmed, Offer, confirm_totp, offer_totp, reset_totp};
pub use wechat::{
    News, WECHAT, WeChat, accept_wechat, count_wechat, link_wechat, no_wechat, send_wechat, sign_in_by_wechat, tell_by_wechat,
    unlink_wechat, wechat_of, wechat_ticket,
};

use base::{AccountId, Error};

/// What a sign-in gives. The token is shown once; the database keeps its hash.
#[derive(Clone, Debug)]
pub struct Opened {
    pub token: String,
    pub account: AccountId,
    /// False until a second factor is set up: such a session has no seats and can do nothing but that.
    pub full: bool,
    /// The account was made by this sign-in.
    pub new: bool,
}

/// A sign-in that fails is an answer, not an error of its command: that it failed must be committed.
pub type Attempt = std::result::Result<Opened, Error>;
