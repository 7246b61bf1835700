//! What a message names: places, times, and numbers of persons.

mod numerals;
mod personal;
mod places;
mod times;

pub use personal::{Personal, PersonalKind, personal};
pub use places::{Gazetteer, PlaceMention, PlaceName, short_names};
pub use times::{TimeMention, times};
