//! Plays the packs' stories: their people sign in at the real doors of a running server, do what the story says, and
//! look at what it says they see.
//!
//! - [`door`]: the HTTP API, as any client has it;
//! - [`people`]: who `group_leader 4` is in the demo county, and how she signs in;
//! - [`place`]: where `village 石桥 group 4` is;
//! - [`does`] and [`sees`]: one line's deed, and what must come true;
//! - [`play`]: a story from its first line to its last.
//!
//! No database and no engine: what this crate sees is what everyone can see.

mod does;
mod door;
mod import;
mod people;
mod place;
mod play;
mod sees;

pub use play::{Failure, Stage, play};
