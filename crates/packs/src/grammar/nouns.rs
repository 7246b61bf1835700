//! The shape of lists, tables, roles, ladders, forms, kinds and letters.

use super::common::{LEVEL, NAMES};
use super::shape::{Keys, Shape, Word, key, need, word};

static ENTRY: Keys = Keys {
    en: "an entry",
    zh: "条目",
    keys: &[
        need("zh", &Shape::Str, "中文", "Chinese"),
        need("en", &Shape::Str, "英文", "English"),
        key("under", &Shape::Id, "属于哪个条目", "the entry it belongs under"),
        key("deprecated", &Shape::Flag, "不再使用", "no longer offered"),
    ],
    rest: Some(&Shape::Scalar),
};
pub(crate) static LIST: Shape = Shape::Map(&Shape::Keys(&ENTRY));

pub(crate) static COLUMN_WORDS: &[Word] = &[
    word("number", "数", "number"),
    word("term", "时长", "term"),
    word("money", "金额", "money"),
    word("rate", "比例", "rate"),
    word("area", "面积", "area"),
    word("text", "文字", "text"),
    word("bool", "是否", "true or false"),
];
static COLUMN: Keys = Keys {
    en: "a column",
    zh: "列",
    keys: &[need("name", &Shape::Words, "名称", "name"), need("type", &Shape::Word(COLUMN_WORDS), "类型", "type")],
    rest: None,
};
static ROW: Keys = Keys {
    en: "a row",
    zh: "行",
    keys: &[
        need("from", &Shape::Date, "哪天起", "first day in force"),
        key("until", &Shape::Date, "哪天止（含）", "last day in force"),
        need("source", &Shape::Words, "出处：法律条款、文号", "source: law and article, notice and number"),
    ],
    rest: Some(&Shape::Scalar),
};
pub(crate) static TABLE: Keys = Keys {
    en: "a table",
    zh: "表格",
    keys: &[
        need("name", &Shape::Words, "名称", "name"),
        need("columns", &Shape::Map(&Shape::Keys(&COLUMN)), "列", "columns"),
        need(
            "rows",
            &Shape::Map(&Shape::OneOrMore(&Shape::Keys(&ROW))),
            "行：代码 → 按日期的各版",
            "rows: by key, each in its dated versions",
        ),
    ],
    rest: None,
};

pub(crate) static ROLE: Keys = Keys {
    en: "a role",
    zh: "角色",
    keys: &[
        key("name", &Shape::Words, "名称；给已有角色加权限时不写", "name; left out where rights are added to a role of another pack"),
        key("level", &LEVEL, "岗位所在层级", "level its seats stand at"),
        key("paid", &Shape::Flag, "是否领工资的公职岗位，默认是", "paid office, the default; clocks and cards bind no other"),
        key("of_unit", &Shape::Flag, "部门的岗位", "its seats are of a department"),
        key(
            "independent",
            &Shape::Flag,
            "不归本县别的岗位管，说到谁都能办",
            "stands under no other seat: it may have in hand what is about anyone",
        ),
        key("any", &NAMES, "角色组：由哪些角色组成", "a group of roles"),
        key("may", &Shape::Map(&NAMES), "权限：流程、台账、all 或 platform → 动作", "rights: flow, kind, all or platform → actions"),
    ],
    rest: None,
};
static RUNG: Shape = Shape::Any(&[Shape::Id, Shape::Keys(&UNIT_RUNG)]);
static UNIT_RUNG: Keys = Keys {
    en: "the department's rung",
    zh: "部门一级",
    keys: &[need("unit", &Shape::Flag, "事项类别所属部门", "the department of the matter's category")],
    rest: None,
};
pub(crate) static LADDER: Keys = Keys {
    en: "a ladder",
    zh: "阶梯",
    keys: &[need("name", &Shape::Words, "名称", "name"), need("rungs", &Shape::List(&RUNG), "由下而上", "from the bottom up")],
    rest: None,
};

