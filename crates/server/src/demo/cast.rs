//! Who acts in the month: from the demo's seats and residents to callers with their grants.

use crate::app::App;
use access::Caller;
use base::{Code, Error, Home, Result};
use demo::{Actor, County, PlannedMatter};
use std::collections::HashMap;

type SeatKey = (&'static str, Code, Option<&'static str>);

pub struct Cast<'a> {
    app: &'a App,
    county: &'a County,
    seats: HashMap<SeatKey, &'a str>,
    /// By phone; their seats do not change in the month.
    known: HashMap<String, Caller>,
}

impl<'a> Cast<'a> {
    pub fn new(app: &'a App, county: &'a County) -> Cast<'a> {
        let mut seats: HashMap<SeatKey, &str> = county.officials.iter().map(|o| ((o.role, o.region, o.unit), o.phone.as_str())).collect();
        for l in &county.leaders {
            match county.areas.iter().find(|a| a.village == l.region && Some(a.number) == l.area) {
                // A plan names the area's leader by the group.
                Some(area) => seats.extend(area.groups.iter().map(|g| ((l.role, *g, None), l.phone.as_str()))),
                None => drop(seats.insert((l.role, l.region, None), &l.phone)),
            }
        }
        Cast { app, county, seats, known: HashMap::new() }
    }

    pub fn home(&self) -> Home {
        self.county.home
    }

    pub async fn actor(&mut self, by: &Actor, m: &PlannedMatter) -> Result<Caller> {
        match by {
            Actor::Resident => self.resident(m).await,
            Actor::Seat { role, region, unit } => self.seat(role, *region, *unit).await,
        }
    }

    pub async fn resident(&mut self, m: &PlannedMatter) -> Result<Caller> {
        self.caller(&self.county.residents[m.resident].phone).await
    }

    pub async fn seat(&mut self, role: &'static str, region: Code, unit: Option<&'static str>) -> Result<Caller> {
        let phone = self.seats.get(&(role, region, unit)).copied();
        let phone = phone.ok_or_else(|| Error::internal(format!("the demo county has no seat {role} {unit:?} at {region}")))?;
        self.caller(phone).await
    }

    async fn caller(&mut self, phone: &str) -> Result<Caller> {
        if let Some(caller) = self.known.get(phone) {
            return Ok(caller.clone());
        }
        let home = self.county.home;
        let (catalogue, keys, callers) = (self.app.rules(home)?.catalogue.clone(), self.app.keys.clone(), self.app.callers.clone());
        let number = base::mobile(phone)?;
        let look = move |r: &mut store::Reader| {
            let account = access::by_phone(r, &keys, &number)?.ok_or_else(|| Error::internal("a person of the demo has no account"))?;
            access::caller_of(r, &callers, &catalogue, account)
        };
        let caller = self.app.store.read(home, look).await?;
        self.known.insert(phone.to_owned(), caller.clone());
        Ok(caller)
    }
}
