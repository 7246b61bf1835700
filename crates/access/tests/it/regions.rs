//! The tree, areas redrawn with a preview, and re-coding: on both databases.

use crate::common::*;
use access::*;
use base::{Code, Kind};
use store::{journal, sql, testing::home};

#[test]
fn the_tree_is_imported_once_searched_and_amended() {
    on_both(async |w| {
        let again = import_regions(&w.store, &w.system(), read_regions(TREE).expect("reads")).await.expect("imports");
        assert_eq!(again, 0, "a second run changes nothing");
        let path = async |s: &'static str| w.store.read(home(), move |r| name_path(r, code(s))).await.expect("a path");
        assert_eq!(path("430903101200004").await, "衡龙桥镇石桥村4组");
        assert_eq!(path("430903001001").await, "桃花仑街道金山社区");
        assert_eq!(path("430903").await, "赫山区");
        let system = w.system();
        w.run(move |unit| rename_region(unit, &system, code("430903101200"), "新石桥村村民委员会")).await.expect("renames");
        let find = async |words: &'static str| w.store.read(home(), move |r| search_regions(r, words)).await.expect("searches");
        let found = find("石桥").await;
        assert_eq!(found.len(), 2);
        assert!(found[0].ended.is_none() && found[1].ended.is_some(), "the old name is found, with its end");
        assert_eq!(find("4309031012").await[0].code, code("430903101200"));
        assert!(
            find("%").await.is_empty() && find("'; drop table region").await.is_empty() && find("99999999999999999999").await.is_empty()
        );
        let system = w.system();
        let e = w.run(move |unit| close_region(unit, &system, code("430903101200"))).await.expect_err("has groups");
        assert_eq!(e.code(), "region_in_use");
        let system = w.system();
        let e = w.run(move |unit| add_region(unit, &system, code("430903102001"), "无镇村")).await.expect_err("no town");
        assert_eq!(e.kind(), Kind::Invalid);
        let nobody = Caller::nobody(home(), w.catalogue.clone());
        let e = w.run(move |unit| add_region(unit, &nobody, code("430903101202"), "某村")).await.expect_err("nobody");
        assert_eq!(e.kind(), Kind::Unauthenticated);
    });
    let e = read_regions("code,name\n4309,x\n430903,赫山区\n430903,别的\nnonsense\n").expect_err("wrong rows");
    let rows: Vec<&str> = e.fields().iter().map(|f| f.field.as_str()).collect();
    assert_eq!(rows, ["row 2", "row 4", "row 5"]);
}

#[test]
fn an_area_is_redrawn_as_its_preview_showed() {
    on_both(async |w| {
        let group = |n: u8| code(&format!("43090310120000{n}"));
        let village = code("430903101200");
        let define = async |name: &'static str, groups: Vec<Code>| {
            let system = w.system();
            w.run(move |unit| define_area(unit, &system, "片", village, name, &groups)).await
        };
        let east = define("东片", vec![group(1), group(2)]).await.expect("an area");
        let west = define("西片", vec![group(3)]).await.expect("an area");
        assert_eq!(define("南片", vec![group(3)]).await.expect_err("taken").code(), "group_in_area");
        let system = w.system();
        let seat = w
            .run(move |unit| {
                make_seat(unit, &system, MakeSeat { role: "area_leader".into(), region: village, unit: None, area: Some(west) })
            })
            .await
            .expect("a seat");
        let before = w.store.now();
        w.wait(DAY);
        let plan = vec![(east, vec![group(1)]), (west, vec![group(2), group(3), group(4)])];
        let asked = plan.clone();
        let seen = w.store.read(home(), move |r| preview_redraw(r, &asked)).await.expect("a preview");
        assert_eq!(
            seen.iter().map(|c| (c.group, c.from, c.to)).collect::<Vec<_>>(),
            [(group(2), Some(east), Some(west)), (group(4), None, Some(west))]
        );
        assert_eq!(seen[0].to_seats, [seat]);
        let (system, other) = (w.system(), plan.clone());
        let e = w.run(move |unit| redraw(unit, &system, &other, &[])).await.expect_err("not what was seen");
        assert_eq!(e.code(), "preview_old");
        let empty = vec![(west, vec![group(1), group(2), group(3)])];
        assert_eq!(w.store.read(home(), move |r| preview_redraw(r, &empty)).await.expect_err("east would be empty").code(), "area_empty");
        let system = w.system();
        w.run(move |unit| redraw(unit, &system, &plan, &seen)).await.expect("redraws");
        let now = w.store.now();
        let (then, today) =
            w.store.read(home(), move |r| Ok((groups_of(r, west, before)?, groups_of(r, west, now)?))).await.expect("reads");
        assert_eq!((then, today), (vec![group(3)], vec![group(2), group(3), group(4)]), "its groups then and now");
    });
}

