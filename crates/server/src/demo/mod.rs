//! The demo county: how what crate `demo` writes as data comes into a database, and what was done there in a month.
//!
//! Everything goes in the way real data does: regions and leaders by their imports, accounts and seats by the verbs
//! of access, matters by the verbs of the engine, each at its own moment of a clock that is moved through the month.
//! `shuxiang demo` and `shuxiang story` both begin here.

mod act;
mod cast;
mod county;
mod month;

#[cfg(test)]
mod tests;

pub use county::found;
pub use month::play;
