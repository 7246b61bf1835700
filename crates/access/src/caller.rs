//! The one model: grants and exclusions, for a decision on one row and for the SQL of every list alike.

use base::{AccountId, Code, Error, Home, Level, Result, SeatId};
use packs::{Action, Catalogue, Subject};
use store::{By, Sql};
use uuid::Uuid;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallerKind {
    Nobody,
    Resident,
    Staff,
    /// A machine with an API key.
    Machine,
    /// The platform itself: a deadline, a reaction, the command line.
    System,
}

/// Someone at the door, with all that the decision needs. Built once a request.
#[derive(Clone, Debug)]
pub struct Caller {
    pub home: Home,
    pub kind: CallerKind,
    pub account: Option<AccountId>,
    /// One for each seat the account holds at this moment, also as B 岗 or acting.
    pub grants: Vec<Grant>,
    /// Accounts, seats and units whose matters (reports *about* them) this caller must not meet: its own and those it
    /// stands under.
    pub barred: Vec<Uuid>,
    pub catalogue: Catalogue,
}

#[derive(Clone, Debug)]
pub struct Grant {
    pub seat: SeatId,
    pub role: String,
    pub region: Code,
    pub unit: Option<String>,
    /// For the holder who is away.
    pub acting: bool,
}

/// What a decision looks at.
#[derive(Clone, Copy, Debug)]
pub struct Object<'a> {
    pub region: Code,
    /// Seats that hold it or have a part in it: holder, supervisor, offered, task holders.
    pub seats: &'a [SeatId],
    /// The resident whose matter it is.
    pub owner: Option<AccountId>,
    /// Whom it is about.
    pub about: &'a [Uuid],
}

/// Under what the caller may: the seat it acts from, or as the owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    Seat { seat: SeatId, acting: bool },
    Owner,
    System,
}

/// One part of what a caller may list; their union is all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Slice {
    /// All in this region.
    Region(Code),
    /// What this seat holds or has a part in.
    Seat(SeatId),
    /// What this resident sent.
    Owner(AccountId),
}

impl Caller {
    pub fn system(home: Home, catalogue: Catalogue) -> Caller {
        Caller { home, kind: CallerKind::System, account: None, grants: Vec::new(), barred: Vec::new(), catalogue }
    }

    pub fn nobody(home: Home, catalogue: Catalogue) -> Caller {
        Caller { kind: CallerKind::Nobody, ..Caller::system(home, catalogue) }
    }

    /// Who the journal says acted, under this basis.
    pub fn by(&self, basis: Basis) -> By {
        let mut by = match self.account {
            Some(id) => By::account(id),
            None if self.kind == CallerKind::System => By::system("platform"),
            None => By::nobody(),
        };
        if let Basis::Seat { seat, acting } = basis {
            by.seat = Some(seat);
            by.acting = acting;
        }
        by
    }

    /// May this caller do this to that? `Err` is *not found* where it may not even know that it exists.
    pub fn check(&self, action: Action, on: &Subject, object: &Object) -> Result<Basis> {
        if self.kind == CallerKind::System {
            return Ok(Basis::System);
        }
        if object.about.iter().any(|a| self.barred.contains(a)) {
            return Err(Error::not_found());
        }
        // Whoever holds or takes part may read; moves are the engine's to check against the flow.
        if matches!(action, Action::Read | Action::List)
            && let Some(g) = self.grants.iter().find(|g| object.seats.contains(&g.seat))
        {
            return Ok(Basis::Seat { seat: g.seat, acting: g.acting });
        }
        if let Some(g) = self.grants.iter().find(|g| self.granted(g, action, on) && g.region.contains(object.region)) {
            return Ok(Basis::Seat { seat: g.seat, acting: g.acting });
        }
        if matches!(action, Action::Read | Action::List) && self.account.is_some() && object.owner == self.account {
            return Ok(Basis::Owner);
        }
        let sees = action != Action::Read && self.check(Action::Read, on, object).is_ok();
        Err(if sees { Error::forbidden() } else { Error::not_found() })
    }

    fn granted(&self, g: &Grant, action: Action, on: &Subject) -> bool {
        self.catalogue.may(&g.role, action, on)
    }

    /// What the caller may list of a subject. Empty: nothing.
    pub fn slices(&self, action: Action, on: &Subject) -> Vec<Slice> {
        let mut slices = Vec::new();
        for g in &self.grants {
            let region = Slice::Region(g.region);
            if self.granted(g, action, on) && !slices.contains(&region) {
                slices.push(region);
            } else {
                slices.push(Slice::Seat(g.seat));
            }
        }
        if let (CallerKind::Resident, Some(id)) = (self.kind, self.account) {
            slices.push(Slice::Owner(id));
        }
        slices
    }
}

/// Columns of a listed row that a region's slice compares, by level: an equality on an index.
pub fn region_column(level: Level) -> &'static str {
    match level {
        Level::Province | Level::City | Level::County => "county",
        Level::Town => "town",
        Level::Village => "village",
        Level::Group | Level::Neighbour => "grp",
    }
}

/// Leaves out rows about whom the caller must not meet. `row` is the id column of the listed table.
pub fn exclude(q: &mut Sql, home: Home, barred: &[Uuid], table: &str, row: &str) {
    if barred.is_empty() {
        return;
    }
    q.push(" and not exists (select 1 from ").push(table).push(" x where x.county = ").arg(home);
    q.push(" and x.subject = ").push(row).push(" and x.about in ").list(barred.iter().copied()).push(")");
}
