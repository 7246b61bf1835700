//! Personal data: shown masked, opened on record, and hers who is meant (Personal Information Protection Law 个人信息保护法,
//! articles 14–16, 44–47).

mod consent;
mod erase;
mod export;
mod looked;
mod unmask;
mod unseal;

pub use consent::{Agreement, Consent, agreed, consents, give_consent, withdraw_consent};
pub use erase::{Erased, Kept, erase_account, erase_again};
pub use export::export_account;
pub use looked::{Looked, readings, seat_title, who_looked_at_me};
pub use unmask::{PURPOSES, Personal, Purpose, Unmask, Unmasked, record_unmasked, unmask};
pub use unseal::{Unseal, unseal_sender};
