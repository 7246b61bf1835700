//! Text messages leave by a gateway. They wait in the outbox sealed, so that the database shows neither number nor code.

use crate::{Keyring, Mask, accounts, mask};
use base::{AccountId, Error, Result, Time};
use serde_json::json;
use store::{Unit, outbox::Letter};
use uuid::Uuid;

/// The outbox's channel.
pub const SMS: &str = "sms";

/// A way to send text messages. `to` is in E.164.
pub trait Sms: Send + Sync + 'static {
    /// `id` is the same when a message is sent again.
    fn send(&self, id: Uuid, to: &str, text: &str) -> Result<()>;
}

/// Writes to the log that a message would have gone out; its text only on a demo.
#[derive(Clone, Copy, Debug)]
pub struct LogSms {
    pub demo: bool,
}

impl Sms for LogSms {
    fn send(&self, id: Uuid, to: &str, text: &str) -> Result<()> {
        let to = mask(to, Mask::Phone);
        if self.demo {
            tracing::info!(%id, to, text, "text message (demo: not sent)");
        } else {
            tracing::warn!(%id, to, "text message not sent: no gateway is configured");
        }
        Ok(())
    }
}

/// Puts a message into the outbox. After `until` it is dropped unsent.
pub(crate) fn queue(unit: &mut Unit, keys: &Keyring, to: &str, text: &str, until: Time) -> Result<()> {
    seal_into(unit, keys, SMS, &json!({"to": to, "text": text}).to_string(), until)
}

/// A letter whose inside the database does not show.
pub(super) fn seal_into(unit: &mut Unit, keys: &Keyring, channel: &'static str, inside: &str, until: Time) -> Result<()> {
    let sealed = crate::keyring::hex(&keys.seal(place(channel), Uuid::nil(), inside)?);
    unit.send(channel, &json!({"sealed": sealed, "until": until.0}))?;
    Ok(())
}

fn place(channel: &str) -> &'static str {
    if channel == SMS { "outbox.sms" } else { "outbox.wechat" }
}

/// Tells an account something by text message, if it has a number.
pub fn tell(unit: &mut Unit, keys: &Keyring, account: AccountId, text: &str) -> Result<bool> {
    let Some(row) = accounts::row(unit, account)? else { return Ok(false) };
    let (_, Some(phone)) = accounts::unseal(keys, &row)? else { return Ok(false) };
    queue(unit, keys, &phone, text, Time::MAX)?;
    Ok(true)
}

/// What the outbox runs for its letters of the channel [`SMS`]. May wait for the network.
pub fn send_sms(keys: &Keyring, gateway: &dyn Sms, letter: &Letter, now: Time) -> Result<()> {
    #[derive(serde::Deserialize)]
    struct Inside {
        to: String,
        text: String,
    }
    let Some(inside) = open_letter(keys, letter, now)? else { return Ok(()) };
    let inside: Inside = serde_json::from_str(&inside).map_err(Error::internal)?;
    gateway.send(letter.id, &inside.to, &inside.text)
}

/// The inside of a sealed letter; `None` once its time is over.
pub(super) fn open_letter(keys: &Keyring, letter: &Letter, now: Time) -> Result<Option<String>> {
    #[derive(serde::Deserialize)]
    struct Outside {
        sealed: String,
        until: i64,
    }
    let outside: Outside = serde_json::from_str(&letter.payload).map_err(Error::internal)?;
    if outside.until <= now.0 {
        return Ok(None);
    }
    let bytes = (0..outside.sealed.len() / 2).map(|i| u8::from_str_radix(outside.sealed.get(2 * i..2 * i + 2).unwrap_or_default(), 16));
    let bytes = bytes.collect::<std::result::Result<Vec<u8>, _>>().map_err(Error::internal)?;
    keys.unseal(place(&letter.kind), Uuid::nil(), &bytes).map(Some)
}
