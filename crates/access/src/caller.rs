//! The one model: grants and exclusions, for a decision on one row and for the SQL of every list alike.

use crate::Scope;
use base::{AccountId, Code, Error, Home, Level, Result, SeatId};
use packs::{Action, Catalogue, Door, Subject};
use store::{By, Sql, Unit};
use uuid::Uuid;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallerKind {
    Nobody,
    /// Also one who holds unpaid seats: a leader is a resident.
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
    /// What each seat gives that the account holds at this moment, also as B 岗 or acting. A seat of a 片, 网格 or 巷
    /// gives one for each of its groups.
    pub grants: Vec<Grant>,
    /// What a machine's key opens.
    pub scopes: Vec<Scope>,
    /// Accounts, seats and units whose matters (reports *about* them) this caller must not meet: its own and those it
    /// stands under.
    pub barred: Vec<Uuid>,
    pub catalogue: Catalogue,
    /// Of the county's seats, tenures and regions when the caller was found; 0 where it was not asked for.
    pub version: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
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

impl Object<'_> {
    /// A region's own affairs: its seats, its accounts.
    pub fn at(region: Code) -> Object<'static> {
        Object { region, seats: &[], owner: None, about: &[] }
    }
}

/// Under what the caller may: the seat it acts from, or as the owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    Seat {
        seat: SeatId,
        acting: bool,
    },
    Owner,
    /// The platform, or a machine inside its key's scope.
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
        let (grants, scopes, barred) = (Vec::new(), Vec::new(), Vec::new());
        Caller { home, kind: CallerKind::System, account: None, grants, scopes, barred, catalogue, version: 0 }
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
        let looks = matches!(action, Action::Read | Action::List);
        let owns = looks && self.account.is_some() && object.owner == self.account;
        if object.about.iter().any(|a| self.barred.contains(a)) {
            // Who reports the one above him follows his own report, and nothing else of that kind.
            let himself = object.about.iter().any(|a| self.account.is_some_and(|me| me.uuid() == *a));
            return if owns && !himself { Ok(Basis::Owner) } else { Err(Error::not_found()) };
        }
        // Whoever holds or takes part may read; moves are the engine's to check against the flow.
        if looks && let Some(g) = self.grants.iter().find(|g| object.seats.contains(&g.seat)) {
            return Ok(Basis::Seat { seat: g.seat, acting: g.acting });
        }
        if let Some(g) = self.grants.iter().find(|g| g.region.contains(object.region) && self.granted(g, action, on)) {
            return Ok(Basis::Seat { seat: g.seat, acting: g.acting });
        }
        if owns {
            return Ok(Basis::Owner);
        }
        if self.scopes.iter().any(|s| s.region.contains(object.region) && self.scoped(s, action, on)) {
            return Ok(Basis::System);
        }
        let sees = action != Action::Read && self.check(Action::Read, on, object).is_ok();
        Err(if sees { Error::forbidden() } else { Error::not_found() })
    }

    /// The check of a command on the county's own affairs (accounts, seats, regions); from here on the caller acts from
    /// the seat that gave the right.
    pub fn allow(&self, unit: &mut Unit, action: Action, region: Code) -> Result<()> {
        if self.home != unit.home() {
            return Err(Error::not_found());
        }
        match self.check(action, &Subject::Platform, &Object::at(region)) {
            Ok(basis) => unit.act_as(self.by(basis)),
            // That there are accounts and seats is no secret.
            Err(_) if self.account.is_some() => return Err(Error::forbidden()),
            Err(_) => return Err(crate::unauthenticated()),
        }
        Ok(())
    }

    /// The caller's account, for what everyone does for himself.
    pub fn me(&self) -> Result<AccountId> {
        self.account.ok_or_else(crate::unauthenticated)
    }

    /// May this machine's key bring a matter by this door?
    pub fn opens_by(&self, on: &Subject, place: Code, door: Door) -> bool {
        self.scopes.iter().any(|s| s.region.contains(place) && self.scoped(s, Action::Open, on) && s.door.is_none_or(|d| d == door))
    }

    /// A list shows nothing that a look-up would refuse, so both rights are asked for.
    fn granted(&self, g: &Grant, action: Action, on: &Subject) -> bool {
        let may = |a| self.catalogue.may(&g.role, a, on);
        may(action) && (!matches!(action, Action::List | Action::Export) || may(Action::Read))
    }

    fn scoped(&self, s: &Scope, action: Action, on: &Subject) -> bool {
        let fits = s.on == *on || s.on == Subject::All && self.catalogue.in_all(on);
        fits && s.actions.contains(&action) && (!matches!(action, Action::List | Action::Export) || s.actions.contains(&Action::Read))
    }

    /// What the caller may list of a subject. Empty: nothing.
    pub fn slices(&self, action: Action, on: &Subject) -> Vec<Slice> {
        let mut regions: Vec<Code> = Vec::new();
        let granted = self.grants.iter().filter(|g| self.granted(g, action, on)).map(|g| g.region);
        let scoped = self.scopes.iter().filter(|s| self.scoped(s, action, on)).map(|s| s.region);
        for region in granted.chain(scoped) {
            if !regions.iter().any(|r| r.contains(region)) {
                regions.retain(|r| !region.contains(*r));
                regions.push(region);
            }
        }
        let mut slices: Vec<Slice> = regions.into_iter().map(Slice::Region).collect();
        if matches!(action, Action::Read | Action::List) {
            for g in &self.grants {
                // A seat may hold what lies outside its region, so the region's slice does not stand for it.
                if !slices.contains(&Slice::Seat(g.seat)) {
                    slices.push(Slice::Seat(g.seat));
                }
            }
            if let (Some(id), true) = (self.account, self.kind != CallerKind::Machine) {
                slices.push(Slice::Owner(id));
            }
        }
        slices
    }

    /// Appends ` and …`: the rows of this slice that the caller may meet. The same as [`Caller::check`], in SQL.
    pub fn filter(&self, q: &mut Sql, slice: &Slice, listed: &Listed) {
        let t = listed.alias;
        q.push(&format!(" and {t}.county = ")).arg(self.home);
        match slice {
            Slice::Region(region) => {
                within(q, self.home, *region, t);
                if listed.flows {
                    self.leave_apart(q, *region, t);
                }
            }
            Slice::Seat(seat) => {
                q.push(" and (");
                if let Some(holder) = listed.holder {
                    q.push(&format!("{t}.{holder} = ")).arg(*seat);
                }
                if let Some(p) = listed.parts {
                    q.push(if listed.holder.is_some() { " or " } else { "" });
                    q.push(&format!(
                        "exists (select 1 from {} p where p.county = {t}.county and p.{} = {t}.id and p.{} = ",
                        p.table, p.row, p.seat
                    ));
                    q.arg(*seat).push(")");
                }
                q.push(if listed.holder.is_none() && listed.parts.is_none() { "1 = 0)" } else { ")" });
            }
            Slice::Owner(account) => match listed.owner {
                Some(owner) => {
                    q.push(&format!(" and {t}.{owner} = ")).arg(*account);
                }
                None => {
                    q.push(" and 1 = 0");
                }
            },
        }
        let Some(about) = listed.about else { return };
        match (slice, self.account) {
            (Slice::Owner(_), Some(me)) => exclude(q, self.home, &[me.uuid()], about, &format!("{t}.id")),
            _ => exclude(q, self.home, &self.barred, about, &format!("{t}.id")),
        }
    }

    /// Appends ` and …`: a region's slice of all flows has nothing of those kept apart, but for whom a right of their own
    /// lets list them there.
    fn leave_apart(&self, q: &mut Sql, region: Code, t: &str) {
        for flow in self.catalogue.flows().filter(|f| f.apart) {
            let on = Subject::Flow(flow.name_of());
            let granted = self.grants.iter().any(|g| g.region.contains(region) && self.granted(g, Action::List, &on));
            if granted || self.scopes.iter().any(|s| s.region.contains(region) && self.scoped(s, Action::List, &on)) {
                continue;
            }
            q.push(&format!(" and not ({t}.pack = ")).arg(&flow.pack).push(&format!(" and {t}.flow = ")).arg(&flow.id).push(")");
        }
    }

    /// Appends ` and (…)`: all that the caller may meet, for counts, searches, figures and exports.
    pub fn filter_all(&self, q: &mut Sql, action: Action, on: &Subject, listed: &Listed) {
        if self.kind == CallerKind::System {
            q.push(&format!(" and {}.county = ", listed.alias)).arg(self.home);
            return;
        }
        q.push(" and (1 = 0");
        for slice in self.slices(action, on) {
            q.push(" or (1 = 1");
            self.filter(q, &slice, listed);
            q.push(")");
        }
        q.push(")");
    }
}

