//! The row of a matter, and the one way to write it back.

use base::{AccountId, Code, Error, Level, MatterId, Result, SeatId, Time};
use packs::Name;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use store::{Reader, Sql, Timer, Unit, sql, timer};

/// For whom a step waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waits {
    /// Its holder is to act.
    Holder = 0,
    /// The resident is asked.
    Resident = 1,
    /// Another tier confirms, for want of somebody to ask.
    Seat = 2,
}

/// How the sender left a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity {
    Named = 0,
    Sealed = 1,
    Anonymous = 2,
}

store::row! {
    /// A matter 事项.
    #[derive(Clone, Debug)]
    pub struct Matter {
        pub id: MatterId,
        /// `HS-2026-001834`; there from the moment it is committed.
        pub number: Option<String>,
        pub pack: String,
        pub flow: String,
        /// Hash of the pack's version it was opened under.
        pub version: String,
        pub step: String,
        pub open: bool,
        pub ended_as: Option<String>,
        pub region: Code,
        /// [`geo::Spot`] of the place's point.
        pub spot: Option<i64>,
        pub category: Option<String>,
        pub triage: Option<String>,
        /// Confidence of the triage in millionths.
        pub confidence: Option<i64>,
        pub urgent: bool,
        pub title: String,
        pub holder: SeatId,
        pub offered: Option<SeatId>,
        waits: i64,
        pub waits_seat: Option<SeatId>,
        pub supervisor: Option<SeatId>,
        /// 0 none, 1 yellow, 2 red.
        pub card: i64,
        /// Deadlines that passed in this step.
        pub late: i64,
        pub received_at: Time,
        pub step_since: Time,
        pub step_due: Option<Time>,
        pub clock_due: Time,
        pub outer_due: Option<Time>,
        pub due: Time,
        pub provisional: bool,
        /// The resident's own clock has run out.
        pub clock_late: bool,
        pub paused_at: Option<Time>,
        identity: i64,
        pub resident: Option<AccountId>,
        pub receipt: Option<Vec<u8>>,
        pub opener: Option<AccountId>,
        pub opener_seat: Option<SeatId>,
        /// Who said "done", and from which seat.
        pub doer: Option<AccountId>,
        pub doer_seat: Option<SeatId>,
        /// The "done" that stands; a refusal takes it away.
        pub resolved_at: Option<Time>,
        pub answered_at: Option<Time>,
        /// When the resident was asked whether it is solved.
        pub asked_at: Option<Time>,
        pub closed_at: Option<Time>,
        pub solved: Option<String>,
        pub pleased: Option<i64>,
        pub returns: i64,
        pub reopened: i64,
        pub parent: Option<MatterId>,
        /// Step to come back to once `child` has ended, and under which move it was opened: JSON of `Back`.
        pub back: Option<String>,
        pub child: Option<MatterId>,
        pub merged_into: Option<MatterId>,
        pub same_as: Option<MatterId>,
        pub source: String,
        pub outer_number: Option<String>,
        pub revisit: bool,
        tally: String,
        pub asked: Option<String>,
        /// The import that brought it and is not shown yet: nobody meets it.
        pub hidden: Option<uuid::Uuid>,
        body: String,
    }
}

impl Matter {
    /// A matter about to be opened: the rest is set by its opening.
    #[allow(clippy::too_many_arguments, reason = "what every matter has from its first moment")]
    pub(crate) fn new(
        flow: &Name,
        version: &str,
        step: &str,
        region: Code,
        holder: SeatId,
        now: Time,
        clock_due: Time,
        source: &str,
    ) -> Matter {
        Matter {
            id: MatterId::fresh(),
            number: None,
            pack: flow.pack.clone(),
            flow: flow.id.clone(),
            version: version.to_owned(),
            step: step.to_owned(),
            open: true,
            ended_as: None,
            region,
            spot: None,
            category: None,
            triage: None,
            confidence: None,
            urgent: false,
            title: String::new(),
            holder,
            offered: None,
            waits: 0,
            waits_seat: None,
            supervisor: None,
            card: 0,
            late: 0,
            received_at: now,
            step_since: now,
            step_due: None,
            clock_due,
            outer_due: None,
            due: clock_due,
            provisional: false,
            clock_late: false,
            paused_at: None,
            identity: 0,
            resident: None,
            receipt: None,
            opener: None,
            opener_seat: None,
            doer: None,
            doer_seat: None,
            resolved_at: None,
            answered_at: None,
            asked_at: None,
            closed_at: None,
            solved: None,
            pleased: None,
            returns: 0,
            reopened: 0,
            parent: None,
            back: None,
            child: None,
            merged_into: None,
            same_as: None,
            source: source.to_owned(),
            outer_number: None,
            revisit: false,
            tally: "{}".to_owned(),
            asked: None,
            hidden: None,
            body: "{}".to_owned(),
        }
    }

