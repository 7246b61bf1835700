//! `pack new`: the files of a new pack, which reads without a fault and runs.

use crate::Source;
use crate::read::scalar;
use base::{Error, Result};

/// `pack.yaml` and a story for a pack of this name.
pub fn new_pack(name: &str) -> Result<Vec<Source>> {
    if !scalar::is_id(name) || name.starts_with(|c: char| c.is_ascii_digit()) {
        return Err(Error::invalid(
            "name",
            "名字用小写字母、数字和下划线，如 old_houses",
            "a name has small letters, digits and _, such as old_houses",
        ));
    }
    let file = |path: &str, text: &str| Source { path: format!("{name}/{path}"), text: text.replace("NAME", name) };
    Ok(vec![file("pack.yaml", PACK), file("stories/first.yaml", STORY)])
}

const PACK: &str = "# 写给办事的人看：念出来，懂行的人应该说“我们就是这么办的”。
# To be read aloud: whoever knows the work should say \"yes, that is how we do it\".
pack: NAME
name:  {zh: 新应用包, en: New pack}
about: {zh: 它管什么, en: What it is for}
uses:  [three_leaders]                      # 角色、阶梯、部门

roles:
  village_duty: {may: {request: [open]}}    # 谁还能做什么

forms:
  request:
    words: {type: text, name: {zh: 什么事, en: What}, required: true, max: 2000, speak: true}
    place: {type: place, name: {zh: 在哪里, en: Where}, required: village}
  result:
    answer: {type: text, name: {zh: 怎么办的, en: What was done}, required: true}
  verdict:
    solved: {type: choice, name: {zh: 解决了吗, en: \"Solved?\"}, of: {solved: {zh: 解决了, en: Solved}, unsolved: {zh: 没解决, en: Not solved}}, required: true}

flows:
  request:
    name:  {zh: 申请, en: Request}
    opens: {by: [resident, village_duty], form: request, for_another: true, doors: [page, miniprogram, phone, desk]}
    clock: {due: 5 work-days}
    ends:  [not_accepted, withdrawn]
    steps:
      handle:
        name:   {zh: 办理, en: Handle}
        holder: {role: village_duty, at: place}
        due:    3 work-days
        moves:
          done: {to: confirm, form: result}
          up:   {to: handle, holder: {up: 1}, form: reason}
      confirm:
        name:     {zh: 确认, en: Confirm}
        wait_for: {resident: true, else: {up: 1}}
        due:      7 days
        moves:
          accept: {to: closed, form: verdict}
          refuse: {to: handle, holder: {up: 1}, form: verdict}
        late:     {to: closed, as: unanswered, revisit: 10 %}

indicators:
  on_time:
    name:  {zh: 按时办结率, en: Resolved on time}
    of:    flow == \"request\" && during(due_at, window)
    hit:   has(resolved_at) && resolved_at <= due_at
    by:    [township, village]
    least: 20

pages:
  phone:   {resident: [request, mine]}
  console: {desk: true, map: {layer: request, colour: clock}, screen: [on_time]}
";

const STORY: &str = "story: {zh: 第一件, en: The first one}
county: demo
steps:
  - {as: resident 4-9, does: request, words: 演示：路灯不亮, at: village 石桥 group 4, sees: {receipt: A}}
  - {as: village_duty 石桥, does: handle.done, on: A, answer: 灯换好了}
  - {as: resident 4-9, does: confirm.accept, on: A, solved: solved}
  - {sees: {closed: done, of: A}}
";
