//! The shape of flows and plans.

use super::common::{DUE, LEVEL, SOME, WHO};
use super::shape::{Keys, Shape, Word, key, need, word};

pub(crate) static DOOR_WORDS: &[Word] = &[
    word("page", "手机页面", "the phone's page"),
    word("miniprogram", "小程序", "the mini-program"),
    word("phone", "电话", "the telephone"),
    word("desk", "窗口", "the desk"),
    word("visit", "上门", "a visit"),
    word("open311", "Open311", "Open311"),
    word("sheet", "表格导入", "a sheet"),
    word("connector", "外部系统", "another system"),
];
static OPENS: Keys = Keys {
    en: "who opens it",
    zh: "谁来登记",
    keys: &[
        need(
            "by",
            &super::common::NAMES,
            "群众 resident、任何人 anyone、应用包 pack、角色或角色组",
            "resident, anyone, pack, a role or a group of roles",
        ),
        key("form", &Shape::Path, "填什么表", "the form that is filled in"),
        key("for_another", &Shape::Flag, "可替别人登记", "may be written down for another person"),
        key(
            "doors",
            &Shape::OneOrMore(&Shape::Word(DOOR_WORDS)),
            "开哪些入口；不写就是手机页面、小程序和窗口",
            "the ways in that are open; left out: the phone's page, the mini-program and the desk",
        ),
    ],
    rest: None,
};
static CATEGORY: Keys = Keys {
    en: "a category",
    zh: "类别",
    keys: &[
        need("list", &Shape::Path, "类别清单", "the list of categories"),
        key(
            "from",
            &Shape::Word(&[word("triage", "自动分类建议", "triage suggests it"), word("person", "人工选择", "a person picks it")]),
            "从哪里来",
            "where it comes from",
        ),
        key("confirm_below", &Shape::Rate, "把握低于此数由人确认", "below this confidence a person confirms"),
    ],
    rest: None,
};
static PAUSE: Keys = Keys {
    en: "a pause",
    zh: "暂停",
    keys: &[
        need("most", &Shape::Term, "合计最长", "all pauses together at most"),
        need("approved_by", &WHO, "谁批准", "who approves"),
        key("reasons", &Shape::Path, "原因清单", "the list of reasons"),
    ],
    rest: None,
};
static CLOCK: Keys = Keys {
    en: "a clock",
    zh: "时限",
    keys: &[
        need("due", &DUE, "全程时限", "the whole matter's time"),
        key("urgent", &DUE, "紧急事项的时限", "the same for an urgent one"),
        key("pause", &Shape::Keys(&PAUSE), "暂停", "pauses"),
    ],
    rest: None,
};
pub(crate) static END_WORDS: &[Word] = &[
    word("not_accepted", "不予受理", "Not accepted"),
    word("other_way", "走其他途径", "Another way"),
    word("withdrawn", "撤回", "Withdrawn"),
    word("merged", "并案", "Merged"),
    word("not_reached", "联系不上", "Not reached"),
];
static END: Keys = Keys {
    en: "an end",
    zh: "终止方式",
    keys: &[
        key("name", &Shape::Words, "名称", "name"),
        key("reasons", &Shape::Path, "原因清单", "the list of reasons"),
        key("approved_by", &WHO, "谁批准（不能是办理人）", "who approves; never the handler"),
        key("letter", &Shape::Path, "告知书", "the letter that tells it"),
        key("object_within", &Shape::Term, "多久内可以提出异议", "how long one may object"),
    ],
    rest: None,
};
static ENDS: Shape = Shape::Any(&[Shape::List(&Shape::Word(END_WORDS)), Shape::Map(&Shape::Keys(&END))]);
static BACK: Keys = Keys {
    en: "a way back",
    zh: "回到",
    keys: &[
        need("step", &Shape::Id, "回到哪个环节", "the step to come back to"),
        key("holder", &WHO, "由谁办理；可见 form，即那件事的结论表", "who holds it then; sees form, what the other matter ended with"),
    ],
    rest: None,
};
static QUORUM: Keys =
    Keys {
        en: "a quorum", zh: "法定数", keys: &[need("quorum", &Shape::Count, "至少几方答复", "so many have answered")], rest: None
    };
