//! The shapes of what packs declare, for the document: the values themselves are written by `packs`. A test reads what is
//! served by these shapes.
#![allow(dead_code, reason = "shapes for the document")]

use crate::routes::session::json::Words;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A flow with all that it names.
#[derive(ToSchema)]
pub struct Flow {
    pub pack: String,
    pub id: String,
    pub name: Words,
    pub opens: Opens,
    pub category: Option<Category>,
    pub clock: MatterClock,
    /// Ends that are not *done*, by their word.
    pub ends: BTreeMap<String, End>,
    /// In the order written; the first is where a matter begins.
    pub steps: BTreeMap<String, Step>,
    /// The ladder that supervision climbs.
    pub ladder: Option<String>,
    /// Rights on `all` do not count for it, and nobody whom a matter is about has it in hand. Left out: no.
    #[schema(required = false)]
    pub apart: bool,
    /// Which of its urgent matters are alarms, as an expression. Left out: none.
    pub alarm: Option<String>,
    /// Left out: internal.
    pub sensitivity: Option<Sensitivity>,
}

#[derive(ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sensitivity {
    Internal,
    Sensitive,
    Core,
}

#[derive(ToSchema)]
#[schema(as = FlowOpens)]
pub struct Opens {
    pub by: Vec<Opener>,
    pub form: Option<Form>,
    /// A clerk, official or leader may open it for a person.
    pub for_another: bool,
    pub doors: Vec<Door>,
}

#[derive(ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Opener {
    Resident,
    Anyone,
    Role(String),
    Pack,
}

#[derive(ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Door {
    Page,
    Miniprogram,
    Phone,
    Desk,
    Visit,
    Open311,
    Sheet,
    Connector,
}

#[derive(ToSchema)]
#[schema(as = FlowCategory)]
pub struct Category {
    pub list: List,
    /// Suggested by triage; else picked by a person.
    pub from_triage: bool,
    /// Below this confidence, in millionths, a person confirms the suggestion.
    pub confirm_below: i64,
}

/// A coded list.
#[derive(ToSchema)]
#[schema(as = ChoiceList)]
pub struct List {
    pub pack: String,
    pub id: String,
    pub entries: BTreeMap<String, Entry>,
    pub attributes: BTreeMap<String, Attribute>,
}

#[derive(ToSchema)]
#[schema(as = ChoiceAttribute)]
pub struct Attribute {
    pub optional: bool,
}

#[derive(ToSchema)]
#[schema(as = ChoiceEntry)]
pub struct Entry {
    pub code: String,
    pub name: Words,
    /// Code of the entry it belongs under, where the list has two levels.
    pub under: Option<String>,
    /// No longer offered, still shown.
    pub deprecated: bool,
    pub attributes: BTreeMap<String, Plain>,
}

/// A value as JSON people read it.
#[derive(ToSchema)]
#[schema(as = PlainValue)]
#[serde(untagged)]
pub enum Plain {
    Text(String),
    Number(f64),
    Bool(bool),
    Many(Vec<String>),
}

#[derive(ToSchema)]
pub struct MatterClock {
    pub due: DueDeclared,
    /// In place of `due` for a matter marked urgent.
    pub urgent: Option<DueDeclared>,
    pub pause: Option<Pause>,
}

#[derive(ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DueDeclared {
    /// Such as `5 work-days`.
    Fixed(String),
    /// The row of a table in force on the day the clock starts.
    Table { table: DatedTable, row: String, column: String },
}

#[derive(ToSchema)]
pub struct DatedTable {
    pub pack: String,
    pub id: String,
    pub name: Words,
    pub columns: BTreeMap<String, DatedColumn>,
    pub rows: BTreeMap<String, Vec<DatedRow>>,
}

#[derive(ToSchema)]
pub struct DatedColumn {
    pub name: Words,
}

#[derive(ToSchema)]
pub struct DatedRow {
    /// First and last day in force.
    pub from: String,
    pub until: Option<String>,
    /// Law and article, notice and number.
    pub source: Words,
    pub values: BTreeMap<String, Plain>,
}

#[derive(ToSchema)]
#[schema(as = PauseDeclared)]
pub struct Pause {
    /// All pauses of one matter together.
    pub most: String,
    pub approved_by: Who,
    /// `null`: free text.
    pub reasons: Option<List>,
}

#[derive(ToSchema)]
#[schema(as = EndDeclared)]
pub struct End {
    pub id: String,
    pub kind: EndKind,
    pub name: Words,
    pub reasons: Option<List>,
    pub approved_by: Option<Who>,
    pub letter: Option<String>,
    /// How long the resident may object.
    pub objection: Option<String>,
}

#[derive(ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndKind {
    NotAccepted,
    OtherWay,
    Withdrawn,
    Merged,
    NotReached,
}

#[derive(ToSchema)]
#[schema(as = StepDeclared)]
pub struct Step {
    pub id: String,
    pub name: Words,
    pub holder: Option<Who>,
    pub offer: Option<Who>,
    pub offer_for: Option<String>,
    pub due: Option<DueDeclared>,
    pub wait_for: Option<WaitFor>,
    pub each: Option<Each>,
    pub moves: BTreeMap<String, Move>,
    pub late: Late,
}

#[derive(ToSchema)]
pub struct WaitFor {
    pub who: Who,
    pub or_else: Option<Who>,
}

