//! Who may do what: accounts, seats in regions, sessions, one model of grants and exclusions, masking.
//!
//! A request begins with [`authenticate`], which gives a [`Caller`]. The caller decides ([`Caller::check`]) and gives the
//! same decision as SQL for lists, counts and figures ([`Caller::slices`], [`Caller::filter`], [`Caller::filter_all`]).
//! Commands take the caller, check its right inside their unit, and act from the seat that gave it.
//!
//! Names and telephone numbers are sealed with a [`Keyring`] whose file lies outside the data; the journal has ids alone.
//! What is slow stands outside of commands: a password is looked up ([`look_up`]), verified ([`Challenge::verify`]) and
//! then acted on ([`sign_in`]).

mod accounts;
mod caller;
mod directory;
mod intake;
mod keyring;
mod limit;
mod mask;
mod privacy;
mod regions;
mod roster;
mod schema;
mod scope;
mod seats;
mod signin;

pub use accounts::{
    Account, AccountKind, AccountState, NAME_MOST, NewAccount, account, by_phone, change_profile, check_name, lock_account, make_account,
    masked_names, officials_in, public_name, public_phone, unlock_account,
};
pub use caller::{Basis, Caller, CallerKind, Grant, Listed, Object, Parts, Slice, exclude, region_column};
pub use directory::{Directory, Seen};
pub use intake::*;
pub use keyring::Keyring;
pub use limit::sweep;
pub use mask::{Mask, Masked, mask};
pub use privacy::*;
pub use regions::*;
pub use roster::{HeldSeat, Listing, roster};
pub use schema::SCHEMA;
pub use scope::{Scope, WrittenScope};
pub use seats::*;
pub use signin::*;

use base::{Error, Kind};

pub(crate) fn unauthenticated() -> Error {
    Error::new(Kind::Unauthenticated, "unauthenticated", "请先登录", "Sign in first")
}
