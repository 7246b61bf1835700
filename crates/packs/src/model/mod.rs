//! The declared types: what engines consume. Everything is resolved: what a pack names exists, and what an expression
//! gives has the type its place asks for.

mod due;
mod flow;
mod form;
mod indicator;
mod kind;
mod letter;
mod list;
mod name;
mod page;
mod plan;
mod reaction;
mod role;
mod story;
mod who;

pub use due::Due;
pub use flow::{
    Category, Door, Each, EachOver, End, EndKind, Flow, Join, Late, MatterClock, Move, Opener, Opens, Pause, Step, Sub, Target, WaitFor,
};
pub use form::{AreaUnit, Bound, Field, FieldKind, Form, Identity, Required, Sensitivity};
pub use indicator::{By, Figure, Indicator, Part, Points};
pub use kind::{Kind, Right, Shape};
pub use letter::Letter;
pub use list::{Attribute, Column, Entry, List, Row, Table};
pub use name::Name;
pub use page::{Colour, Console, MapPage, Pages, PhonePage};
pub use plan::{Every, Plan, Starts, Streak};
pub use reaction::{FlowEvent, KindEvent, Reaction, Value, Verb, When};
pub use role::{Action, Grant, Ladder, Role, RoleGroup, Rung, Subject, Unit};
pub use story::{Actor, ClockMove, Does, ForAnother, Gets, Moved, Sees, Story, StoryStep};
pub use who::{At, UnitRef, Who};
