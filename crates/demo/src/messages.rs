//! Messages to the worry-free station, in the month of the reports: by the flow `message` of the pack `worry_free`.

use crate::{
    Actor, County, Door, Move, PlannedMatter, Sender, State,
    course::{at_work, awake},
    rng::Rng,
};
use base::{Level, Time};

/// The flow, as a plan names it.
pub const FLOW: (&str, &str) = ("worry_free", "message");

/// Category and its department, what a resident writes, what the department answers.
const MESSAGES: [(&str, &str, &str, &str); 14] = [
    ("construction", "housing", "{v}安置房外墙渗水，两次报修没人来", "已派维修队勘查，渗水处本周内重做防水，完工后请您验收"),
    ("construction", "housing", "小区电梯停了三天，老人上下楼不方便", "电梯主板已更换并通过检验，物业公布了值班电话"),
    ("environment", "environment", "楼下夜宵摊油烟大，凌晨还在吵", "已责令安装油烟净化器，夜间十点后停止外摆"),
    ("environment", "environment", "{v}旁边的洗砂场扬尘大，不敢开窗", "已要求安装喷淋并覆盖堆场，执法中队每周抽查"),
    ("transport", "transport", "去{v}的班车改点了，赶不上集", "已与客运公司商定，逢集日加开一班，七点半发车"),
    ("transport", "transport", "{v}村口的路牌倒了好久", "路牌已重新立好并加固"),
    ("education", "education", "放学后学校门口车多，孩子过马路危险", "上下学时段已安排护学岗，门口施划了临时停车区"),
    ("education", "education", "延时服务收费没有明细", "学校已公示收费项目和标准，多收部分已退"),
    ("labour", "labour", "工地欠了三个月工钱", "经协调，工资已打到本人卡上"),
    ("labour", "labour", "灵活就业的社保补贴怎么申请", "请带身份证和缴费凭证到乡镇社会保障站办理，十五个工作日内到账"),
    ("commerce", "commerce", "预付卡的店关门了，钱退不回来", "已联系经营者，按余额登记退款，名单在市场监管所公示"),
    ("commerce", "commerce", "景区停车乱收费", "已责令退还多收的费用，并重新公示收费牌"),
    ("health", "health", "{v}卫生室经常没人", "已调整排班，值班表和电话贴在门口"),
    ("health", "health", "打疫苗要排两个小时", "已加开一个接种台，可以先在网上约时间"),
];

/// What became of a message, with its share in a hundred.
const SHARES: [(State, usize); 7] = [
    (State::Solved, 52),
    (State::Partly, 12),
    (State::Unsolved, 5),
    (State::Unanswered, 8),
    (State::Confirming, 8),
    (State::Handling, 10),
    (State::Sorting, 5),
];

const HOUR: i64 = 3_600_000;

/// `n` messages of the month before `now`, of which [`State::Sorting`] waits at the county's desk to be taken.
pub fn messages(county: &County, now: Time, seed: u64, n: usize) -> Vec<PlannedMatter> {
    let mut rng = Rng::new(seed ^ 0x6d65_7373);
    (0..n).map(|i| planned(county, now, state(i, &mut rng), &mut rng)).collect()
}

/// One of each first, the rest by their shares.
fn state(i: usize, rng: &mut Rng) -> State {
    if let Some((state, _)) = SHARES.get(i) {
        return *state;
    }
    let mut at = rng.below(SHARES.iter().map(|(_, share)| share).sum());
    for (state, share) in SHARES {
        if at < share {
            return state;
        }
        at -= share;
    }
    State::Solved
}

fn planned(county: &County, now: Time, state: State, rng: &mut Rng) -> PlannedMatter {
    let (category, unit, words, answer) = *rng.pick(&MESSAGES);
    let resident = rng.below(county.residents.len());
    let place = county.residents[resident].home;
    let village = place.at(Level::Village).and_then(|v| county.region(v)).map_or("本村", |r| &r.name);
    // One in eight is answered after the five work-days that the department has.
    let late = matches!(state, State::Solved | State::Partly | State::Unsolved) && rng.chance(12);
    let days = match state {
        State::Sorting => 0,
        State::Handling => rng.between(1, 4),
        State::Confirming => rng.between(6, 8),
        State::Unanswered => rng.between(18, 34),
        _ => rng.between(if late { 18 } else { 12 }, 34),
    };
    // Messages of this moment come in while the office is open or not.
    let received = if days == 0 { Time(now.0 - rng.between(300, 7_000) * 1_000) } else { awake(Time(now.0 - days * 24 * HOUR)) };
    let mut course = Vec::new();
    if state != State::Sorting {
        let desk = Actor::Seat { role: "county_desk", region: county.home.code(), unit: None };
        let assigned = at_work(Time(received.0 + rng.between(10, 90) * 60_000));
        course.push(Move { at: assigned, by: desk, does: "accept.assign", with: Vec::new() });
        let hours = if late { rng.between(170, 200) } else { rng.between(6, 90) };
        let answered = at_work(Time(assigned.0 + hours * HOUR));
        let said = at_work(Time(answered.0 + rng.between(2, 60) * HOUR));
        if state != State::Handling && answered < now {
            let office = Actor::Seat { role: "department", region: county.home.code(), unit: Some(unit) };
            course.push(Move { at: answered, by: office, does: "handle.answer", with: vec![("answer", format!("{answer}（演示）"))] });
            let (solved, pleased) = match state {
                State::Solved => ("solved", rng.between(4, 5)),
                State::Partly => ("partly", rng.between(2, 4)),
                _ => ("unsolved", rng.between(1, 2)),
            };
            if matches!(state, State::Solved | State::Partly | State::Unsolved) && said < now {
                let with = vec![("solved", solved.to_owned()), ("pleased", pleased.to_string())];
                course.push(Move { at: said, by: Actor::Resident, does: "confirm.accept", with });
            }
        }
    }
    PlannedMatter {
        flow: FLOW,
        resident,
        place,
        point: None,
        category,
        guess: category,
        words: format!("{}（演示）", words.replace("{v}", village)),
        received,
        door: if rng.chance(70) { Door::Page } else { Door::Phone },
        sender: Sender::Named,
        state,
        course,
        merged_into: None,
        repeats: None,
    }
}
