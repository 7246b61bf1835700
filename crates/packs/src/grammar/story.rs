//! The shape of a story.

use super::common::WHO;
use super::shape::{Keys, Shape, key, need, word};

static FOR: Keys = Keys {
    en: "for whom",
    zh: "替谁",
    keys: &[
        need("who", &Shape::Str, "谁", "who"),
        need(
            "by",
            &Shape::Word(&[word("phone", "电话", "by phone"), word("desk", "来访", "came in"), word("visit", "上门", "was visited")]),
            "怎么说的",
            "how the person spoke",
        ),
    ],
    rest: None,
};
static GETS: Keys = Keys {
    en: "an answer",
    zh: "答复",
    keys: &[need("problem", &Shape::Id, "错误代码", "code of the problem"), key("field", &Shape::Path, "哪个字段", "the field it names")],
    rest: None,
};
static SEES: Keys = Keys {
    en: "what is seen",
    zh: "看到什么",
    keys: &[
        key("receipt", &Shape::Str, "回执（给事项一个代号）", "the receipt; gives the matter its letter"),
        key("matter", &Shape::Str, "列表中的事项", "a matter in the list"),
        key("opened", &Shape::Path, "另开的流程", "the flow that was opened"),
        key("of", &Shape::Str, "哪件事", "of which matter"),
        key("left", &Shape::Term, "剩余时间", "time left"),
        key("journal", &Shape::Id, "流水最近一条", "the last journal entry"),
        key("step", &Shape::Id, "环节", "step"),
        key("holder", &WHO, "办理岗位", "the holder"),
        key("supervisor", &WHO, "督办岗位", "the supervisor"),
        key(
            "card",
            &Shape::Word(&[word("yellow", "黄牌", "yellow"), word("red", "红牌", "red"), word("none", "无", "none")]),
            "牌",
            "card",
        ),
        key("closed", &Shape::Id, "办结为", "ended as"),
        key("nothing", &Shape::Flag, "找不到", "it is not to be found"),
        key("count", &Shape::Count, "几件", "how many"),
        key("returns", &Shape::Count, "退回几次", "returns so far"),
        key("figures", &Shape::Map(&Shape::Str), "指标", "indicators as shown"),
    ],
    rest: None,
};
pub(crate) static STEP: Keys = Keys {
    en: "a line of a story",
    zh: "场景的一行",
    keys: &[
        key("as", &Shape::Str, "谁", "who"),
        key("does", &Shape::Path, "做什么", "does what"),
        key("on", &Shape::Str, "对哪件事", "to which matter"),
        key("at", &Shape::Str, "在哪里", "where"),
        key("for", &Shape::Keys(&FOR), "替谁", "for whom"),
        key("words", &Shape::Str, "说的话", "free words"),
        key("clock", &Shape::Str, "时钟走多久", "moves the clock"),
        key("within", &Shape::Term, "真实时间多久内", "in this real time"),
        key("gets", &Shape::Keys(&GETS), "得到的拒绝", "the refusal"),
        key("sees", &Shape::Keys(&SEES), "看到什么", "what is seen"),
    ],
    rest: Some(&Shape::Open),
};
pub(crate) static STORY: Keys = Keys {
    en: "a story",
    zh: "场景",
    keys: &[
        need("story", &Shape::Words, "名称", "name"),
        need("county", &Shape::Id, "在哪个县", "the county it runs in"),
        key("starts", &Shape::Time, "时钟起点", "where the clock stands at first"),
        need("steps", &Shape::List(&Shape::Keys(&STEP)), "一行一行", "line by line"),
    ],
    rest: None,
};
