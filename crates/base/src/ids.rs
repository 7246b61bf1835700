//! Ids are UUIDv7 made by the server, each with its own type, so that a matter's id cannot be passed for an account's.

use serde::{Deserialize, Serialize};
use std::{fmt, marker::PhantomData, str::FromStr};
use uuid::Uuid;

/// Marks what an id is of.
pub trait IdOf: 'static {
    const NAME: &'static str;
}

#[derive(Serialize, Deserialize)]
#[serde(transparent, bound = "")]
pub struct Id<T: IdOf>(Uuid, #[serde(skip)] PhantomData<fn() -> T>);

impl<T: IdOf> Id<T> {
    /// A fresh id whose time part is the process's real time: it orders rows on disk and decides nothing.
    pub fn fresh() -> Self {
        Id(Uuid::now_v7(), PhantomData)
    }

    pub const fn from_uuid(u: Uuid) -> Self {
        Id(u, PhantomData)
    }

    pub const fn uuid(self) -> Uuid {
        self.0
    }
}

impl<T: IdOf> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: IdOf> Copy for Id<T> {}
impl<T: IdOf> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T: IdOf> Eq for Id<T> {}
impl<T: IdOf> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T: IdOf> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<T: IdOf> std::hash::Hash for Id<T> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<T: IdOf> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl<T: IdOf> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", T::NAME, self.0)
    }
}
impl<T: IdOf> FromStr for Id<T> {
    type Err = uuid::Error;
    fn from_str(s: &str) -> Result<Self, uuid::Error> {
        Uuid::parse_str(s).map(Id::from_uuid)
    }
}

macro_rules! ids {
    ($($alias:ident $of:ident $name:literal;)*) => {$(
        #[doc = concat!("Marks ids of a ", $name, ".")]
        pub enum $of {}
        impl IdOf for $of {
            const NAME: &'static str = $name;
        }
        pub type $alias = Id<$of>;
    )*};
}

ids! {
    AccountId Account "account";
    FileId File "file";
    GrantId Grant "grant";
    MatterId Matter "matter";
    PartyId Party "party";
    RegionId Region "region";
    SeatId Seat "seat";
    SessionId Session "session";
    TaskId Task "task";
    ThingId Thing "thing";
    WordId Word "word";
}