    pub fn flow_name(&self) -> Name {
        Name::new(&self.pack, &self.flow)
    }

    pub fn waits(&self) -> Waits {
        match self.waits {
            1 => Waits::Resident,
            2 => Waits::Seat,
            _ => Waits::Holder,
        }
    }

    pub fn set_waits(&mut self, w: Waits) {
        self.waits = w as i64;
    }

    pub fn identity(&self) -> Identity {
        match self.identity {
            1 => Identity::Sealed,
            2 => Identity::Anonymous,
            _ => Identity::Named,
        }
    }

    pub fn set_identity(&mut self, i: Identity) {
        self.identity = i as i64;
    }

    /// Values of the forms filled in so far, without words: those are rows of `word`.
    pub fn body(&self) -> Json {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    pub fn set_body(&mut self, body: &Json) {
        self.body = body.to_string();
    }

    /// How often `step.move` was made.
    pub fn tally(&self) -> BTreeMap<String, u32> {
        serde_json::from_str(&self.tally).unwrap_or_default()
    }

    pub(crate) fn count_move(&mut self, step: &str, id: &str) {
        let mut tally = self.tally();
        *tally.entry(format!("{step}.{id}")).or_default() += 1;
        self.tally = serde_json::json!(tally).to_string();
    }

    /// The same counts under the steps' names in another version; those of a step that is gone are dropped.
    pub(crate) fn rename_tally(&mut self, now: impl Fn(&str) -> Option<String>) {
        let mut renamed = BTreeMap::<String, u32>::new();
        for (key, n) in self.tally() {
            if let Some((step, mv)) = key.split_once('.')
                && let Some(step) = now(step)
            {
                *renamed.entry(format!("{step}.{mv}")).or_default() += n;
            }
        }
        self.tally = serde_json::json!(renamed).to_string();
    }

    fn timer(&self) -> Result<uuid::Uuid> {
        timer::id(self.id.uuid(), "due")
    }
}

pub fn load(r: &mut Reader, id: MatterId) -> Result<Option<Matter>> {
    r.one(by_id(r.home(), id))
}

/// What every verb on a matter looks at first, for [`Reader::ahead`].
pub fn needs(home: base::Home, id: MatterId) -> Vec<Sql> {
    vec![by_id(home, id).locking(), by_id(home, id), crate::who::named(home, id), crate::part::of(home, id)]
}

/// What a page about a matter looks at, for [`Reader::ahead`].
pub fn needs_shown(home: base::Home, id: MatterId) -> Vec<Sql> {
    vec![by_id(home, id), crate::who::named(home, id), crate::part::of(home, id), crate::task::in_matter(home, id)]
}

/// The matter, locked until the end of the unit.
pub(crate) fn lock(unit: &mut Unit, id: MatterId) -> Result<Matter> {
    let q = by_id(unit.home(), id);
    unit.lock(q)?.ok_or_else(Error::not_found)
}

fn by_id(home: base::Home, id: MatterId) -> Sql {
    let mut q = Sql::select::<Matter>("from matter where county = ");
    q.arg(home).push(" and id = ").arg(id);
    q
}

pub(crate) fn insert(unit: &mut Unit, m: &Matter) -> Result<()> {
    let home = unit.home();
    let q = sql(
        "insert into matter (county, id, number, pack, flow, region, town, village, grp, triage, confidence, title, received_at, identity,
             resident, receipt, opener, opener_seat, parent, source, outer_number, step, open, ended_as, category, holder,
             offered, waits, waits_seat, supervisor, card, late, step_since, step_due, clock_due, due, provisional, clock_late,
             paused_at, doer, doer_seat, resolved_at, answered_at, asked_at, closed_at, solved, pleased, returns, reopened, back,
             child, merged_into, same_as, revisit, tally, asked, body, urgent, outer_due, version, spot)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25,
             $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48,
             $49, $50, $51, $52, $53, $54, $55, $56, $57, $58, $59, $60, $61)",
    )
    .bind(home)
    .bind(m.id)
    .bind(m.number.clone())
    .bind(&m.pack)
    .bind(&m.flow)
    .bind(m.region)
    .bind(m.region.at(Level::Town))
    .bind(m.region.at(Level::Village))
    .bind(m.region.at(Level::Group))
    .bind(m.triage.clone())
    .bind(m.confidence)
    .bind(&m.title)
    .bind(m.received_at)
    .bind(m.identity)
    .bind(m.resident)
    .bind(m.receipt.clone())
    .bind(m.opener)
    .bind(m.opener_seat)
    .bind(m.parent)
    .bind(&m.source)
    .bind(m.outer_number.clone());
    unit.write(course(q, m).bind(m.spot))
}

