//! The engine on both databases, with the packs as they are shipped.

mod alarms;
mod course;
mod keeping;
mod later;
mod town;
mod walks;
