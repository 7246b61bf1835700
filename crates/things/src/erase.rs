//! The personal values of a thing go, the thing stays.

use crate::{Register, look::last, named, register::full};
use access::{Caller, Object};
use base::{Error, Result, ThingId};
use packs::{Action, Subject};
use store::Unit;

/// Erases every personal value that any version of it held, and the reason of its removal; an entry of the journal says
/// so. Answers how many texts went.
pub fn erase(unit: &mut Unit, register: &Register, caller: &Caller, id: ThingId) -> Result<u64> {
    let v = last(unit, id)?.ok_or_else(Error::not_found)?;
    let kind = register.kind_of(&v.kind)?;
    let basis = caller.check(Action::Remove, &Subject::Kind(full(kind)), &Object::at(v.region))?;
    unit.act_as(caller.by(basis));
    let (kind, gone) = (kind.clone(), unit.erase_words(id.uuid())?);
    // Files of personal fields go with the texts that named them.
    named::settle_files(unit, &kind, id)?;
    Ok(gone)
}
