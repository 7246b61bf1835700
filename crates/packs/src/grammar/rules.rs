//! The shape of indicators, reactions and pages, of stories, overlays and migration maps, and of a pack as a whole.

use super::common::{AT, NAMES, PATHS, SOME, WHO};
use super::shape::{Keys, Shape, key, need, word};
use super::{flow, nouns};

static PART: Keys = Keys {
    en: "a part",
    zh: "分项",
    keys: &[need("of", &Shape::Path, "指标", "indicator"), need("weight", &Shape::Rate, "权重", "weight")],
    rest: None,
};
static POINTS: Keys = Keys {
    en: "a step of the score",
    zh: "分档",
    keys: &[need("from", &Shape::Rate, "从多少起", "from this figure on"), need("points", &Shape::Number, "得几分", "points")],
    rest: None,
};
pub(crate) static INDICATOR: Keys = Keys {
    en: "an indicator",
    zh: "指标",
    keys: &[
        need("name", &Shape::Words, "名称", "name"),
        key("of", &Shape::Expr, "分母：哪些事项", "which matters count"),
        key("hit", &Shape::Expr, "分子：其中哪些达到", "which of them hit"),
        key("out", &Shape::Expr, "剔除哪些", "which are left out"),
        key("value", &Shape::Expr, "求平均的数", "the number of which the mean is taken"),
        key("sum", &Shape::List(&Shape::Keys(&PART)), "加权合成", "a weighted sum of others"),
        key("by", &NAMES, "分组：层级、category、unit、handler", "breakdowns: levels, category, unit, handler"),
        key("least", &Shape::Count, "样本少于此数不出数、不排名", "below so many no figure is shown"),
        key("steps", &Shape::List(&Shape::Keys(&POINTS)), "分档计分", "points in steps"),
        key("slope", &Shape::Flag, "档间按比例", "in proportion between steps"),
    ],
    rest: None,
};

static WHEN: Keys = Keys {
    en: "an occasion",
    zh: "时机",
    keys: &[
        key("flow", &Shape::Path, "流程", "flow"),
        key("kind", &Shape::Path, "台账", "kind"),
        key("alarm", &Shape::Path, "告警", "alarm"),
        key("deal", &Shape::Path, "交易", "deal"),
        need(
            "is",
            &Shape::Word(&[
                word("opened", "登记", "opened"),
                word("at", "到了某环节", "came to a step"),
                word("moved", "做了某动作", "made a move"),
                word("late", "逾期", "late"),
                word("closed", "办结", "closed"),
                word("added", "新增", "added"),
                word("changed", "变更", "changed"),
                word("removed", "注销", "removed"),
                word("raised", "告警发生", "raised"),
                word("ended", "告警结束", "ended"),
                word("decided", "成交", "decided"),
            ]),
            "发生了什么",
            "what happened",
        ),
        key("step", &Shape::Id, "环节", "step"),
        key("move", &Shape::Id, "动作", "move"),
        key("as", &NAMES, "办结为", "ended as"),
    ],
    rest: None,
};
static OPEN: Keys = Keys {
    en: "what is opened",
    zh: "开一件事",
    keys: &[
        need("flow", &Shape::Path, "流程", "flow"),
        key("at", &AT, "在哪里", "where"),
        key("holder", &WHO, "由谁办", "who holds it"),
        key("form", &Shape::Map(&Shape::Open), "表中的值", "values of its form"),
    ],
    rest: None,
};
static NOTIFY: Keys = Keys {
    en: "a notice",
    zh: "通知",
    keys: &[need("to", &SOME, "告诉谁", "whom"), need("say", &Shape::Words, "说什么", "what is said")],
    rest: None,
};
static SEND: Keys = Keys {
    en: "a letter sent",
    zh: "发文书",
    keys: &[need("letter", &Shape::Path, "文书", "letter"), need("to", &SOME, "给谁", "to whom")],
    rest: None,
};
static THING: Keys = Keys {
    en: "a thing changed",
    zh: "改台账",
    keys: &[
        need("kind", &Shape::Path, "台账", "kind"),
        key("key", &Shape::Expr, "哪一个；不写则新增", "which one; a new one if not said"),
        need("fields", &Shape::Map(&Shape::Open), "字段的值", "values of its fields"),
    ],
    rest: None,
};
static WEBHOOK: Keys = Keys {
    en: "a webhook",
    zh: "网络回调",
    keys: &[need("to", &Shape::Id, "配置中的地址名", "the address's name in the configuration")],
    rest: None,
};
/// Verbs of engines that are not in this version are named here, so that the message can say so.
pub(crate) static DO: Keys = Keys {
    en: "something to do",
    zh: "要做的事",
    keys: &[
        key("open", &Shape::Keys(&OPEN), "开一件事", "opens a matter"),
        key("notify", &Shape::Keys(&NOTIFY), "通知", "tells somebody"),
        key("letter", &Shape::Keys(&SEND), "发文书", "sends a letter"),
        key("thing", &Shape::Keys(&THING), "改台账", "changes a thing"),
        key("webhook", &Shape::Keys(&WEBHOOK), "网络回调", "posts to an address"),
        key("broadcast", &Shape::Open, "广播（本版本没有此引擎）", "broadcast (no engine in this version)"),
        key("call", &Shape::Open, "呼叫（本版本没有此引擎）", "call (no engine in this version)"),
        key("hold", &Shape::Open, "冻结（本版本没有此引擎）", "hold (no engine in this version)"),
        key("pay", &Shape::Open, "支付（本版本没有此引擎）", "pay (no engine in this version)"),
        key("start", &Shape::Open, "发起交易（本版本没有此引擎）", "start a deal (no engine in this version)"),
    ],
    rest: None,
};
pub(crate) static NO_ENGINE_VERBS: &[&str] = &["broadcast", "call", "hold", "pay", "start"];
pub(crate) static NO_ENGINE_NOUNS: &[&str] = &["alarms", "deals"];
pub(crate) static REACTION: Keys = Keys {
    en: "a reaction",
    zh: "联动",
    keys: &[
        key("name", &Shape::Words, "名称", "name"),
        need("when", &Shape::Keys(&WHEN), "什么时候", "when"),
        key("if", &Shape::Expr, "条件", "only if"),
        need("do", &Shape::OneOrMore(&Shape::Keys(&DO)), "做什么", "what is done"),
    ],
    rest: None,
};