const HOLDS: &[Holds] = &[Holds { table: "held", column: "region", ancestors: true }];
const PART: &[store::Migration] = &[store::Migration {
    part: "held",
    version: 1,
    tables: &[store::Table {
        name: "held",
        class: store::Class::County,
        columns: "county bigint not null, id uuid not null, region bigint not null, town bigint, village bigint, grp bigint, primary key (county, id)",
        indexes: &["(county, region)"],
    }],
    statements: &[],
}];

#[test]
fn a_village_moves_to_another_town_with_all_that_holds_its_code() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    for database in store::testing::databases() {
        runtime.block_on(async {
            let w = World::open(&database).await;
            drop(store::testing::open(&database, w.clock.clone(), &[SCHEMA, PART]).await);
            let (old, new) = (code("430903101200"), code("430903001300"));
            let (_, duty) = w.official("village_duty", "430903101200", None, 1).await;
            w.run(move |unit| {
                for n in 0..1000_i64 {
                    let region = code(if n % 2 == 0 { "4309031012000040001" } else { "430903101200" });
                    let at = |l| region.at(l);
                    let row = sql("insert into held (county, id, region, town, village, grp) values ($1, $2, $3, $4, $5, $6)");
                    let row = row.bind(unit.home()).bind(uuid::Uuid::now_v7()).bind(region).bind(at(base::Level::Town));
                    unit.write(row.bind(at(base::Level::Village)).bind(at(base::Level::Group)))?;
                }
                Ok(())
            })
            .await
            .expect("rows");
            let (system, until) = (w.system(), w.store.now() + DAY);
            let written = WrittenScope { on: "all".into(), actions: vec!["read".into()], region: "430903101200".into(), door: None };
            let key = NewKey { name: "摄像头".into(), scopes: vec![Scope::read(&written).expect("a scope")], until };
            let key = w.run(move |unit| make_key(unit, &system, key.clone())).await.expect("a key");
            let moved = recode(&w.store, &w.system(), old, new, HOLDS, |_| Ok(0)).await.expect("re-codes");
            assert!(moved >= 1000 + 6, "{moved}");
            let rows: Vec<(Code, Code, Code, Option<Code>, i64)> = w
                .store
                .read(home(), |r| r.many(sql("select region, town, village, grp, count(*) from held group by 1, 2, 3, 4 order by 1")))
                .await
                .expect("reads");
            assert_eq!(
                rows,
                [
                    (code("430903001300"), code("430903001"), new, None, 500),
                    (code("4309030013000040001"), code("430903001"), new, Some(code("430903001300004")), 500)
                ]
            );
            let (path, was, found) = w
                .store
                .read(home(), move |r| {
                    Ok((name_path(r, code("430903001300004"))?, code_now(r, code("430903101200004"))?, search_regions(r, "430903101200")?))
                })
                .await
                .expect("reads");
            assert_eq!(path, "桃花仑街道石桥村4组");
            assert_eq!(was, Some(code("430903001300004")));
            assert!(!found.is_empty() && found.iter().all(|f| f.ended.is_some()), "the old codes are found, with their end");
            assert_eq!(w.caller(duty).await.grants[0].region, new, "rights move along at once");
            assert_eq!(w.authenticate(&key.token).await.expect("a machine").caller.scopes[0].region, new, "also a machine's");
            assert_eq!(recode(&w.store, &w.system(), old, new, HOLDS, |_| Ok(0)).await.expect_err("gone").kind(), Kind::Invalid);
            let entries = w.store.read(home(), |r| journal::after(r, 0, 1000)).await.expect("reads");
            assert!(entries.iter().any(|e| e.kind == "region.recoded"));
        });
    }
}
