use super::{
    late_asked::{LateAsked, LateShape},
    shapes::{Asked, Facts, FieldValue},
};
use crate::edge::shape::Region;
use crate::routes::{platform::declared::RegionLevel, session::json::Words};
use base::{AccountId, Code, MatterId, SeatId, Time};
use matters::{Chosen, ForAnother};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// What is told.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenMatter {
    /// `<pack>.<flow>`, such as `direct_line.report`.
    pub flow: String,
    /// The flow's opening form: see `GET /api/flows`.
    #[schema(value_type = Object)]
    pub form: Value,
    /// Where the form has no place.
    #[schema(value_type = Option<Region>)]
    pub region: Option<Code>,
    /// Left out, triage suggests one.
    pub category: Option<String>,
    #[serde(default)]
    pub urgent: bool,
    /// Where it came in; refused where the caller did not come by it. Left out: as `for_another` says, for a machine
    /// `connector`, for someone of the staff who opens it by his seat `desk`, else `page`.
    pub door: Option<Way>,
    /// The person whose matter it is, where another writes it down.
    pub resident: Option<Person>,
    #[schema(value_type = Option<SpokenFor>)]
    pub for_another: Option<ForAnother>,
    /// An order of another system, such as the city's 12345.
    pub outer: Option<OuterOrder>,
    /// When it was told, by the device's clock: shown, decides nothing.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub told_at: Option<Time>,
}

#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// The phone's page, by the sender himself.
    Page,
    /// The same inside the WeChat mini-program.
    Miniprogram,
    /// Told on the telephone, written down by another.
    Phone,
    /// Told or seen at the desk, written down there.
    Desk,
    /// Told at the sender's door, written down by another.
    Visit,
    /// Another system, with its key.
    Connector,
}

#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// A mobile number: a new one becomes an account.
    pub phone: String,
    pub name: Option<String>,
}

/// How a person spoke whose words another wrote down.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "the shape of matters::ForAnother in the document")]
pub struct SpokenFor {
    #[schema(inline)]
    pub by: SpokenBy,
    /// It was read back to her and she agreed.
    pub agreed: bool,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SpokenBy {
    Phone,
    Desk,
    Visit,
}

#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OuterOrder {
    pub source: String,
    pub number: String,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub due: Option<Time>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct OpenedMatter {
    #[schema(value_type = Uuid)]
    pub id: MatterId,
    /// As people say it.
    pub number: Option<String>,
    /// The same outer order had come before: this is the matter it became then.
    pub known: bool,
    /// Given to a sender without an account, to follow it by. Shown here alone.
    pub receipt: Option<String>,
}

/// What a verb did.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct Changed {
    #[schema(value_type = Uuid)]
    pub id: MatterId,
    pub step: String,
    pub open: bool,
    pub ended_as: Option<String>,
    #[schema(value_type = Uuid)]
    pub holder: SeatId,
    /// The next deadline.
    #[schema(value_type = String, format = DateTime)]
    pub due: Time,
}

