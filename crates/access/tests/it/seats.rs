//! Seats, acting for a period, vacancy, grants by level, and whom a report is about: on both databases.

use crate::common::*;
use access::*;
use base::{AccountId, Kind, Level, SeatId};
use packs::{Action, Name, Subject};
use store::testing::home;
use uuid::Uuid;

fn report() -> Subject {
    Subject::Flow(Name::new("direct_line", "report"))
}

async fn find(w: &World, role: &'static str, level: Level, place: &str) -> SeatAt {
    let place = code(place);
    w.store.read(home(), move |r| find_seat(r, role, None, level, place)).await.expect("looks")
}

#[test]
fn rights_hold_at_and_below_the_seat_s_region_and_nowhere_else() {
    on_both(async |w| {
        let (_, village) = w.official("village_duty", "430903101200", None, 1).await;
        let (_, town) = w.official("township_duty", "430903101", None, 2).await;
        let (_, next) = w.official("township_duty", "430903001", None, 3).await;
        let may = async |id: AccountId, place: &str| w.caller(id).await.check(Action::Read, &report(), &Object::at(code(place))).is_ok();
        for (place, v, t, n) in [
            ("430903101200004", true, true, false),
            ("430903101200", true, true, false),
            ("430903101", false, true, false),
            ("430903101201001", false, true, false),
            ("430903001001", false, false, true),
            ("430903", false, false, false),
        ] {
            assert_eq!((may(village, place).await, may(town, place).await, may(next, place).await), (v, t, n), "{place}");
        }
        // A move is forbidden where one may see, and not there at all where one may not.
        let town = w.caller(town).await;
        let at = |s: &str| Object::at(code(s));
        assert_eq!(town.check(Action::Export, &report(), &at("430903101")).map(|_| ()).ok(), Some(()));
        assert_eq!(town.check(Action::Unseal, &report(), &at("430903101")).expect_err("no keeper").kind(), Kind::Forbidden);
        assert_eq!(town.check(Action::Assign, &report(), &at("430903001")).expect_err("elsewhere").kind(), Kind::NotFound);
        // Whoever holds it may read it wherever it lies.
        let seats = [town.grants[0].seat];
        let held = Object { seats: &seats, ..at("430903001") };
        assert!(town.check(Action::Read, &report(), &held).is_ok());
        // Nobody manages seats without the right, and nobody outside his region.
        let new = MakeSeat { role: "group_leader".into(), region: code("430903101200004"), unit: None, area: None };
        let e = w.run(move |unit| make_seat(unit, &town, new.clone())).await.expect_err("no right");
        assert_eq!(e.kind(), Kind::Forbidden);
    });
}

#[test]
fn another_acts_for_a_period_and_a_seat_may_be_vacant() {
    on_both(async |w| {
        assert!(matches!(find(&w, "village_duty", Level::Village, "430903101200004").await, SeatAt::None));
        let (seat, holder) = w.official("village_duty", "430903101200", None, 1).await;
        let other = w.account(AccountKind::Resident, "演示代理", "17900000002").await;
        assert!(matches!(find(&w, "village_duty", Level::Village, "430903101200004").await, SeatAt::Filled(_)));
        assert!(matches!(find(&w, "village_duty", Level::Village, "430903101").await, SeatAt::Coarse));
        let now = w.store.now();
        let (me, away) = (w.caller(holder).await, Leave { seat, acting: other, since: now + DAY, until: now + DAY * 3 });
        let (again, own) = (away.clone(), Leave { acting: holder, ..away.clone() });
        let away_by = me.clone();
        w.run(move |unit| leave(unit, &away_by, away.clone())).await.expect("on leave");
        let twice = me.clone();
        assert_eq!(w.run(move |unit| leave(unit, &twice, again.clone())).await.expect_err("once").code(), "already_acting");
        assert!(w.run(move |unit| leave(unit, &me, own.clone())).await.is_err(), "not for himself");
        assert!(w.caller(other).await.grants.is_empty(), "not yet");
        w.wait(DAY);
        let acting = w.caller(other).await;
        assert_eq!(acting.grants.len(), 1);
        assert!(acting.grants[0].acting);
        let basis = acting.check(Action::Assign, &report(), &Object::at(code("430903101200"))).expect("may");
        assert!(acting.by(basis).acting, "代 stands beside the act");
        assert!(!w.caller(holder).await.grants[0].acting);
        assert_eq!(w.caller(other).await.grants.len(), 1, "remembered");
        w.wait(DAY * 2);
        assert!(w.caller(other).await.grants.is_empty(), "the clock alone ends it");
        let tenure = w.store.read(home(), move |r| tenures(r, seat)).await.expect("reads");
        assert_eq!(tenure.len(), 2);
        let id = tenure.iter().find(|t| t.account == holder).expect("the holder's").id;
        let system = w.system();
        w.run(move |unit| end_tenure(unit, &system, id)).await.expect("ends");
        assert!(matches!(find(&w, "village_duty", Level::Village, "430903101200004").await, SeatAt::Vacant(_)));
        assert!(w.caller(holder).await.grants.is_empty(), "at once");
        // A successor takes over, and the one before him is out.
        w.fill(seat, other).await;
        w.fill(seat, holder).await;
        assert!(w.caller(other).await.grants.is_empty());
        assert_eq!(w.caller(holder).await.grants.len(), 1);
        let system = w.system();
        assert_eq!(w.run(move |unit| close_seat(unit, &system, seat)).await.expect_err("held").code(), "seat_held");
        let (_, it) = w.official("county_it", "430903", None, 9).await;
        let caller = w.caller(it).await;
        let grab = Fill { seat, account: it, deputy: true, since: None, until: None };
        assert_eq!(w.run(move |unit| fill_seat(unit, &caller, grab.clone())).await.expect_err("not himself").code(), "own_account");
    });
}

