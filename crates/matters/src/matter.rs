//! The row of a matter, and the one way to write it back.

use base::{AccountId, Code, Error, Level, MatterId, Result, SeatId, Time};
use packs::Name;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use store::{Reader, Sql, Timer, Unit, Value, sql, timer};

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
    vec![by_id(home, id).locking(), crate::who::named(home, id), crate::part::of(home, id)]
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
    let fixed = fixed(unit.home(), m);
    let mut q = sql("insert into matter (");
    q.push(&FIXED.join(", ")).push(", ").push(&COURSE.join(", ")).push(") values ").list(fixed.into_iter().chain(course(m)));
    unit.write(q)
}

/// What a matter has from its opening on, in the order of [`fixed`].
const FIXED: [&str; 22] = [
    "county",
    "id",
    "number",
    "pack",
    "flow",
    "region",
    "town",
    "village",
    "grp",
    "spot",
    "triage",
    "confidence",
    "title",
    "received_at",
    "identity",
    "resident",
    "receipt",
    "opener",
    "opener_seat",
    "parent",
    "source",
    "outer_number",
];

fn fixed(home: base::Home, m: &Matter) -> [Value; 22] {
    [
        home.into(),
        m.id.into(),
        m.number.clone().into(),
        (&m.pack).into(),
        (&m.flow).into(),
        m.region.into(),
        m.region.at(Level::Town).into(),
        m.region.at(Level::Village).into(),
        m.region.at(Level::Group).into(),
        m.spot.into(),
        m.triage.clone().into(),
        m.confidence.into(),
        (&m.title).into(),
        m.received_at.into(),
        m.identity.into(),
        m.resident.into(),
        m.receipt.clone().into(),
        m.opener.into(),
        m.opener_seat.into(),
        m.parent.into(),
        (&m.source).into(),
        m.outer_number.clone().into(),
    ]
}

/// What may change in a matter's course, in the order of [`course`].
const COURSE: [&str; 39] = [
    "step",
    "open",
    "ended_as",
    "category",
    "holder",
    "offered",
    "waits",
    "waits_seat",
    "supervisor",
    "card",
    "late",
    "step_since",
    "step_due",
    "clock_due",
    "due",
    "provisional",
    "clock_late",
    "paused_at",
    "doer",
    "doer_seat",
    "resolved_at",
    "answered_at",
    "asked_at",
    "closed_at",
    "solved",
    "pleased",
    "returns",
    "reopened",
    "back",
    "child",
    "merged_into",
    "same_as",
    "revisit",
    "tally",
    "asked",
    "body",
    "urgent",
    "outer_due",
    "version",
];

fn course(m: &Matter) -> [Value; 39] {
    [
        (&m.step).into(),
        m.open.into(),
        m.ended_as.clone().into(),
        m.category.clone().into(),
        m.holder.into(),
        m.offered.into(),
        m.waits.into(),
        m.waits_seat.into(),
        m.supervisor.into(),
        m.card.into(),
        m.late.into(),
        m.step_since.into(),
        m.step_due.into(),
        m.clock_due.into(),
        m.due.into(),
        m.provisional.into(),
        m.clock_late.into(),
        m.paused_at.into(),
        m.doer.into(),
        m.doer_seat.into(),
        m.resolved_at.into(),
        m.answered_at.into(),
        m.asked_at.into(),
        m.closed_at.into(),
        m.solved.clone().into(),
        m.pleased.into(),
        m.returns.into(),
        m.reopened.into(),
        m.back.clone().into(),
        m.child.into(),
        m.merged_into.into(),
        m.same_as.into(),
        m.revisit.into(),
        (&m.tally).into(),
        m.asked.clone().into(),
        (&m.body).into(),
        m.urgent.into(),
        m.outer_due.into(),
        (&m.version).into(),
    ]
}

/// Writes what changed in a matter's course and moves its timer: an open matter always has the one at `due`. A column that
/// is set is written to each index it stands in, though its value be the same: so only what differs is set.
pub(crate) fn save(unit: &mut Unit, m: &Matter, before: &Matter) -> Result<()> {
    let home = unit.home();
    let mut q = sql("update matter set ");
    let differs = COURSE.iter().zip(course(m)).zip(course(before)).filter(|((_, now), then)| now != then);
    let mut any = false;
    for ((column, now), _) in differs {
        q.push(if any { ", " } else { "" }).push(column).push(" = ").arg(now);
        any = true;
    }
    if any {
        q.push(" where county = ").arg(home).push(" and id = ").arg(m.id);
        unit.write(q)?;
    }
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
