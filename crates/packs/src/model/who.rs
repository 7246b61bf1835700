//! Who: one way to say it, in every engine.

use crate::Expr;
use base::Level;
use serde::Serialize;

/// Whoever holds, is offered, approves, leads, is told.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// The person whose matter it is (the sender, or the one for whom it was written down).
    Resident,
    /// The seat that holds the matter at this moment.
    Holder,
    /// The seat or person that opened the matter.
    Opener,
    Anyone,
    /// Named by the person who makes the move.
    Chosen,
    /// The seat of a role at a region: `{role: group_leader, at: place}`.
    Seat {
        role: String,
        at: At,
    },
    /// The seat of a department: `{unit: water, at: township}`.
    Unit {
        unit: UnitRef,
        at: At,
    },
    /// So many rungs above the holder's seat on the pack's ladder; vacant rungs are skipped, on record.
    Up(u32),
    /// The `most` holders of the role whose registered homes are nearest, of those who said they are at home.
    Nearest {
        role: String,
        most: u32,
    },
}

/// Which department.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitRef {
    /// Its key in the list `units`.
    Fixed(String),
    /// An expression that gives such a key, such as `matter.category.unit`.
    Expr(Expr),
}

/// Where a seat is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum At {
    /// The matter's place, at the role's own level. If the place is coarser than the role, the next rung up holds.
    Place,
    /// The region of this level that contains the matter's place.
    Level(Level),
}
