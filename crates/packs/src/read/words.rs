//! The usual moves have names of their own, so that a pack need not say them again.

use base::Text;

/// Word, Chinese, English.
pub(crate) const MOVE_WORDS: &[(&str, &str, &str)] = &[
    ("done", "办好了", "Done"),
    ("back", "退回上一环节", "Back"),
    ("return", "退单", "Return"),
    ("up", "上报", "Hand up"),
    ("down", "下派", "Hand down"),
    ("assign", "指派", "Assign"),
    ("consult", "提请会商", "Consultation"),
    ("joint", "提请联席会议", "Joint conference"),
    ("agreed", "谈成了", "Agreed"),
    ("not_agreed", "没谈成", "Not agreed"),
    ("told", "已反馈", "Told"),
    ("accept", "认可", "Accept"),
    ("refuse", "不认可", "Refuse"),
    ("answer", "答复", "Answer"),
    ("decide", "作出决定", "Decide"),
    ("close", "办结", "Close"),
    ("receive", "受理", "Receive"),
    ("start", "开始", "Start"),
    ("next", "下一步", "Next"),
];

/// The ends that are not *done*: word, Chinese, English.
pub(super) fn of_move(id: &str) -> Option<Text> {
    MOVE_WORDS.iter().find(|(w, ..)| *w == id).map(|(_, zh, en)| Text::new(*zh, *en))
}
