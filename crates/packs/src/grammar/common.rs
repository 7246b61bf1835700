//! Who, where, how long: said in one way in every noun.

use super::shape::{Keys, Shape, Word, key, need, word};

pub(crate) static AT_WORDS: &[Word] = &[
    word("place", "事项所在地（按角色自己的层级）", "the matter's place, at the role's own level"),
    word("province", "所在省", "the province around the place"),
    word("city", "所在市", "the city around the place"),
    word("county", "所在县", "the county around the place"),
    word("township", "所在乡镇", "the township around the place"),
    word("village", "所在村", "the village around the place"),
    word("group", "所在组", "the group around the place"),
    word("neighbour", "所在邻", "the neighbourhood around the place"),
];
/// Kept open as a name, because alarms and deals bind places of their own (`at: zone`).
pub(crate) static AT: Shape = Shape::Id;

pub(crate) static LEVEL_WORDS: &[Word] = &[
    word("province", "省", "province"),
    word("city", "市", "city"),
    word("county", "县", "county"),
    word("township", "乡镇", "township"),
    word("village", "村", "village"),
    word("group", "组", "group"),
    word("neighbour", "邻", "neighbourhood"),
];
pub(crate) static LEVEL: Shape = Shape::Word(LEVEL_WORDS);

static WHO_WORDS: &[Word] = &[
    word("resident", "群众本人", "the person whose matter it is"),
    word("holder", "当前办理岗位", "the seat that holds it"),
    word("opener", "登记的人", "who opened it"),
    word("anyone", "任何人", "anyone"),
    word("chosen", "办理人当场选", "named by the person who makes the move"),
];
static SEAT: Keys = Keys {
    en: "a seat",
    zh: "岗位",
    keys: &[need("role", &Shape::Id, "角色", "role"), key("at", &AT, "在哪里，默认 place", "where; place if not said")],
    rest: None,
};
static UNIT_SEAT: Keys = Keys {
    en: "a department's seat",
    zh: "部门岗位",
    keys: &[
        need("unit", &Shape::Expr, "部门代码，或给出它的表达式", "the department's id, or an expression that gives it"),
        key("at", &AT, "在哪里，默认 county", "where; county if not said"),
    ],
    rest: None,
};
static UP: Keys = Keys {
    en: "rungs up",
    zh: "上级",
    keys: &[need("up", &Shape::Count, "从办理岗位沿阶梯往上几级", "so many rungs above the holder's seat")],
    rest: None,
};
static NEAREST: Keys = Keys {
    en: "the nearest",
    zh: "最近的人",
    keys: &[
        need("nearest", &AT, "离哪里最近", "nearest to what"),
        need("role", &Shape::Id, "角色", "role"),
        key("most", &Shape::Count, "最多几位，默认 1", "at most so many; 1 if not said"),
    ],
    rest: None,
};
pub(crate) static WHO: Shape =
    Shape::Any(&[Shape::Word(WHO_WORDS), Shape::Keys(&NEAREST), Shape::Keys(&SEAT), Shape::Keys(&UNIT_SEAT), Shape::Keys(&UP)]);
pub(crate) static SOME: Shape = Shape::OneOrMore(&WHO);

static FROM_TABLE: Keys = Keys {
    en: "a row of a table",
    zh: "表格中的一行",
    keys: &[
        need("table", &Shape::Path, "表格", "table"),
        need("row", &Shape::Id, "行的代码", "key of the row"),
        need("column", &Shape::Id, "列", "column"),
    ],
    rest: None,
};
/// A time, or the dated row that says it with its article.
pub(crate) static DUE: Shape = Shape::Any(&[Shape::Term, Shape::Keys(&FROM_TABLE)]);

pub(crate) static NAMES: Shape = Shape::OneOrMore(&Shape::Id);
pub(crate) static PATHS: Shape = Shape::OneOrMore(&Shape::Path);