static MAP: Keys = Keys {
    en: "a map",
    zh: "地图",
    keys: &[
        need("layer", &Shape::Path, "哪个流程或台账", "the flow or kind that is shown"),
        need(
            "colour",
            &Shape::Word(&[
                word("clock", "按时限", "by its clock"),
                word("category", "按类别", "by category"),
                word("step", "按环节", "by step"),
            ]),
            "颜色",
            "coloured by",
        ),
    ],
    rest: None,
};
static CONSOLE: Keys = Keys {
    en: "the console",
    zh: "工作台",
    keys: &[
        key("desk", &Shape::Flag, "代录入口", "the desk's entry form"),
        key("map", &Shape::Keys(&MAP), "地图", "the map"),
        key("screen", &PATHS, "大屏指标", "indicators on the screen"),
        key("registers", &PATHS, "台账页", "kinds with a page"),
    ],
    rest: None,
};
static PAGES: Keys = Keys {
    en: "pages",
    zh: "页面",
    keys: &[
        key("phone", &Shape::Map(&PATHS), "手机：角色 → 页面", "the telephone: role → pages"),
        key("console", &Shape::Keys(&CONSOLE), "工作台", "the console"),
    ],
    rest: None,
};

pub(crate) static PACK: Keys = Keys {
    en: "a pack",
    zh: "应用包",
    keys: &[
        need("pack", &Shape::Id, "名字，与文件夹同名", "its name, the same as the folder's"),
        need("name", &Shape::Words, "名称", "name"),
        key("about", &Shape::Words, "说明", "what it is for"),
        key("uses", &NAMES, "用到哪些包", "packs it uses"),
        key("kinds", &Shape::Map(&Shape::Keys(&nouns::KIND)), "台账类型", "kinds of things"),
        key("lists", &Shape::Map(&nouns::LIST), "代码清单", "coded lists"),
        key("tables", &Shape::Map(&Shape::Keys(&nouns::TABLE)), "带日期和出处的数表", "dated tables with their source"),
        key("roles", &Shape::Map(&Shape::Keys(&nouns::ROLE)), "角色和权限", "roles and rights"),
        key("ladders", &Shape::Map(&Shape::Keys(&nouns::LADDER)), "阶梯", "ladders"),
        key("forms", &Shape::Map(&nouns::FORM), "表单", "forms"),
        key("flows", &Shape::Map(&Shape::Keys(&flow::FLOW)), "流程", "flows"),
        key("plans", &Shape::Map(&Shape::Keys(&flow::PLAN)), "计划", "plans"),
        key("alarms", &Shape::Open, "告警（本版本没有此引擎）", "alarms (no engine in this version)"),
        key("deals", &Shape::Open, "交易（本版本没有此引擎）", "deals (no engine in this version)"),
        key("letters", &Shape::Map(&Shape::Keys(&nouns::LETTER)), "文书", "letters"),
        key("indicators", &Shape::Map(&Shape::Keys(&INDICATOR)), "指标", "indicators"),
        key("reactions", &Shape::Map(&Shape::Keys(&REACTION)), "联动", "reactions"),
        key("pages", &Shape::Keys(&PAGES), "页面", "pages"),
    ],
    rest: None,
};

static MIGRATED_FLOW: Keys = Keys {
    en: "a flow's map",
    zh: "流程的对应",
    keys: &[need("steps", &Shape::Map(&Shape::Id), "旧环节 → 新环节", "old step → new step")],
    rest: None,
};
pub(crate) static MIGRATION: Keys = Keys {
    en: "a migration map",
    zh: "迁移对应表",
    keys: &[
        need("from", &Shape::Str, "旧版本的哈希", "hash of the old version"),
        need("flows", &Shape::Map(&Shape::Keys(&MIGRATED_FLOW)), "各流程", "by flow"),
    ],
    rest: None,
};