/// Everyone from the neighbour's leader to the county, and who meets a report about each of them.
#[test]
fn whom_a_report_is_about_finds_nothing_of_it_nor_does_who_stands_under_him() {
    on_both(async |w| {
        let mut n = 0;
        let mut all: Vec<(&str, SeatId, AccountId)> = Vec::new();
        for (name, role, region, unit) in [
            ("neighbour", "neighbour_leader", "4309031012000040001", None),
            ("group", "group_leader", "430903101200004", None),
            ("duty", "village_duty", "430903101200", None),
            ("lead", "village_lead", "430903101200", None),
            ("other lead", "village_lead", "430903101201", None),
            ("desk", "desk", "430903101", None),
            ("station", "township_station", "430903101", Some("water")),
            ("town", "township_duty", "430903101", None),
            ("secretary", "township_lead", "430903101", None),
            ("water", "department", "430903", Some("water")),
            ("leader", "county_leader", "430903", None),
            ("county desk", "county_desk", "430903", None),
        ] {
            n += 1;
            let (seat, account) = w.official(role, region, unit, n).await;
            all.push((name, seat, account));
        }
        let of = |name: &str| *all.iter().find(|a| a.0 == name).expect(name);
        let sees = async |who: &str, about: Uuid| {
            let caller = w.caller(of(who).2).await;
            let (about, seats) = ([about], [of(who).1]);
            let held = Object { region: code("430903101200004"), seats: &seats, owner: None, about: &about };
            caller.check(Action::Read, &report(), &held).is_ok()
        };
        for (about, blind) in [
            ("lead", vec!["neighbour", "group", "duty", "lead"]),
            ("group", vec!["neighbour", "group"]),
            ("duty", vec!["neighbour", "group", "duty"]),
            ("other lead", vec!["other lead"]),
            ("desk", vec!["desk", "neighbour", "group", "duty", "lead", "other lead"]),
            ("town", vec!["neighbour", "group", "duty", "lead", "other lead", "desk", "station", "town"]),
            ("secretary", vec!["neighbour", "group", "duty", "lead", "other lead", "desk", "station", "town", "secretary"]),
        ] {
            for subject in [of(about).1.uuid(), of(about).2.uuid()] {
                for (who, _, _) in &all {
                    assert_eq!(sees(who, subject).await, !blind.contains(who), "{who} of a report about {about}");
                    let (catalogue, id) = (w.catalogue.clone(), of(who).1);
                    let barred = w
                        .store
                        .read(home(), move |r| {
                            let there = seat(r, id)?.expect("is there");
                            seat_barred(r, &catalogue, &there, &[subject])
                        })
                        .await
                        .expect("reads");
                    assert_eq!(barred, blind.contains(who), "the seat of {who} holds none about {about}");
                }
            }
        }
        let water = unit_subject(home(), "water");
        assert!(!sees("water", water).await && !sees("station", water).await && sees("town", water).await);
        // Who reports the one above her follows her own report; the one it is about does not even then.
        let (group, lead) = (w.caller(of("group").2).await, of("lead").2);
        let about = [lead.uuid()];
        let own = Object { region: code("430903101200004"), seats: &[], owner: Some(of("group").2), about: &about };
        assert_eq!(group.check(Action::Read, &report(), &own).expect("her own"), Basis::Owner);
        let himself = Object { owner: Some(lead), ..own };
        assert!(w.caller(lead).await.check(Action::Read, &report(), &himself).is_err());
        // Nor may they rate or confirm each other's work upwards.
        let (catalogue, (_, seat, _), (_, _, under), (_, _, over)) = (w.catalogue.clone(), of("duty"), of("neighbour"), of("town"));
        let (a, b) = w
            .store
            .read(home(), move |r| Ok((stands_under(r, &catalogue, under, seat)?, stands_under(r, &catalogue, over, seat)?)))
            .await
            .expect("reads");
        assert!(a && !b);
        let (who, seat) = (of("duty").2, of("duty").1);
        assert!(w.store.read(home(), move |r| same_person(r, seat, who)).await.expect("reads"));
    });
}

#[test]
fn an_area_s_leader_answers_for_its_groups_alone() {
    on_both(async |w| {
        let system = w.system();
        let village = code("430903101200");
        let groups = [code("430903101200001"), code("430903101200002")];
        let area = w.run(move |unit| define_area(unit, &system, "片", village, "东片", &groups)).await.expect("an area");
        let system = w.system();
        let new = MakeSeat { role: "area_leader".into(), region: village, unit: None, area: Some(area) };
        let seat = w.run(move |unit| make_seat(unit, &system, new.clone())).await.expect("a seat");
        let leader = w.account(AccountKind::Resident, "演示片长", "17900000001").await;
        w.fill(seat, leader).await;
        let caller = w.caller(leader).await;
        let regions: Vec<_> = caller.grants.iter().map(|g| g.region).collect();
        assert_eq!(regions, groups);
        assert!(matches!(find(&w, "area_leader", Level::Village, "430903101200002").await, SeatAt::Filled(s) if s.id == seat));
        assert!(matches!(find(&w, "area_leader", Level::Village, "430903101200003").await, SeatAt::Coarse));
        // A group outside the area is not under its leader.
        let (_, inside) = w.official("group_leader", "430903101200001", None, 2).await;
        let (_, outside) = w.official("group_leader", "430903101200004", None, 3).await;
        assert!(w.caller(inside).await.barred.contains(&leader.uuid()));
        assert!(!w.caller(outside).await.barred.contains(&leader.uuid()));
    });
}
