//! The month as a whole.

use crate::{Actor, County, PlannedMatter, Sender, Size, State, county, matters, sample};
use base::Time;
use std::collections::{HashMap, HashSet};

fn grown() -> County {
    county(&sample(), Size::demo(12), 1).expect("grows")
}

/// A Sunday night, a Monday morning, the middle of a working day.
fn nows() -> [Time; 3] {
    ["2026-11-22T23:30", "2026-11-23T07:05", "2026-11-25T15:20"].map(|s| s.parse().expect(s))
}

fn month(county: &County, now: Time) -> Vec<PlannedMatter> {
    matters(county, now, 7, 1_500)
}

#[test]
fn the_same_seed_gives_the_same_month() {
    let county = grown();
    let now = nows()[2];
    assert_eq!(month(&county, now), month(&county, now));
    assert_ne!(month(&county, now), matters(&county, now, 8, 1_500));
}

#[test]
fn all_states_occur_in_twenty_and_in_their_shares() {
    let county = grown();
    for now in nows() {
        let few: HashSet<State> = matters(&county, now, 3, 20).iter().map(|m| m.state).collect();
        assert_eq!(few.len(), State::all().count());
        let plan = month(&county, now);
        assert_eq!(plan.len(), 1_500);
        let mut counts: HashMap<State, usize> = HashMap::new();
        for matter in &plan {
            *counts.entry(matter.state).or_default() += 1;
        }
        assert!((550..750).contains(&counts[&State::Solved]), "{counts:?}");
        assert!((25..70).contains(&counts[&State::Late]), "{counts:?}");
        assert!(plan.iter().filter(|m| m.repeats.is_some()).count() >= 5);
    }
}

#[test]
fn nothing_is_in_the_future_or_out_of_order() {
    let county = grown();
    for now in nows() {
        for matter in month(&county, now) {
            let times: Vec<Time> = std::iter::once(matter.received).chain(matter.course.iter().map(|m| m.at)).chain([now]).collect();
            assert!(times.windows(2).all(|w| w[0] <= w[1]), "{matter:?}");
            assert!(now.0 - matter.received.0 < 60 * 86_400_000, "{matter:?}");
        }
    }
}

#[test]
fn every_move_is_made_by_someone_who_is_there() {
    let county = grown();
    let leaders: HashSet<_> = county.leaders.iter().map(|l| (l.role, l.region, None)).collect();
    let officials: HashSet<_> = county.officials.iter().map(|o| (o.role, o.region, o.unit)).collect();
    for matter in month(&county, nows()[0]) {
        for step in &matter.course {
            if let Actor::Seat { role, region, unit } = step.by {
                let seat = (role, region, unit);
                let area = role == "area_leader" && county.areas.iter().any(|a| a.groups.contains(&region));
                assert!(area || leaders.contains(&seat) || officials.contains(&seat), "{seat:?}");
            }
        }
    }
}

#[test]
fn the_last_move_leads_where_it_stands() {
    let county = grown();
    for matter in month(&county, nows()[1]) {
        let last = matter.course.last().map_or("", |m| m.does);
        let right: &[&str] = match matter.state {
            State::Sorting => &[""],
            State::Helping => &["sort.family"],
            State::Meeting => &["sort.neighbours"],
            State::Handling | State::Late => &["sort.area", "handle.assign"],
            State::Telling => &["help.done", "meet.agreed", "handle.done"],
            State::Confirming | State::Unanswered => &["tell.told"],
            State::Paused => &["approve"],
            State::Consulting => &["opine.answer", "handle.return"],
            State::Conference => &["handle.joint"],
            State::Refused => &["confirm.refuse"],
            State::Solved | State::Partly | State::Unsolved => &["confirm.accept"],
            State::Withdrawn => &["withdraw"],
            State::NotAccepted | State::OtherWay | State::NotReached | State::Merged => &["approve"],
        };
        assert!(right.contains(&last), "{matter:?}");
    }
}

#[test]
fn the_resident_among_the_accounts_has_one_of_each() {
    let county = grown();
    let her = county.account_of_resident().expect("there is a village");
    assert_eq!(county.accounts()[0].phone, county.residents[her].phone);
    let plan = month(&county, nows()[0]);
    let states = |of: &dyn Fn(&PlannedMatter) -> bool| plan.iter().filter(|m| of(m)).map(|m| m.state as u8).collect::<HashSet<_>>();
    let merged = HashSet::from([State::Merged as u8]);
    assert_eq!(&states(&|m| m.resident == her) | &merged, states(&|_| true));
}

#[test]
fn references_are_to_earlier_matters() {
    let county = grown();
    let plan = month(&county, nows()[2]);
    for (i, matter) in plan.iter().enumerate() {
        if let Some(of) = matter.merged_into {
            assert!(of < i && plan[of].category == matter.category && plan[of].place == matter.place, "{matter:?}");
        }
        if let Some(of) = matter.repeats {
            assert!(of < i && plan[of].resident == matter.resident && plan[of].state.is_closed(), "{matter:?}");
        }
    }
}

#[test]
fn words_are_marked_and_filled_in() {
    let county = grown();
    let plan = month(&county, nows()[2]);
    assert!(plan.iter().all(|m| m.words.ends_with("（演示）") && !m.words.contains(['{', '}'])));
    let forms = plan.iter().flat_map(|m| &m.course).flat_map(|m| &m.with);
    assert!(forms.clone().count() > 1_000 && forms.into_iter().all(|(_, value)| value.is_ascii() || value.ends_with("（演示）")));
    let senders: HashSet<_> = plan.iter().map(|m| m.sender as u8).collect();
    assert_eq!(senders.len(), 3, "named, sealed and anonymous");
    assert!(plan.iter().all(|m| m.sender == Sender::Named || m.door.is_own()));
    let mistaken = plan.iter().filter(|m| m.guess != m.category).count();
    assert!((60..200).contains(&mistaken), "{mistaken}");
}
