//! Packs: reads and checks the declarations that make engines into systems. No database, no network.
//!
//! [`Catalogue::load`] reads folders of YAML, checks everything, and gives typed, resolved declarations ([`Flow`],
//! [`Form`], [`Role`], …) or all [`Faults`], each with file, line, column and the mend.
//!
//! How it is made: `node` is YAML with positions; `grammar` describes the shape of every noun once, for the checker,
//! for [`json_schema`] and for [`language`] (`pack docs`); `read` lays overlays on, resolves names, and proves flows;
//! `expr` types and runs expressions; `model` is what engines see; `fill` checks values against forms.

mod catalogue;
mod docs;
mod expr;
mod facts;
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
mod versions;

pub use calendar::Term;
pub use catalogue::{Catalogue, Pack, Source};
pub use docs::language;
pub use expr::{Codes, Expr, Facts, Member, Now, Object, Purpose, Scope, Stopped, Truth, Type, Val};
pub use facts::fields_facts;
pub use fault::{Fault, Faults, Mend};
pub use fill::check_fields;
pub use migration::Migration;
pub use model::*;
pub use paths::Taken;
pub use read::Change;
pub use schema::{json_schema, story_schema};
pub use skeleton::new_pack;
pub use template::{Part as TemplatePart, Template};