/// What may change in a matter's course, in the order in which [`insert`] and [`save`] name it.
fn course(q: Sql, m: &Matter) -> Sql {
    q.bind(&m.step)
        .bind(m.open)
        .bind(m.ended_as.clone())
        .bind(m.category.clone())
        .bind(m.holder)
        .bind(m.offered)
        .bind(m.waits)
        .bind(m.waits_seat)
        .bind(m.supervisor)
        .bind(m.card)
        .bind(m.late)
        .bind(m.step_since)
        .bind(m.step_due)
        .bind(m.clock_due)
        .bind(m.due)
        .bind(m.provisional)
        .bind(m.clock_late)
        .bind(m.paused_at)
        .bind(m.doer)
        .bind(m.doer_seat)
        .bind(m.resolved_at)
        .bind(m.answered_at)
        .bind(m.asked_at)
        .bind(m.closed_at)
        .bind(m.solved.clone())
        .bind(m.pleased)
        .bind(m.returns)
        .bind(m.reopened)
        .bind(m.back.clone())
        .bind(m.child)
        .bind(m.merged_into)
        .bind(m.same_as)
        .bind(m.revisit)
        .bind(&m.tally)
        .bind(m.asked.clone())
        .bind(&m.body)
        .bind(m.urgent)
        .bind(m.outer_due)
        .bind(&m.version)
}

/// Writes what changed in a matter's course and moves its timer: an open matter always has the one at `due`.
pub(crate) fn save(unit: &mut Unit, m: &Matter, before: &Matter) -> Result<()> {
    let home = unit.home();
    let q =
        sql("update matter set step = $1, open = $2, ended_as = $3, category = $4, holder = $5, offered = $6, waits = $7, waits_seat = $8,
             supervisor = $9, card = $10, late = $11, step_since = $12, step_due = $13, clock_due = $14, due = $15,
             provisional = $16, clock_late = $17, paused_at = $18, doer = $19, doer_seat = $20, resolved_at = $21,
             answered_at = $22, asked_at = $23, closed_at = $24, solved = $25, pleased = $26, returns = $27, reopened = $28,
             back = $29, child = $30, merged_into = $31, same_as = $32, revisit = $33, tally = $34, asked = $35, body = $36,
             urgent = $37, outer_due = $38, version = $39
             where county = $40 and id = $41");
    unit.write(course(q, m).bind(home).bind(m.id))?;
    crate::part::follow(unit, m, before)?;
    if !m.open {
        unit.cancel_timer(m.timer()?)
    } else if m.due != before.due || !before.open {
        set_timer(unit, m)
    } else {
        Ok(())
    }
}

pub(crate) fn set_timer(unit: &mut Unit, m: &Matter) -> Result<()> {
    unit.set_timer(Timer::new(m.timer()?, m.due, "matter.due", m.id.uuid()))
}
