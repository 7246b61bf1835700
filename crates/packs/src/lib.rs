//! Packs: reads and checks the declarations that make engines into systems. No database, no network.
//!
//! [`Catalogue::load`] reads folders of YAML, checks everything, and gives typed, resolved declarations ([`Flow`],
//! [`Form`], [`Role`], …) or all [`Faults`], each with file, line, column and the mend. The language is described by
//! `docs/design/packs.md` and, from the same descriptions that the checker uses, by `shuxiang pack docs`.

mod catalogue;
mod docs;
mod expr;
mod fault;
mod fill;
mod grammar;
mod migration;
mod model;
mod node;
mod paths;
mod read;
mod schema;
mod skeleton;
mod template;

pub use calendar::Term;
pub use catalogue::{Catalogue, Pack, Source};
pub use docs::language;
pub use expr::{Codes, Expr, Facts, Member, Object, Scope, Stopped, Truth, Type, Val};
pub use fault::{Fault, Faults, Mend};
pub use fill::{check_fields, fields_facts};
pub use migration::Migration;
pub use model::*;
pub use paths::Taken;
pub use read::Change;
pub use schema::{json_schema, story_schema};
pub use skeleton::new_pack;
pub use template::{Part as TemplatePart, Template};