#[derive(ToSchema)]
pub struct Each {
    pub over: EachOver,
    pub form: Option<Form>,
    pub join: Join,
}

#[derive(ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EachOver {
    Assist,
    Parties,
    Who(Vec<Who>),
}

#[derive(ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Join {
    LeadDecides,
    All,
    Quorum(u32),
}

#[derive(ToSchema)]
#[schema(as = MoveDeclared)]
pub struct Move {
    pub id: String,
    pub name: Words,
    pub to: Target,
    /// This is "done" in the resident's eyes.
    pub resolves: bool,
    pub form: Option<Form>,
    pub holder: Option<Who>,
    pub offer: Option<Who>,
    pub due: Option<DueDeclared>,
    /// How often it may be made; the time after that makes the move `then`.
    pub most: Option<u32>,
    pub then: Option<String>,
    /// Who may make it; `null`: the holder, or whom the step waits for.
    pub by: Option<Who>,
    /// Open only while this expression is true.
    pub r#if: Option<String>,
}

#[derive(ToSchema)]
#[schema(as = MoveTarget)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    Step(String),
    Closed { ended_as: String },
    With(Sub),
}

#[derive(ToSchema)]
#[schema(as = SubDeclared)]
pub struct Sub {
    pub flow: String,
    pub lead: Option<Who>,
    pub assist: Vec<Who>,
    pub join: Option<Join>,
    pub back: String,
    pub back_holder: Option<Who>,
}

#[derive(ToSchema)]
#[schema(as = LateDeclared)]
pub struct Late {
    pub take: bool,
    pub to: Option<Target>,
    /// Share of those so closed that are revisited, in millionths.
    pub revisit: Option<i64>,
}

#[derive(ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    Resident,
    Holder,
    Opener,
    Anyone,
    Chosen,
    Seat { role: String, at: At },
    Unit { unit: UnitRef, at: At },
    Up(u32),
    Nearest { role: String, most: u32 },
}

#[derive(ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnitRef {
    Fixed(String),
    Expr(String),
}

#[derive(ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum At {
    Place,
    Level(RegionLevel),
}

#[derive(ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RegionLevel {
    Province,
    City,
    County,
    Town,
    Village,
    Group,
    Neighbour,
}

#[derive(ToSchema)]
pub struct Form {
    pub pack: String,
    pub id: String,
    /// In the order in which they are asked.
    pub fields: BTreeMap<String, Field>,
}

#[derive(ToSchema)]
#[schema(as = FormField)]
pub struct Field {
    pub id: String,
    pub name: Words,
    pub help: Option<Words>,
    #[serde(flatten)]
    pub kind: FieldKind,
    pub required: Required,
    pub min: Option<Bound>,
    pub max: Option<Bound>,
    /// May be spoken in.
    pub speak: bool,
    /// Masked for whoever has no right to it.
    pub personal: bool,
    /// Left out: internal.
    pub sensitivity: Option<Sensitivity>,
    pub purpose: Option<Words>,
    pub search: bool,
    pub sort: bool,
    pub deprecated: bool,
}

#[derive(ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Required {
    No,
    Yes,
    Level(RegionLevel),
}

/// A value, or an expression that gives it.
#[derive(ToSchema)]
#[schema(as = FieldBound)]
#[serde(untagged)]
pub enum Bound {
    Number(f64),
    Text(String),
}

/// What a field holds.
#[derive(ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FieldKind {
    Text,
    Number {
        unit: Option<String>,
        whole: bool,
    },
    Bool,
    Choice {
        of: List,
        many: bool,
    },
    Scale {
        of: u8,
    },
    Date,
    Time,
    Term,
    Region {
        level: Option<RegionLevel>,
    },
    Person,
    Firm,
    Party {
        many: bool,
    },
    Identity {
        of: Vec<IdentityWord>,
    },
    Unit {
        many: bool,
    },
    Thing {
        kind: String,
        many: bool,
    },
    Plot,
    Area {
        unit: AreaUnit,
    },
    Money,
    Media {
        series: Vec<String>,
    },
    Place,
    Point,
    Line,
    Polygon,
    Signature,
    #[schema(no_recursion)]
    Table {
        fields: BTreeMap<String, Field>,
    },
}

#[derive(ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IdentityWord {
    Named,
    Sealed,
    Anonymous,
}

#[derive(ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AreaUnit {
    M2,
    Mu,
}

/// One line of a role's rights.
#[derive(ToSchema)]
#[schema(as = RoleGrant)]
pub struct Grant {
    pub on: GrantOn,
    pub actions: Vec<ActionWord>,
}

#[derive(ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GrantOn {
    /// Every flow and kind.
    All,
    /// `<pack>.<flow>`
    Flow(String),
    /// `<pack>.<kind>`
    Kind(String),
    /// The county's own affairs: accounts, seats, regions, packs.
    Platform,
}

#[derive(ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActionWord {
    Open,
    Read,
    List,
    Move,
    Assign,
    Approve,
    Pause,
    Merge,
    Link,
    Supervise,
    Confirm,
    Comment,
    Unmask,
    Unseal,
    Export,
    Import,
    Edit,
    Remove,
    Figures,
    Accounts,
    Seats,
    Regions,
    Packs,
    Calendar,
    Operate,
}
