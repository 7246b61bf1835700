//! Who may open what, and by which door it came.

use crate::Opening;
use access::{Basis, Caller, CallerKind, Object};
use base::{Code, Error, Kind, Result};
use packs::{Action, Door, Flow, Opener, Subject};

/// The seat by which this caller opens such a matter there, if there is one: what he then sends of his own accord was
/// seen in his office.
pub fn by_seat(flow: &Flow, caller: &Caller, place: Code) -> Option<Basis> {
    let object = Object { region: place, seats: &[], owner: None, about: &[] };
    let by_right = caller.check(Action::Open, &Subject::Flow(flow.name_of()), &object).ok();
    let by_role = flow.opens.by.iter().find_map(|by| match by {
        Opener::Role(role) => caller.grants.iter().find(|g| g.role == *role && (g.region.contains(place) || place.contains(g.region))),
        _ => None,
    });
    by_right.or_else(|| by_role.map(|g| Basis::Seat { seat: g.seat, acting: g.acting }))
}

/// Under what this caller opens such a matter there, or a refusal.
pub(crate) fn may_open(flow: &Flow, caller: &Caller, o: &Opening, place: Code) -> Result<Basis> {
    if place.home() != caller.home {
        return Err(Error::invalid("form.place.region", "这个地方不在本县", "this place is not in the county"));
    }
    let seat = by_seat(flow, caller, place);
    if o.for_another.is_some() {
        if !flow.opens.for_another {
            return Err(Error::invalid("for_another", "这类事项不能代人登记", "matters of this flow cannot be opened for another"));
        }
        return seat.ok_or_else(Error::forbidden);
    }
    if let Some(basis) = seat {
        return Ok(basis);
    }
    let open_to_all = flow.opens.by.contains(&Opener::Anyone);
    let residents = flow.opens.by.contains(&Opener::Resident);
    match caller.kind {
        CallerKind::System => Ok(Basis::System),
        CallerKind::Resident | CallerKind::Staff if residents || open_to_all => Ok(Basis::Owner),
        CallerKind::Nobody | CallerKind::Machine if open_to_all || residents && o.receipt.is_some() => Ok(Basis::Owner),
        CallerKind::Nobody => Err(Error::new(
            Kind::Unauthenticated,
            "sign_in",
            "请先用手机号登录，或者匿名反映",
            "sign in with your telephone first, or report anonymously",
        )),
        _ => Err(Error::forbidden()),
    }
}

/// The door says truthfully how it came: residents send by the pages, seats write down what they were told, machines
/// come by the doors that their keys name.
pub(crate) fn may_come_by(flow: &Flow, caller: &Caller, o: &Opening, basis: Basis, place: Code) -> Result<()> {
    if caller.kind == CallerKind::System {
        return Ok(());
    }
    let told = o.for_another.is_some();
    let own = match (caller.kind, basis) {
        (CallerKind::Machine, _) => {
            matches!(o.door, Door::Open311 | Door::Connector) && caller.opens_by(&Subject::Flow(flow.name_of()), place, o.door)
        }
        (_, Basis::Seat { .. }) => match o.door {
            Door::Page | Door::Miniprogram | Door::Desk | Door::Open311 => true,
            Door::Phone | Door::Visit => told,
            Door::Sheet | Door::Connector | Door::Pack => false,
        },
        _ => matches!(o.door, Door::Page | Door::Miniprogram | Door::Open311),
    };
    if !own {
        return Err(Error::new(
            Kind::Forbidden,
            "door",
            "不能写成从这个入口来的：自己反映的写手机页面或小程序，代人登记的写电话、窗口或上门，系统对接的按密钥写",
            "it did not come by this door: one's own report comes by page or miniprogram, what is written down for another by phone, desk or visit, a machine's by what its key says",
        ));
    }
    if let Some(outer) = &o.outer {
        if basis == Basis::Owner {
            return Err(Error::invalid(
                "outer",
                "外部系统的工单由受理员或对接系统登记",
                "an order of another system is brought by a desk or that system's key",
            ));
        }
        // The source of such a matter is that system, and a door's word would make it one that came by the door.
        if Door::named(&outer.source).is_some() || outer.source == Door::Pack.word() {
            return Err(Error::invalid("outer.source", "请用外部系统自己的代号", "name the other system by a code of its own"));
        }
    }
    if !flow.opens.doors.contains(&o.door) {
        return Err(Error::invalid("door", "这类事项没有开这个入口", "matters of this flow do not come by this door"));
    }
    Ok(())
}