static JOIN: Shape = Shape::Any(&[
    Shape::Word(&[word("all", "都答复才继续", "all have answered"), word("lead_decides", "牵头方决定", "the lead decides")]),
    Shape::Keys(&QUORUM),
]);
static MOVE: Keys = Keys {
    en: "a move",
    zh: "动作",
    keys: &[
        key("name", &Shape::Words, "名称；常用动作可省", "name; the usual moves have theirs"),
        key("to", &Shape::Id, "到哪个环节，或 closed", "the next step, or closed"),
        key("as", &Shape::Id, "办结为何种结果", "ended as"),
        key("with", &Shape::Path, "另开哪个流程", "opens a matter of that flow"),
        key("form", &Shape::Path, "填什么表", "the form that is filled in"),
        key("holder", &WHO, "下一环节由谁办", "who holds it then"),
        key("offer", &WHO, "先问哪位三长", "the leader who is asked first"),
        key("due", &DUE, "下一环节的时限", "the next step's time"),
        key("most", &Shape::Count, "一件事中最多几次", "how often in one matter"),
        key("then", &Shape::Id, "超过次数改走哪个动作", "the move made instead after that"),
        key("by", &WHO, "谁可以做", "who may make it"),
        key("if", &Shape::Expr, "条件", "only if"),
        key("lead", &WHO, "牵头", "who leads"),
        key("assist", &SOME, "协办", "who assists"),
        key("join", &JOIN, "何时继续", "when it goes on"),
        key("back", &Shape::Any(&[Shape::Id, Shape::Keys(&BACK)]), "回到哪个环节", "the step to come back to"),
    ],
    rest: None,
};
static WAIT_FOR: Keys = Keys {
    en: "whom it waits for",
    zh: "等谁",
    keys: &[
        key("resident", &Shape::Flag, "群众本人", "the resident"),
        key("who", &WHO, "其他人", "somebody else"),
        key("else", &WHO, "无人可问时由谁确认", "who confirms when there is nobody to ask"),
    ],
    rest: None,
};
static EACH: Keys = Keys {
    en: "tasks side by side",
    zh: "并行任务",
    keys: &[
        need(
            "over",
            &Shape::Any(&[
                Shape::Word(&[word("assist", "协办各方", "those who assist"), word("parties", "各方当事人", "the parties")]),
                Shape::List(&WHO),
            ]),
            "每一方",
            "each of whom",
        ),
        key("form", &Shape::Path, "各填什么表", "what each fills in"),
        key("join", &JOIN, "何时继续", "when it goes on"),
    ],
    rest: None,
};
static LATE: Keys = Keys {
    en: "what lateness does",
    zh: "逾期后果",
    keys: &[
        key("take", &Shape::Flag, "由上一级接办", "the next rung takes it"),
        key("to", &Shape::Id, "自动到哪个环节，或 closed", "goes on to a step, or closed"),
        key("as", &Shape::Id, "办结为何种结果", "ended as"),
        key("revisit", &Shape::Rate, "抽多少回访", "the share that is revisited"),
    ],
    rest: None,
};
static STEP: Keys = Keys {
    en: "a step",
    zh: "环节",
    keys: &[
        need("name", &Shape::Words, "名称", "name"),
        key("holder", &WHO, "由谁办；不写则不变", "who holds it; as before if not said"),
        key(
            "offer",
            &WHO,
            "先问哪位三长；不接则由办理岗位办，不留记录",
            "the leader who is asked first; untaken it stays with the holder, no mark",
        ),
        key("offer_for", &Shape::Term, "问多久", "how long the offer stands"),
        key("due", &DUE, "本环节时限", "the step's time"),
        key("wait_for", &Shape::Keys(&WAIT_FOR), "等谁", "whom it waits for"),
        key("each", &Shape::Keys(&EACH), "并行任务", "tasks side by side"),
        need("moves", &Shape::Map(&Shape::Keys(&MOVE)), "可做的动作", "the moves from here"),
        key("late", &Shape::Keys(&LATE), "逾期后果", "what lateness does"),
    ],
    rest: None,
};
pub(crate) static FLOW: Keys = Keys {
    en: "a flow",
    zh: "流程",
    keys: &[
        need("name", &Shape::Words, "名称", "name"),
        need("opens", &Shape::Keys(&OPENS), "谁来登记", "who opens it, with what"),
        key("category", &Shape::Keys(&CATEGORY), "类别", "its category"),
        need("clock", &Shape::Keys(&CLOCK), "群众的时限：收到即起算", "the resident's clock: it starts when the report is received"),
        key("ends", &ENDS, "办结以外的终止方式", "ends that are not done"),
        key("ladder", &Shape::Path, "阶梯；只有一个时可省", "the ladder, where there are several"),
        key(
            "apart",
            &Shape::Flag,
            "单独管：权限里的 all 不含它，说到的人绝不经手",
            "kept apart: rights on all do not count for it, and whom it is about never has it in hand",
        ),
        key(
            "alarm",
            &Shape::Expr,
            "紧急的事里，哪些关乎生命：有人接手之前占住大屏中央",
            "which of its urgent matters concern life: they take the middle of the command screen until somebody has them in hand",
        ),
        key(
            "sensitivity",
            &super::nouns::SENSITIVITY,
            "敏感级别：敏感的导出时隐去标题，核心的不导出",
            "of its matters in sheets: titles masked, or left out",
        ),
        need("steps", &Shape::Map(&Shape::Keys(&STEP)), "环节，第一个为起点", "steps; it begins at the first"),
    ],
    rest: None,
};

static AFTER: Keys = Keys {
    en: "what it comes after",
    zh: "在什么之后",
    keys: &[
        need("flow", &Shape::Path, "流程", "flow"),
        key("as", &super::common::NAMES, "结果", "ended as"),
        need("terms", &Shape::OneOrMore(&DUE), "多久之后", "how long after"),
    ],
    rest: None,
};
static STREAK: Keys = Keys {
    en: "a streak",
    zh: "连续",
    keys: &[need("of", &Shape::Count, "几次", "so many in a row"), need("if", &Shape::Expr, "条件", "for which this is true")],
    rest: None,
};
pub(crate) static PLAN: Keys = Keys {
    en: "a plan",
    zh: "计划",
    keys: &[
        need("name", &Shape::Words, "名称", "name"),
        need("flow", &Shape::Path, "开哪个流程", "the flow it opens"),
        key("holder", &WHO, "由谁办", "who holds it"),
        key(
            "every",
            &Shape::Word(&[
                word("week", "每周", "week"),
                word("month", "每月", "month"),
                word("quarter", "每季", "quarter"),
                word("year", "每年", "year"),
            ]),
            "多久一次",
            "how often",
        ),
        key("at", &LEVEL, "在哪一级每个地方", "at every region of this level"),
        key("after", &Shape::Keys(&AFTER), "在某事办结之后", "after a matter ended"),
        key("streak", &Shape::Keys(&STREAK), "连续几次后结束", "ends after a streak"),
    ],
    rest: None,
};