impl From<matters::Matter> for Changed {
    fn from(m: matters::Matter) -> Self {
        Changed { id: m.id, step: m.step, open: m.open, ended_as: m.ended_as, holder: m.holder, due: m.due }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MakeMove {
    /// The move's id in the present step, such as `done`.
    #[serde(rename = "move")]
    pub id: String,
    /// The step you believe it is in; refused if it has gone on meanwhile.
    pub step: Option<String>,
    #[serde(default)]
    #[schema(value_type = Object)]
    pub form: Value,
    /// To whom, where the flow leaves it to you.
    #[serde(default)]
    #[schema(value_type = Vec<ChosenSeat>)]
    pub chosen: Vec<Chosen>,
    #[schema(value_type = Option<SpokenFor>)]
    pub for_another: Option<ForAnother>,
}

/// A seat, or a role or a department at the matter's place.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "the shape of matters::Chosen in the document")]
pub struct ChosenSeat {
    pub seat: Option<Uuid>,
    pub role: Option<String>,
    pub unit: Option<String>,
    /// Where the department's seat is looked for; left out: at its township.
    #[schema(value_type = Option<RegionLevel>, inline)]
    pub level: Option<base::Level>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GiveAnswer {
    #[schema(value_type = Object)]
    pub form: Value,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskPause {
    /// A code of the flow's reasons.
    pub reason: String,
    #[serde(default)]
    pub note: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskEnd {
    /// The end's id, such as `not_accepted`.
    pub end: String,
    pub reason: String,
    #[serde(default)]
    pub note: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Decide {
    pub yes: bool,
    #[serde(default)]
    pub note: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SomeWords {
    #[schema(max_length = 2000)]
    pub words: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddWords {
    #[serde(default)]
    #[schema(max_length = 4000)]
    pub words: String,
    /// Ids of uploaded files.
    #[serde(default)]
    pub files: Vec<String>,
    #[schema(value_type = Option<SpokenFor>)]
    pub for_another: Option<ForAnother>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeInto {
    #[schema(value_type = Uuid)]
    pub into: MatterId,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Relate {
    #[schema(value_type = Uuid)]
    pub other: MatterId,
    /// The same matter again, not only a related one.
    #[serde(default)]
    pub same: bool,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Tried {
    /// `phone`, `visit` or `message`.
    #[schema(pattern = "^(phone|visit|message)$")]
    pub how: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetCategory {
    pub category: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Vote {
    /// `solved`, `partly` or `unsolved`.
    #[schema(pattern = "^(solved|partly|unsolved)$")]
    pub solved: String,
    /// 1 to 5.
    #[schema(minimum = 1, maximum = 5)]
    pub pleased: Option<i64>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Unmask {
    /// `name`, `phone`, and personal fields of forms as `<form>.<field>`.
    pub fields: Vec<String>,
    /// `contact`, `verify`, `emergency` or `audit`.
    #[schema(pattern = "^(contact|verify|emergency|audit)$")]
    pub purpose: String,
    /// In your own words, 4 to 200 characters.
    #[schema(min_length = 4, max_length = 200)]
    pub reason: String,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct Unmasked {
    pub name: Option<String>,
    pub phone: Option<String>,
    /// `{"<form>.<field>": value}`
    #[schema(value_type = Object)]
    pub fields: Value,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Unseal {
    /// In your own words, 4 to 200 characters.
    #[schema(min_length = 4, max_length = 200)]
    pub reason: String,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct Unsealed {
    #[schema(value_type = Uuid)]
    pub account: AccountId,
    pub name: Option<String>,
    pub phone: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Revisit {
    /// `solved`, `partly` or `unsolved`.
    #[schema(pattern = "^(solved|partly|unsolved)$")]
    pub solved: String,
    /// 1 to 5.
    #[schema(minimum = 1, maximum = 5)]
    pub pleased: Option<i64>,
    /// What she said.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub words: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveVersions {
    pub pack: String,
    /// Only say what would be done.
    #[serde(default)]
    pub dry_run: bool,
}

/// What became, or in a dry run would become, of the open matters of an older version.
#[derive(Serialize, ToSchema)]
pub struct VersionMoved {
    /// Hash of the older version.
    pub from: String,
    pub steps: Vec<StepsMoved>,
}

#[derive(Serialize, ToSchema)]
pub struct StepsMoved {
    /// Step of the older version and of the new one.
    pub from: String,
    pub to: String,
    /// Matters.
    pub n: u64,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    pub number: String,
    pub receipt: String,
}

/// What a sender without an account sees of his report.
#[derive(Serialize, ToSchema)]
pub struct Progress {
    pub number: Option<String>,
    pub flow_name: Words,
    pub step_name: Words,
    pub open: bool,
    pub ended_as: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Time,
    /// The resident's own clock.
    #[schema(value_type = String, format = DateTime)]
    pub clock_due: Time,
    pub paused: bool,
    /// Answers given so far.
    pub answers: Vec<String>,
}

/// Which matters. All conditions hold together.
#[derive(Clone, Default, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListMatters {
    /// These alone: ids with commas between them, at most 200.
    pub ids: Option<String>,
    /// `<pack>.<flow>`
    pub flow: Option<String>,
    /// Open ones or ended ones; both if left out.
    pub open: Option<bool>,
    /// A region and all below it.
    #[param(value_type = Option<Region>, inline)]
    pub region: Option<String>,
    pub category: Option<String>,
    pub step: Option<String>,
    /// `true`: past a deadline, now or before in this step; `false`: none was passed; `now`: past the next deadline at this moment.
    #[param(value_type = Option<LateShape>, inline)]
    pub late: Option<LateAsked>,
    /// Marked urgent, or not.
    pub urgent: Option<bool>,
    /// Held by one of my seats, or one of them has a part in it.
    pub mine: Option<bool>,
    /// `me`: it waits for my word, as the resident's, in place of hers, or as the approver.
    #[param(inline)]
    pub waits: Option<Me>,
    /// `me`: one of my seats held it before.
    #[param(inline)]
    pub handed_over: Option<Me>,
    /// What one of my seats has to do with it.
    #[param(inline)]
    pub part: Option<PartAsked>,
    /// Words to search for, a number, or the name of a place.
    #[param(max_length = 200)]
    pub q: Option<String>,
    #[param(value_type = Option<String>, format = DateTime)]
    pub received_from: Option<Time>,
    #[param(value_type = Option<String>, format = DateTime)]
    pub received_to: Option<Time>,
    /// When it ended, done or otherwise.
    #[param(value_type = Option<String>, format = DateTime)]
    pub closed_from: Option<Time>,
    #[param(value_type = Option<String>, format = DateTime)]
    pub closed_to: Option<Time>,
    /// Rows of a page; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    #[serde(skip_serializing)]
    pub most: Option<usize>,
    /// Where the page before ended.
    #[serde(skip_serializing)]
    pub cursor: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Me {
    Me,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PartAsked {
    Held,
    /// It may be taken.
    Offered,
    /// An end or a pause waits for approval.
    Asked,
    /// An answer is awaited.
    Task,
}

#[derive(Serialize, ToSchema)]
pub struct MatterPage {
    pub items: Vec<ListedMatter>,
    /// Of the next page; `null` where this is the last.
    pub next: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct ListedMatter {
    #[schema(value_type = Uuid)]
    pub id: MatterId,
    pub number: Option<String>,
    pub flow: String,
    pub step: String,
    pub step_name: Words,
    pub open: bool,
    pub ended_as: Option<String>,
    #[schema(value_type = Region)]
    pub region: Code,
    pub region_name: String,
    pub category: Option<String>,
    pub category_name: Option<Words>,
    pub urgent: bool,
    pub title: String,
    #[schema(value_type = Uuid)]
    pub holder: SeatId,
    /// 石桥村组长
    pub holder_title: Option<Words>,
    #[schema(value_type = Option<Uuid>)]
    pub offered: Option<SeatId>,
    pub offered_title: Option<Words>,
    #[schema(value_type = Option<Uuid>)]
    pub supervisor: Option<SeatId>,
    /// How many files it has.
    pub files: i64,
    /// `holder`, `resident` or `seat`.
    pub waits: &'static str,
    /// 0 none, 1 yellow, 2 red.
    pub card: i64,
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub due: Time,
    #[schema(value_type = String, format = DateTime)]
    pub clock_due: Time,
    /// Counted in a year whose holidays are not announced yet: 暂定.
    pub provisional: bool,
    pub paused: bool,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub resolved_at: Option<Time>,
    #[schema(value_type = Option<Uuid>)]
    pub same_as: Option<MatterId>,
}

#[derive(Serialize, ToSchema)]
pub struct Counted {
    pub n: i64,
    /// There may be more than `n`; nobody counts further.
    pub or_more: bool,
}

/// A seat as people say it.
#[derive(Clone, Serialize, ToSchema)]
pub struct SeatShown {
    #[schema(value_type = Uuid)]
    pub id: SeatId,
    pub role: String,
    /// 石桥村组长
    pub title: Words,
    #[schema(value_type = Region)]
    pub region: Code,
    pub unit: Option<String>,
    /// Nobody sits in it at this moment.
    pub vacant: bool,
}

#[derive(Serialize, ToSchema)]
pub struct NextShown {
    pub what: NextWhat,
    /// Who is told, or has it.
    pub seat: Option<SeatShown>,
    /// Where it goes by itself.
    pub step_name: Option<Words>,
    /// As what it ends by itself.
    pub ended_as: Option<String>,
}

#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NextWhat {
    /// `seat`, the next rung of the ladder, is told and presses; the holder keeps it.
    Supervised,
    /// `seat` has it from then on.
    Taken,
    /// It goes to another step by itself.
    Moved,
    /// It ends by itself.
    Closed,
    /// Nobody stands above: it is late again every working day.
    Top,
}

#[derive(Serialize, ToSchema)]
pub struct Matter {
    #[schema(value_type = Uuid)]
    pub id: MatterId,
    pub number: Option<String>,
    pub flow: String,
    pub flow_name: Words,
    /// Hash of the pack's version it was opened under.
    pub version: String,
    pub step: String,
    pub step_name: Words,
    pub open: bool,
    pub ended_as: Option<String>,
    #[schema(value_type = Region)]
    pub region: Code,
    pub region_name: String,
    pub category: Option<String>,
    pub category_name: Option<Words>,
    /// What triage suggested, and how sure it was, 0 to 1.
    pub triage: Option<String>,
    pub confidence: Option<f64>,
    pub urgent: bool,
    pub title: String,
    pub holder: Option<SeatShown>,
    pub offered: Option<SeatShown>,
    pub supervisor: Option<SeatShown>,
    /// `holder`, `resident` or `seat`.
    pub waits: &'static str,
    pub waits_seat: Option<SeatShown>,
    pub card: i64,
    pub late: i64,
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub step_since: Time,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub step_due: Option<Time>,
    #[schema(value_type = String, format = DateTime)]
    pub clock_due: Time,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub outer_due: Option<Time>,
    #[schema(value_type = String, format = DateTime)]
    pub due: Time,
    pub provisional: bool,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub paused_at: Option<Time>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub resolved_at: Option<Time>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub answered_at: Option<Time>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub closed_at: Option<Time>,
    pub solved: Option<String>,
    pub pleased: Option<i64>,
    pub returns: i64,
    pub reopened: i64,
    #[schema(value_type = Option<Uuid>)]
    pub parent: Option<MatterId>,
    #[schema(value_type = Option<Uuid>)]
    pub child: Option<MatterId>,
    #[schema(value_type = Option<Uuid>)]
    pub merged_into: Option<MatterId>,
    #[schema(value_type = Option<Uuid>)]
    pub same_as: Option<MatterId>,
    pub source: String,
    pub outer_number: Option<String>,
    /// `named`, `sealed` or `anonymous`.
    pub identity: &'static str,
    /// Who sent it, masked; nobody where he is sealed or anonymous.
    pub sender: Option<Sender>,
    /// It is my own.
    pub mine: bool,
    /// What was filled in: `{form: {field: value}}`, personal fields masked.
    #[schema(value_type = std::collections::BTreeMap<String, BTreeMap<String, FieldValue>>)]
    pub forms: Value,
    /// What came along through Open311 and has no field, by name: fields to unmask.
    pub along: Vec<String>,
    /// What comes if nothing is done by `due`; nothing where it has ended or its clock stands still.
    pub next: Option<NextShown>,
    /// What I may do now.
    pub moves: Vec<Move>,
    /// … and beside the moves.
    pub may: MayDo,
    /// A pause or an end waits for its approver.
    #[schema(value_type = Option<Asked>)]
    pub asked: Option<Value>,
    /// Each party's share of a step that several do side by side.
    pub tasks: Vec<Task>,
    /// Ids of its files.
    pub files: Vec<FileShown>,
}

/// What I may do beside its moves; the verb decides when it is called.
#[derive(Serialize, ToSchema)]
pub struct MayDo {
    pub add_words: bool,
    /// Take what is offered.
    pub take: bool,
    /// Answer a task of my seat.
    pub answer: bool,
    pub press: bool,
    pub ask_pause: bool,
    pub resume: bool,
    /// On the pause or the end that waits for approval.
    pub decide: bool,
    /// Ends that I may ask for, as the flow calls them.
    pub ends: Vec<String>,
    pub set_category: bool,
    pub merge: bool,
    pub relate: bool,
    pub record_try: bool,
    pub vote: bool,
    pub object: bool,
    pub revisit: bool,
    pub unmask: bool,
    pub unseal: bool,
}

impl From<matters::May> for MayDo {
    fn from(m: matters::May) -> MayDo {
        let matters::May { add_words, take, answer, press, ask_pause, resume, decide, ends, set_category, merge, .. } = m;
        let matters::May { relate, record_try, vote, object, revisit, unmask, unseal, .. } = m;
        MayDo {
            add_words,
            take,
            answer,
            press,
            ask_pause,
            resume,
            decide,
            ends,
            set_category,
            merge,
            relate,
            record_try,
            vote,
            object,
            revisit,
            unmask,
            unseal,
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct Sender {
    #[schema(value_type = Uuid)]
    pub account: AccountId,
    pub name: Option<String>,
    pub phone: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct Move {
    pub id: String,
    pub name: Words,
    /// The form that it takes: see `GET /api/flows`.
    pub form: Option<String>,
    /// You choose to whom.
    pub choose: bool,
}

#[derive(Serialize, ToSchema)]
pub struct Task {
    pub seat: Option<SeatShown>,
    pub step: String,
    #[schema(value_type = String, format = DateTime)]
    pub due: Time,
    /// `open`, `answered` or `lapsed`.
    pub state: &'static str,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub answered_at: Option<Time>,
}

#[derive(Serialize, ToSchema)]
pub struct FileShown {
    pub id: Uuid,
    pub field: String,
    pub kind: String,
    pub size: i64,
}

/// One thing that happened.
#[derive(Serialize, ToSchema)]
pub struct Happened {
    pub seq: i64,
    #[schema(value_type = String, format = DateTime)]
    pub at: Time,
    /// Such as `matter.moved`.
    pub kind: String,
    /// The seat that acted, as people say it; 群众, 系统 where there was none.
    pub who: Words,
    /// For a holder who was away: 代.
    pub acting: bool,
    /// Who held it afterwards, where this entry says so.
    pub holder_title: Option<Words>,
    /// Codes, times and seats of this entry.
    #[schema(value_type = Facts)]
    pub facts: Value,
    /// What was written: `{field: text}`, personal fields left out; `null` where it was erased.
    #[schema(value_type = std::collections::BTreeMap<String, FieldValue>)]
    pub words: Value,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Suggest {
    #[schema(max_length = 20000)]
    pub text: String,
    /// Suggests of this flow's categories.
    pub flow: Option<String>,
}

/// A suggestion; a person decides.
#[derive(Serialize, ToSchema)]
pub struct Suggestion {
    pub ranked: Vec<Ranked>,
    /// Words of the message that spoke for the first.
    pub reasons: Vec<Reason>,
}

#[derive(Serialize, ToSchema)]
pub struct Ranked {
    pub label: String,
    /// The flow's category that this label stands for.
    pub category: Option<String>,
    pub probability: f32,
}

#[derive(Serialize, ToSchema)]
pub struct Reason {
    pub words: String,
    pub weight: f32,
}
