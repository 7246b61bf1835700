//! A file's id on the wire: the first half of its SHA-256 as a UUID, which is what forms hold.

pub use store::files::{find, id as of};
