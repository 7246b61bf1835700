//! A sealed report: only a named keeper opens who sent it. Each opening is on record and told to the sender.

use super::unmask::record;
use crate::{Caller, Keyring, Object, signin};
use base::{AccountId, Result};
use packs::{Action, Subject};
use store::Unit;
use uuid::Uuid;

#[derive(Clone, Debug)]
pub struct Unseal<'a> {
    /// The report: its kind of row and its id.
    pub subject: (&'static str, Uuid),
    pub sender: AccountId,
    pub reason: &'a str,
}

/// Puts on record that who sent it is opened, and tells him, where the caller is a keeper ([`Action::Unseal`] at the report's place).
pub fn unseal_sender(unit: &mut Unit, caller: &Caller, keys: &Keyring, on: &Subject, object: &Object, ask: &Unseal) -> Result<()> {
    let basis = caller.check(Action::Unseal, on, object)?;
    unit.act_as(caller.by(basis));
    let sender = ask.sender;
    record(unit, Some(sender), vec!["sender".to_owned()], "sealed", ask.reason, ask.subject, object)?;
    signin::tell(unit, keys, sender, "【数乡】您的一件密封反映，反映人信息刚被有权保管人打开，已记录。登录后可查看是谁、为什么。")?;
    Ok(())
}
