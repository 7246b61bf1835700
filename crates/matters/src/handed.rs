//! What a seat has in hand: listed when its office is handed over (交接单), and given to another seat before it closes,
//! so that no open matter is ever held by nobody.

use crate::{Course, Rules, part, pause::Asked};
use access::{Caller, Object, Seat};
use base::{Code, Error, MatterId, Result, SeatId, Time};
use packs::{Action, Subject};
use serde_json::json;
use store::{Reader, Sql, Unit, sql};

store::row! {
    /// An open matter in which a seat has something to do. Without its words: who hands an office over need not read them.
    #[derive(Clone, Debug)]
    pub struct InHand {
        pub id: MatterId,
        pub number: Option<String>,
        pub flow: String,
        pub pack: String,
        pub step: String,
        pub region: Code,
        pub due: Time,
        /// Another one where the seat is asked, waited for, supervises or has a task in it.
        pub holder: SeatId,
    }
}

/// Whose seat has a part that somebody must go on with.
fn parts(q: &mut Sql, r: &Reader, seat: SeatId) {
    q.push(" from matter m where m.county = ").arg(r.home()).push(" and m.open = 1 and (m.holder = ").arg(seat);
    q.push(" or m.id in (select p.matter from part p where p.county = ").arg(r.home()).push(" and p.seat = ").arg(seat);
    q.push(" and p.open = 1 and p.why <> ").arg(part::WAS).push("))");
}

/// What the seat has in hand, by deadline, at most `most`; and how many there are. For whoever keeps the seats there; what
/// is about himself is neither listed nor counted.
pub fn in_hand(r: &mut Reader, caller: &Caller, id: SeatId, most: usize) -> Result<(Vec<InHand>, i64)> {
    let seat = access::seat(r, id)?.ok_or_else(Error::not_found)?;
    caller.check(Action::Seats, &Subject::Platform, &Object::at(seat.region)).map_err(|_| Error::forbidden())?;
    let mut q = sql("select m.id, m.number, m.flow, m.pack, m.step, m.region, m.due, m.holder");
    parts(&mut q, r, seat.id);
    access::exclude(&mut q, r.home(), &caller.barred, "matter_about", "m.id");
    q.push(" order by m.due, m.id limit ").arg(most as i64);
    let rows = r.many(q)?;
    let mut q = sql("select count(*)");
    parts(&mut q, r, seat.id);
    access::exclude(&mut q, r.home(), &caller.barred, "matter_about", "m.id");
    Ok((rows, r.count(q)?))
}

/// Closes a seat that nobody holds. What it has in hand goes to the seat `to`, with its deadlines as they are; without
/// `to` a seat that has something in hand stays open.
pub fn close_seat(unit: &mut Unit, rules: &Rules, caller: &Caller, id: SeatId, to: Option<SeatId>) -> Result<()> {
    let from = access::seat(unit, id)?.ok_or_else(Error::not_found)?;
    caller.allow(unit, Action::Seats, from.region)?;
    let mut q = sql("select m.id");
    parts(&mut q, unit, id);
    q.push(" order by m.id");
    let work: Vec<(MatterId,)> = unit.many(q)?;
    match to {
        None if !work.is_empty() => {
            let n = work.len();
            return Err(Error::conflict(
                "seat_has_work",
                format!("这个岗位手上还有 {n} 件事，请先选由哪个岗位接（to）"),
                format!("the seat has {n} matters in hand; name the seat that takes them over (to)"),
            ));
        }
        Some(to) => {
            let closed = access::seat_closed(unit, to)?;
            let to = access::seat(unit, to)?.filter(|s| s.id != from.id && !closed);
            let to = to.ok_or_else(|| Error::invalid("to", "没有这个岗位，或者已经撤了", "there is no such seat, or it is closed"))?;
            for (matter,) in work {
                hand_over(unit, rules, matter, id, &to)?;
            }
        }
        None => {}
    }
    access::close_seat(unit, caller, id)
}

fn hand_over(unit: &mut Unit, rules: &Rules, id: MatterId, from: SeatId, to: &Seat) -> Result<()> {
    let mut course = Course::load(unit, rules, id, &[])?;
    if access::seat_barred(unit, &rules.catalogue, to, &course.about)? {
        let (zh, en) = ("有的事不能由这个岗位接，请另选一个", "some of it cannot go to this seat; choose another");
        return Err(Error::conflict("cannot_take_over", zh, en).field("to", zh, en));
    }
    let m = &mut course.m;
    if m.holder == from {
        m.holder = to.id;
    }
    for seat in [&mut m.offered, &mut m.waits_seat, &mut m.supervisor] {
        if *seat == Some(from) {
            *seat = Some(to.id);
        }
    }
    // What is offered to the one who holds it by now is taken.
    m.offered = m.offered.filter(|s| *s != m.holder);
    if let Some(text) = &m.asked {
        let mut asked: Asked = serde_json::from_str(text).map_err(Error::internal)?;
        if asked.of == from {
            asked.of = to.id;
            m.asked = Some(serde_json::to_string(&asked).map_err(Error::internal)?);
        }
    }
    let home = unit.home();
    for why in [part::ASKED, part::TASK] {
        let mut q = sql("select count(*) from part where county = ");
        q.arg(home).push(" and matter = ").arg(id).push(" and seat = ").arg(from).push(" and why = ").arg(why);
        if unit.count(q)? > 0 {
            part::remove(unit, id, from, why)?;
            part::add(unit, &course.m, to.id, why)?;
        }
    }
    let tasks = sql("update task set seat = $1 where county = $2 and matter = $3 and seat = $4 and state = 0");
    unit.write(tasks.bind(to.id).bind(home).bind(id).bind(from))?;
    course.save(unit, "matter.handed_over", json!({ "from": from, "to": to.id })).map(drop)
}