pub(crate) static FIELD_TYPES: &[Word] = &[
    word("text", "文字", "text"),
    word("number", "数", "a number"),
    word("bool", "是否", "true or false"),
    word("choice", "选项", "one of a list"),
    word("scale", "打分", "1 to `of`"),
    word("date", "日期", "a date"),
    word("time", "时刻", "a moment"),
    word("term", "时长", "a length of time"),
    word("region", "区划", "a region"),
    word("person", "人", "a person"),
    word("firm", "企业", "a firm"),
    word("party", "当事人", "a person, firm or department"),
    word("identity", "怎么留名", "how the sender leaves a name"),
    word("unit", "部门", "a department"),
    word("thing", "台账对象", "a registered thing"),
    word("plot", "地块", "a plot"),
    word("area", "面积", "an area"),
    word("money", "金额", "money"),
    word("media", "照片、录像、文件", "photos, films, files"),
    word("place", "地点", "a place"),
    word("point", "点", "a point"),
    word("line", "线", "a line"),
    word("polygon", "面", "a polygon"),
    word("signature", "签名", "a signature"),
    word("table", "表", "rows of fields"),
];
static REQUIRED: Shape = Shape::Any(&[Shape::Flag, LEVEL_OF_PLACE]);
const LEVEL_OF_PLACE: Shape = Shape::Word(super::common::LEVEL_WORDS);
static BOUND: Shape = Shape::Any(&[Shape::Number, Shape::Expr]);
pub(super) const SENSITIVITY: Shape = Shape::Word(&[
    word("internal", "内部", "internal"),
    word("sensitive", "敏感：隐去，写明用途才看得到，不能查找", "sensitive: masked, opened for a purpose, not searched"),
    word("core", "核心：同敏感，而且不能导出", "core: as sensitive, and leaves in no sheet"),
]);
pub(crate) static FIELD: Keys = Keys {
    en: "a field",
    zh: "字段",
    keys: &[
        need("type", &Shape::Word(FIELD_TYPES), "类型", "what it holds"),
        need("name", &Shape::Words, "名称", "name"),
        key("help", &Shape::Words, "说明", "help beside it"),
        key("required", &REQUIRED, "必填；地点可写到哪一级", "must be filled in; of a place, known to which level"),
        key("min", &BOUND, "最小（文字为字数，照片为张数）", "least value; of text its characters, of media their count"),
        key("max", &BOUND, "最大", "greatest value"),
        key("speak", &Shape::Flag, "可以说", "may be spoken"),
        key("personal", &Shape::Flag, "个人信息：默认隐去，不进流水", "personal: masked, kept out of the journal"),
        key(
            "purpose",
            &Shape::Words,
            "只为什么而收集：别的应用包的规则不能读",
            "collected for this alone: no rule of another pack reads it",
        ),
        key("sensitivity", &SENSITIVITY, "敏感级别：不写就是内部", "how far it may go; internal where nothing is said"),
        key(
            "of",
            &Shape::Any(&[Shape::Count, Shape::Path, Shape::List(&Shape::Id), LIST_MAP]),
            "选项、满分或留名方式",
            "the choices, the top of the scale, or the ways to leave a name",
        ),
        key("kind", &Shape::Path, "哪种台账", "the kind of thing"),
        key("many", &Shape::Flag, "可多个", "several"),
        key("unit", &Shape::Str, "单位", "unit"),
        key("whole", &Shape::Flag, "整数", "whole numbers only"),
        key("level", &LEVEL, "哪一级区划", "level of the region"),
        key("series", &NAMES, "分组，如 before, after", "series, such as before, after"),
        key("fields", &Shape::Map(&Shape::Keys(&FIELD)), "表的各列", "columns of the rows"),
        key("search", &Shape::Flag, "可搜索", "may be searched by"),
        key("sort", &Shape::Flag, "可排序", "may be sorted by"),
        key("deprecated", &Shape::Flag, "不再使用", "no longer used"),
    ],
    rest: None,
};
const LIST_MAP: Shape = Shape::Map(&Shape::Keys(&ENTRY));
pub(crate) static FORM: Shape = Shape::Map(&Shape::Keys(&FIELD));

static RIGHT: Keys = Keys {
    en: "a right",
    zh: "权利",
    keys: &[
        key("name", &Shape::Words, "名称", "name"),
        key("holders", &Shape::Word(&[word("one", "一人", "one"), word("many", "多人", "many")]), "权利人", "holders"),
        key("shares", &Shape::Flag, "按份", "in shares"),
        key("under", &Shape::Id, "从哪项权利派生", "carved out of"),
        key("ends", &Shape::Flag, "有期限", "ends on a day"),
    ],
    rest: None,
};
pub(crate) static KIND: Keys = Keys {
    en: "a kind",
    zh: "台账类型",
    keys: &[
        need("name", &Shape::Words, "名称", "name"),
        key(
            "shape",
            &Shape::Word(&[
                word("none", "无图形", "none"),
                word("point", "点", "point"),
                word("line", "线", "line"),
                word("polygon", "面", "polygon"),
            ]),
            "图形",
            "its shape on the map",
        ),
        key("key", &Shape::Id, "唯一编号字段", "the field whose value is one in the county"),
        need("fields", &FORM, "字段", "fields"),
        key("rights", &Shape::Map(&Shape::Keys(&RIGHT)), "权利", "rights in it"),
        key(
            "purpose",
            &Shape::Words,
            "只为什么而建：别的应用包的联动不能跟",
            "kept for this alone: no reaction of another pack follows it",
        ),
        key("sensitivity", &SENSITIVITY, "敏感级别：各字段至少是这一级", "how far it may go: each field is at least that"),
        key("deprecated", &Shape::Flag, "不再使用", "no longer used"),
    ],
    rest: None,
};
pub(crate) static LETTER: Keys = Keys {
    en: "a letter",
    zh: "文书",
    keys: &[
        need("name", &Shape::Words, "名称", "name"),
        key("series", &Shape::Str, "编号系列", "series of numbers"),
        need("body", &Shape::Words, "正文（minijinja 模板）", "the text, a minijinja template"),
    ],
    rest: None,
};