/// How a listed table says who has to do with a row. It has `county`, `id`, `region` and its ancestors `town`, `village`,
/// `grp` (null where the place is coarser). Names are the program's, never a person's.
#[derive(Clone, Copy, Debug)]
pub struct Listed<'a> {
    pub alias: &'a str,
    /// Column with the seat that holds the row.
    pub holder: Option<&'a str>,
    /// Table of the other seats that have a part in it.
    pub parts: Option<Parts<'a>>,
    /// Column with the account whose row it is.
    pub owner: Option<&'a str>,
    /// Table `(county, subject, about)` of whom it is about.
    pub about: Option<&'a str>,
    /// Its rows are matters: they have columns `pack` and `flow`.
    pub flows: bool,
}

#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    pub table: &'a str,
    /// Column with the listed row's id.
    pub row: &'a str,
    pub seat: &'a str,
}

fn within(q: &mut Sql, home: Home, region: Code, t: &str) {
    if region.contains(home.code()) {
        return; // the whole home
    }
    let level = region.level();
    if level <= Level::County {
        // A county inside a city's own journal.
        let (first, last) = region.range();
        q.push(&format!(" and {t}.region >= ")).arg(first).push(&format!(" and {t}.region <= ")).arg(last);
        return;
    }
    // At the neighbourhood the group's index is used, and what it finds is narrowed.
    let column = region.at(level.min(Level::Group)).unwrap_or(region);
    q.push(&format!(" and {t}.{} = ", region_column(level))).arg(column);
    if level == Level::Neighbour {
        q.push(&format!(" and {t}.region = ")).arg(region);
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
