//! Roles, the actions they may do, departments, and the ladder.

use super::Name;
use base::{Level, Text};
use indexmap::IndexMap;
use serde::Serialize;
use std::{collections::BTreeSet, fmt, str::FromStr};

/// A role's id is one in the whole county, whatever pack declares it: seats in the database carry it.
#[derive(Clone, Debug, Serialize)]
pub struct Role {
    pub id: String,
    pub pack: String,
    pub name: Text,
    /// Level of the regions its seats stand at.
    pub level: Level,
    /// Clocks, cards and late lists bind paid seats alone.
    pub paid: bool,
    /// Seats of this role are of a department: a seat is then (role, unit, region).
    pub of_unit: bool,
    /// It stands under no other seat of the county, so what is about a superior of others may come to it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub independent: bool,
    /// Rights over everything at and below the seat's region, from every pack that grants some.
    pub may: Vec<Grant>,
}

/// A named group of roles, such as `leader`: 三长. Wherever openers are listed it is written out.
#[derive(Clone, Debug, Serialize)]
pub struct RoleGroup {
    pub id: String,
    pub pack: String,
    pub name: Text,
    pub roles: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Grant {
    pub on: Subject,
    pub actions: BTreeSet<Action>,
}

/// What an action is done to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// Every flow and kind.
    All,
    Flow(Name),
    Kind(Name),
    /// The county's own affairs: accounts, seats, packs.
    Platform,
}

macro_rules! actions {
    ($($variant:ident $word:literal $zh:literal $en:literal;)*) => {
        /// The closed list of what a role may be given. Whoever holds a matter may always read it and make its declared
        /// moves; these are rights beyond that.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Action { $(#[doc = $en] $variant,)* }

        impl Action {
            pub const ALL: &'static [Action] = &[$(Action::$variant,)*];
            /// Every word, for the checker's "did you mean".
            pub const WORDS: &'static [&'static str] = &[$($word,)*];

            pub fn word(self) -> &'static str {
                match self { $(Action::$variant => $word,)* }
            }

            pub fn text(self) -> Text {
                match self { $(Action::$variant => Text::new($zh, $en),)* }
            }
        }

        impl FromStr for Action {
            type Err = ();
            fn from_str(s: &str) -> Result<Self, ()> {
                match s { $($word => Ok(Action::$variant),)* _ => Err(()) }
            }
        }
    };
}

actions! {
    Open "open" "登记" "Open a matter, also for another person";
    Read "read" "查看" "Read one";
    List "list" "列表" "See it in lists and counts";
    Move "move" "办理" "Make its moves without holding it";
    Assign "assign" "指派" "Give it to another seat";
    Approve "approve" "审批" "Approve ends and pauses";
    Pause "pause" "申请暂停" "Ask for a pause";
    Merge "merge" "并案" "Merge duplicates";
    Link "link" "关联" "Link matters";
    Supervise "supervise" "督办" "Card and press a late one";
    Confirm "confirm" "核实" "Confirm in place of a resident";
    Comment "comment" "批注" "Add a note";
    Unmask "unmask" "查看隐去的内容" "See masked fields; each reading is on record";
    Unseal "unseal" "查看密封的反映人" "Open who sent a sealed report; each opening is on record";
    Export "export" "导出" "Export lists";
    Import "import" "导入" "Import from sheets and other systems";
    Edit "edit" "维护台账" "Add and change things";
    Remove "remove" "注销" "Take a thing off the register";
    Figures "figures" "看指标" "See indicators";
    Accounts "accounts" "管理账号" "Make and lock accounts";
    Seats "seats" "管理岗位" "Fill seats, leave, acting ones";
    Regions "regions" "管理区划" "Amend regions and sets of groups";
    Packs "packs" "管理应用包" "Load packs and overlays";
    Calendar "calendar" "管理日历" "Holidays and office hours";
    Operate "operate" "运维" "Backup, verify, parked runs, outbox";
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A department: an entry of a list named `units`. Its id is one in the whole county.
#[derive(Clone, Debug, Serialize)]
pub struct Unit {
    pub id: String,
    pub pack: String,
    pub name: Text,
    /// Its seats by level: the role at the county, and at a township (a station). A seat is (role, unit, region).
    pub roles: IndexMap<Level, String>,
}

impl Unit {
    /// The role of its seat at `level`, or at the nearest level above that has one.
    pub fn role_at(&self, level: Level) -> Option<&str> {
        self.roles.iter().filter(|(l, _)| **l <= level).max_by_key(|(l, _)| **l).map(|(_, r)| r.as_str())
    }
}

/// From the neighbours to the county's leader: what `{up: 1}` and supervision climb.
#[derive(Clone, Debug, Serialize)]
pub struct Ladder {
    pub pack: String,
    pub id: String,
    pub name: Text,
    /// From the bottom up.
    pub rungs: Vec<Rung>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rung {
    Role(String),
    /// The department of the matter's category (its seat at the county); skipped where it has none.
    Unit,
}

impl Ladder {
    /// Rung on which a seat of this role stands.
    pub fn rung_of(&self, role: &str) -> Option<usize> {
        self.rungs.iter().position(|r| matches!(r, Rung::Role(id) if id == role))
    }

    /// The rungs above, nearest first.
    pub fn above(&self, rung: usize) -> &[Rung] {
        self.rungs.get(rung + 1..).unwrap_or_default()
    }
}
