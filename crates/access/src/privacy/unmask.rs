//! Seeing a masked field: a command of its own, for a stated purpose, on record, and told to the person.

use crate::{Basis, Caller, Keyring, Object, accounts};
use base::{AccountId, Error, Result, Text};
use packs::{Action, Subject};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::time::Duration;
use store::{Entry, Reading, Unit};
use uuid::Uuid;

/// Why someone may look. A closed list: another reason is one of these in other words, and the words are kept too.
#[derive(Clone, Copy, Debug)]
pub struct Purpose {
    pub code: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
    /// How long the record is kept. Logs are kept six months at least (网络安全法 article 23 as amended 2025, earlier 21);
    /// records of handling that is open to question three years (个人信息保护法 article 56).
    pub days: u64,
}

pub const PURPOSES: [Purpose; 5] = [
    Purpose { code: "contact", zh: "联系本人办理", en: "to reach her about her matter", days: 1096 },
    Purpose { code: "verify", zh: "核实情况", en: "to check the facts", days: 1096 },
    Purpose { code: "emergency", zh: "紧急救助", en: "to help in an emergency", days: 1096 },
    Purpose { code: "audit", zh: "监督检查", en: "for an audit", days: 1096 },
    Purpose { code: "sealed", zh: "打开密封的反映人", en: "to open a sealed sender", days: 1096 },
];

impl Purpose {
    pub fn of(code: &str) -> Result<&'static Purpose> {
        PURPOSES.iter().find(|p| p.code == code).ok_or_else(|| {
            let known = PURPOSES.map(|p| format!("{}（{}）", p.code, p.zh)).join("、");
            Error::invalid("purpose", format!("请选择用途：{known}"), format!("choose a purpose: {}", PURPOSES.map(|p| p.code).join(", ")))
        })
    }

    pub fn text(&self) -> Text {
        Text::new(self.zh, self.en)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Personal {
    Name,
    Phone,
}

#[derive(Clone, Debug)]
pub struct Unmask {
    pub account: AccountId,
    pub fields: Vec<Personal>,
    /// A code of [`PURPOSES`].
    pub purpose: String,
    /// In the reader's own words, at least four characters.
    pub reason: String,
    /// What was open on the desk: a kind of row and its id.
    pub seen_in: (&'static str, Uuid),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unmasked {
    pub name: Option<String>,
    pub phone: Option<String>,
}

/// Opens masked fields of an account, where the caller may [`Action::Unmask`] on `on` at `object`. One's own are open.
pub fn unmask(unit: &mut Unit, caller: &Caller, keys: &Keyring, on: &Subject, object: &Object, ask: &Unmask) -> Result<Unmasked> {
    let row = accounts::row(unit, ask.account)?.ok_or_else(Error::not_found)?;
    let (name, phone) = accounts::unseal(keys, &row)?;
    let shown = Unmasked {
        name: name.filter(|_| ask.fields.contains(&Personal::Name)),
        phone: phone.filter(|_| ask.fields.contains(&Personal::Phone)),
    };
    if caller.account == Some(ask.account) {
        return Ok(shown);
    }
    let fields: Vec<String> =
        ask.fields.iter().map(|f| if *f == Personal::Name { "name".to_owned() } else { "phone".to_owned() }).collect();
    record_unmasked(unit, caller, on, object, Some(ask.account), fields, &ask.purpose, &ask.reason, ask.seen_in)?;
    Ok(shown)
}

/// The same for fields that an engine keeps itself (a form's personal field): checks the right and puts the reading on
/// record; the engine then shows the value.
#[allow(clippy::too_many_arguments)] // what a reading's record consists of
pub fn record_unmasked(
    unit: &mut Unit,
    caller: &Caller,
    on: &Subject,
    object: &Object,
    of: Option<AccountId>,
    fields: Vec<String>,
    purpose: &str,
    reason: &str,
    seen_in: (&'static str, Uuid),
) -> Result<Basis> {
    let basis = caller.check(Action::Unmask, on, object)?;
    if caller.account.is_some() {
        unit.act_as(caller.by(basis));
    }
    record(unit, of, fields, purpose, reason, seen_in, object)?;
    Ok(basis)
}

pub(super) fn record(
    unit: &mut Unit,
    of: Option<AccountId>,
    fields: Vec<String>,
    purpose: &str,
    reason: &str,
    seen_in: (&'static str, Uuid),
    object: &Object,
) -> Result<()> {
    let purpose = Purpose::of(purpose)?;
    let n = reason.trim().chars().count();
    if !(4..=200).contains(&n) {
        return Err(Error::invalid("reason", "请写明为什么要看，4 到 200 个字", "say why, in 4 to 200 characters"));
    }
    if fields.is_empty() {
        return Err(Error::invalid("fields", "请选择要看的内容", "choose what to see"));
    }
    let kept = unit.now() + Duration::from_secs(purpose.days * 24 * 3600);
    // Who sent a sealed report stands in the chain of readings alone, never beside the report in the journal.
    let named = of.filter(|_| purpose.code != "sealed");
    // The reader's words may name her, so they go when she is erased.
    let (_, word) = unit.word(named.map_or(seen_in.1, AccountId::uuid), "unmask_reason", reason.trim())?;
    let payload = json!({"of": named, "fields": fields, "purpose": purpose.code, "reason": word});
    unit.record(Entry::new("personal.opened", seen_in, Some(object.region), payload));
    unit.record_reading(Reading::new(seen_in, of.map(AccountId::uuid), fields, purpose.code, kept));
    Ok(())
}
